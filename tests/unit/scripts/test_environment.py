"""How run.sh and run_tests.sh choose a Python, and when they install nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

ENVIRONMENT = Path("scripts/environment.sh").resolve()
TOOLS = ("bash", "cat", "cksum", "dirname")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return a folder to be a machine's whole PATH: it holds no Python and no uv."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    return folder


def a_program(folder: Path, name: str, text: str = "") -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return program


def a_python(folder: Path, name: str, *, version: str = "3.12", ensurepip: bool = True) -> Path:
    """Make what answers the questions that the script asks an interpreter."""
    new_enough = int(version.partition(".")[2]) >= 11
    return a_program(
        folder,
        name,
        f"""case $2 in
          *'< (3, 11)'*) exit {0 if new_enough else 1} ;;
          *ensurepip*) exit {0 if ensurepip else 1} ;;
          *) echo {version} ;;
        esac""",
    )


def bash(machine: Path, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(machine / "bash"), "-c", f"source '{ENVIRONMENT}'; {command}"],
        env={"PATH": str(machine), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def found_on(machine: Path, **variables: str) -> str:
    finished = bash(machine, 'find_python; echo "$found"', **variables)
    return finished.stdout + finished.stderr


def test_a_version_that_ci_tests_is_preferred_to_a_newer_one(machine: Path) -> None:
    a_python(machine, "python3.14", version="3.14")
    a_python(machine, "python3.11", version="3.11")
    assert found_on(machine) == "python3.11\n"


def test_python3_is_taken_where_no_version_is_in_the_name(machine: Path) -> None:
    a_python(machine, "python3", version="3.12")
    assert found_on(machine) == "python3\n"


def test_an_interpreter_that_does_not_run_is_passed_over(machine: Path) -> None:
    a_program(machine, "python3.13", "exit 127")
    a_python(machine, "python3.12")
    assert found_on(machine) == "python3.12\n"


def test_an_old_python_is_refused_in_a_sentence(machine: Path) -> None:
    a_python(machine, "python3", version="3.9")
    assert found_on(machine) == "Python 3.11 or newer is needed, and none was found.\n"


def test_the_chosen_python_is_not_replaced_by_another(machine: Path) -> None:
    a_python(machine, "python3.12")
    a_python(machine, "python3.9", version="3.9")
    assert found_on(machine, PYTHON="python3.9") == (
        "Python 3.11 or newer is needed, and python3.9 is not that.\n"
    )


def test_a_python_without_ensurepip_is_answered_with_the_package_to_install(machine: Path) -> None:
    a_python(machine, "python3", version="3.12", ensurepip=False)
    assert found_on(machine) == (
        "python3 cannot make a virtual environment, as its module ensurepip is missing; "
        "on Debian or Ubuntu install it with: apt install python3.12-venv\n"
    )


def test_a_complete_python_is_preferred_to_one_without_ensurepip(machine: Path) -> None:
    a_python(machine, "python3.13", ensurepip=False)
    a_python(machine, "python3.11", version="3.11")
    assert found_on(machine) == "python3.11\n"


def test_uv_needs_no_ensurepip(machine: Path) -> None:
    a_python(machine, "python3.13", ensurepip=False)
    a_program(machine, "uv")
    assert found_on(machine) == "python3.13\n"


def installed(
    machine: Path, *, as_: str, asked: str, before: str = "3.12", now: str = "3.12"
) -> bool:
    """Whether an environment filled `as_` run or dev on Python `before` is enough for `asked`."""
    environment = machine.parent / "venv"
    environment.mkdir()
    use = f"venv={environment}; python={environment}/python;"
    a_python(environment, "python", version=before)
    bash(machine, f'{use} fingerprint {as_} >"$venv/.installed"')
    a_python(environment, "python", version=now)
    return bash(machine, f"{use} is_installed {asked}").returncode == 0


@pytest.mark.parametrize(
    ("as_", "asked", "enough"),
    [("run", "run", True), ("dev", "dev", True), ("dev", "run", True), ("run", "dev", False)],
)
def test_nothing_is_installed_twice(machine: Path, as_: str, asked: str, enough: bool) -> None:
    assert installed(machine, as_=as_, asked=asked) is enough


def test_another_python_has_the_packages_installed_again(machine: Path) -> None:
    assert not installed(machine, as_="dev", asked="dev", before="3.12", now="3.13")


def test_an_empty_environment_has_nothing_installed(machine: Path) -> None:
    assert bash(machine, f"venv={machine.parent}/none; is_installed run").returncode == 1
