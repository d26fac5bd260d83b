"""What run.sh, run_tests.sh and .ci/run do with their arguments, their steps and a cluster."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ENVIRONMENT = """\
set -euo pipefail
root=$PWD venv=$PWD/.venv python=$PWD/python
say() { echo "$*" >&2; }
stop() { say "$*"; exit 1; }
prepare_environment() { echo "prepared $1"; }
prepare_helm() { echo "prepared helm"; }
"""
TESTBED = """#!/bin/sh
echo "testbed $*" >>commands
case "$*" in
  *status) [ -z "$RUNNING" ] || echo "etcd running pid 1" ;;
  *env) echo "export KUBECONFIG=admin" ;;
  *up) exit "${UP:-0}" ;;
esac
"""
WHOLE = "tests/unit tests/contract --cov --cov-report=term"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone with the real commands, and a Python that only repeats its arguments."""
    clone = tmp_path / "clone"
    for command in ("run.sh", "run_tests.sh", ".ci/run"):
        (clone / command).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(command, clone / command)
    (clone / "scripts").mkdir()
    (clone / "scripts" / "environment.sh").write_text(ENVIRONMENT)
    a_program(clone / "python", '#!/bin/sh\necho "${0##*/} $*"\n')
    return clone


def a_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def run(clone: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", *command],
        cwd=clone,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(clone), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def last_line(finished: subprocess.CompletedProcess[str]) -> str:
    return finished.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ("", f"{WHOLE} --cov-fail-under=95"),
        ("--coverage 90", f"{WHOLE} --cov-fail-under=90"),
        ("--coverage=90 -x", f"-x {WHOLE} --cov-fail-under=90"),
        ("tests/unit/tools -q", "tests/unit/tools -q"),
        ("tests/unit/test_a.py::test_b", "tests/unit/test_a.py::test_b"),
        ("-k logs", "-k logs tests/unit tests/contract"),
        ("tests/unit --coverage 80", "tests/unit --cov --cov-report=term --cov-fail-under=80"),
        ("--junitxml=tests/r.xml", f"--junitxml=tests/r.xml {WHOLE} --cov-fail-under=95"),
    ],
)
def test_the_threshold_is_ours_and_the_other_arguments_are_pytests(
    clone: Path, arguments: str, asked: str
) -> None:
    finished = run(clone, "run_tests.sh", *arguments.split())
    assert finished.stdout == f"prepared dev\nprepared helm\npython -m pytest -m not e2e {asked}\n"


def test_the_server_gets_every_argument(clone: Path) -> None:
    finished = run(clone, "run.sh", "--port", "9")
    assert finished.stdout == f"prepared run\npython {clone}/main.py --port 9\n"


def test_the_sandbox_gets_a_helm(clone: Path) -> None:
    finished = run(clone, "run.sh", "--sandbox")
    assert finished.stdout == f"prepared run\nprepared helm\npython {clone}/main.py --sandbox\n"


def commands(clone: Path) -> list[str]:
    """Return what the test bed was asked to do; OWN stands for the run's own directory."""
    own = f"--dir {clone}/skyflo-mcp-bed-{os.getuid()}"
    return (clone / "commands").read_text().replace(own, "OWN").splitlines()


UP_AND_DOWN = [
    "testbed status",
    "testbed OWN status",
    "testbed down",
    "testbed OWN down",
    "testbed OWN up",
    "testbed OWN env",
    "testbed OWN down",
]


def test_a_clone_without_a_test_bed_ends_with_the_closing_line_of_the_tests(clone: Path) -> None:
    a_program(clone / "run_tests.sh", "echo '=== 7 passed in 1 s ==='\n")
    finished = run(clone, ".ci/run")
    assert (finished.returncode, last_line(finished)) == (0, "=== 7 passed in 1 s ===")


def test_a_cluster_is_brought_up_used_and_taken_down(clone: Path) -> None:
    a_program(clone.parent / "shared/testbed/testbed", TESTBED)
    finished = run(clone, ".ci/run")
    assert (finished.returncode, commands(clone)) == (0, UP_AND_DOWN)


def test_a_cluster_is_taken_down_after_a_test_failed(clone: Path) -> None:
    a_program(clone.parent / "shared/testbed/testbed", TESTBED)
    a_program(clone / "python", '#!/bin/sh\ncase "$*" in *"-m e2e"*) exit 1 ;; esac\n')
    finished = run(clone, ".ci/run")
    assert (finished.returncode, commands(clone)) == (1, UP_AND_DOWN)


def test_a_cluster_that_did_not_start_is_taken_down(clone: Path) -> None:
    a_program(clone.parent / "shared/testbed/testbed", TESTBED)
    finished = run(clone, ".ci/run", UP="3")
    assert (finished.returncode, commands(clone)[-2:]) == (
        3,
        ["testbed OWN up", "testbed OWN down"],
    )


def test_a_cluster_that_was_up_before_is_used_and_left_up(clone: Path) -> None:
    a_program(clone.parent / "shared/testbed/testbed", TESTBED)
    finished = run(clone, ".ci/run", RUNNING="yes")
    assert (finished.returncode, commands(clone)) == (0, ["testbed status", "testbed env"])
    assert "is used, and left up" in finished.stderr


@pytest.mark.parametrize("failing", ["run_tests.sh", "scripts/check_skips.py", "nox"])
def test_each_check_can_fail_the_whole(clone: Path, failing: str) -> None:
    text = f'#!/bin/sh\ncase "$0 $*" in *{failing}*) exit 4 ;; esac\n'
    a_program(clone / "python", text)
    a_program(clone / "run_tests.sh", text)
    assert run(clone, ".ci/run").returncode == 4
