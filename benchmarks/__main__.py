"""Run the benchmarks: ``python -m benchmarks [NAME…] [--quick]``; all of them write the page."""

import argparse
import asyncio
import signal
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from benchmarks import (
    api_requests,
    argo_watch,
    calls_per_second,
    changing,
    describe_deployment,
    helm_reads,
    jenkins_reads,
    long_lists,
    sessions,
    start,
    tokens,
)
from benchmarks.conditions import Conditions, from_environment
from benchmarks.figures import NotMeasuredError
from benchmarks.page import Section, machine, page, section_text

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BENCHMARKS = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        calls_per_second,
        long_lists,
        describe_deployment,
        helm_reads,
        changing,
        jenkins_reads,
        api_requests,
        argo_watch,
        start,
        sessions,
        tokens,
    )
}


def main() -> int:
    """Run what was asked for; print every section, and write the page when all were run."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # servers are ended on the way out
    options = _options()
    conditions = from_environment(options.quick, options.audit_log)
    begun, about = datetime.now(UTC), machine(conditions.kubeconfig)
    sections = [_section(name, conditions) for name in options.names or BENCHMARKS]
    if any(section.broken for section in sections):
        return 1
    if not options.names and not options.quick:
        PAGE.write_text(page(sections, about, begun), encoding="utf-8")
        print("Written to docs/benchmarks.md.")
    return 0


def _options() -> argparse.Namespace:
    flags = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    flags.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    flags.add_argument("--quick", action="store_true", help="Small counts, to try; no page.")
    flags.add_argument("--audit-log", help="The API server's audit log (BENCH_AUDIT_LOG).")
    options = flags.parse_args()
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        flags.error(f"no benchmark {unknown[0]}; there are: {', '.join(BENCHMARKS)}")
    return options


def _section(name: str, conditions: Conditions) -> Section:
    module, begun = BENCHMARKS[name], time.monotonic()
    try:
        section = Section(module.__doc__ or name, asyncio.run(module.measure(conditions)))
    except NotMeasuredError as missing:
        section = Section(module.__doc__ or name, [], str(missing))
    except (RuntimeError, OSError, aiohttp.ClientError) as broken:
        traceback.print_exception(broken)  # the others are still measured
        section = Section(module.__doc__ or name, [], "it broke.", broken=True)
    print(section_text(section))
    print(f"({name}: {time.monotonic() - begun:.0f} s)\n", file=sys.stderr)
    return section


if __name__ == "__main__":
    raise SystemExit(main())
