"""Rollback and uninstall: what they do follows from the records alone."""

from dataclasses import dataclass

from clients.errors import ConflictError
from clients.helm.executable import Manner, Target, arguments
from clients.helm.operations.carrying_out import Done, Tools, carry_out
from clients.helm.operations.following import Tell
from clients.helm.operations.hiding import hide
from clients.helm.operations.installing import is_applied
from clients.helm.operations.locks import refuse_running
from clients.helm.planning import Plan, lost_for_good, note_hooks, objects_of, record
from clients.helm.release import Release
from clients.kubernetes import KubernetesWriter


@dataclass(frozen=True, slots=True)
class Rollback:
    """Go back to a revision, which becomes a new one."""

    tools: Tools
    target: Target
    revision: int
    manner: Manner

    async def plan(self, writing: KubernetesWriter) -> None:
        """Try every object of the revision to go back to."""
        last, wanted = await self._ready()
        version = await self.tools.executable.version()
        plan = Plan(
            self.target.name,
            self.target.namespace,
            objects_of(last.manifest),
            objects_of(wanted.manifest),
            version.applies and is_applied(wanted),
            self.manner.force_conflicts,
        )
        await record(writing, plan)
        writing.note(f"Would record revision {last.version + 1} of {self.target}.")
        await note_hooks(writing, wanted, "rollback")
        await hide(self.tools.releases, writing, [last, wanted])

    async def run(self, writing: KubernetesWriter, tell: Tell) -> Done:
        """Do it."""
        last, wanted = await self._ready()
        return await carry_out(
            self.tools,
            "rollback",
            self.target,
            lambda version: arguments.rollback(self.target, self.revision, self.manner, version),
            self.manner,
            last.version,
            tell,
            [last, wanted],
        )

    async def _ready(self) -> tuple[Release, Release]:
        where = self.target.namespace, self.target.name
        last = await self.tools.releases.get(*where)
        refuse_running(last, self.target, killed=self.tools.executable.was_killed_at(self.target))
        return last, await self.tools.releases.revision(*where, self.revision)


@dataclass(frozen=True, slots=True)
class Uninstall:
    """Delete a release's objects, and unless it is kept its history."""

    tools: Tools
    target: Target
    manner: Manner

    async def plan(self, writing: KubernetesWriter) -> None:
        """Try to delete every object of the last revision."""
        last = await self._ready()
        objects = objects_of(last.manifest)
        plan = Plan(self.target.name, self.target.namespace, objects, [], applies=False)
        await record(writing, plan)
        await self._note_history(writing, last)
        await note_hooks(writing, last, "uninstall")
        await hide(self.tools.releases, writing, [last])

    async def run(self, writing: KubernetesWriter, tell: Tell) -> Done:
        """Do it."""
        last = await self._ready()
        return await carry_out(
            self.tools,
            "uninstall",
            self.target,
            lambda _: arguments.uninstall(self.target, self.manner),
            self.manner,
            last.version,
            tell,
            [last],
        )

    async def _note_history(self, writing: KubernetesWriter, last: Release) -> None:
        """Say what becomes of the history, and what no history brings back."""
        states = await self.tools.releases.states(last.namespace, last.name)
        number = f"{len(states)} revision{'s' if len(states) > 1 else ''}"
        lost = await lost_for_good(writing, keeps_history=self.manner.keep_history)
        if self.manner.keep_history:
            but = f", but not what is in {lost}" if lost else ""
            writing.note(f"Would keep the history ({number}): helm_rollback brings it back{but}.")
            return
        if not writing.journal.changes:
            writing.note("Would delete the release's records: none of its objects is left.")
        writing.note(f"! the history ({number}) is deleted: no rollback after this.")
        if lost:
            writing.note(f"! lost for good, as the history goes too: what is in {lost}.")

    async def _ready(self) -> Release:
        last = await self.tools.releases.get(self.target.namespace, self.target.name)
        refuse_running(last, self.target, killed=self.tools.executable.was_killed_at(self.target))
        if last.status == "uninstalled" and self.manner.keep_history:
            raise ConflictError(f"{self.target} is uninstalled already, its history kept.")
        return last
