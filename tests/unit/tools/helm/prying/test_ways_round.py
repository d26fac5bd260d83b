"""Ways round what is hidden from a caller's chart: refusals tried again, other objects, pieces.

A real helm renders the charts, as in ``test_callers_charts``.
"""

import pytest

from sandbox import Cluster
from sandbox.charts import ChartRepository
from tests.conftest import Call
from tests.support.builders import a_namespace, a_secret, an_object
from tests.support.chart_repository import a_chart, publish
from tests.support.helm_releases import a_release, as_secret

PASSWORD = "hunter2hunterXq9"
TOKEN = "CANARY9TOKEN7abc"
KEPT = {"release_name": "web", "namespace": "shop"}
OTHER = {"release_name": "other", "namespace": "shop", "wait": False}
WITHHELD = "the chart's message is withheld"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: rev\n"


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    for namespace in ("shop", "ci"):
        cluster.store.create(a_namespace(namespace))
    manifest = f"---\n{MAP}data: {{rev: nothing}}\n"
    values = {"db": {"password": PASSWORD}}
    cluster.store.create(as_secret(a_release("web", config=values, manifest=manifest)))
    live = an_object("v1", "ConfigMap", "rev", data={"rev": "nothing"})
    live["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "Helm"}
    live["metadata"]["annotations"] = {
        "meta.helm.sh/release-name": "web",
        "meta.helm.sh/release-namespace": "shop",
    }
    cluster.store.create(live)
    cluster.store.create(a_secret("jenkins", "ci", **{"api-token": TOKEN}))
    told = an_object("v1", "ConfigMap", "told", data={"env": f"password={TOKEN}"})
    told["metadata"]["namespace"] = "ci"
    cluster.store.create(told)
    return cluster


def published(repository: ChartRepository, template: str, name: str = "rev.yaml") -> str:
    publish(repository, {**a_chart("caller"), f"templates/{name}": template})
    return f"{repository.url}/caller-1.0.0.tgz"


def apart(text: str) -> str:
    return " ".join(text.upper())


@pytest.mark.parametrize("password", [PASSWORD, 'hun"ter2\\hunterXq'])
async def test_what_the_api_server_refuses_is_not_tried_with_true_values(
    call: Call, cluster: Cluster, shop: Cluster, repository: ChartRepository, password: str
) -> None:
    """Three words for a secret are too long for a label, three of the secret itself are not."""
    values = {"db": {"password": password}}
    name = "sh.helm.release.v1.web.v1"
    kept = cluster.store.get("", "secrets", "shop", name)
    assert kept is not None
    edited = as_secret(a_release("web", config=values, manifest=f"---\n{MAP}"))
    cluster.store.update({**edited, "metadata": {**kept["metadata"], **edited["metadata"]}})
    word = "{{ .Values.db.password | quote }}"
    labels = "  labels: {a: {{ repeat 3 .Values.db.password | quote }}}\n"
    chart = published(repository, f"{MAP}{labels}data:\n  {word}: x\n")
    answer = await call("helm_upgrade", **KEPT, chart=chart, dry_run=True)
    assert "which may be the reason" in answer.text, answer.text
    assert "ter2" not in answer.text, answer.text


@pytest.mark.parametrize(
    "read",
    [
        '(lookup "v1" "ConfigMap" "ci" "told").data.env',
        '(last (lookup "v1" "ConfigMap" "ci" "").items).data.env',
    ],
)
async def test_what_any_object_gives_away_is_not_said_by_a_chart_that_fails(
    call: Call, shop: Cluster, repository: ChartRepository, read: str
) -> None:
    failure = f'{{{{ fail ({read} | upper | splitList "" | join " ") }}}}'
    answer = await call("helm_install", **OTHER, chart=published(repository, failure))
    assert answer.error
    assert apart(TOKEN) not in answer.text, answer.text


async def test_a_secret_does_not_come_out_in_pieces(
    call: Call, shop: Cluster, repository: ChartRepository
) -> None:
    read = '(index (lookup "v1" "Secret" "ci" "jenkins").data "api-token" | b64dec | splitList "")'
    each = (
        f'{{{{- range $i, $c := {read} }}}}\n    k{{{{ $i }}}}: "{{{{ $c }}}}!"\n{{{{- end }}}}\n'
    )
    template = f"{MAP.replace('rev', 'fresh')}  labels:\n{each}"
    answer = await call("helm_install", **OTHER, chart=published(repository, template))
    assert answer.error
    assert WITHHELD in answer.text
    assert '"C!"' not in answer.text


async def test_a_secret_that_is_a_key_is_masked_there_too(
    call: Call, cluster: Cluster, repository: ChartRepository
) -> None:
    cluster.store.create(a_namespace("shop"))
    for version, data in ((1, f"  {PASSWORD}: user\n"), (2, "  a: user\n")):
        values = {"db": {"password": PASSWORD}}
        manifest = f"---\n{MAP}data:\n{data}"
        cluster.store.create(as_secret(a_release("web", version, config=values, manifest=manifest)))
    answer = await call("helm_diff", **KEPT, revision=1)
    assert not answer.error, answer.text
    assert PASSWORD not in answer.text


READ = '(index (lookup "v1" "Secret" "ci" "jenkins").data "api-token" | b64dec | splitList "")'
EACH = f'{{{{ range $c := {READ} | reverse }}}}\\x{{{{ printf "%x" $c }}}}AS{{{{ end }}}}'
WRITTEN = {
    "escaped": f'"{EACH.replace("AS", "")}!"',
    "escaped, in pieces": f'"{EACH.replace("AS", chr(92) + "x01")}"',
    "binary": f'!!binary {{{{ printf "%s!!" ({READ} | reverse | join "") | b64enc }}}}',
}


@pytest.mark.parametrize("how", WRITTEN)
async def test_a_secret_that_only_yaml_can_read_is_not_quoted(
    call: Call, shop: Cluster, repository: ChartRepository, how: str
) -> None:
    """The API server quotes the label as it is read, not as the chart has written it."""
    template = f"{MAP.replace('rev', 'fresh')}  labels:\n    a: {WRITTEN[how]}\n"
    answer = await call("helm_install", **OTHER, chart=published(repository, template))
    assert answer.error
    letters = "".join(each for each in answer.text.replace("\\x01", "") if each.isprintable())
    assert TOKEN[::-1] not in letters, answer.text
