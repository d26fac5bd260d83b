"""No secret of a release is in any answer: by key, by form, and wherever its value turns up."""

import base64
import json
import re
from typing import Any

import pytest
import yaml

from sandbox import Cluster
from tests.conftest import Call, Said
from tests.support.builders import a_secret
from tests.unit.tools.helm.conftest import Stored

WEB = {"release_name": "web", "namespace": "shop"}
CANARY = "h7nt3r-Tw0!"
WORD = "swordfish"
ENCODED = base64.b64encode(CANARY.encode()).decode()
SECRET = f"""
apiVersion: v1
kind: Secret
metadata:
  name: db # password: {CANARY}
type: Opaque
data:
  password: {ENCODED}
stringData:
  config.ini: |
    [db]
    password = {CANARY}
    # {CANARY}

  user: admin
"""
AROUND = f"""
# Connects with {CANARY}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {{note: "token={CANARY}"}}
spec:
  template:
    spec:
      automountServiceAccountToken: false
      containers:
        - name: web
          args: [serve, --password, {WORD}, "--url=postgres://u:{CANARY}@db/x"]
          env:
            - name: DB_PASSWORD
              value: "{WORD}"
            - {{name: PLAIN, value: "{CANARY}"}}
            - name: DB_HOST
              value: db.example.com
"""
LISTED = f"""
apiVersion: v1
kind: List
items:
  - {{apiVersion: v1, kind: Secret, metadata: {{name: a}}, stringData: {{a: {CANARY}, b: 12345}}}}
  - apiVersion: v1
    kind: Secret
    metadata: {{name: b}}
    data: &data
      pin: 1234
      pin2: >-
        {ENCODED}
"""
MANIFEST = "".join(
    f"---\n# Source: web/templates/{name}.yaml{text}"
    for name, text in (("secret", SECRET), ("web", AROUND), ("list", LISTED))
)
CONFIG: dict[str, Any] = {
    "auth": {"password": WORD, "existingSecret": "db", "pin": {"token": 271828}},
    "apiKeys": ["k-314159-k", CANARY],
    "secrets": {"stripe": "sk-161803", "enabled": True, "name": "stripe"},
    "env": {"SESSION_TOKEN_2": "env-141421", "LOG": "debug"},
    "extraEnv": [{"name": "ADMIN_PASSWORD", "value": "adm-173205"}],
    "url": f"https://u:{CANARY}@example.com/",
    "plain": CANARY,
    "text": f"first\npassword={CANARY}\nlast {WORD}",
    "imagePullSecrets": ["registry"],
    "replicas": 3,
}
SECRETS = (
    *(CANARY, ENCODED, WORD, "271828", "k-314159-k", "sk-161803", "env-141421", "adm-173205"),
    *("12345", base64.b64encode(ENCODED.encode()).decode()),
)


def leaks(answer: Said) -> list[str]:
    everything = json.dumps(answer.data, ensure_ascii=False) + answer.text
    return [secret for secret in SECRETS if secret in everything]


@pytest.fixture
def release(stored: Stored) -> None:
    hook = {"name": "h", "path": "h.yaml", "manifest": SECRET, "events": ["pre-install"]}
    failure = f'Release "web" failed: cannot connect with {CANARY}: password="{WORD}"'
    parts: dict[str, Any] = {"manifest": MANIFEST, "hooks": [hook], "config": CONFIG}
    notes = f"Log in as admin with {CANARY}\nor {WORD}.\n"
    stored("web", 1, status="failed", description=failure, notes=notes, **parts)
    stored("web", 2, status="failed", description=f"{failure}\nagain", notes=notes, **parts)


CALLS: list[tuple[str, dict[str, Any]]] = [
    *(("helm_list_releases", {"output": form}) for form in ("table", "json", "yaml")),
    *(("helm_history", {"output": form}) for form in ("table", "json", "yaml")),
    *(("helm_status", {"output": form}) for form in ("json", "yaml")),
    ("helm_status", {"notes": True, "hooks": True}),
    *(("helm_get_values", {"output": form}) for form in ("table", "json", "yaml")),
    ("helm_get_values", {"all_values": True}),
    ("helm_get_values", {"revision": 1}),
    ("helm_get_manifest", {}),
    ("helm_get_manifest", {"revision": 1}),
]


@pytest.mark.parametrize(("tool", "arguments"), CALLS)
async def test_no_answer_holds_a_secret(
    call: Call, release: None, tool: str, arguments: dict[str, Any]
) -> None:
    which = {"namespace": "shop"} if tool == "helm_list_releases" else WEB
    answer = await call(tool, **which, **arguments)
    assert not answer.error, answer.text
    assert leaks(answer) == []
    assert "redacted" in answer.text or tool == "helm_list_releases"


async def test_what_is_no_secret_stays_readable(call: Call, release: None) -> None:
    values = yaml.safe_load((await call("helm_get_values", **WEB)).text)
    assert values["auth"]["existingSecret"] == "db"
    assert values["secrets"]["enabled"] is True
    assert values["secrets"]["name"] == "stripe"
    assert values["env"]["LOG"] == "debug"
    assert values["imagePullSecrets"] == ["registry"]
    assert values["replicas"] == 3
    manifest = (await call("helm_get_manifest", **WEB)).text
    deployment = list(yaml.safe_load_all(manifest))[1]
    pod = deployment["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["containers"][0]["env"][2] == {"name": "DB_HOST", "value": "db.example.com"}
    assert pod["containers"][0]["args"][0] == "serve"


async def test_a_manifest_keeps_its_layout_around_what_is_masked(call: Call, release: None) -> None:
    lines = (await call("helm_get_manifest", **WEB)).text.split("\n")
    assert lines[:8] == [
        "---",
        "# Source: web/templates/secret.yaml",
        "apiVersion: v1",
        "kind: Secret",
        "metadata:",
        "  name: db # password: <redacted>",
        "type: Opaque",
        "data:",
    ]
    assert lines[8].startswith("  password: <redacted 11 bytes, fingerprint ")
    assert lines[12].startswith("  user: <redacted 5 bytes, fingerprint ")


async def test_equal_values_have_the_fingerprint_that_the_secret_in_the_cluster_has(
    call: Call, release: None, cluster: Cluster
) -> None:
    cluster.store.create(a_secret("db", password=CANARY))
    path = "jsonpath={.data.password}"
    asked = {"resource_type": "secret", "name": "db", "namespace": "shop"}
    live = (await call("k8s_get", output=path, **asked)).text
    values = yaml.safe_load((await call("helm_get_values", **WEB)).text)
    manifest = yaml.safe_load_all((await call("helm_get_manifest", **WEB)).text)
    assert live.startswith("<redacted 11 bytes, fingerprint ")
    assert values["plain"] == live
    assert values["apiKeys"][1] == live
    assert next(iter(manifest))["data"]["password"] == live
    assert live in (await call("helm_status", notes=True, **WEB)).text


async def test_what_stands_in_a_secrets_file_is_known_and_plain_configuration_is_not_hidden(
    call: Call, stored: Stored
) -> None:
    """A Secret may hold the whole configuration; an address of it is masked in values alone."""
    file = "host: db.example.com:5432\nmode: production\npassword: zebrafish\n"
    url = "amqp://u:qu33n-bee@mq/x"
    secret = {"file": file, "MODE": "production", "HOST": "db.example.com:5432", "URL": url}
    document = {"kind": "Secret", "stringData": secret}
    flags = "---\nkind: ConfigMap\ndata:\n  mode: production\n  host: db.example.com:5432\n"
    leak = "  word: with zebrafish, zebrafishes and xqu33n-beex\n"
    values = {"mode": "production", "host": "db.example.com:5432"}
    stored("web", manifest=f"---\n{json.dumps(document)}\n{flags}{leak}", config=values)
    manifest = (await call("helm_get_manifest", **WEB)).text
    assert manifest.endswith(
        f"{flags}  word: with <redacted 9 bytes, fingerprint {_print(manifest, 9)}>, zebrafishes "
        f"and x<redacted 9 bytes, fingerprint {_print(manifest, 9, last=True)}>x"
    )
    answer = (await call("helm_get_values", **WEB)).text
    assert "production" not in answer
    assert "db.example.com" not in answer


def _print(text: str, size: int, *, last: bool = False) -> str:
    """Return the first or last fingerprint of a value of that size."""
    found = re.findall(rf"<redacted {size} bytes, fingerprint (\w+)>", text)
    return str(found[-1 if last else 0])


@pytest.mark.parametrize(
    "document",
    [
        f"apiVersion: v1\nkind: Secret\nstringData:\n  a: '{CANARY}\n",
        f"kind: Secret\n\tdata: {CANARY}\n",
        f"{'[' * 5000}{CANARY}\n",
        f"kind: Secret\nkind: ConfigMap\nstringData: {{a: {CANARY}}}\n",
        f"kind: Secret\nstringData: {{a: {CANARY}}}\nstringData: {{b: {CANARY}}}\n",
        f"kind: Secret\nstringData:\n  a: [{CANARY}, {{b: {CANARY}}}]\n",
        f"a: &a {CANARY}\nkind: Secret\nstringData: {{x: *a}}\n",
        f'{{"kind":"Secret","stringData":{{"a":"{CANARY}"}}}}\n',
        f"kind: !!str Secret\nstringData: {{a: !!binary {ENCODED}}}\n",
        f"kind: Secret\r\nstringData:\r\n  a: {CANARY}\r\n",
    ],
)
async def test_an_odd_document_gives_nothing_away(
    call: Call, stored: Stored, document: str
) -> None:
    stored("web", manifest=f"---\n# Source: web/x.yaml\n{document}---\nkind: After\n")
    answer = await call("helm_get_manifest", **WEB)
    assert leaks(answer) == []
    assert answer.text.endswith("---\nkind: After")


async def test_a_document_that_is_no_yaml_is_left_out_and_named(call: Call, stored: Stored) -> None:
    stored("web", manifest="---\n# Source: web/x.yaml\na: [\n")
    answer = await call("helm_get_manifest", **WEB)
    assert answer.text == "---\n# A document of web/x.yaml is left out: it is not YAML."


async def test_an_alias_bomb_goes_off_nowhere(call: Call, stored: Stored) -> None:
    bomb = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    stored("web", manifest=f"---\nkind: Secret\n{bomb}stringData: {{a: *a11}}\n")
    assert "a11: &a11 [*a10" in (await call("helm_get_manifest", **WEB)).text
    assert not (await call("helm_status", **WEB)).error
