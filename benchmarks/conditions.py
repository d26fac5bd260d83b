"""Under which conditions is measured: how thoroughly, and with which cluster."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.figures import NotMeasuredError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Conditions:
    """``quick`` tries everything with small counts; such figures are not worth writing down."""

    quick: bool = False
    kubeconfig: str | None = None
    audit_log: Path | None = None

    def pick(self, full: T, *, quick: T) -> T:
        """Return the amount for this run."""
        return quick if self.quick else full

    def cluster(self) -> str:
        """Return the kubeconfig of a real cluster that kubectl can be run against."""
        if not self.kubeconfig:
            raise NotMeasuredError("Needs a cluster: set KUBECONFIG.")
        if not shutil.which("kubectl"):
            raise NotMeasuredError("Needs kubectl on the PATH, to measure beside it.")
        return self.kubeconfig

    def audit(self) -> Path:
        """Return the API server's audit log, which counts the requests of a call."""
        if not self.audit_log:
            raise NotMeasuredError("Needs the API server's audit log: set BENCH_AUDIT_LOG.")
        return self.audit_log


def from_environment(quick: bool, audit_log: str | None) -> Conditions:
    """Read KUBECONFIG and BENCH_AUDIT_LOG; an option wins over its variable."""
    log = audit_log or os.environ.get("BENCH_AUDIT_LOG")
    return Conditions(quick, os.environ.get("KUBECONFIG"), Path(log) if log else None)
