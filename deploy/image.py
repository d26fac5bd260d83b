"""Make the image without an image builder: ``python deploy/image.py skyflo-mcp:dev IMAGE.tar``.

The archive is read by ``ctr --namespace k8s.io images import``, ``docker load``, ``podman load``
and ``kind load image-archive``. Its one layer is what ``rootfs.py`` makes; user, environment and
entry point are those of the Dockerfile's last stage. Run it on Debian 12, as ``rootfs.py`` says.
"""

import hashlib
import io
import json
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import rootfs  # noqa: E402 - the path comes first

KEYS = {"USER": "User", "WORKDIR": "WorkingDir"}


def write(tag: str, archive: Path) -> None:
    """Write the archive of one image."""
    with tempfile.TemporaryDirectory() as folder:
        root, layer = Path(folder, "rootfs"), Path(folder, "layer.tar")
        rootfs.build(root)
        pack(root, layer)
        write_archive(tag, layer, archive)


def pack(root: Path, layer: Path) -> None:
    """Write a folder as a layer that depends on nothing but its content."""
    with tarfile.open(layer, "w") as packed:
        for path in sorted(root.rglob("*")):
            entry = packed.gettarinfo(path, str(path.relative_to(root)))
            entry.uid = entry.gid = entry.mtime = 0
            entry.uname = entry.gname = ""
            entry.mode = 0o1777 if entry.name == "tmp" else 0o755 if entry.mode & 0o100 else 0o644
            with path.open("rb") if entry.isreg() else io.BytesIO() as content:
                packed.addfile(entry, content)


def write_archive(tag: str, layer: Path, archive: Path) -> None:
    """Put the layer, the image's configuration and the list of both into one file."""
    with layer.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    configuration = {
        "architecture": "amd64",
        "os": "linux",
        "config": settings((HERE / "Dockerfile").read_text()),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [tag], "Layers": ["layer.tar"]}]
    with tarfile.open(archive, "w") as packed:
        packed.add(layer, "layer.tar")
        for name, value in (("config.json", configuration), ("manifest.json", manifest)):
            data = json.dumps(value).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))


def settings(dockerfile: str) -> dict[str, Any]:
    """Read the last stage as an image's configuration."""
    found: dict[str, Any] = {"Env": [], "ExposedPorts": {}}
    for word, rest in instructions(dockerfile.rpartition("\nFROM ")[2]):
        match word:
            case "ENV":
                found["Env"].append(rest)
            case "EXPOSE":
                found["ExposedPorts"][f"{rest}/tcp"] = {}
            case "ENTRYPOINT":
                found["Entrypoint"] = json.loads(rest)
            case "COPY":
                pass  # the layer
            case _:
                found[KEYS[word]] = rest
    return found


def instructions(stage: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction of a stage after its FROM."""
    for line in stage.splitlines()[1:]:
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]))
