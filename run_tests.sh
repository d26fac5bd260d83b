#!/usr/bin/env bash
# Run the unit and contract tests; needs nothing but Python 3.11 or newer. Other arguments go to pytest.
#
#   ./run_tests.sh                      everything, with at least 95 % covered
#   ./run_tests.sh --coverage 90        another threshold
#   ./run_tests.sh tests/unit/tools     a part (a path, -k or -m): no coverage, unless a threshold is given

source "$(dirname "${BASH_SOURCE[0]}")/scripts/environment.sh"
cd "$root"

threshold='' part='' paths='' arguments=(-m "not e2e")
while (($#)); do
  case $1 in
    --coverage) threshold=${2:?--coverage needs a number} && shift ;;
    --coverage=*) threshold=${1#*=} ;;
    -k* | -m*) part=yes && arguments+=("$1") ;;
    -*) arguments+=("$1") ;;
    tests | *tests/*) part=yes && paths=given && arguments+=("$1") ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
[[ -n $paths ]] || arguments+=(tests/unit tests/contract)
[[ -n $part ]] || threshold=${threshold:-95}
[[ -z $threshold ]] || arguments+=(--cov --cov-report=term "--cov-fail-under=$threshold")

prepare_environment dev
prepare_helm
export PATH="$venv/bin:$PATH"
exec "$python" -m pytest "${arguments[@]}"
