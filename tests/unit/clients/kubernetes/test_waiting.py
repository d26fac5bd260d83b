"""Following a selection: present state, changes, and a watch that is not trusted alone."""

import asyncio

import pytest

from clients.errors import InvalidError, UnavailableError
from clients.kubernetes import KubernetesReader, ListQuery
from clients.kubernetes.waiting import MOST_FOLLOWED, Patience, Present, follow, pause
from clients.kubernetes.wire.watching import Silence
from sandbox import Cluster
from tests.support.builders import a_config_map
from tests.support.rollouts import watched
from tools.dependencies import Clients


@pytest.fixture
def reader(clients: Clients) -> KubernetesReader:
    return clients.kubernetes.reader


async def flags(reader: KubernetesReader) -> ListQuery:
    return ListQuery(await reader.resource_type("configmaps"), "shop")


async def test_an_open_but_silent_watch_is_made_up_for_by_listing_again(
    reader: KubernetesReader, cluster: Cluster
) -> None:
    seen: list[int] = []

    async def enough(present: Present) -> bool:
        if not seen:  # the list is answered; the watch that follows hangs
            cluster.faults.hold("/configmaps$")
            cluster.store.create(a_config_map("flags"))
        seen.append(len(present))
        return bool(present)

    assert await follow(reader, await flags(reader), Patience(5, recheck=0.05), enough)
    assert seen == [0, 1]


async def test_an_api_server_that_goes_away_meanwhile_is_waited_for(
    reader: KubernetesReader, cluster: Cluster
) -> None:
    seen: list[int] = []

    async def enough(present: Present) -> bool:
        if not seen:
            cluster.store.create(a_config_map("flags"))
            cluster.faults.status(503, "/configmaps$", times=4)
        seen.append(len(present))
        return bool(present)

    patience = Patience(5, recheck=0.001, pause=0.001)
    assert await follow(reader, await flags(reader), patience, enough)


async def test_an_api_server_that_is_not_there_at_first_is_refused(
    reader: KubernetesReader, cluster: Cluster
) -> None:
    async def enough(_: Present) -> bool:
        return True

    query = await flags(reader)
    cluster.faults.status(503, "/configmaps$", times=None)
    with pytest.raises(UnavailableError):
        await follow(reader, query, Patience(5), enough)


async def test_who_may_list_and_not_watch_lists_more_often(
    reader: KubernetesReader, cluster: Cluster
) -> None:
    seen: list[int] = []

    async def enough(present: Present) -> bool:
        if not seen:
            cluster.faults.status(403, "/configmaps$", reason="Forbidden")
            cluster.store.create(a_config_map("flags"))
        seen.append(len(present))
        return len(seen) == 3

    patience = Patience(5, poll=0.001)
    assert await follow(reader, await flags(reader), patience, enough)
    assert seen == [0, 1, 1]
    assert [request.query.get("watch") for request in cluster.requests][-4:] == [
        None, "true", None, None
    ]  # fmt: skip


@pytest.mark.parametrize("silent", ["unavailable", "mute"])
async def test_how_long_an_api_server_has_not_answered_is_told(
    reader: KubernetesReader, cluster: Cluster, silent: str
) -> None:
    async def enough(_: Present) -> bool:
        if silent == "mute":
            cluster.faults.hold("/configmaps$", times=None)
        else:
            cluster.faults.status(503, "/configmaps$", times=None)
        return False

    silence = Silence()
    patience = Patience(0.2, recheck=0.05, pause=0.01)
    assert not await follow(reader, await flags(reader), patience, enough, silence)
    assert silence.seconds > 0.1


async def test_a_broken_watch_that_is_made_up_for_is_no_silence(
    reader: KubernetesReader, cluster: Cluster
) -> None:
    async def enough(_: Present) -> bool:
        return False

    cluster.faults.drop_watch("/configmaps$")
    silence = Silence()
    assert not await follow(reader, await flags(reader), Patience(0.1), enough, silence)
    assert silence.seconds == 0


async def test_no_time_means_one_look_and_no_watch(
    reader: KubernetesReader, cluster: Cluster
) -> None:
    async def enough(_: Present) -> bool:
        return False

    assert not await follow(reader, await flags(reader), Patience(0), enough)
    assert not any(request.query.get("watch") for request in cluster.requests)


async def test_a_wait_that_is_cancelled_ends_at_once(
    reader: KubernetesReader, cluster: Cluster
) -> None:
    async def enough(_: Present) -> bool:
        return False

    waiting = asyncio.create_task(follow(reader, await flags(reader), Patience(280), enough))
    await watched(cluster)
    waiting.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_too_many_objects_are_refused(reader: KubernetesReader, cluster: Cluster) -> None:
    for number in range(MOST_FOLLOWED + 1):
        cluster.store.create(a_config_map(f"flags-{number}"))

    async def enough(_: Present) -> bool:
        return True

    with pytest.raises(InvalidError, match="more than 500 configmaps; narrow it"):
        await follow(reader, await flags(reader), Patience(5), enough)


async def test_a_pause_says_every_few_seconds_how_far_it_is() -> None:
    slept: list[float] = []
    told: list[str] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def tell(message: str) -> None:
        told.append(message)

    await pause(12, tell, every=5, sleep=sleep)
    assert slept == [5, 5, 2]
    assert told == ["5 of 12 s", "10 of 12 s", "12 of 12 s"]
