"""What a caller says becomes no flag, no file, no process and no request, whatever it is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from clients.helm import HelmSettings
from tests.conftest import Call
from tests.support.operating import Bench, config

FLAGS = {
    "help": "-h",
    "a post-renderer": "--post-renderer=/tmp/x",
    "a post-renderer apart": "--post-renderer /tmp/x",
    "a kubeconfig": "--kubeconfig=/etc/kubernetes/admin.conf",
    "an output directory": "web --output-dir /tmp/x",
    "a new line": "web\n--dry-run",
    "a null": "web\0--debug",
    "the end of flags": "--",
    "standard input": "-",
    "a megabyte": "a" * 2**20,
    "a path": "../../etc/passwd",
    "unicode": "wéb\u202e",
    "a template": "{{ .Values }}",
    "a command": "$(touch /tmp/x)",
    "nothing": "",
}
CHANGING = {
    "helm_install": {"chart": "demo/web"},
    "helm_install_with_values": {"chart": "demo/web", "values": "a: 1"},
    "helm_upgrade": {"chart": "demo/web", "values": "a: 1"},
    "helm_rollback": {"revision": 1},
    "helm_uninstall": {},
    "helm_template": {"chart": "demo/web", "values": "a: 1"},
    "helm_diff": {"chart": "demo/web", "values": "a: 1"},
}
STRINGS = [
    (tool, name)
    for tool, more in CHANGING.items()
    for name in ("release_name", "namespace", *more, *(["version"] if "chart" in more else []))
    if name not in ("revision", "values")
]


@pytest.fixture
def helm_settings(with_charts: HelmSettings) -> HelmSettings:
    return with_charts


@pytest.fixture
def unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server's working directory and home stay as they are."""
    place = tmp_path / "working-directory"
    (place / "web" / "templates").mkdir(parents=True)
    (place / "web" / "Chart.yaml").write_text("a directory that must never be taken for a chart")
    monkeypatch.chdir(place)
    before = sorted(place.rglob("*"))
    yield
    assert sorted(place.rglob("*")) == before
    assert not Path("/tmp/x").exists()
    assert not [name for name in os.listdir("/tmp") if name.startswith("skyflo-helm-x")]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("tool", "argument"), STRINGS)
async def test_a_hostile_argument_is_refused_before_helm_is_started(
    call: Call, bench: Bench, tool: str, argument: str
) -> None:
    bench.has(1, config())
    sane = {"release_name": "web", "namespace": "shop", **CHANGING[tool]}
    for label, value in FLAGS.items():
        answer = await call(tool, **sane | {argument: value})
        optional = argument in ("namespace", "version", "chart") and not value
        assert answer.error or optional, (label, answer.text)
        assert "incident" not in answer.text, (label, answer.text)
        assert len(answer.text) < 1_000, label
        if not optional:
            assert not bench.helm.was_run, (label, bench.helm.arguments)
    assert bench.changes == []


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n"
    for old, new in zip("abcdefg", "bcdefgh", strict=True)
)
NO_MAPPING = 'Argument "values" has to be a YAML mapping, such as "replicas: 3".'
VALUES = {
    "no mapping": ("- a\n- b", NO_MAPPING),
    "a text": ("--set a=b", NO_MAPPING),
    "several documents": ("a: 1\n---\nb: 2", 'Argument "values": it has to be one document.'),
    "no YAML": ("a: [", 'Argument "values": it is not YAML: line 2, column 1: did not find '
                "expected node content."),
    "twice the same": ("a: 1\na: 2", 'Argument "values": line 2: key "a" is there twice.'),
    "a bomb": (BOMB, 'Argument "values": it has more than 200,000 values.'),
    "an object": ("a: !!python/object:os.system x", 'Argument "values": it is not YAML: line 1, '
                  "column 4: could not determine a constructor for the tag "
                  "'tag:yaml.org,2002:python/object:os.system'."),
    "too much": ("a: " + "x" * 1_000_000, 'Argument "values" is too long: 1,000,003 characters, '
                 "1,000,000 at most."),
}  # fmt: skip


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize(
    "tool", ["helm_install_with_values", "helm_upgrade", "helm_template", "helm_diff"]
)
async def test_values_that_are_none_are_refused_before_helm_is_started(
    call: Call, bench: Bench, tool: str, values: str
) -> None:
    if tool != "helm_install_with_values":
        bench.has(1, config())
    given, told = VALUES[values]
    answer = await call(tool, release_name="web", chart="demo/web", namespace="shop", values=given)
    assert (answer.text, answer.error) == (told, True)
    assert not bench.helm.was_run


async def test_what_looks_like_flags_in_values_stays_in_them(call: Call, bench: Bench) -> None:
    bench.helm.does('cat > "$here/values"')
    values = 'a: "--post-renderer=/tmp/x"\n"--kubeconfig": /tmp/x\n'
    assert not (
        await call("helm_upgrade", release_name="web", chart="demo/web", namespace="shop",
                   values=values)
    ).error  # fmt: skip
    assert bench.helm.left("values") == values
    assert not [word for word in bench.helm.arguments if "post-renderer" in word]
