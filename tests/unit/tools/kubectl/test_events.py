"""k8s_events, against the simulated cluster."""

from typing import Any

import pytest

from sandbox import Cluster
from tests.conftest import Call
from tests.support.builders import a_namespace, a_pod, an_object
from tests.support.rollouts import a_replica_set, a_workload, an_event


@pytest.fixture
def shop(cluster: Cluster) -> Cluster:
    cluster.store.create(a_namespace())
    return cluster


def a_named(kind: str, name: str, api_version: str = "v1") -> dict[str, Any]:
    """Name what an event is about; the object itself may be long gone."""
    return an_object(api_version, kind, name)


def objects_in(text: str) -> list[str]:
    return [line.split()[3] for line in text.splitlines()[1:]]


async def test_equal_events_are_one_line_warnings_first(call: Call, shop: Cluster) -> None:
    pod = a_pod()
    normal = {"type": "Normal", "reason": "Pulled", "lastTimestamp": "2026-11-20T11:59:00Z"}
    shop.store.create(an_event(pod, "pulled", number=1, **normal))
    shop.store.create(an_event(pod, "no key token=hunter2", number=2, count=10))
    older = {"firstTimestamp": "2026-11-20T11:09:00Z", "lastTimestamp": "2026-11-20T11:40:00Z"}
    shop.store.create(an_event(pod, "no key token=hunter2", number=3, count=4, **older))
    answer = await call("k8s_events", namespace="shop")
    assert answer.text == (
        "LAST SEEN           TYPE      REASON   OBJECT    MESSAGE\n"
        "2m (x14 over 51m)   Warning   Failed   Pod/web   no key token=<redacted>\n"
        "60s                 Normal    Pulled   Pod/web   pulled"
    )


async def test_a_deployments_events_are_those_of_its_sets_and_pods_too(
    call: Call, shop: Cluster
) -> None:
    deployment = shop.store.create(a_workload())
    shop.store.create(a_replica_set(deployment, 1))
    about = [
        a_named("Deployment", "web", "apps/v1"),
        a_named("ReplicaSet", "web-7d4b91", "apps/v1"),
        a_named("Pod", "web-7d4b91-x2x8k"),
        a_named("Pod", "web-cache-7d4b9-x2x8k"),
        a_named("Pod", "web"),
    ]
    for each in about:
        shop.store.create(an_event(each, "said"))
    answer = await call("k8s_events", namespace="shop", for_object="deployment/web")
    expected = ["Deployment/web", "ReplicaSet/web-7d4b91", "Pod/web-7d4b91-x2x8k"]
    assert sorted(objects_in(answer.text)) == sorted(expected)


@pytest.mark.parametrize(
    ("for_object", "expected"),
    [
        ("sts/db", ["Pod/db-0", "PersistentVolumeClaim/data-db-0"]),
        ("ds/db", ["Pod/db-x2x8k"]),
        ("job/db", ["Pod/db-x2x8k"]),
        ("cronjob/db", ["Job/db-29", "Pod/db-29-x2x8k"]),
        ("pod/db-0", ["Pod/db-0"]),
    ],
)
async def test_what_a_workload_makes_is_known_by_its_name(
    call: Call, shop: Cluster, for_object: str, expected: list[str]
) -> None:
    claims = [{"metadata": {"name": "data"}}]
    shop.store.create(a_workload("StatefulSet", "db", volumeClaimTemplates=claims))
    for kind, name in (
        ("Pod", "db-0"),
        ("Pod", "db-x2x8k"),
        ("Pod", "db-other-x2x8k"),
        ("Pod", "db-29-x2x8k"),
        ("Job", "db-29"),
        ("PersistentVolumeClaim", "data-db-0"),
        ("PersistentVolumeClaim", "data-other-db-0"),
    ):
        shop.store.create(an_event(a_named(kind, name), "said"))
    answer = await call("k8s_events", namespace="shop", for_object=for_object)
    also = ["Pod/db-29-x2x8k"] if for_object == "job/db" else []  # an indexed job names so, too
    assert sorted(objects_in(answer.text)) == sorted([*expected, *also])


async def test_events_of_what_is_gone_are_still_told(call: Call, shop: Cluster) -> None:
    shop.store.create(an_event(a_named("Deployment", "web", "apps/v1"), "scaled"))
    answer = await call("k8s_events", namespace="shop", for_object="deployment/web")
    assert objects_in(answer.text) == ["Deployment/web"]


async def test_a_nodes_events_are_found_wherever_they_are(call: Call, shop: Cluster) -> None:
    shop.store.create(an_event(an_object("v1", "Node", "node-1", None), "rebooted"))
    answer = await call("k8s_events", for_object="node/node-1")
    assert answer.text == (
        "NAMESPACE   LAST SEEN   TYPE      REASON   OBJECT        MESSAGE\n"
        "default     2m          Warning   Failed   Node/node-1   rebooted"
    )


async def test_types_are_filtered_by_the_server(call: Call, shop: Cluster) -> None:
    shop.store.create(an_event(a_pod("bad"), "said", number=1))
    shop.store.create(an_event(a_pod("good"), "said", number=2, type="Normal"))
    answer = await call("k8s_events", namespace="shop", types="warning")
    assert objects_in(answer.text) == ["Pod/bad"]
    assert shop.requests[-1].query["fieldSelector"] == "type=Warning"
    both = await call("k8s_events", namespace="shop", types="Normal,Warning")
    assert objects_in(both.text) == ["Pod/bad", "Pod/good"]


@pytest.mark.parametrize(("since", "count"), [("1m", 0), ("5m", 1), ("2026-11-20T11:57:00Z", 1)])
async def test_only_what_was_seen_since_then_is_shown(
    call: Call, shop: Cluster, since: str, count: int
) -> None:
    shop.store.create(an_event(a_pod(), "said"))
    answer = await call("k8s_events", namespace="shop", since=since)
    assert answer.text.count("Pod/web") == count


async def test_beyond_the_limit_it_is_said_how_to_see_less(call: Call, shop: Cluster) -> None:
    for number in range(3):
        shop.store.create(an_event(a_pod(f"web-{number}"), "said"))
    answer = await call("k8s_events", namespace="shop", limit=2)
    assert answer.text.splitlines()[-1] == (
        '… 2 of 3 rows shown; narrow: for_object="deployment/web", types="Warning", since="10m", '
        "namespace="
    )


async def test_no_events_are_said_in_kubectls_words(call: Call, shop: Cluster) -> None:
    here = await call("k8s_events", namespace="shop")
    assert here.text == "No events found in shop namespace."
    assert (await call("k8s_events", all_namespaces=True)).text == "No events found."


async def test_without_events_what_does_not_exist_is_said(call: Call, shop: Cluster) -> None:
    shop.store.create(a_workload())
    absent = await call("k8s_events", namespace="shop", for_object="deployment/wbe")
    assert absent.text == (
        'No events found in shop namespace: deployment "wbe" not found in namespace "shop". '
        'Did you mean "web"?'
    )
    present = await call("k8s_events", namespace="shop", for_object="deployment/web")
    assert present.text == "No events found in shop namespace."
    nowhere = await call("k8s_events", namespace="shpo")
    assert nowhere.text == (
        'No events found in shpo namespace: there is no namespace "shpo". Did you mean "shop"?'
    )
    nobody = await call("k8s_events", for_object="node/node-9")
    assert nobody.text == 'No events found: node "node-9" not found.'


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        ({"types": "Bad"}, 'Argument "types": valid types are Normal and Warning.'),
        (
            {"for_object": "web"},
            'Argument "for_object" is a type and a name: "deployment/web".',
        ),
        (
            {"for_object": "pod/web,x=y"},
            'Argument "name": "web,x=y" is not a Kubernetes name (lower-case letters, digits, "-" '
            'and "."; one object per call).',
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    call: Call, shop: Cluster, arguments: dict[str, str], refusal: str
) -> None:
    answer = await call("k8s_events", namespace="shop", **arguments)
    assert (answer.text, answer.error) == (refusal, True)
