"""Make the image's root file system: Python, the server, its pinned packages, helm; nothing else.

``python3 deploy/rootfs.py FOLDER`` runs in the first stage of the Dockerfile, and wherever no image
builder is at hand (``deploy/image.py``), so that both make the same. It needs Debian 12 on x86-64
with python3.11 and ca-certificates, and pip or uv. Every package and helm are pinned by hash.

There is no shell in it, no package manager, no compiler, no kubectl.
"""

import compileall
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "/usr/bin/python3.11"
DEBIAN = ("python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib")
PACKAGES = "usr/local/lib/python3.11/dist-packages"
OURS = ("main.py", "mcp_server", "tools", "clients", "sandbox")
CERTIFICATES = Path("/usr/share/ca-certificates/mozilla")
USER = 65532
PASSWD = f"root:x:0:0::/:/none\nskyflo:x:{USER}:{USER}::/tmp:/none\n"
GROUP = f"root:x:0:\nskyflo:x:{USER}:\n"
# Of the standard library and of packages: what a server never imports.
UNUSED = (
    "usr/lib/python3.11/sitecustomize.py",  # a link to a crash reporter of Debian's
    "usr/lib/python3.11/lib2to3",
    "usr/lib/python3.11/pydoc_data",
    "usr/lib/python3.11/turtle.py",
    f"{PACKAGES}/bin",
)
UNUSED_FOLDERS = ("__pycache__", "tests", "test")


def build(target: Path) -> None:
    """Make the root file system in a folder that does not exist yet."""
    target.mkdir(parents=True)
    copy_python(target)
    install_packages(target / PACKAGES)
    copy_server(target / PACKAGES)
    fetch_helm(target / "usr/local/bin/helm")
    write_system_files(target)
    remove_unused(target)
    copy_libraries(target)
    compile_bytecode(target)


def copy_python(target: Path) -> None:
    """Copy the interpreter and the standard library, as Debian's packages list their files."""
    listed = subprocess.run(["dpkg", "-L", *DEBIAN], check=True, capture_output=True, text=True)
    for name in dict.fromkeys(listed.stdout.split()):
        wanted = name == PYTHON or name.startswith("/usr/lib/python3") or "/copyright" in name
        if wanted and not Path(name).is_dir():
            copy(Path(name), target)


def copy(file: Path, target: Path) -> None:
    """Copy a file, or what a link leads to, to the same path below ``target``."""
    destination = target / str(file).lstrip("/")
    destination.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, destination)


def install_packages(folder: Path) -> None:
    """Install what ``constraints/run.txt`` pins, wheels only, each checked by its hash."""
    pip = [sys.executable, "-m", "pip", "install", "--no-compile", "--no-warn-conflicts"]
    uv = shutil.which("uv")
    installer = [uv, "pip", "install", "--no-config"] if uv else pip
    pinned = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version=3.11"]
    requirements = str(ROOT / "constraints/run.txt")
    command = [*installer, "--quiet", *pinned, "--target", str(folder), "-r", requirements]
    subprocess.run(command, check=True)


def copy_server(folder: Path) -> None:
    """Copy our own packages, and what says which version they are."""
    for name in OURS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    information = folder / f"skyflo_mcp-{project['version']}.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, information)


def fetch_helm(executable: Path) -> None:
    """Fetch the helm that the project is tested with, checked by its hash."""
    executable.parent.mkdir(parents=True)
    script = str(ROOT / "scripts/fetch_helm.py")
    subprocess.run([sys.executable, script, str(executable)], check=True)


def write_system_files(target: Path) -> None:
    """Write the user, the certificate authorities of Debian's package alone, and ``/tmp``."""
    etc = target / "etc"
    (etc / "ssl/certs").mkdir(parents=True)
    (etc / "passwd").write_text(PASSWD)
    (etc / "group").write_text(GROUP)
    bundle = "".join(file.read_text() for file in sorted(CERTIFICATES.glob("*.crt")))
    (etc / "ssl/certs/ca-certificates.crt").write_text(bundle)
    (target / "usr/lib/ssl").mkdir(parents=True)  # where Debian's OpenSSL looks
    (target / "usr/lib/ssl/cert.pem").write_text(bundle)
    (target / "tmp").mkdir()
    (target / "tmp").chmod(0o1777)


def remove_unused(target: Path) -> None:
    """Remove tests, caches and modules that a server never imports."""
    for name in UNUSED:
        path = target / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in sorted(target.rglob("*")):
        if path.name in UNUSED_FOLDERS and path.is_dir():
            shutil.rmtree(path)


def copy_libraries(target: Path) -> None:
    """Copy the shared libraries that anything in here is linked with."""
    for library in sorted({*libraries(linked_files(target))}):
        copy(Path(library), target)


def linked_files(target: Path) -> Iterator[str]:
    """Yield the interpreter and every extension module."""
    yield str(target / PYTHON.lstrip("/"))
    for path in target.rglob("*.so*"):
        yield str(path)


def libraries(files: Iterable[str]) -> Iterator[str]:
    """Yield what the loader would map for each file, the system's libraries only."""
    found = subprocess.run(["ldd", *files], check=False, capture_output=True, text=True).stdout
    for path in re.findall(r"(?:=> |^\t)(/\S+) \(0x", found, re.MULTILINE):
        if path.startswith(("/lib", "/usr/lib")):
            yield path


def compile_bytecode(target: Path) -> None:
    """Compile everything once: the file system is read-only when the server starts."""
    for folder in (target / "usr/lib/python3.11", target / PACKAGES):
        compileall.compile_dir(
            folder, quiet=2, workers=0, stripdir=str(target), prependdir="/",
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )  # fmt: skip


if __name__ == "__main__":
    build(Path(sys.argv[1]))
