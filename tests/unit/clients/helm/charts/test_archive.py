"""What an archive may not be: a way out of its folder, a bomb, or something other than a chart."""

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest

from clients.errors import InvalidError
from clients.helm.charts import archive
from clients.helm.charts.archive import ChartRefusedError, inspected
from clients.helm.charts.chart import Contents, Dependency
from sandbox.charts import package
from tests.support.chart_repository import a_chart, tgz

ABOUT = b"apiVersion: v2\nname: web\nversion: 1.0.0\n"


def a_member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def with_file(name: str, content: bytes | str) -> bytes:
    body = content.encode() if isinstance(content, str) else content
    return tgz(("web/Chart.yaml", ABOUT), (f"web/{name}", body))


def refusal(packed: bytes) -> str:
    with pytest.raises(InvalidError) as refused:
        inspected(packed)
    return str(refused.value)


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Whatever an archive holds, looking into it leaves the disk alone."""
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    yield
    assert sorted(tmp_path.rglob("*")) == before
    assert not (tmp_path.parent / "evil").exists()


def test_a_chart_says_what_it_is() -> None:
    files = a_chart("web") | {
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: '2.0'\n"
        "description: A web\n  server\ntype: library\ndeprecated: true\n"
        "dependencies:\n- name: redis\n  version: ^19\n  repository: https://x\n",
        "values.yaml": "# how many\nreplicas: 1\n",
    }
    assert inspected(package("web", files)) == Contents(
        name="web",
        version="1.2.3",
        app_version="2.0",
        description="A web server",
        kind="library",
        deprecated=True,
        values_text="# how many\nreplicas: 1\n",
        dependencies=(Dependency("redis", "^19", "https://x"),),
    )


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "web/../../evil",
        "web/templates/../../../evil",
        "/tmp/evil",
        "web/..",
        "..",
        "web//evil",
        "C:/evil",
        "c:evil/x",
        "web\\..\\..\\evil",
        "web/..\\..\\evil",
        "web/a\nb",
        "web/\x1b[2J",
        "evil",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(name: str) -> None:
    said = refusal(tgz(("web/Chart.yaml", ABOUT), (name, b"x")))
    assert said.startswith("The chart is refused: ")
    assert "leads elsewhere" in said or "outside the chart's folder" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, b"9"],
)
def test_links_devices_and_the_like_are_refused(kind: bytes) -> None:
    member = a_member("web/templates/x.yaml", kind, "/etc/passwd")
    assert "is a link, a device or the like" in refusal(
        tgz(("web/Chart.yaml", ABOUT), (member, b""))
    )


def test_a_name_hidden_in_an_extended_header_counts() -> None:
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w", format=tarfile.PAX_FORMAT) as tar:
        info = a_member("web/innocent.yaml")
        info.pax_headers = {"path": "../../evil"}
        tar.addfile(info)
    assert "leads elsewhere" in refusal(gzip.compress(tape.getvalue()))


def test_the_same_file_twice_is_refused() -> None:
    other = b"apiVersion: v2\nname: other\nversion: 6.6.6\n"
    assert 'holds "web/Chart.yaml" twice' in refusal(
        tgz(("web/Chart.yaml", ABOUT), ("web/Chart.yaml", other))
    )


def test_two_folders_are_refused() -> None:
    assert "not in one folder" in refusal(tgz(("web/Chart.yaml", ABOUT), ("api/Chart.yaml", ABOUT)))


def test_what_follows_the_archive_is_refused() -> None:
    assert "something follows" in refusal(tgz(("web/Chart.yaml", ABOUT)) * 2)


@pytest.mark.parametrize("zeros", [6 * 2**20, 200 * 2**20])
def test_a_file_that_unpacks_to_megabytes_is_refused(zeros: int) -> None:
    """The second one declares less than it holds: what is unpacked is what counts."""
    said = refusal(with_file("values.yaml", b"\0" * zeros))
    assert "more than 5 MiB" in said or "bomb" in said


def test_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [(f"web/templates/{number}.yaml", b"") for number in range(archive.MOST_FILES + 1)]
    assert "more than 10,000 files" in refusal(tgz(("web/Chart.yaml", ABOUT), *many))


def test_archives_within_share_the_bounds_and_the_rules() -> None:
    inner = tgz(("sub/Chart.yaml", ABOUT), ("../evil", b"x"))
    assert "leads elsewhere" in refusal(with_file("charts/sub.tgz", inner))
    nested = tgz(("web/Chart.yaml", ABOUT))
    for _ in range(8):
        nested = with_file("charts/web.tgz", nested)
    assert "archives within archives" in refusal(nested)


def test_a_hundred_bombs_of_four_megabytes_are_one_too_many() -> None:
    bombs = [(f"web/files/{number}", b"\0" * 4 * 2**20) for number in range(100)]
    assert "bomb" in refusal(tgz(("web/Chart.yaml", ABOUT), *bombs))


def test_what_is_large_without_being_a_bomb_is_bounded_too() -> None:
    file = os.urandom(2**16) + b"\0" * (4 * 2**20 - 2**16)
    files = [(f"web/files/{number}", file) for number in range(27)]
    assert "unpacked it has more than 100 MiB" in refusal(tgz(("web/Chart.yaml", ABOUT), *files))


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name} {{<<: [{','.join([f'*{before}'] * 9)}]}}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("file", ["values.yaml", "Chart.yaml", "charts/sub/values.yaml"])
@pytest.mark.parametrize("text", [LAUGHS, MERGES, "a: &a [*a]\n"])
def test_a_text_that_repeats_itself_without_end_is_refused(file: str, text: str) -> None:
    packed = tgz(("web/Chart.yaml", ABOUT), (f"web/{file}", text.encode()))
    if file == "Chart.yaml":
        packed = tgz(("web/Chart.yaml", ABOUT + text.encode()))
    assert "has more than 200,000 values" in refusal(packed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ " * 300 + "]" * 300, "values.yaml is nested too deeply."),
        ("{a: " * 100_000, "values.yaml is nested too deeply."),
        ("a: b: c", "values.yaml is not YAML (line 1)."),
        ("- a\n", "values.yaml is not a mapping."),
        ("a: !!python/object/apply:os.system [id]", "values.yaml is not YAML (line 1)."),
        (b"a: \xff", "The chart is refused: values.yaml is not UTF-8."),
        ("a: 2026-99-99", "values.yaml holds a value that cannot be read."),
        ("a: " + "9" * 5000, "values.yaml holds a value that cannot be read."),
    ],
)
def test_values_that_cannot_be_read_are_refused(text: str | bytes, said: str) -> None:
    assert refusal(with_file("values.yaml", text)) == said


@pytest.mark.parametrize(
    "schema",
    [
        '{"$ref": "https://evil.example/schema.json"}',
        '{"properties": {"a": {"$ref": "file:///etc/passwd"}}}',
        '{"allOf": [{"$ref": "other.json"}]}',
        '{"$id": "https://evil.example/", "$ref": "schema.json"}',
        '{"$schema": "https://evil.example/dialect"}',
        '{"$dynamicRef": "http://169.254.169.254/"}',
        "{",
        "[" * 3000,
    ],
)
def test_a_schema_that_would_have_helm_fetch_another_is_refused(schema: str) -> None:
    assert refusal(with_file("values.schema.json", schema)).startswith("The chart is refused: ")
    assert refusal(with_file("charts/sub/values.schema.json", schema))


@pytest.mark.parametrize(
    "schema",
    [
        '{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a"}',
        '{"$id": "https://a.example/s.json", "$ref": "https://a.example/s.json#/definitions/a"}',
        '{"properties": {"$ref": {"type": "string"}}}',
    ],
)
def test_a_schema_that_refers_to_itself_is_fine(schema: str) -> None:
    assert inspected(with_file("values.schema.json", schema)).name == "web"


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (b"", "it is not a gzipped archive."),
        (b"PK\x03\x04", "it is not a gzipped archive."),
        (gzip.compress(b""), "its archive cannot be read."),
        (gzip.compress(b"x" * 2000), "its archive cannot be read."),
        (tgz(("web/values.yaml", b"")), "it has no Chart.yaml."),
        (tgz(("web/Chart.yaml", ABOUT))[:-30], "its archive ends too early."),
        (b"\x1f\x8b\x08" + b"\xff" * 100, "its archive cannot be decompressed."),
        (tgz(("web/Chart.yaml", b"name: --help\nversion: 1.0.0")), "no name that a chart can have"),
        (tgz(("web/Chart.yaml", b"name: ../x\nversion: 1.0.0")), "no name that a chart can have"),
        (tgz(("web/Chart.yaml", b"name: web\nversion: latest")), "no version that is one"),
        (tgz(("web/Chart.yaml", b"name: web\nversion: 1.0.0/../x")), "no version that is one"),
    ],
)
def test_what_is_no_chart_is_refused(packed: bytes, said: str) -> None:
    text = refusal(packed)
    assert text.startswith("The chart is refused: ")
    assert said in text


def test_refusals_are_of_one_kind() -> None:
    assert issubclass(ChartRefusedError, InvalidError)
