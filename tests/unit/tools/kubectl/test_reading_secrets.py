"""k8s_get, k8s_describe and k8s_logs show no secret, however the place it stands in calls it."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import NOW, Call
from tests.support.builders import (
    a_config_map,
    a_custom_resource_definition,
    a_namespace,
    a_pod,
    an_object,
)

CANARY = "canary7Xq9 with more"
SECRETS = [
    *("password", "dbPassword", "apiToken", "githubToken", "DB_PASSWORD", "PGPASSWORD"),
    *("MYSQL_PWD", "GITHUB_PAT", "X-Api-Key", "Authorization", "Cookie", "TOKEN_GITHUB", "apikey"),
]
POINTERS = [
    *("secretName", "existingSecret", "DB_PASSWORD_FILE", "TOKEN_URL", "publicKey", "monkey"),
    *("tokenExpirationSeconds", "passwordSecretRef", "AUTH_SERVICE_HOST", "keyName"),
]
FORMS = ["yaml", "json", "jsonpath={..*}", "custom-columns=A:.spec,B:.data,C:.metadata"]


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    cluster.store.create(a_custom_resource_definition("widgets", "Widget"))
    return cluster


def everywhere(name: str, value: str) -> list[dict[str, Any]]:
    """Build objects that hold a value under a name wherever one can stand."""
    header = {"name": name, "value": value}
    container = {
        "name": "web",
        "image": "shop/web:1",
        "env": [{"name": name, "value": value}],
        "args": [f"--{name}", value],
        "livenessProbe": {"httpGet": {"path": "/", "port": 80, "httpHeaders": [header]}},
    }
    spec = {
        "args": [{"name": name, "value": value}, [{"name": name, "value": value}]],
        "headers": [{"key": name, "value": value}],
        "deep": [{"deeper": {name: value, "given": {name: {"value": value}}}}],
    }
    return [
        a_pod("web", containers=[container]),
        a_config_map("web", **{name: value}),
        an_object("example.com/v1", "Widget", "web", spec=spec),
    ]


async def answers(call: Call, resource_type: str) -> list[str]:
    """Return every form of an object's answer."""
    here = {"resource_type": resource_type, "name": "web", "namespace": "shop"}
    said = [await call("k8s_get", **here, output=form) for form in FORMS]
    said.append(await call("k8s_describe", **here))
    assert not any(each.error for each in said)
    return [f"{each.text}\n{each.data}" for each in said]


@pytest.mark.parametrize("name", SECRETS)
async def test_a_secret_is_shown_in_no_place_and_no_form(
    call: Call, shop: Cluster, name: str
) -> None:
    for obj in everywhere(name, CANARY):
        shop.store.create(obj)
        for answer in await answers(call, obj["kind"]):
            assert "canary7Xq9" not in answer
            assert "with more" not in answer


@pytest.mark.parametrize("name", POINTERS)
async def test_what_only_points_to_one_is_shown_in_every_place(
    call: Call, shop: Cluster, name: str
) -> None:
    for obj in everywhere(name, "shop-database"):
        shop.store.create(obj)
        yaml, json, *_ = await answers(call, obj["kind"])
        assert "redacted" not in yaml
        assert "redacted" not in json


async def test_a_secret_in_an_address_is_shown_in_no_field(call: Call, shop: Cluster) -> None:
    address = "https://hooks.example.com/run?api_key=canary7Xq9&page=2"
    shop.store.create(an_object("example.com/v1", "Widget", "web", spec={"address": address}))
    for answer in await answers(call, "Widget"):
        assert "canary7Xq9" not in answer
    assert "api_key=<redacted>&page=2" in (await answers(call, "Widget"))[0]


async def test_a_reference_to_a_secret_is_shown(call: Call, shop: Cluster) -> None:
    spec = {"headers": [{"key": "Authorization", "value": "Bearer {{args.api-token}}"}]}
    shop.store.create(an_object("example.com/v1", "Widget", "web", spec=spec))
    assert "value: Bearer {{args.api-token}}" in (await answers(call, "Widget"))[0]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("PGPASSWORD=canary7Xq9 psql -h db", "PGPASSWORD=<redacted> psql -h db"),
        ("GITHUB_PAT=canary7Xq9", "GITHUB_PAT=<redacted>"),
        ("> Authorization: Token canary7Xq9", "> Authorization: <redacted>"),
        ("DB_PASSWORD: canary7Xq9 with more", "DB_PASSWORD: <redacted>"),
        ("+ curl -u bob:canary7Xq9 http://h", "+ curl -u bob:<redacted> http://h"),
        ("to amqp://bob:p@canary7Xq9@mq/x", "to amqp://bob:<redacted>@mq/x"),
        ("login --password canary7Xq9 -v", "login --password <redacted> -v"),
        ('secret "db-password": not found', 'secret "db-password": not found'),
    ],
)
async def test_a_log_loses_what_it_calls_a_secret(
    call: Call, shop: Cluster, line: str, shown: str
) -> None:
    shop.store.create(a_pod("web", spec={"nodeName": "node-1"}, status={"phase": "Running"}))
    shop.logs.write("shop", "web", "web", line, NOW)
    assert (await call("k8s_logs", pod_name="web", namespace="shop")).text == shown
