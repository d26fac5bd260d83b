"""Usage as ``kubectl top`` prints it (kubectl's ``metricsutil``), without the trailing blanks.

CPU is rounded up to thousandths of a core after adding, memory down to mebibytes, percentages down.
Of equal amounts the names decide, where kubectl leaves the order open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.render import JsonObject
from tools.render.quantities import Quantity, mebibytes, millicores, parse, percentage, whole
from tools.render.tabwriter import align

POD_COLUMNS = ("NAME", "CPU(cores)", "MEMORY(bytes)")
NODE_COLUMNS = ("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")
UNKNOWN = "<unknown>"
LINE = "________"

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class UsageForm:
    """What to print: ``sort_by`` is ``cpu``, ``memory`` or empty for the name."""

    sort_by: str = ""
    headers: bool = True
    containers: bool = False
    with_namespace: bool = False
    totals: bool = False


@dataclass(frozen=True, slots=True)
class Amounts:
    """CPU and memory that are used, or that there are."""

    cpu: Quantity
    memory: Quantity

    @classmethod
    def of(cls, resources: Mapping[str, Any]) -> "Amounts":
        """Read a ``usage`` or ``allocatable`` map; what is missing is 0."""
        return cls(parse(resources.get("cpu", "0")), parse(resources.get("memory", "0")))

    @classmethod
    def sum(cls, parts: Iterable["Amounts"]) -> "Amounts":
        """Add up exactly; nothing is 0."""
        total = cls.of({})
        for part in parts:
            total = cls(total.cpu + part.cpu, total.memory + part.memory)
        return total

    @property
    def cells(self) -> Cells:
        """CPU and memory as two cells."""
        return [f"{millicores(self.cpu)}m", f"{mebibytes(self.memory)}Mi"]

    def cells_of(self, available: "Amounts") -> Cells:
        """CPU and memory, each followed by its percentage of what is available."""
        cpu, memory = self.cells
        of_cpu = percentage(millicores(self.cpu), millicores(available.cpu))
        of_memory = percentage(whole(self.memory), whole(available.memory))
        return [cpu, f"{of_cpu}%", memory, f"{of_memory}%"]

    def rank(self, sort_by: str) -> int:
        """Order the largest first by the amount asked for; without one all are equal."""
        if sort_by == "cpu":
            return -millicores(self.cpu)
        return -whole(self.memory) if sort_by == "memory" else 0


def render_pods(metrics: Sequence[JsonObject], form: UsageForm) -> list[str]:
    """Print PodMetrics: a line for each pod, or for each of its containers."""
    before = [
        *(["NAMESPACE"] if form.with_namespace else []),
        *(["POD"] if form.containers else []),
    ]
    of_pods = [(pod, Amounts.sum(used for _, used in _containers(pod))) for pod in metrics]
    of_pods.sort(key=lambda each: (each[1].rank(form.sort_by), *_names(each[0])))
    rows: list[Cells] = [[*before, *POD_COLUMNS]] if form.headers else []
    for pod, used in of_pods:
        names = _names(pod) if form.with_namespace else _names(pod)[1:]
        parts = _in_order(_containers(pod), form.sort_by) if form.containers else []
        rows += [[*names, name, *part.cells] for name, part in parts]
        rows += [] if form.containers else [[*names, *used.cells]]
    if form.totals:
        blank = [""] * (len(before) + 1)
        total = Amounts.sum(used for _, used in of_pods)
        rows += [[*blank, LINE, LINE], [*blank, *total.cells]]
    return _aligned(rows)


def render_nodes(
    metrics: Sequence[JsonObject],
    allocatable: Mapping[str, Mapping[str, str]],
    form: UsageForm,
) -> list[str]:
    """Print NodeMetrics beside what each node has; nodes without metrics are unknown."""
    measured = [(node["metadata"]["name"], Amounts.of(node["usage"])) for node in metrics]
    there = {name: Amounts.of(allocatable[name]) for name, _ in measured if name in allocatable}
    rows: list[Cells] = [NODE_COLUMNS] if form.headers else []
    for name, used in _in_order(measured, form.sort_by):
        rows.append([name, *(used.cells_of(there[name]) if name in there else used.cells)])
    rows += [[name, *[UNKNOWN] * 4] for name in sorted(set(allocatable) - set(there))]
    if form.totals:
        total = Amounts.sum(used for _, used in measured)
        rows += [["", *[LINE] * 4], ["", *total.cells_of(Amounts.sum(there.values()))]]
    return _aligned(rows)


def _containers(pod: JsonObject) -> list[tuple[str, Amounts]]:
    return [(one["name"], Amounts.of(one["usage"])) for one in pod["containers"]]


def _in_order(named: Iterable[tuple[str, Amounts]], sort_by: str) -> list[tuple[str, Amounts]]:
    return sorted(named, key=lambda each: (each[1].rank(sort_by), each[0]))


def _names(pod: JsonObject) -> tuple[str, str]:
    return pod["metadata"].get("namespace", ""), pod["metadata"]["name"]


def _aligned(rows: Iterable[Cells]) -> list[str]:
    # kubectl ends each cell with a tab, the last one too: its width counts, its blanks do not.
    return [line.rstrip() for line in align("\t".join([*row, ""]) for row in rows)]
