"""The index of a repository: helm's YAML or JSON, whatever its size, and what is none."""

import resource

import pytest

from clients.errors import ClientError, InvalidError, NotFoundError
from clients.helm.charts.index import Entry, Index, read

YAML = """apiVersion: v1
entries:
  web:
  - annotations: {images: [a, b]}
    appVersion: 1.0
    created: 2026-01-01T00:00:00Z
    dependencies:
    - {name: redis, version: 1}
    description: "A web: server"
    digest: abc
    keywords: [http, web]
    name: web
    urls:
    - https://x.example/web-1.0.0.tgz
    version: 1.0.0
  - name: web
    version: 1.1.0-rc.1
    deprecated: true
  - name: web
    version: latest
  - version: 1.0.0
  empty: []
  none: null
  odd: text
  a.b: [{name: a.b, version: 0.1.0}]
generated: "2026-01-01"
"""


async def test_a_yaml_index_is_read_as_far_as_it_is_one() -> None:
    index = await read(YAML.encode(), "x")
    assert index.charts == {
        "a.b": [Entry("a.b", "0.1.0")],
        "web": [
            Entry("web", "1.1.0-rc.1", deprecated=True),
            Entry(
                "web",
                "1.0.0",
                "1.0",
                "A web: server",
                ("http", "web"),
                ("https://x.example/web-1.0.0.tgz",),
                "abc",
            ),
        ],
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "it has no apiVersion"),
        (b"hello", "it has no apiVersion"),
        (b"<html>", "it has no apiVersion"),
        (b"[]", "it has no apiVersion"),
        (b"a: b: c", "it is not YAML"),
        (b"\xff\xfe\x00", "it is not YAML"),
        (b"a: {", "it is not YAML"),
        (b"apiVersion: v1\nentries: {web: &a [*a]}", "it has aliases"),
        (b"a: &a [x]\nb: *a", "it has aliases"),
        (b'{"apiVersion": 1}', "it has no apiVersion"),
        (b"{" * 100_000, "it is not YAML"),
        (b'{"a":' * 100_000, "it is not YAML"),
    ],
)
@pytest.mark.parametrize("padding", [0, 300_000])
async def test_what_is_no_index_is_refused_in_a_sentence(
    body: bytes, said: str, padding: int
) -> None:
    padded = body + b"\n" * padding  # a large one is read by another process
    with pytest.raises(ClientError) as refused:
        await read(padded, "https://x.example")
    assert str(refused.value) == (
        f"https://x.example does not serve the index of a chart repository: {said}."
    )


async def test_a_large_index_is_read_by_another_process() -> None:
    """The work is not this process's own, which has calls to answer."""
    entry = "  - {{name: web, version: 1.{}.0, annotations: {{text: {}}}}}\n"
    lines = "".join(entry.format(number, "x" * 600) for number in range(1_000))
    large = f"apiVersion: v1\nentries:\n  web:\n{lines}".encode()
    before = of_other_processes()
    await read(YAML.encode(), "x")
    between = of_other_processes()
    assert len((await read(large, "x")).charts["web"]) == 1_000
    assert before == between < of_other_processes()


def of_other_processes() -> float:
    """Return the seconds that ended child processes have worked."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def an_index(*versions: str) -> Index:
    return Index(Entry("web", version) for version in versions)


@pytest.mark.parametrize(
    ("version", "found"),
    [(None, "1.10.0"), ("1.9.0", "1.9.0"), ("~1.9", "1.9.0"), ("2.0.0-rc.1", "2.0.0-rc.1")],
)
def test_the_newest_that_is_allowed_is_found(version: str | None, found: str) -> None:
    index = an_index("1.9.0", "2.0.0-rc.1", "1.10.0")
    assert index.find("demo", "web", version).version == found


def test_what_is_not_in_it_is_refused_with_what_is() -> None:
    index = an_index("1.0.0", "0.9.0", "0.8.0", "0.7.0", "0.6.0", "0.5.0")
    with pytest.raises(NotFoundError) as missing:
        index.find("demo", "wbe", None)
    assert str(missing.value) == 'Chart "wbe" not found in repository "demo". Did you mean "web"?'
    with pytest.raises(NotFoundError) as other:
        index.find("demo", "web", "^3")
    assert str(other.value) == (
        'Chart "web" in repository "demo" has no version "^3". '
        "There are: 1.0.0, 0.9.0, 0.8.0, 0.7.0, 0.6.0 and 1 older ones."
    )
    with pytest.raises(NotFoundError, match=r"has only pre-releases: 1.0.0-a. Give one"):
        an_index("1.0.0-a").find("demo", "web", None)
    with pytest.raises(InvalidError, match="neither a version nor a constraint"):
        index.find("demo", "web", "newest")
