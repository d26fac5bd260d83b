"""Plan or do an operation on a release, and say what came of it."""

from collections.abc import Sequence
from typing import Protocol

from clients.errors import ForbiddenError
from clients.helm.executable import Manner
from clients.helm.operations import Done, Tools, Trouble
from clients.helm.operations.following import Tell
from clients.kubernetes import JsonObject, KubernetesWriter
from clients.masking import mask_free_text
from tools.dependencies import Helm, Progress
from tools.kubectl.telling import Telling
from tools.render.helm.changed import Failed, failure, progress_of
from tools.render.pod_troubles import pod_troubles
from tools.results import Answer


class Operation(Protocol):
    """What can be tried and done to a release."""

    @property
    def manner(self) -> Manner:
        """How it is done."""

    async def plan(self, writing: KubernetesWriter) -> None:
        """Write down what would change."""

    async def run(self, writing: KubernetesWriter, tell: Tell) -> Done:
        """Do it."""


def tools_of(clients: Helm, writing: KubernetesWriter) -> Tools:
    """Give an operation what it uses."""
    return Tools(clients.releases, clients.executable, writing.read)


async def carried_out(
    operation: Operation, writing: KubernetesWriter, progress: Progress
) -> Answer:
    """Only plan it in a preview; else do it, telling how far it is."""
    if writing.dry:
        await operation.plan(writing)
        return Answer("")
    telling = Telling(progress)

    async def tell(objects: Sequence[JsonObject]) -> None:
        if text := progress_of(objects):
            await telling(text)

    done = await operation.run(writing, tell)
    if not done.reason:
        return Answer(done.text, data={"status": done.status, "revision": done.revision})
    text = "\n".join(filter(None, (failure(_failed(done), done.waited), operation.manner.bound)))
    if done.denied:
        raise ForbiddenError(text)
    return Answer(text, error=True, data={"status": done.status, "revision": done.revision})


def _failed(done: Done) -> Failed:
    return Failed(
        done.verb,
        done.target.name,
        done.target.namespace,
        done.reason,
        done.status,
        done.revision,
        done.good_revision,
        changed=bool(done.changes),
        troubles=[(each.obj, each.hook, _lines(each)) for each in done.troubles],
        unread=done.unread,
    )


def _lines(trouble: Trouble) -> Sequence[str]:
    held = trouble.held_up
    pods = [mask_free_text(line) for line in pod_troubles(held.pods, held.evidence)]
    return [*pods, *held.warnings, *held.not_shown]
