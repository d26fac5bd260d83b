# Makes .venv and fills it with exactly the pinned packages. Sourced by run.sh, run_tests.sh and noxfile.py:
#
#   prepare_environment run    what the server needs (constraints/run.txt)
#   prepare_environment dev    that, and what the checks need (constraints/dev.txt)
#   prepare_helm               a helm executable in .venv/bin, where there is one for this machine
#
# Uses uv where it is installed, otherwise the standard library's venv and pip. What was installed is
# remembered in .venv/.installed, so a second start needs no network. PYTHON=python3.12 chooses the interpreter.
# shellcheck shell=bash

set -euo pipefail

root=$(CDPATH="" cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
python=$venv/bin/python

say() { printf '%s\n' "$*" >&2; }

stop() {
  say "$*"
  exit 1
}

has_uv() { command -v uv >/dev/null; }

runs_on() { "$1" -c "import sys; print('%d.%d' % sys.version_info[:2])" 2>/dev/null; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

makes_environments() { has_uv || "$1" -c 'import venv; from ensurepip import bootstrap' 2>/dev/null; }

# Sets `found`. The versions that CI tests come first; PYTHON, when set, is the only candidate.
find_python() {
  local candidate incapable=
  for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3 python}; do
    new_enough "$candidate" || continue
    if makes_environments "$candidate"; then
      found=$candidate
      return
    fi
    incapable=${incapable:-$candidate}
  done
  [[ -z $incapable ]] || stop "$incapable cannot make a virtual environment, as its module ensurepip is missing;" \
    "on Debian or Ubuntu install it with: apt install python$(runs_on "$incapable")-venv"
  [[ -z ${PYTHON:-} ]] || stop "Python 3.11 or newer is needed, and $PYTHON is not that."
  stop "Python 3.11 or newer is needed, and none was found."
}

# Whether .venv can be kept: its interpreter runs, is the one asked for, and something can install into it.
environment_is_sound() {
  new_enough "$python" || return 1
  [[ -z ${PYTHON:-} || $(runs_on "$PYTHON") == "$(runs_on "$python")" ]] || return 1
  has_uv || "$python" -m pip --version >/dev/null 2>&1
}

make_environment() {
  find_python
  rm -rf "$venv"
  if has_uv; then
    uv venv --quiet --no-project --python "$found" "$venv"
  else
    "$found" -m venv "$venv"
  fi
}

install_pins() {
  local pins=$root/constraints/$1.txt
  if has_uv; then
    uv pip install --quiet --no-config --python "$python" --require-hashes -r "$pins"
  else
    "$python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$pins"
  fi
}

# One line that changes with the interpreter's version and with the pins.
fingerprint() { printf '%s %s %s\n' "$1" "$(runs_on "$python")" "$(cksum <"$root/constraints/$1.txt")"; }

# The pins of `run` are among those of `dev`, so an environment for the checks also serves.
is_installed() {
  local installed
  installed=$(cat "$venv/.installed" 2>/dev/null) || return 1
  [[ $installed == "$(fingerprint "$1")" || $installed == "$(fingerprint dev)" ]]
}

prepare_environment() {
  [[ -z ${PYTHON:-} ]] && is_installed "$1" && return
  environment_is_sound || make_environment
  is_installed "$1" && return
  say "Installing the pinned packages into .venv (once; about a minute without uv) ..."
  rm -f "$venv/.installed"
  install_pins "$1" || stop "The packages could not be installed; see above. Run the command again once that is mended."
  fingerprint "$1" >"$venv/.installed"
}

# Never fails: what needs helm says so, and the rest runs.
prepare_helm() { "$python" "$root/scripts/fetch_helm.py" "$venv/bin/helm" || true; }
