"""helm with a repository of its own, to compare what it finds in an index with what we find."""

import asyncio
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSIONS = (
    "0.0.0", "0.0.1", "0.0.2", "0.0.3", "0.1.0", "0.1.1", "0.2.0", "0.2.3", "0.2.9", "0.3.0",
    "1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.3", "1.2.4", "1.3.0", "2.0.0", "2.0.1", "2.1.0",
    "2.3.4", "3.0.0", "3.4.5", "10.0.0", "11.1.0", "11.2.0", "12.0.0", "1.0.0-alpha",
    "1.0.0-alpha.1", "1.2.3-rc.1", "2.0.0-beta.2", "2.0.0-beta.11", "3.0.0-0", "1.0.5+build1",
    "v1.4.0", "v2.2.2-pre",
)  # fmt: skip
WORDS = ("alpha", "beta", "web", "cache", "demo server", "日本語の説明", "Redis", "x" * 80)


def an_index(seed: int) -> dict[str, Any]:
    """Make an index of some charts, in an order of its own."""
    chosen = random.Random(seed)
    entries = {
        "web": [_entry("web", each, "web") for each in chosen.sample(VERSIONS, len(VERSIONS))]
    }
    for name in ("redis", "web-ui", "Cache", "a.b", "zeta"):
        entries[name] = [
            _entry(name, each, " ".join(chosen.sample(WORDS, 2)), chosen.sample(WORDS, 2))
            for each in chosen.sample(VERSIONS, chosen.randint(1, 6))
        ]
    return {"apiVersion": "v1", "entries": entries}


def _entry(name: str, version: str, text: str, keywords: list[str] | None = None) -> dict[str, Any]:
    about = {"name": name, "version": version, "apiVersion": "v2", "appVersion": f"a{version}"}
    return {**about, "description": text, "keywords": keywords or [], "urls": [f"{name}.tgz"]}


@dataclass(frozen=True)
class HelmAtHome:
    """helm with a home of its own; a refusal is None."""

    executable: str
    home: Path

    async def __call__(self, *command: str) -> str | None:
        ran = await asyncio.to_thread(
            subprocess.run,
            [self.executable, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"HOME": str(self.home)},
            timeout=60,
        )
        return None if ran.returncode else str(ran.stdout.decode())
