"""The image made without an image builder is the one that the Dockerfile describes."""

import importlib
import io
import json
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

DEPLOY = Path(__file__).parents[3] / "deploy"


@pytest.fixture
def image(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(DEPLOY), *sys.path])
    return importlib.import_module("image")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root file system of two files."""
    made = tmp_path / "root"
    (made / "tmp").mkdir(parents=True)
    (made / "tmp").chmod(0o1777)
    for name, mode in (("program", 0o700), ("text", 0o600)):
        (made / name).write_text(name)
        (made / name).chmod(mode)
    return made


def test_it_runs_as_nobody_in_particular_and_listens_beyond_loopback(image: ModuleType) -> None:
    settings = image.settings((DEPLOY / "Dockerfile").read_text())
    assert settings["User"] == "65532:65532"
    assert settings["Entrypoint"] == ["/usr/bin/python3.11", "-I", "-m", "main"]
    assert settings["ExposedPorts"] == {"8888/tcp": {}}
    assert "SKYFLO_HOST=0.0.0.0" in settings["Env"]


def test_the_same_files_are_the_same_layer(image: ModuleType, root: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    image.pack(root, first)
    (root / "text").touch()
    image.pack(root, second)
    assert first.read_bytes() == second.read_bytes()


def test_everybody_may_read_and_nobody_but_root_may_write(
    image: ModuleType, root: Path, tmp_path: Path
) -> None:
    image.pack(root, tmp_path / "layer")
    with tarfile.open(tmp_path / "layer") as layer:
        modes = {entry.name: oct(entry.mode) for entry in layer}
        assert {entry.uid for entry in layer} == {0}
    assert modes == {"program": "0o755", "text": "0o644", "tmp": "0o1777"}


def test_the_archive_names_its_layer_and_its_tag(
    image: ModuleType, root: Path, tmp_path: Path
) -> None:
    layer, archive = tmp_path / "layer", tmp_path / "archive"
    image.pack(root, layer)
    image.write_archive("skyflo-mcp:1", layer, archive)
    with tarfile.open(archive) as packed:
        names = packed.getnames()
        [manifest] = json.load(packed.extractfile("manifest.json") or io.BytesIO())
    assert names == ["layer.tar", "config.json", "manifest.json"]
    assert manifest["RepoTags"] == ["skyflo-mcp:1"]
    assert manifest["Layers"] == ["layer.tar"]


def test_what_the_first_stage_copies_is_what_the_script_reads() -> None:
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    for name in ("main.py", "mcp_server", "tools", "clients", "sandbox", "constraints", "scripts"):
        assert f"!{name}" in kept
