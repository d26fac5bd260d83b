"""The API server's audit log, where the cluster's owner can read it: one JSON line a request.

It is looked for beside the kubeconfig. A cluster that keeps none is judged by what it stores.
"""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WRITTEN_SECONDS = 30.0


@dataclass(frozen=True)
class AuditLog:
    """The requests of a user, also of one impersonated, or of a user agent, from a moment on."""

    file: Path
    who: str
    start: int

    @classmethod
    def beside(cls, kubeconfig: Path, who: str) -> "AuditLog | None":
        file = kubeconfig.parent / "log" / "audit.log"
        return cls(file, who, file.stat().st_size) if file.exists() else None

    def requests(self, marker: str) -> Sequence[dict[str, Any]]:
        """Return what came before a last request whose URI ends with ``marker``."""
        end = time.monotonic() + WRITTEN_SECONDS
        while True:
            found = [*self._own()]
            last = [n for n, each in enumerate(found) if each["requestURI"].endswith(marker)]
            if last:
                return found[: last[0]]
            assert time.monotonic() < end, f"{marker} is not in the audit log"
            time.sleep(0.05)

    def _own(self) -> Iterable[dict[str, Any]]:
        with self.file.open("rb") as log:
            log.seek(self.start)
            for line in log.read().splitlines():
                entry = json.loads(line) if line.endswith(b"}") else {}
                user = entry.get("impersonatedUser") or entry.get("user", {})
                if self.who in (user.get("username"), entry.get("userAgent")):
                    yield entry
