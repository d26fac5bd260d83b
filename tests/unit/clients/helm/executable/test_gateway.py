"""The gateway passes on what helm asks, as the server's own user, and lets a preview only read."""

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from yarl import URL

from clients.helm.executable.gateway import Gateway
from clients.helm.executable.guard import PowersGuard
from clients.helm.executable.secrecy import Secrecy
from clients.helm.records import decoded
from clients.kubernetes import Kubernetes, KubernetesSettings
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire import doors
from clients.kubernetes.wire.policy import Policy
from sandbox import Cluster
from tests.support.builders import a_namespace, an_object
from tests.support.helm_releases import a_release, as_secret
from tools.dependencies import Clients

SECRETS = "/api/v1/namespaces/shop/secrets"
MAPS = "/api/v1/namespaces/shop/configmaps"
PASSWORD = "hunter2-of-the-shop"
PROTOBUF = "application/vnd.kubernetes.protobuf,application/json"


def a_secret(name: str, **labels: str) -> dict[str, Any]:
    data = {"password": base64.b64encode(PASSWORD.encode()).decode()}
    return an_object("v1", "Secret", name, labels=labels, data=data)


def a_map(name: str = "web") -> dict[str, Any]:
    return an_object("v1", "ConfigMap", name, data={"a": "b"})


@dataclass
class Opened:
    """A gateway that is open, and the way helm asks it."""

    gateway: Gateway
    secrecy: Secrecy
    url: str
    http: aiohttp.ClientSession

    async def asks(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        headers = {"User-Agent": "Helm/4.2.3", **headers}
        async with self.http.request(method, self.url + path, json=body, headers=headers) as said:
            return said.status, await said.json(content_type=None)


@asynccontextmanager
async def opened(kubernetes: Kubernetes, *, reading: bool = False) -> AsyncIterator[Opened]:
    await kubernetes.reader.api()
    secrecy = Secrecy(kubernetes.reader.masking, hides=reading)
    session = kubernetes.session(*([doors.reading_only] if reading else []))
    guard = PowersGuard(kubernetes) if kubernetes.powers_of else None
    gateway = Gateway(session, secrecy, guard)
    async with gateway.open() as url, aiohttp.ClientSession() as http:
        yield Opened(gateway, secrecy, url, http)


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace("shop"))
    cluster.store.create(a_secret("db"))
    cluster.store.create(a_map())
    return cluster


@asynccontextmanager
async def under(cluster: Cluster, tmp_path: Any, policy: Policy) -> AsyncIterator[Kubernetes]:
    kubeconfig = tmp_path / "kubeconfig-of-policy"
    kubeconfig.write_text(cluster.kubeconfig())
    source = ClusterSource(kubeconfig=str(kubeconfig))
    kubernetes = Kubernetes(KubernetesSettings(source, policy=policy))
    yield kubernetes
    await kubernetes.close()


async def test_requests_become_the_sessions_own_with_helms_name_kept(
    clients: Clients, shop: Cluster
) -> None:
    async with opened(clients.kubernetes) as helm:
        status, made = await helm.asks("POST", MAPS, a_map("new"))
        assert (status, made["metadata"]["name"]) == (201, "new")
        assert made["metadata"]["managedFields"][0]["manager"] == "Helm"
        status, missing = await helm.asks("GET", f"{MAPS}/none")
        assert (status, missing["kind"], missing["reason"]) == (404, "Status", "NotFound")
        assert helm.gateway.passed.changes == 1


async def test_whoever_lacks_the_word_is_refused(clients: Clients, shop: Cluster) -> None:
    async with opened(clients.kubernetes) as helm:
        before = len(shop.requests)
        bare = helm.url.rpartition("/")[0]
        for path in ("", "/", SECRETS, f"/x{SECRETS}", f"/{'A' * 43}{SECRETS}"):
            async with helm.http.get(bare + path) as said:
                assert said.status == 401
        assert len(shop.requests) == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", MAPS, a_map("new")),
        ("PUT", f"{MAPS}/web", a_map()),
        ("PATCH", f"{MAPS}/web", {"data": {"a": "c"}}),
        ("PATCH", f"{MAPS}/web?dryRun=All", {"data": {"a": "c"}}),
        ("DELETE", f"{MAPS}/web", None),
        ("DELETE", MAPS, None),
        ("GET", "/api/v1/namespaces/shop/pods/web/exec?command=id", None),
        ("GET", "/api/v1/namespaces/shop/services/web/proxy/x", None),
    ],
)
async def test_a_preview_changes_nothing_whatever_helm_asks(
    clients: Clients, shop: Cluster, method: str, path: str, body: Any
) -> None:
    async with opened(clients.kubernetes, reading=True) as helm:
        status, refused = await helm.asks(method, path, body)
        assert (status, refused["reason"]) == (403, "Forbidden")
        assert shop.requests.changes == []
        assert helm.gateway.passed.changes == 0


@pytest.mark.parametrize("path", ["/api/v1/%2e%2e/secrets", "/api//v1", "/api/v1/namespaces/a%2fb"])
async def test_a_path_that_could_be_read_in_two_ways_is_refused(
    clients: Clients, shop: Cluster, path: str
) -> None:
    async with (
        opened(clients.kubernetes) as helm,
        helm.http.get(URL(helm.url + path, encoded=True)) as said,
    ):
        assert said.status == 400


async def test_the_operators_policy_holds_for_helm_too(shop: Cluster, tmp_path: Any) -> None:
    async with (
        under(shop, tmp_path, Policy(protected=["shop"])) as kubernetes,
        opened(kubernetes) as helm,
    ):
        status, refused = await helm.asks("POST", MAPS, a_map("new"))
        assert status == 403
        said = 'Not allowed by the operator: namespace "shop" is protected: it can be read, '
        assert refused["message"] == f"{said}not changed. Nothing was sent."
        assert helm.gateway.passed.refusals == [refused["message"]]


async def test_powers_are_refused_where_the_operator_refuses_escalation(
    shop: Cluster, tmp_path: Any
) -> None:
    privileged = {"name": "app", "image": "x:1", "securityContext": {"privileged": True}}
    job = an_object(
        "batch/v1", "Job", "hook",
        spec={"template": {"spec": {"restartPolicy": "Never", "containers": [privileged]}}},
    )  # fmt: skip
    async with (
        under(shop, tmp_path, Policy(refuses_escalation=True)) as kubernetes,
        opened(kubernetes) as helm,
    ):
        status, refused = await helm.asks("POST", "/apis/batch/v1/namespaces/shop/jobs", job)
        assert status == 403
        assert "privileged" in refused["message"]
        assert shop.store.get("batch", "jobs", "shop", "hook") is None
        status, _ = await helm.asks("POST", MAPS, a_map("new"))
        assert status == 201


async def test_in_a_preview_a_chart_reads_fingerprints_instead_of_secrets(
    clients: Clients, shop: Cluster
) -> None:
    masked = clients.kubernetes.reader.masking.masked(PASSWORD.encode())
    async with opened(clients.kubernetes, reading=True) as helm:
        _, one = await helm.asks("GET", f"{SECRETS}/db")
        _, several = await helm.asks("GET", SECRETS)
        _, as_protobuf = await helm.asks("GET", f"{SECRETS}/db", Accept=PROTOBUF)
    for secret in (one, several["items"][0], as_protobuf):
        assert base64.b64decode(secret["data"]["password"]).decode() == masked


async def as_helm_asks(helm: Opened, path: str) -> dict[str, Any]:
    """Ask as helm's storage does, and take the first record apart."""
    async with helm.http.get(helm.url + path, headers={"Accept": PROTOBUF}) as said:
        found = await said.json(content_type=None)
    return decoded((found.get("items") or [found])[0]["data"], layers=2)


async def test_helms_own_records_have_words_for_secrets_in_a_preview(
    clients: Clients, shop: Cluster
) -> None:
    """helm asks for them as protobuf; who asks as ``lookup`` does gets fingerprints."""
    values = {"db": {"password": PASSWORD, "url": f"amqp://web:{PASSWORD}@mq/x"}, "size": 3}
    kept = an_object("v1", "Secret", "web", data={"a": PASSWORD})
    record = a_release(config=values, notes=PASSWORD, manifest=f"---\n{json.dumps(kept)}\n")
    shop.store.create(as_secret(record, status="deployed"))
    one = f"{SECRETS}/sh.helm.release.v1.web.v1"
    word = re.compile(r"redacted-19-bytes-[0-9a-f]{6}")
    async with opened(clients.kubernetes, reading=True) as helm:
        for path in (f"{SECRETS}?labelSelector=owner%3Dhelm", one):
            hidden = await as_helm_asks(helm, path)
            assert PASSWORD not in str(hidden)
            assert word.fullmatch(hidden["config"]["db"]["password"])
            assert word.sub("WORD", hidden["config"]["db"]["url"]) == "amqp://web:WORD@mq/x"
            assert hidden["config"]["size"] == 3
        _, by_lookup = await helm.asks("GET", one)
        assert base64.b64decode(by_lookup["data"]["release"]).startswith(b"<redacted ")
    async with (
        opened(clients.kubernetes) as helm,
        helm.http.get(helm.url + one, headers={"Accept": PROTOBUF}) as said,
    ):
        assert as_secret(record)["data"]["release"].encode() in await said.read()


async def test_a_record_that_cannot_be_taken_apart_is_none_in_a_preview(
    clients: Clients, shop: Cluster
) -> None:
    record = "sh.helm.release.v1.web.v1"
    shop.store.create(a_secret(record, owner="helm", status="deployed"))
    async with (
        opened(clients.kubernetes, reading=True) as helm,
        helm.http.get(f"{helm.url}{SECRETS}/{record}", headers={"Accept": PROTOBUF}) as said,
    ):
        assert (await said.json(content_type=None))["data"] == {"release": ""}


async def test_what_a_real_run_has_read_of_secrets_is_taken_out_of_what_it_prints(
    clients: Clients, shop: Cluster
) -> None:
    async with opened(clients.kubernetes) as helm:
        _, secret = await helm.asks("GET", f"{SECRETS}/db")
        assert base64.b64decode(secret["data"]["password"]).decode() == PASSWORD
        told = f"log in with {PASSWORD} or {secret['data']['password']}."
        assert helm.secrecy.without_secrets(told) == "log in with <redacted> or <redacted>."


async def test_a_connection_that_breaks_is_said_as_a_server_would(
    clients: Clients, shop: Cluster
) -> None:
    async with opened(clients.kubernetes) as helm:
        shop.faults.reset("/configmaps/web", times=None)
        status, said = await helm.asks("GET", f"{MAPS}/web")
        assert (status, said["kind"], said["reason"]) == (503, "Status", "ServiceUnavailable")
        assert helm.gateway.passed.refusals == [said["message"]]


async def test_half_an_answer_never_looks_like_a_whole_one(clients: Clients, shop: Cluster) -> None:
    async with opened(clients.kubernetes) as helm:
        shop.faults.truncate("/configmaps/web", times=1, after=20)
        status, said = await helm.asks("GET", f"{MAPS}/web")
        assert (status, said["kind"]) == (503, "Status")
