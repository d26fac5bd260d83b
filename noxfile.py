# /// script
# dependencies = ["nox>=2025.10.16"]
# ///
"""Every check of this project; `nox` alone runs what has to pass before a push.

All sessions share `.venv`, which `scripts/environment.sh` fills from the pinned constraints, so a
check sees the packages that `./run.sh` and `./run_tests.sh` see. What follows `--` is passed on.
"""

from pathlib import Path

import nox

nox.needs_version = ">=2025.10.16"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "layers", "types", "tests"]

PYTHON = ".venv/bin/python"
REFERENCE = Path("scripts/generate_docs.py")
UV = "uv==0.13.9"  # another version may write the same pins differently


def python(session: nox.Session, *arguments: str) -> None:
    session.run("bash", "-c", "source scripts/environment.sh; prepare_environment dev", log=False)
    session.run(PYTHON, *arguments)


@nox.session
def lint(session: nox.Session) -> None:
    """Check format, style, and that the generated documents are fresh."""
    python(session, "-m", "ruff", "format", "--check", ".")
    python(session, "-m", "ruff", "check", ".")
    if REFERENCE.exists():
        python(session, str(REFERENCE), "--check")


@nox.session
def layers(session: nox.Session) -> None:
    """Check who imports whom."""
    python(session, ".venv/bin/lint-imports", *session.posargs)


@nox.session
def types(session: nox.Session) -> None:
    """Check types."""
    python(session, "-m", "mypy", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run the unit and contract tests with coverage."""
    session.run("./run_tests.sh", *session.posargs)


@nox.session
def e2e(session: nox.Session) -> None:
    """Run the tests that need a real cluster, on the one that KUBECONFIG names."""
    where = session.posargs or ["tests/e2e", "tests/contract"]
    python(session, "-m", "pytest", "-m", "e2e", *where)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure speed and memory, and write docs/benchmarks.md."""
    python(session, "-m", "benchmarks", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Write the generated parts of the documents anew."""
    python(session, str(REFERENCE), *session.posargs)


@nox.session
def snapshots(session: nox.Session) -> None:
    """Write the tools' snapshots in tests/contract anew."""
    python(session, "-m", "pytest", "tests/contract", "--update-snapshots", *session.posargs)


@nox.session(name="format")
def format_(session: nox.Session) -> None:
    """Format the code and mend what ruff can mend."""
    python(session, "-m", "ruff", "format", ".")
    python(session, "-m", "ruff", "check", "--fix", ".")


@nox.session
def serve(session: nox.Session) -> None:
    """Serve at http://127.0.0.1:8888/mcp; `nox -s serve -- --sandbox` needs no cluster."""
    session.run("./run.sh", *session.posargs)


@nox.session(venv_backend="virtualenv")
def pins(session: nox.Session) -> None:
    """Pin what pyproject.toml asks for; `nox -s pins -- --upgrade` takes the newest versions."""
    session.install(UV)
    compile_ = ["uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version=3.11"]
    # With its extras: an older pip takes a newer coverage[toml] than the coverage that is pinned.
    layout = ["--generate-hashes", "--no-strip-extras", "--no-annotate", "--no-header", "--quiet"]
    layout += ["--no-emit-index-url"]
    run, dev = "constraints/run.txt", "constraints/dev.txt"
    session.run(*compile_, *layout, f"--output-file={run}", *session.posargs)
    session.run(*compile_, *layout, "--extra=dev", f"--constraint={run}", f"--output-file={dev}",
                *session.posargs)  # fmt: skip
