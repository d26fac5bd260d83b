"""Faults that a test orders."""

import asyncio

import aiohttp
import pytest

from sandbox import Cluster

PODS = "api/v1/namespaces/default/pods"
Session = aiohttp.ClientSession


async def status_of(api: Session, path: str = PODS) -> int:
    async with api.get(path) as response:
        await response.read()
        return response.status


async def test_too_many_requests_as_often_as_ordered(cluster: Cluster, api: Session) -> None:
    cluster.faults.too_many_requests(path="/pods$", times=2, retry_after=3)

    async with api.get(PODS) as response:
        refusal = await response.json()
    assert (response.status, response.headers["Retry-After"]) == (429, "3")
    assert refusal["details"] == {"retryAfterSeconds": 3}
    assert [await status_of(api) for _ in "ab"] == [429, 200]


async def test_only_matching_requests_are_hit(cluster: Cluster, api: Session) -> None:
    cluster.faults.status(503, path="/pods$", method="DELETE")

    assert await status_of(api) == 200


async def test_a_status_without_an_end(cluster: Cluster, api: Session) -> None:
    cluster.faults.status(500, times=None, message="etcdserver: request timed out")

    assert [await status_of(api) for _ in "abc"] == [500, 500, 500]
    cluster.faults.clear()
    assert await status_of(api) == 200


async def test_a_reset_connection(cluster: Cluster, api: Session) -> None:
    cluster.faults.reset(times=None)

    with pytest.raises(aiohttp.ClientConnectionError):
        await status_of(api)


async def test_a_truncated_body(cluster: Cluster, api: Session) -> None:
    cluster.faults.truncate(after=5)

    with pytest.raises(aiohttp.ClientPayloadError):
        await status_of(api)


async def test_a_body_that_is_not_json(cluster: Cluster, api: Session) -> None:
    cluster.faults.body(b"<html>", content_type="text/html", code=502)

    async with api.get(PODS) as response:
        assert (response.status, await response.text()) == (502, "<html>")


async def test_a_held_request_goes_on_when_it_is_let_go(cluster: Cluster, api: Session) -> None:
    gate = cluster.faults.hold()
    waiting = asyncio.create_task(status_of(api))
    await cluster.requests.arrived(1)
    assert not waiting.done()

    gate.set()
    assert await waiting == 200


async def test_a_watch_that_breaks_off(cluster: Cluster, api: Session) -> None:
    cluster.faults.drop_watch(after=1)

    with pytest.raises(aiohttp.ClientError):
        async with api.get("api/v1/namespaces?watch=true") as response:
            await response.read()


async def test_a_watch_that_expires(cluster: Cluster, api: Session) -> None:
    cluster.faults.expire_watch(after=0)

    async with api.get("api/v1/namespaces?watch=true") as response:
        event = await response.json()
    assert (event["type"], event["object"]["code"]) == ("ERROR", 410)


async def test_an_expired_continue_token_still_continues(cluster: Cluster, api: Session) -> None:
    path = "api/v1/namespaces?limit=3"
    async with api.get(path) as response:
        token = (await response.json())["metadata"]["continue"]
    cluster.store.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "zoo"}})
    cluster.store.compact()

    async with api.get(f"{path}&continue={token}") as response:
        refusal = await response.json()
    assert (response.status, refusal["reason"]) == (410, "Expired")
    async with api.get(f"{path}&continue={refusal['metadata']['continue']}") as response:
        rest = await response.json()
    assert [each["metadata"]["name"] for each in rest["items"]] == ["kube-system", "zoo"]


async def test_old_discovery_only(cluster: Cluster, api: Session) -> None:
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    kinds = []
    for cluster.faults.legacy_discovery in (False, True):
        async with api.get("apis", headers={"Accept": accept}) as response:
            kinds.append((await response.json(content_type=None))["kind"])

    assert kinds == ["APIGroupDiscoveryList", "APIGroupList"]


async def test_unchanged_discovery_is_not_sent_again(api: Session) -> None:
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    async with api.get("apis", headers={"Accept": accept}) as response:
        etag = response.headers["ETag"]
    async with api.get("apis", headers={"Accept": accept, "If-None-Match": etag}) as response:
        assert (response.status, await response.read()) == (304, b"")


async def test_a_stale_group_has_no_resources(cluster: Cluster, api: Session) -> None:
    cluster.faults.stale_groups.add("batch")
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    async with api.get("apis", headers={"Accept": accept}) as response:
        groups = (await response.json(content_type=None))["items"]

    (batch,) = [each for each in groups if each["metadata"]["name"] == "batch"]
    assert batch["versions"] == [{"version": "v1", "freshness": "Stale"}]


async def test_ordered_warnings_come_with_answers_about_resources(
    cluster: Cluster, api: Session
) -> None:
    cluster.faults.warnings.append('beware of "this"')

    async with api.get(PODS) as response:
        assert response.headers.getall("Warning") == ['299 - "beware of \\"this\\""']


async def test_the_log_of_requests(cluster: Cluster, api: Session) -> None:
    await status_of(api, f"{PODS}?limit=1")
    await api.delete(f"{PODS}/web", json={"dryRun": ["All"]})
    await api.delete(f"{PODS}/web", json={})
    await api.post("apis/authorization.k8s.io/v1/selfsubjectaccessreviews", json={})

    assert cluster.requests.lines == [
        "GET /api/v1/namespaces/default/pods",
        "DELETE /api/v1/namespaces/default/pods/web",
        "DELETE /api/v1/namespaces/default/pods/web",
        "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    ]
    assert cluster.requests[0].query == {"limit": "1"}
    assert cluster.requests[1].json == {"dryRun": ["All"]}
    assert [each.status for each in cluster.requests] == [200, 404, 404, 422]
    assert cluster.requests.changes == [cluster.requests[2]]
    cluster.requests.clear()
    assert len(cluster.requests) == 0
