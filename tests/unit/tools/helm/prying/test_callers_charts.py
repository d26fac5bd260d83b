"""A caller's chart that turns what it reads of secrets into other forms gets no word of it out.

A real helm renders the charts. Masking what is printed knows exact values only; so a chart that
only renders, for a preview or a comparison, is never given any, and what a chart says in a real run
is shown as it says it without them.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import pytest

from sandbox import Cluster
from sandbox.charts import ChartRepository
from tests.conftest import Call, Said
from tests.support.builders import a_namespace, a_secret, an_object
from tests.support.chart_repository import a_chart, publish
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
        hashlib.sha256(raw).hexdigest(),
    ]


def leaks(answer: Said, secret: str) -> list[str]:
    said = (answer.text + json.dumps(answer.data, ensure_ascii=False)).lower()
    return [form for form in forms_of(secret) if form.lower() in said]


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
        chart = {**a_chart("caller"), place: said}
        publish(repository, chart)
        return f"{repository.url}/caller-1.0.0.tgz"

    return publish_


def every_form(read: str) -> str:
    """Make one text of the secret in every form."""
    pieces = " ".join(f"({form.replace('S', read)})" for form in FORMS.values())
    return f'printf "{" ~ ".join(["%v"] * len(FORMS))}" {pieces}'


def in_a_map(said: str) -> str:
    about = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: rev\ndata:\n"
    return f"{about}  rev: {{{{ {said} | quote }}}}\n"


def as_a_failure(said: str) -> str:
    return f"{{{{ fail ({said}) }}}}\n"


def in_notes(said: str) -> str:
    return f"Log in with {{{{ {said} }}}}\n"


def as_a_name(said: str) -> str:
    """No object can have such a name; the API server quotes it."""
    return in_a_map("1").replace("name: rev", f"name: {{{{ {said} | quote }}}}")


def as_a_place(said: str) -> str:
    """There is no such namespace; helm, or the API server, quotes it."""
    return in_a_map("1").replace("name: rev", f"name: rev\n  namespace: {{{{ {said} | quote }}}}")


def as_a_number(said: str) -> str:
    """This takes a number; the refusal quotes what it got."""
    about = "apiVersion: v1\nkind: Service\nmetadata:\n  name: rev\nspec:\n  ports:\n"
    return f"{about}  - port: {{{{ {said} | quote }}}}\n"


SAYING = {
    "an object": ("templates/rev.yaml", in_a_map),
    "a failure": ("templates/rev.yaml", as_a_failure),
    "notes": ("templates/NOTES.txt", in_notes),
    "a name": ("templates/rev.yaml", as_a_name),
    "a namespace": ("templates/rev.yaml", as_a_place),
    "a number": ("templates/rev.yaml", as_a_number),
}
OTHER = {"release_name": "other", "namespace": "shop"}
AGAIN = {"values": "a: 1", "reuse_values": True}
CALLS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "a comparison, stored": ("helm_diff", KEPT, STORED, PASSWORD),
    "a comparison, of a Secret": ("helm_diff", KEPT, LOOKED_UP, TOKEN),
    "a preview, stored": ("helm_upgrade", {**KEPT, "dry_run": True}, STORED, PASSWORD),
    "a preview, stored and more": (
        "helm_upgrade", {**KEPT, **AGAIN, "dry_run": True}, STORED, PASSWORD
    ),
    "a preview, of a Secret": ("helm_install", {**OTHER, "dry_run": True}, LOOKED_UP, TOKEN),
    "an install": ("helm_install", {**OTHER, "wait": False}, LOOKED_UP, TOKEN),
    "an upgrade": ("helm_upgrade", {**KEPT, "wait": False}, STORED, PASSWORD),
    "an upgrade with more": ("helm_upgrade", {**KEPT, **AGAIN, "wait": False}, STORED, PASSWORD),
    "an upgrade, of a Secret": ("helm_upgrade", {**KEPT, "wait": False}, LOOKED_UP, TOKEN),
}  # fmt: skip


@pytest.mark.parametrize("place", SAYING)
@pytest.mark.parametrize("how", CALLS)
async def test_no_answer_tells_a_secret_in_any_form(
    call: Call, shop: Cluster, published: Publish, how: str, place: str
) -> None:
    tool, arguments, read, secret = CALLS[how]
    file, written = SAYING[place]
    answer = await call(tool, **arguments, chart=published(file, written(every_form(read))))
    assert leaks(answer, secret) == [], answer.text


async def test_a_chart_that_fails_without_any_secret_says_why(
    call: Call, shop: Cluster, published: Publish
) -> None:
    url = published("templates/rev.yaml", as_a_failure(f'printf "%s: give a host" {STORED}'))
    answer = await call("helm_upgrade", **KEPT, chart=url)
    assert re.search(
        r"\(caller/templates/rev.yaml:1:3\): <redacted 17 bytes.*: give a host", answer.text
    )


async def test_a_chart_that_fails_by_what_the_secret_is_does_not_say_so(
    call: Call, shop: Cluster, published: Publish
) -> None:
    url = published(
        "templates/rev.yaml",
        f'{{{{ if hasPrefix "h" {STORED} }}}}{{{{ fail "it is h" }}}}{{{{ end }}}}',
    )
    answer = await call("helm_upgrade", **KEPT, chart=url)
    assert (
        "the chart's message is withheld, as it may carry what it read from Secrets." in answer.text
    )
    assert "it is h" not in answer.text


async def test_notes_are_shown_with_fingerprints(
    call: Call, shop: Cluster, published: Publish
) -> None:
    answer = await call(
        "helm_upgrade", **KEPT, chart=published("templates/NOTES.txt", in_notes(STORED))
    )
    assert not answer.error
    assert re.search(r"NOTES:\nLog in with <redacted 17 bytes, fingerprint \w{6}>", answer.text)


async def test_what_is_stored_is_masked_in_its_common_forms(
    call: Call, shop: Cluster, cluster: Cluster
) -> None:
    """A chart of an operator's own may write base64 into a ConfigMap, or a URL into its notes."""
    coded, quoted = base64.b64encode(PASSWORD.encode()).decode(), quote_plus(PASSWORD)
    manifest = f"{BEFORE}  coded: {coded}\n  url: https://u:x@db/?p={quoted}\n"
    values = {"db": {"password": PASSWORD}}
    cluster.store.create(
        as_secret(a_release("kept", config=values, manifest=manifest, notes=f"{coded} {quoted}"))
    )
    which = {"release_name": "kept", "namespace": "shop"}
    for tool, more in (("helm_get_manifest", {}), ("helm_status", {"notes": True})):
        answer = await call(tool, **which, **more)
        assert leaks(answer, PASSWORD) == []
        assert answer.text.count("<redacted 24 bytes") == 1


OWN = """apiVersion: v1
kind: Secret
metadata:
  name: db
data:
  password: {{ .Values.db.password | b64enc }}
  url: {{ printf "amqp://u:%s@mq/x" .Values.db.password | b64enc }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: db
data:
  url: amqp://u:{{ .Values.db.password }}@mq/x
  words: the password is {{ .Values.db.password }} for {{ .Values.who | default "all" }}
  coded: {{ .Values.db.password | b64enc | quote }}
---
apiVersion: v1
kind: Pod
metadata:
  name: db
  annotations: {checksum/secret: {{ .Values.db.password | sha256sum }}}
spec:
  containers:
  - name: db
    image: db:1
    args: ["--password={{ .Values.db.password }}", "--password", {{ .Values.db.password }}]
    env:
    - {name: DB_PASSWORD, value: {{ .Values.db.password | quote }}}
    - {name: URL, value: "amqp://u:{{ .Values.db.password }}@mq/x"}
"""
MINE = {"release_name": "mine", "namespace": "shop"}


@pytest.fixture
async def mine(call: Call, shop: Cluster, published: Publish) -> str:
    """A release made with its own chart, whose URL this is."""
    url = published("templates/own.yaml", OWN)
    made = await call(
        "helm_install_with_values", **MINE, chart=url, wait=False,
        values=f"db: {{password: '{PASSWORD}'}}",
    )  # fmt: skip
    assert not made.error, made.text
    return url


async def test_a_release_with_its_own_chart_is_unchanged(call: Call, mine: str) -> None:
    compared = await call("helm_diff", **MINE, chart=mine)
    assert "are the same in all 3 objects" in compared.text, compared.text
    preview = await call("helm_upgrade", **MINE, chart=mine, dry_run=True)
    assert preview.text.startswith("Would leave 3 unchanged."), preview.text
    assert "pod/db: checksums of Secrets are taken as unchanged, as these are." in preview.text


async def test_of_a_release_with_its_own_chart_only_what_changes_is_shown(
    call: Call, mine: str
) -> None:
    more = {"values": "who: us", "reuse_values": True}
    preview = await call("helm_upgrade", **MINE, chart=mine, **more, dry_run=True)
    assert preview.text.startswith("Would change 1 object, leave 2 unchanged."), preview.text
    assert re.search(
        r"data.words: the password is (<redacted 17 bytes, fingerprint \w{6}>) for all → "
        r"the password is \1 for us", preview.text
    )  # fmt: skip
    assert leaks(preview, PASSWORD) == []


async def test_a_secret_that_changes_is_shown_to_change(call: Call, mine: str) -> None:
    other = {"values": "db: {password: zq0ther-Xq97}"}
    for tool, more in (("helm_diff", {}), ("helm_upgrade", {"dry_run": True})):
        answer = await call(tool, **MINE, chart=mine, **other, **more)
        assert re.search(
            r"data.password: fingerprint \w+ \(17 bytes\) → fingerprint \w+ \(12 bytes\)",
            answer.text,
        )
        assert leaks(answer, PASSWORD) == []
        assert leaks(answer, "zq0ther-Xq97") == []


async def test_a_schema_that_refuses_what_stands_for_a_secret_is_explained(
    call: Call, shop: Cluster, published: Publish
) -> None:
    password = {"password": {"type": "string", "maxLength": 20}}
    schema = {"properties": {"db": {"properties": password}}}
    url = published("values.schema.json", json.dumps(schema))
    stored = await call("helm_upgrade", **KEPT, chart=url, dry_run=True)
    assert stored.error
    assert "Stored secrets are hidden from a chart that is only rendered" in stored.text
    given = {"values": f"db: {{password: '{PASSWORD}'}}"}
    assert not (await call("helm_upgrade", **KEPT, chart=url, **given, dry_run=True)).error
