"""The page that the figures are written to, and what is said there of the machine."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata

from benchmarks.figures import Row, quantity

LIBRARIES = (
    "fastmcp",
    "mcp",
    "uvicorn",
    "uvloop",
    "httptools",
    "aiohttp",
    "orjson",
    "pydantic",
    "kubernetes-asyncio",
)
SIGNS = {"at most": "≤", "at least": "≥"}

HEAD = """# Benchmarks

Written by `nox -s bench` (`.venv/bin/python -m benchmarks`); do not edit. Every budget stands
beside what was measured, also where it is missed. Figures that are compared with each other come
from the same run. To measure again, with a cluster and its audit log where there is one:

```sh
KUBECONFIG=admin.kubeconfig BENCH_AUDIT_LOG=audit.log nox -s bench
nox -s bench -- tokens start        # only these, printed and not written
nox -s bench -- --quick             # everything with small counts, to see that it works
```
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A benchmark's docstring (title, explanation) and its rows, or why there are none."""

    text: str
    rows: Sequence[Row]
    missing: str = ""
    broken: bool = False


def page(sections: Sequence[Section], about: Sequence[str], begun: datetime) -> str:
    """Return the whole document."""
    measured = f"Measured on {begun:%Y-%m-%d}: {'; '.join(about)}."
    return "\n".join([HEAD, measured, "", _summary(sections), *map(section_text, sections)])


def section_text(section: Section) -> str:
    """Return one benchmark as Markdown."""
    title, _, explanation = section.text.strip().partition("\n")
    parts = [f"## {title.rstrip('.')}", explanation.strip()]
    parts.append(_table(section.rows) if section.rows else f"Not measured: {section.missing}")
    return "\n\n".join(filter(None, parts)) + "\n"


def _summary(sections: Sequence[Section]) -> str:
    kept = [row.verdict == "met" for one in sections for row in one.rows if row.budget]
    missed = len(kept) - sum(kept)
    return f"{len(kept)} budgets, {missed or 'none'} missed.\n"


def _table(rows: Sequence[Row]) -> str:
    lines = ["| what | measured | budget | kept? | remark |", "| --- | ---: | ---: | --- | --- |"]
    lines += [
        f"| {row.what} | {quantity(row.measured, row.unit)} | {_budget(row)} "
        f"| {row.verdict} | {row.remark} |"
        for row in rows
    ]
    return "\n".join(lines)


def _budget(row: Row) -> str:
    if row.budget is None:
        return ""
    return f"{SIGNS[row.budget.kind]} {quantity(row.budget.limit, row.unit)}"


def machine(kubeconfig: str | None) -> list[str]:
    """Say what the figures depend on: processors, memory, versions, how busy it was before."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"{name} {metadata.version(name)}" for name in LIBRARIES]
    return [
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}",
        f"load average before {os.getloadavg()[0]:.1f}",
        f"Python {platform.python_version()}, {', '.join(versions)}",
        *_kubernetes(kubeconfig),
    ]


def _kubernetes(kubeconfig: str | None) -> list[str]:
    if not kubeconfig:
        return []
    command = ["kubectl", f"--kubeconfig={kubeconfig}", "version", "--output=json"]
    try:
        asked = subprocess.run(command, capture_output=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError) as broken:
        print(f"kubectl version: {type(broken).__name__}", file=sys.stderr)
        return []
    said = json.loads(asked.stdout)
    client, server = said["clientVersion"]["gitVersion"], said["serverVersion"]["gitVersion"]
    return [f"kubectl {client}, API server {server} on the same machine"]
