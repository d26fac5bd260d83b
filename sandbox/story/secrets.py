"""The shop's Secrets: one of every kind whose content must stay where it is."""

import base64
import gzip
import json
from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.store import Store
from sandbox.story import canaries
from sandbox.story.manifests import SHOP, metadata
from sandbox.story.stage import Scene, Stage

_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
RELEASE = "web-cache"
JENKINS_URL = "skyflo.ai/jenkins-url"
_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUShop\n-----END CERTIFICATE-----\n"


def secret(name: str, values: dict[str, str], namespace: str = SHOP, **more: str) -> JsonObject:
    """Make a Secret from plain values."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(name, namespace),
        "type": more.get("kind", "Opaque"),
        "data": {key: canaries.encoded(value) for key, value in values.items()},
    }


def _base(stage: Stage) -> None:
    database = {
        "username": "shop",
        "password": canaries.DATABASE_PASSWORD,
        "url": canaries.DATABASE_URL,
    }
    stage.create(secret("db", database), _payments(), _registry(), _tls())


def _payments() -> JsonObject:
    payments = secret("payments", {"stripe_key": canaries.STRIPE_KEY, "webhook": canaries.WEBHOOK})
    # What `kubectl apply` leaves behind: the first version, in clear.
    applied = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"annotations": {}, "name": "payments", "namespace": SHOP},
        "stringData": {"stripe_key": canaries.APPLIED_PASSWORD},
        "type": "Opaque",
    }
    payments["metadata"]["annotations"] = {_APPLIED: json.dumps(applied) + "\n"}
    return payments


def _registry() -> JsonObject:
    login = base64.b64encode(f"shop:{canaries.REGISTRY_PASSWORD}".encode()).decode()
    entry = {"username": "shop", "password": canaries.REGISTRY_PASSWORD, "auth": login}
    config = json.dumps({"auths": {"registry.example.com": entry}})
    return secret("registry", {".dockerconfigjson": config}, kind="kubernetes.io/dockerconfigjson")


def _tls() -> JsonObject:
    key = f"-----BEGIN PRIVATE KEY-----\n{canaries.TLS_KEY}\n-----END PRIVATE KEY-----\n"
    return secret("shop-tls", {"tls.crt": _CERTIFICATE, "tls.key": key}, kind="kubernetes.io/tls")


def _account_token(stage: Stage) -> None:
    account = stage.store.get("", "serviceaccounts", SHOP, "deployer") or {}
    token = secret(
        "deployer-token",
        {"token": canaries.ACCOUNT_TOKEN, "namespace": SHOP, "ca.crt": _CERTIFICATE},
        kind="kubernetes.io/service-account-token",
    )
    token["metadata"]["annotations"] = {
        "kubernetes.io/service-account.name": "deployer",
        "kubernetes.io/service-account.uid": account["metadata"]["uid"],
    }
    stage.create(token)


def _jenkins(stage: Stage) -> None:
    jenkins = secret(
        "jenkins", {"username": "admin", "api-token": canaries.JENKINS_TOKEN}, namespace="ci"
    )
    url = "http://jenkins.ci.svc.cluster.local:8080"
    jenkins["metadata"]["annotations"] = {JENKINS_URL: url}
    stage.create(jenkins)


def bind_jenkins(store: Store, url: str) -> None:
    """Say in the credentials' Secret which Jenkins they belong to, once it is known."""
    jenkins = store.get("", "secrets", "ci", "jenkins")
    if jenkins is not None:
        jenkins["metadata"]["annotations"][JENKINS_URL] = url
        store.update(jenkins)


def release(version: int, status: str, description: str, deployed: str) -> JsonObject:
    """Make the Secret in which Helm keeps a revision of the release `web-cache`."""
    content = {
        "name": RELEASE,
        "info": {
            "first_deployed": deployed,
            "last_deployed": deployed,
            "deleted": "",
            "description": description,
            "status": status,
            "notes": f"Redis answers at {RELEASE}.{SHOP}.svc:6379.\n",
        },
        "chart": _chart(version),
        "config": {"auth": {"password": canaries.HELM_VALUE}, "replicaCount": 1},
        "manifest": _MANIFEST,
        "version": version,
        "namespace": SHOP,
    }
    packed = gzip.compress(json.dumps(content).encode(), mtime=0)
    made = secret(
        f"sh.helm.release.v1.{RELEASE}.v{version}",
        {"release": base64.b64encode(packed).decode()},
        kind="helm.sh/release.v1",
    )
    labels = {"name": RELEASE, "owner": "helm", "status": status, "version": str(version)}
    made["metadata"]["labels"] = labels
    return made


def _chart(version: int) -> JsonObject:
    defaults = {"auth": {"enabled": True, "password": ""}, "image": {"tag": "7.4.0"}}
    return {
        "metadata": {
            "name": "redis",
            "version": f"19.0.{version}",
            "appVersion": "7.4.0",
            "apiVersion": "v2",
            "description": "Redis, an in-memory data store",
            "type": "application",
        },
        "lock": None,
        "templates": [],
        "values": defaults | {"replicaCount": 1},
        "schema": None,
        "files": None,
    }


_MANIFEST = f"""---
# Source: redis/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: web-cache
  namespace: shop
stringData:
  redis-password: {canaries.HELM_MANIFEST}
---
# Source: redis/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web-cache
  namespace: shop
spec:
  ports:
  - name: redis
    port: 6379
  selector:
    app: web-cache
---
# Source: redis/templates/statefulset.yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web-cache
  namespace: shop
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web-cache
"""

SCENES = [
    Scene(timedelta(days=34, hours=2), _base),
    Scene(timedelta(days=33), _account_token),
    Scene(timedelta(days=41), _jenkins),
]
