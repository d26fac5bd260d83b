"""k8s_apply of Secrets: stored as given, told without their values."""

import base64
from typing import Any

import pytest
import yaml

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import (
    a_namespace,
    an_object,
)
from tests.support.changing import (
    stored,
)


def text_of(*objects: dict[str, Any]) -> str:
    return yaml.safe_dump_all(objects, sort_keys=False)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    return cluster


async def test_a_secret_is_stored_as_given_and_said_without_its_values(
    call: Call, shop: Cluster
) -> None:
    """E10: the Engine stores the credentials of its integrations with this call."""
    content = """
apiVersion: v1
kind: Secret
metadata:
  name: skyflo-jenkins-prod
  labels: {skyflo.ai/integration: jenkins}
type: Opaque
stringData:
  username: admin
  api-token: 11f00dcafe
"""
    answer = await call("k8s_apply", content=content, namespace="shop")
    assert answer.text == "secret/skyflo-jenkins-prod  created"
    data = stored(shop, "Secret", "skyflo-jenkins-prod")["data"]
    assert {key: base64.b64decode(value).decode() for key, value in data.items()} == {
        "username": "admin",
        "api-token": "11f00dcafe",
    }
    await call("k8s_apply", content=content.replace("11f00dcafe", "22beef"), namespace="shop")
    data = stored(shop, "Secret", "skyflo-jenkins-prod")["data"]
    assert base64.b64decode(data["api-token"]) == b"22beef"


async def test_a_changed_secret_is_previewed_without_its_values(call: Call, shop: Cluster) -> None:
    content = text_of(
        an_object("v1", "Secret", "db", type="Opaque", stringData={"password": "hunter2"})
    )
    await call("k8s_apply", content=content)
    answer = await call("k8s_apply", content=content.replace("hunter2", "s3same"), dry_run=True)
    assert "Would change 1 object" in answer.text
    assert "password" in answer.text
    for secret in ("hunter2", "s3same"):
        assert secret not in answer.text
        assert base64.b64encode(secret.encode()).decode() not in answer.text


async def test_a_masked_value_is_not_applied(call: Call, shop: Cluster) -> None:
    """A model that reads a Secret, edits and applies it must not destroy what it cannot see."""
    secret = an_object("v1", "Secret", "db", type="Opaque", stringData={"password": "hunter2"})
    await call("k8s_apply", content=text_of(secret))
    shown = await call(
        "k8s_get", resource_type="secret", name="db", namespace="shop", output="yaml"
    )
    before = stored(shop, "Secret", "db")
    answer = await call("k8s_apply", content=f"{shown.text}\nimmutable: true\n")
    assert answer.error
    assert "This holds a masked value" in answer.text
    assert stored(shop, "Secret", "db") == before
