"""What is masked in an object and in a text, and what is not."""

import base64
from typing import Any

import pytest
from pydantic import SecretStr

from clients.masking import (
    LAST_APPLIED,
    Masking,
)

masking = Masking(SecretStr("test key"))


def masked(value: str) -> str:
    return masking.masked(value.encode())


def a_secret(**values: str) -> dict[str, Any]:
    data = {key: base64.b64encode(value.encode()).decode() for key, value in values.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": data}


def test_a_secret_keeps_its_keys_sizes_and_equality() -> None:
    secret = masking.mask(a_secret(user="admin", owner="admin", password="correct horse"))
    assert secret["data"]["user"] == secret["data"]["owner"]
    assert secret["data"]["user"].startswith("<redacted 5 bytes, fingerprint ")
    assert secret["data"]["password"] == masked("correct horse")
    assert secret["data"]["password"] != Masking().masked(b"correct horse")


def test_string_data_is_masked_too() -> None:
    secret = {"kind": "Secret", "metadata": {}, "stringData": {"a": "plain"}}
    assert masking.mask(secret)["stringData"] == {"a": masked("plain")}


def test_the_last_applied_annotation_is_gone() -> None:
    obj = {"kind": "ConfigMap", "metadata": {"annotations": {LAST_APPLIED: '{"password": "x"}'}}}
    assert masking.mask(obj) == {"kind": "ConfigMap", "metadata": {}}


def test_a_helm_release_in_a_config_map_is_masked() -> None:
    stored = {
        "kind": "ConfigMap",
        "metadata": {"labels": {"owner": "helm"}},
        "data": {"release": "H4sIAAAA"},
    }
    assert masking.mask(stored)["data"] == {"release": masked("H4sIAAAA")}


@pytest.mark.parametrize(
    "name",
    ["DB_PASSWORD", "API_TOKEN", "AWS_SECRET_ACCESS_KEY", "STRIPE_API_KEY", "BASIC_AUTH", "token"],
)
def test_an_environment_value_with_a_secret_name_is_masked(name: str) -> None:
    container = {"env": [{"name": name, "value": "hunter2"}]}
    obj = {"kind": "Pod", "metadata": {}, "spec": {"containers": [container]}}
    masking.mask(obj)
    assert container["env"][0]["value"] == masked("hunter2")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("SECRET_NAME", "db"),
        ("AUTHOR", "me"),
        ("MONKEY", "x"),
    ],
)
def test_a_variable_that_only_points_is_shown(name: str, value: str) -> None:
    obj = {"kind": "Pod", "metadata": {}, "spec": {"env": [{"name": name, "value": value}]}}
    assert masking.mask(obj)["spec"]["env"][0]["value"] == value


@pytest.mark.parametrize(
    "field", ["password", "apiKey", "clientSecret", "dbPassword", "auth-token"]
)
def test_a_secret_looking_field_is_masked_in_any_object(field: str) -> None:
    obj = {"kind": "Database", "metadata": {}, "spec": {"deep": [{field: "hunter2"}]}}
    assert masking.mask(obj)["spec"]["deep"][0][field] == masked("hunter2")


@pytest.mark.parametrize("field", ["secretName", "secretRef", "tokenPath", "keyName", "monkey"])
def test_a_field_that_only_points_is_shown(field: str) -> None:
    obj = {"kind": "Database", "metadata": {}, "spec": {field: "db"}}
    assert masking.mask(obj)["spec"][field] == "db"


def test_what_a_program_said_is_masked_as_free_text() -> None:
    event = {"kind": "Event", "metadata": {}, "message": "probe failed: token=canary-1 refused"}
    assert masking.mask(event)["message"] == "probe failed: token=<redacted> refused"
    condition = {"status": {"conditions": [{"message": "password: canary-2"}]}, "metadata": {}}
    assert masking.mask(condition)["status"]["conditions"][0]["message"] == "password: <redacted>"


def test_what_a_config_map_holds_is_masked_where_it_calls_itself_secret() -> None:
    data = {
        "kubeconfig": "users:\n- user:\n    token: canary\n    client-key-data: Y2FuYXJ5\n",
        ".dockerconfigjson": '{"auths":{"r.io":{"password":"canary","auth":"dTpjYW5hcnk="}}}',
        "application.properties": "db.user=x\nspring.datasource.password: canary\n",
        ".env": "API_TOKEN=canary\nCOLOUR=blue\n",
    }
    shown = masking.mask({"kind": "ConfigMap", "metadata": {}, "data": dict(data)})["data"]
    assert "canary" not in str(shown)
    assert "Y2FuYXJ5" not in str(shown)
    assert "dTpjYW5hcnk=" not in str(shown)
    assert "COLOUR=blue" in shown[".env"]


def test_a_command_line_gives_nothing_away() -> None:
    container = {
        "command": ["sh", "-c", "run --password=canary -Dpassword=canary --colour=blue"],
        "args": [
            "--token",
            "canary",
            "--api-key=canary",
            "-Djavax.net.ssl.keyStorePassword=canary",
        ],
        "env": [
            {"name": "DSN", "value": "canary"},
            {"name": "OPTS", "value": "Server=h;Password=canary;"},
        ],
    }
    masking.mask({"kind": "Pod", "metadata": {}, "spec": {"containers": [container]}})
    assert "canary" not in str(container)
    assert container["command"][2].endswith("--colour=blue")
    assert container["args"][0] == "--token"


def test_an_annotation_is_masked_as_free_text() -> None:
    obj = {"kind": "Pod", "metadata": {"annotations": {"note": "password=canary", "a/b": "c"}}}
    assert masking.mask(obj)["metadata"]["annotations"] == {
        "note": "password=<redacted>",
        "a/b": "c",
    }
