"""No value of a Secret, a token, a password or a Helm release is in any answer or in the log."""

import base64
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Said
from tests.e2e.comparing import Parity, require_same
from tests.e2e.differences import (
    with_masked_values,
    without_fingerprints,
    without_last_applied,
)
from tests.e2e.kubectl import Kubectl
from tests.e2e.server import Asking
from tests.e2e.shop import Shop
from tests.support.served import Served, served

PUBLIC = ("ca.crt", "namespace")  # of a token Secret; the first is in a ConfigMap everywhere
PIECE = 24  # so many characters of a value in a row are a leak


@pytest.fixture
async def talkative(kubectl: Kubectl, tmp_path: Path) -> AsyncIterator[Served]:
    """A server that logs everything it may, arguments too."""
    flags = ("--kubeconfig", str(kubectl.kubeconfig), "--log-level", "DEBUG")
    async with served(tmp_path, *flags) as running:
        yield running


@pytest.fixture
def forbidden(admin: Kubectl, shop: Shop) -> list[str]:
    """What must not be found: every value, as it is and as it is written in base64."""
    stored = admin.json("get", "secrets", "-n", shop.vault)["items"]
    assert {secret["type"] for secret in stored} >= {
        "Opaque", "helm.sh/release.v1", "kubernetes.io/service-account-token",
        "kubernetes.io/dockerconfigjson", "kubernetes.io/basic-auth",
    }  # fmt: skip
    values = [
        value
        for secret in stored
        for key, value in (secret.get("data") or {}).items()
        if key not in PUBLIC
    ]
    return [shop.canary, *in_base64(shop.canary), *pieces(values)]


def in_base64(text: str) -> Iterator[str]:
    """Yield the part of a text's base64 that is the same wherever in a longer one it stands."""
    for before in range(3):
        encoded = base64.b64encode(b"-" * before + text.encode()).decode()
        yield encoded[4 : 4 + PIECE]


def pieces(values: list[str]) -> Iterator[str]:
    """Yield beginnings and middles of what Secrets store, and of what that decodes to."""
    for value in values:
        for layer in (value, base64.b64decode(value).decode()):
            if len(layer) >= PIECE:
                yield layer[:PIECE]
                yield layer[len(layer) // 2 :][:PIECE]


FORMS = [
    *("", "wide", "yaml", "json", "name"),
    *("jsonpath={.items[*].data}", "jsonpath={..password}", "jsonpath={.items[*]}"),
    *("jsonpath={..data.release}", "jsonpath={..token}", "jsonpath={..stringData}"),
    r"jsonpath={..annotations.kubectl\.kubernetes\.io/last-applied-configuration}",
    *(
        "jsonpath={..env}",
        "jsonpath={..value}",
        "jsonpath={..env[*].value}",
        "jsonpath={..message}",
    ),
    *("custom-columns=A:.data", "custom-columns=A:.data.password,B:.data.user,C:.data.token"),
    *("custom-columns=A:.spec.containers[*].env", "custom-columns=A:.metadata.annotations"),
]
TYPES = ["secrets", "pods", "events", "configmaps", "all", "secrets,pods,serviceaccounts"]


def questions(shop: Shop, secrets: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every way to ask for what is in the vault."""
    here = {"namespace": shop.vault}
    for types in TYPES:
        for form in FORMS:
            yield "k8s_get", {"resource_type": types, "output": form or None, **here}
    for name in secrets:
        yield "k8s_describe", {"resource_type": "secret", "name": name, **here}
        for form in ("yaml", "json", "jsonpath={.data}"):
            yield "k8s_get", {"resource_type": "secret", "name": name, "output": form, **here}
    for sort_by in (".data.password", ".metadata.annotations"):
        yield "k8s_get", {"resource_type": "secrets", "sort_by": sort_by, **here}
    yield "k8s_get", {"resource_type": "secrets", "all_namespaces": True, "output": "yaml"}
    for resource_type, name in (("pod", "careless"), ("namespace", shop.vault), ("sa", "default")):
        yield "k8s_describe", {"resource_type": resource_type, "name": name, **here}
    yield "k8s_events", here
    yield "k8s_events", {"for_object": "pod/careless", **here}
    yield "k8s_logs", {"pod_name": "careless", **here}
    yield "k8s_logs", {"pod_name": "careless", "pattern": "password", "timestamps": True, **here}
    for path in (".data.password", ".data.token", ".data"):
        for name in ("database", "account-token"):
            yield "k8s_wait", a_wait("secret", name, path) | here
    yield "k8s_wait", a_wait("pod", "careless", "..env") | here
    yield from questions_about_a_release(shop)


def questions_about_a_release(shop: Shop) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every way to ask for what Helm stored: its values have a password."""
    flags = {"release_name": "flags", "namespace": shop.vault}
    for output in ("table", "json", "yaml"):
        yield "helm_list_releases", {"namespace": shop.vault, "output": output}
        yield "helm_history", {**flags, "output": output}
        yield "helm_get_values", {**flags, "output": output}
        yield "helm_status", {**flags, "output": output, "notes": True, "hooks": True}
    yield "helm_get_values", {**flags, "all_values": True}
    yield "helm_get_values", {**flags, "revision": 1}
    yield "helm_get_manifest", flags


def a_wait(resource_type: str, name: str, path: str) -> dict[str, Any]:
    """Look once whether a path has a value; the answer tells which it has instead."""
    wanted: dict[str, Any] = {"resource_type": resource_type, "name": name}
    return wanted | {"condition": f"jsonpath={{{path}}}=nothing", "timeout_seconds": 0}


async def test_nothing_leaks(
    talkative: Served, shop: Shop, forbidden: list[str], admin: Kubectl
) -> None:
    ask = Asking(talkative)
    names = admin("get", "secrets", "-n", shop.vault, "-o", "name").split()
    leaks, answers = [], 0
    for tool, arguments in questions(shop, [name.partition("/")[2] for name in names]):
        said = await ask(tool, **arguments)
        answers += not said.error
        leaks += [f"{tool} {arguments}: {leak}" for leak in found_in(said, forbidden)]
    if leaks:
        raise AssertionError("\n".join([f"{len(leaks)} leaks", *leaks]))
    assert answers > 100  # refusals alone would prove little
    logged = talkative.logged()
    assert [value for value in forbidden if value in logged] == []


def found_in(said: Said, forbidden: list[str]) -> Iterator[str]:
    """Yield what stands around the first forbidden value in an answer."""
    everything = f"{said.text}\n{json.dumps(said.data)}"
    for value in forbidden:
        before, found, after = everything.partition(value)
        if found:
            yield f"…{before[-60:]}{found}{after[:20]}…"
            return


async def test_refusals_do_not_quote_what_was_given(talkative: Served, shop: Shop) -> None:
    ask = Asking(talkative)
    canary = f"{shop.canary}-given"
    for tool, arguments in (
        (
            "k8s_get",
            {"resource_type": "secret", "name": "database", "output": f"password={canary}"},
        ),
        ("k8s_events", {"types": f"password={canary}"}),
    ):
        said = await ask(tool, namespace=shop.vault, **arguments)
        assert said.error
        assert f"password={canary}" not in said.text


@pytest.mark.parametrize("output", ["yaml", "wide", ""])
async def test_secrets_are_kubectls_text_with_masked_values(
    parity: Parity, shop: Shop, output: str
) -> None:
    flag = f" -o {output}" if output else ""
    arguments = {"label_selector": shop.ours, "output": output or None}
    command = f"get secrets -n {shop.vault} -l {shop.ours}{flag}"
    theirs, said = await parity.of(
        "k8s_get", command, resource_type="secrets", namespace=shop.vault, **arguments
    )
    asked = ("get", "secrets", "-n", shop.vault, "-l", shop.ours)
    masked = with_masked_values(without_last_applied(theirs), parity.kubectl.json(*asked)["items"])
    require_same(without_fingerprints(said.text), masked)


async def test_equal_values_have_equal_fingerprints(ask: Asking, shop: Shop) -> None:
    asked = {"resource_type": "secret", "name": "database", "namespace": shop.vault}
    path = "jsonpath={.data.password} {.data.user}"
    once, again = [await ask("k8s_get", **asked, output=path) for _ in range(2)]
    first, second = (part for part in once.text.split("> <"))
    assert once.text == again.text
    assert first.rpartition(" ")[2] != second.rpartition(" ")[2].rstrip(">")
