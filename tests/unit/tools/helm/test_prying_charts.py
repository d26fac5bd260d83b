"""A caller's chart that turns what it reads of secrets into other forms gets no word of it out.

A real helm renders the charts. Masking what is printed knows exact values only; so a chart that
only renders, for a preview or a comparison, is never given any, and what a chart says in a real run
is shown as it says it without them.
"""

import base64
import json
from collections.abc import AsyncIterator, Callable
from urllib.parse import quote_plus

import pytest

from clients.helm import HelmSettings
from sandbox import Cluster
from sandbox.charts import ChartRepository, running_repository
from tests.conftest import Call, Said
from tests.support.builders import a_namespace, a_secret, an_object
from tests.support.chart_repository import a_chart, allowing, publish
from tests.support.helm_releases import a_release, as_secret

PASSWORD = "hunter2+hunterXq9"
TOKEN = "CANARY+S3CR3T/11F5"
BEFORE = """---
apiVersion: v1
kind: ConfigMap
metadata:
  name: rev
data:
  rev: nothing yet
"""
KEPT = {"release_name": "web", "namespace": "shop"}
STORED = ".Values.db.password"
LOOKED_UP = '(index (lookup "v1" "Secret" "ci" "jenkins").data "api-token" | b64dec)'
# Each writes the secret that stands for S in another form.
FORMS = {
    "as it is": "S",
    "upper case": "S | upper",
    "backwards": 'S | splitList "" | reverse | join ""',
    "apart": 'S | splitList "" | join " "',
    "base64": "S | b64enc",
    "twice base64": "S | b64enc | b64enc",
    "base64 of more": 'printf "x%s" S | b64enc',
    "base32": "S | b32enc",
    "JSON of all": "dict `a` S | toJson | b64enc",
    "URL quoted": "S | urlquery",
    "cut in two": 'printf "%s %s" (S | trunc 5) (S | trunc -12)',
    "as numbers": 'printf "% x" S',
    "inside a word": 'printf "xx%sxx" S',
    "rot": 'S | replace "a" "b" | replace "2" "3" | swapcase',
    "as a digest": "S | sha256sum",
}


def forms_of(secret: str) -> list[str]:
    """What of a secret would tell it: itself, turned, coded, in pieces."""
    raw = secret.encode()
    codes = [base64.b64encode(raw), base64.b64encode(base64.b64encode(raw)), base64.b32encode(raw)]
    parts = [secret[:5], secret[-12:], secret[::-1], " ".join(secret), quote_plus(secret)]
    longer = base64.b64encode(b"x" + raw).decode()
    return [
        *parts,
        *(code.decode().rstrip("=")[:-2] for code in codes),
        longer[2:-4],
        raw.hex(" "),
        base64.b64encode(json.dumps({"a": secret}).encode()).decode()[10:-4],
        secret.replace("a", "b").replace("2", "3").swapcase(),
        __import__("hashlib").sha256(raw).hexdigest(),
    ]


def leaks(answer: Said, secret: str) -> list[str]:
    said = (answer.text + json.dumps(answer.data, ensure_ascii=False)).lower()
    return [form for form in forms_of(secret) if form.lower() in said]


@pytest.fixture
async def repository() -> AsyncIterator[ChartRepository]:
    async with running_repository(files={}) as running:
        yield running


@pytest.fixture
def helm_settings(repository: ChartRepository) -> HelmSettings:
    return allowing(repository, f"demo={repository.url}")


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    """A release with a password among its values, and the Secret of somebody else."""
    for namespace in ("shop", "ci"):
        cluster.store.create(a_namespace(namespace))
    values = {"db": {"password": PASSWORD}}
    cluster.store.create(as_secret(a_release("web", config=values, manifest=BEFORE)))
    labels = {"app.kubernetes.io/managed-by": "Helm"}
    owner = {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}
    live = an_object("v1", "ConfigMap", "rev", labels=labels, data={"rev": "nothing yet"})
    live["metadata"]["annotations"] = owner
    cluster.store.create(live)
    cluster.store.create(a_secret("jenkins", "ci", **{"api-token": TOKEN}))
    return cluster


Publish = Callable[[str, str], str]


@pytest.fixture
def published(repository: ChartRepository) -> Publish:
    """Publish a chart that says something at one place, and return its URL."""

    def publish_(place: str, said: str) -> str:
        chart = {**a_chart("caller"), f"templates/{place}": said}
        publish(repository, chart)
        return f"{repository.url}/caller-1.0.0.tgz"

    return publish_


def in_a_map(form: str) -> str:
    about = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: rev\ndata:\n"
    return f"{about}  rev: {{{{ {form} | quote }}}}\n"


def as_a_failure(form: str) -> str:
    return f'{{{{ fail (printf "%s" ({form})) }}}}\n'


READING = {
    "helm_diff": {},
    "helm_upgrade": {"dry_run": True},
    "helm_upgrade with values": {"dry_run": True, "values": "a: 1", "reuse_values": True},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tool", READING)
@pytest.mark.parametrize("written", [in_a_map, as_a_failure])
async def test_a_preview_and_a_comparison_tell_nothing(
    call: Call,
    shop: Cluster,
    published: Publish,
    written: Callable[[str], str],
    tool: str,
    form: str,
) -> None:
    url = published("rev.yaml", written(FORMS[form].replace("S", STORED)))
    answer = await call(tool.split()[0], **KEPT, chart=url, **READING[tool])
    assert leaks(answer, PASSWORD) == [], answer.text
    assert "rev" in answer.text
