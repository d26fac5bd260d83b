"""Charts that mean harm, through the tools and to the real helm: refused, and nothing has changed.

No file beside the server's own temporary ones, no object in the cluster, no connection.
"""

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.charts import ChartRepository, package
from tests.e2e.helm.guarded import Guarded
from tests.support.chart_repository import a_chart, tgz

pytestmark = pytest.mark.asyncio(loop_scope="session")

ABOUT = b"apiVersion: v2\nname: web\nversion: 1.0.0\n"
CHART = ("web/Chart.yaml", ABOUT)
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata:\n"


def linked(kind: bytes, name: str, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def renamed(path: str) -> bytes:
    """Hide a member's name in an extended header."""
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w", format=tarfile.PAX_FORMAT) as tar:
        about = tarfile.TarInfo("web/Chart.yaml")
        about.size = len(ABOUT)
        tar.addfile(about, io.BytesIO(ABOUT))
        info = tarfile.TarInfo("web/innocent.yaml")
        info.pax_headers = {"path": path}
        tar.addfile(info)
    return gzip.compress(tape.getvalue())


ELSEWHERE = "is a path that leads elsewhere."
A_LINK = "is a link, a device or the like."
Made = Callable[[Path], bytes]
HOSTILE: dict[str, tuple[Made, str]] = {
    "a way up": (lambda _: tgz(CHART, ("web/../../evil", b"x")), ELSEWHERE),
    "a way up that is long": (lambda _: tgz(CHART, (f"web/{'../' * 30}tmp/evil", b"x")), ELSEWHERE),
    "a way up in an extended header": (lambda _: renamed("../../evil"), ELSEWHERE),
    "an absolute path": (lambda place: tgz(CHART, (f"{place}/evil", b"x")), ELSEWHERE),
    "a link out": (
        lambda place: tgz(CHART, (linked(tarfile.SYMTYPE, "web/values.yaml",
                                         f"{place}/outside/secret"), b"")), A_LINK),
    "a file through a link out": (
        lambda place: tgz(CHART, (linked(tarfile.SYMTYPE, "web/templates", str(place)), b""),
                          ("web/templates/evil", b"x")), A_LINK),
    "a hard link out": (
        lambda place: tgz(CHART, (linked(tarfile.LNKTYPE, "web/values.yaml",
                                         f"{place}/outside/secret"), b"")), A_LINK),
    "a device": (lambda _: tgz(CHART, (linked(tarfile.CHRTYPE, "web/x", ""), b"")), A_LINK),
    "a file that grows": (
        lambda _: tgz(CHART, ("web/values.yaml", b"\0" * 6 * 2**20)), "more than 5 MiB."),
    "files that grow": (
        lambda _: tgz(CHART, *((f"web/files/{n}", b"\0" * 4 * 2**20) for n in range(40))),
        "it is a decompression bomb."),
    "too many files": (
        lambda _: tgz(CHART, *((f"web/templates/{n}.yaml", b"") for n in range(10_001))),
        "it has more than 10,000 files."),
    "aliases in Chart.yaml": (
        lambda _: tgz(("web/Chart.yaml", ABOUT + LAUGHS.encode())), "has more than 200,000 values"),
    "aliases in values.yaml": (
        lambda _: tgz(CHART, ("web/values.yaml", LAUGHS.encode())), "has more than 200,000 values"),
    "a hostile archive within": (
        lambda _: tgz(CHART, ("web/charts/sub.tgz", tgz(CHART, ("../evil", b"x")))), ELSEWHERE),
    "another chart of the same name": (
        lambda _: tgz(CHART, CHART), 'it holds "web/Chart.yaml" twice.'),
    "a second archive": (lambda _: tgz(CHART) * 2, "something follows its archive."),
    "a schema from the disk": (
        lambda place: tgz(CHART, ("web/values.schema.json",
                                  f'{{"$ref": "file://{place}/outside/secret"}}'.encode())),
        "refers to a schema elsewhere ($ref)."),
    "a flag for a name": (
        lambda place: tgz(("web/Chart.yaml", f"apiVersion: v2\nname: --post-renderer={place}/run\n"
                                             "version: 1.0.0\n".encode())),
        "no name that a chart can have."),
    "a path for a name": (
        lambda _: tgz(("web/Chart.yaml", b"apiVersion: v2\nname: ../../evil\nversion: 1.0.0\n")),
        "no name that a chart can have."),
    "no archive": (lambda _: b"#!/bin/sh\ntouch /tmp/evil\n", "it is not a gzipped archive."),
}  # fmt: skip
# What a chart brings to have helm run something, or read something of the machine.
PRYING = a_chart() | {
    "plugin.yaml": "name: evil\nversion: 1.0.0\ncommand: touch PLACE/ran\nuseTunnel: true\n"
    "hooks: {install: touch PLACE/ran}\ndownloaders: [{command: PLACE/run, protocols: [evil]}]\n",
    "plugins/evil/plugin.yaml": "name: evil\nversion: 1.0.0\ncommand: PLACE/run\n",
    "values.yaml": "postRenderer: PLACE/run\n",
    "templates/config.yaml": CONFIG
    + '  file: {{ .Files.Get "../../../../../../../../../../PLACE/outside/secret" | quote }}\n'
    '  file2: {{ .Files.Get "PLACE/outside/secret" | quote }}\n'
    '  files: {{ (.Files.Glob "/**").AsConfig | quote }}\n'
    '  host: {{ getHostByName "localhost" | quote }}\n',
}


def calls(guarded: Guarded, chart: str) -> dict[str, dict[str, object]]:
    """Return every tool that takes a chart, with what else it needs."""
    web = {"release_name": "evil", "namespace": guarded.namespace, "chart": chart}
    return {
        "helm_show_values": {"chart": chart},
        "helm_template": web,
        "helm_install": web,
        "helm_install_with_values": web | {"values": "a: 1"},
        "helm_upgrade": web,
    }


@pytest.mark.parametrize("what", HOSTILE)
async def test_an_archive_that_means_harm_is_refused_by_every_tool(
    guarded: Guarded, hello_charts: ChartRepository, what: str
) -> None:
    made, said = HOSTILE[what]
    hello_charts.files["/charts/hostile.tgz"] = made(guarded.folder)
    for tool, arguments in calls(guarded, f"{hello_charts.url}/hostile.tgz").items():
        answer = await guarded.ask(tool, **arguments)
        assert answer.error, (tool, answer.text)
        assert said in answer.text, tool
        assert len(answer.text.splitlines()) == 1, answer.text
        assert "hunter2" not in answer.text


async def test_an_index_that_is_full_of_aliases_is_refused_by_every_tool(
    guarded: Guarded, hello_charts: ChartRepository
) -> None:
    """It is the repository bad of the server's settings."""
    hello_charts.files["/charts/bad/index.yaml"] = LAUGHS.encode()
    for tool, arguments in calls(guarded, "bad/web").items():
        answer = await guarded.ask(tool, **arguments)
        assert answer.error, (tool, answer.text)
        assert "it has aliases." in answer.text, tool
    added = await guarded.ask("helm_repo_add", name="worse", url=f"{hello_charts.url}/bad")
    assert added.error
    assert "it has aliases." in added.text
    found = await guarded.ask("helm_search_repo", keyword="hello")
    assert "demo/hello" in found.text
    assert "it has aliases." in found.text


async def test_a_chart_has_helm_run_nothing_and_reads_nothing_of_the_machine(
    guarded: Guarded, hello_charts: ChartRepository
) -> None:
    files = {name: text.replace("PLACE", str(guarded.folder)) for name, text in PRYING.items()}
    hello_charts.files["/charts/prying.tgz"] = package("web", files)
    chart = f"{hello_charts.url}/prying.tgz"
    rendered = await guarded.ask("helm_template", **calls(guarded, chart)["helm_template"])
    preview = await guarded.ask(
        "helm_install", **calls(guarded, chart)["helm_install"], dry_run=True
    )
    assert not rendered.error, rendered.text
    assert not preview.error, preview.text
    assert 'host: ""' in rendered.text
    assert 'file: ""' in rendered.text
    assert 'file2: ""' in rendered.text
    assert "hunter2" not in rendered.text + preview.text
    assert not (guarded.folder / "ran").exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"templates/x.yaml": '{{ env "HOME" }}'}, 'function "env" not defined'),
        ({"templates/x.yaml": '{{ template "x" }}'}, 'template "x" not defined'),
        ({"Chart.yaml": f"{ABOUT.decode()}dependencies:\n- {{name: sub, version: 1.0.0, "
          "repository: 'evil://127.0.0.1/x'}\n"}, "lacks charts that it depends on: sub."),
    ],
)  # fmt: skip
async def test_a_chart_that_does_not_render_leaves_nothing(
    guarded: Guarded, hello_charts: ChartRepository, files: dict[str, str], said: str
) -> None:
    hello_charts.files["/charts/broken.tgz"] = package("web", {**a_chart(), **files})
    for tool, arguments in calls(guarded, f"{hello_charts.url}/broken.tgz").items():
        if tool != "helm_show_values":
            answer = await guarded.ask(tool, **arguments)
            assert answer.error, (tool, answer.text)
            assert said in answer.text, (tool, answer.text)
