"""Previews in the story that the sandbox tells, where something follows from every change."""

from collections.abc import Awaitable, Callable

from sandbox import Cluster, story
from tests.conftest import Call

Effects = Callable[..., Awaitable[list[str]]]


def told(cluster: Cluster) -> Cluster:
    """Fill a cluster with the story."""
    story.load(cluster.store, cluster.logs, cluster.usage, cluster.clock)
    return cluster


async def effects(call: Call, tool: str, **arguments: object) -> list[str]:
    """Preview a call and return what is said to follow, a sentence or a caution each."""
    answer = await call("k8s_preview", tool=tool, arguments=arguments)
    assert not answer.error, answer.text
    return effects_in(answer.text)


def effects_in(text: str) -> list[str]:
    """Take the effects out of a preview; what is wrapped is joined again."""
    found: list[str] = []
    for line in text.splitlines():
        if line.startswith(("  Effect: ", "  ! ")):
            found.append(line.strip())
        elif found and line.startswith(" " * 10):
            found[-1] += f" {line.strip()}"
    return found
