"""Releases made at random, and questions that helm and our tools are both asked about them."""

import asyncio
import base64
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.helm_releases import a_release

JsonObject = dict[str, Any]
STATES = (
    "deployed", "failed", "superseded", "pending-install", "pending-upgrade", "pending-rollback",
    "uninstalling", "uninstalled",
)  # fmt: skip
NAMES = ("web", "api", "a-b", "z.z", "x" * 53)
CHARTS: tuple[JsonObject | None, ...] = (
    None,
    {},
    {"name": "nginx", "version": "1.0.0"},
    {"name": "redis", "version": "2.0.0-rc.1+x", "appVersion": "7.2"},
    {"name": "日本", "version": "0.1.0", "appVersion": "版"},
)
FRACTIONS = ("Z", ".5Z", ".123456789Z", ".120+05:30", "-08:00", ".000001+00:00")
DESCRIPTIONS = (
    "Install complete", "Upgrade complete", "Rollback to 3", "", "日本語 descripción 🚀",
    'Release "x" failed: timed out waiting for the condition', "a < b & c > d",
    "2 errors occurred:\n\t* first thing\n\t* the second, which is longer than the first\n\n",
)  # fmt: skip
TEXTS = (
    "a", "", "yes", "null", "0x1f", "1e3", "12:30:45", "2026-01-01", "- a", "a: b", "# c", " lead",
    "trail ", "two\nlines\n", "no end\nof line", "'quoted'", '"double"', "ünï", "日本", "🚀",
    "<&>", "~", "@at", "*star", "&and", "!tag", "|", ">", "%p", "{}", "[]", "x" * 200,
)  # fmt: skip
NUMBERS = (0, 1, -7, 12345678901, 1.5, 1e21, 1e-7, 100.0, -0.25)
_HELM_3 = {"list": ("--all",), "status": ("--show-desc",)}
MANIFESTS = (
    "",
    "---\n# Source: c/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: |\n"
    "    text\n\n    more # no comment\n",
    "---\n# Source: c/b.yaml\n# a comment\napiVersion: v1\nkind: Service\nmetadata:\n  name: b\n"
    "spec:\n  automountServiceAccountToken: false\n---\n# Source: c/c.yaml\nkind: Secret\n"
    "apiVersion: v1\n",
)


class Releases:
    """One data set: some releases of one namespace, each with some revisions."""

    def __init__(self, seed: int, namespace: str) -> None:
        self._random = random.Random(seed)
        self.namespace = namespace
        self.records = [record for name in self._some(NAMES) for record in self._release(name)]

    def _some(self, of: tuple[str, ...]) -> list[str]:
        return self._random.sample(of, self._random.randint(1, len(of)))

    def _release(self, name: str) -> Iterator[JsonObject]:
        for version in sorted(self._random.sample(range(1, 120), self._random.randint(1, 5))):
            yield self._revision(name, version)

    def _revision(self, name: str, version: int) -> JsonObject:
        pick = self._random.choice
        day, hour, second = (self._random.randint(*r) for r in ((1, 28), (0, 23), (0, 59)))
        record = a_release(
            name,
            version,
            self.namespace,
            status=pick(STATES),
            description=pick(DESCRIPTIONS),
            notes=pick(("", " \n thanks,\nenjoy \n\n", "日本")),
            updated=f"2026-{day % 12 + 1:02}-{day:02}T{hour:02}:05:{second:02}{pick(FRACTIONS)}",
            chart=self._chart(),
            manifest=pick(MANIFESTS),
            hooks=[self._hook(number) for number in range(self._random.randint(0, 2))],
            config=pick((None, {}, self._map(0), self._map(0))),
        )
        if self._random.random() < 0.1:
            record["info"]["last_deployed"] = pick(("", "0001-01-01T00:00:00Z"))
        return record

    def _chart(self) -> JsonObject | None:
        metadata = self._random.choice(CHARTS)
        return None if metadata is None else {"metadata": metadata, "values": self._map(0)}

    def _hook(self, number: int) -> JsonObject:
        ran = {"started_at": "2026-11-20T09:00:00Z", "completed_at": "2026-11-20T09:01:00Z"}
        never = {"started_at": "", "completed_at": "", "phase": ""}
        return {
            "name": f"hook-{number}",
            "kind": "Pod",
            "path": f"c/templates/hook-{number}.yaml",
            "manifest": f"kind: Pod\nmetadata:\n  name: hook-{number}" + "\n" * number,
            "events": self._random.choice((["test"], ["post-install"], ["test", "pre-upgrade"])),
            "last_run": self._random.choice(({**ran, "phase": "Succeeded"}, never)),
        }

    def _map(self, depth: int) -> JsonObject:
        keys = ("a", "b", "c1", "c10", "c2", "D", "é", "true", "1", "with space", "")
        chosen = self._random.sample(keys, self._random.randint(0, 5))
        return {key: self._value(depth + 1) for key in chosen}

    def _value(self, depth: int) -> Any:
        kind = self._random.random()
        if kind < 0.15:
            return None
        if kind < 0.4 and depth < 4:
            return self._map(depth)
        if kind < 0.5 and depth < 4:
            return [self._value(depth + 1) for _ in range(self._random.randint(0, 3))]
        return self._random.choice((*TEXTS, *NUMBERS, True, False))


def huge(namespace: str) -> JsonObject:
    """Build a release whose record is nearly as large as a Secret can be."""
    noise = base64.b64encode(random.Random(1).randbytes(480_000)).decode()
    return a_release("web", 1, namespace, config={"blob": noise, "lines": ["x" * 99] * 1000})


@dataclass(frozen=True)
class Question:
    """A tool's call, the helm command that asks the same, and what is done to both answers."""

    tool: str
    arguments: JsonObject
    command: tuple[str, ...]
    ours: Callable[[str], str] = str
    theirs: Callable[[str], str] = str


def listing(output: str = "table") -> Question:
    first_columns = _helms_columns if output == "table" else str
    return Question(
        "helm_list_releases",
        {"output": output},
        ("list", "--output", output),
        ours=first_columns,
        theirs=_readable,
    )


def about(record: JsonObject) -> list[Question]:
    """Ask everything that can be asked about a release; the record is its latest revision."""
    name = {"release_name": record["name"]}
    revision = {"revision": record["version"]}
    manifest = ("get", "manifest", record["name"], "--revision", str(record["version"]))
    asked = [
        Question("helm_get_manifest", name | revision, manifest),
        Question("helm_status", name | {"notes": True}, ("status", record["name"]), _no_resources),
        Question("helm_status", name | {"hooks": True}, ("get", "hooks", record["name"]), _hooks),
    ]
    for output in ("table", "json", "yaml"):
        form = ("--output", output)
        history = ("history", record["name"], "--max", "3", *form)
        three = name | {"max_revisions": 3, "output": output}
        values = ("get", "values", record["name"], *form)
        asked += [
            Question("helm_history", three, history, str, _readable),
            Question("helm_get_values", name | {"output": output}, values, str, _readable),
        ]
        if record["chart"] is not None:  # without one, helm stops with an error of its own
            computed = name | {"output": output, "all_values": True}
            asked.append(Question("helm_get_values", computed, (*values, "--all"), str, _readable))
    return asked


def _helms_columns(text: str) -> str:
    """Take the column away that says why a release is failed or pending."""
    return "\n".join("\t".join(line.split("\t")[:7]) for line in text.split("\n"))


def _readable(text: str) -> str:
    """Undo what Go's JSON does for HTML."""
    for escaped, plain in (("\\u003c", "<"), ("\\u003e", ">"), ("\\u0026", "&")):
        text = text.replace(escaped, plain)
    return text


def _no_resources(text: str) -> str:
    """Take away the lines about objects of the cluster, and the advice: helm has none."""
    own = ("RESOURCES: ", "  ", "Next: ", "Its ")
    return "\n".join(line for line in text.split("\n") if not line.startswith(own))


def _hooks(text: str) -> str:
    return text.partition("HOOKS:\n")[2]


@dataclass(frozen=True)
class RealHelm:
    """A helm executable that is shown one cluster; of Helm 3 it is asked what Helm 4 shows."""

    executable: str
    kubeconfig: Path
    driver: str = "secret"
    major: int = 4

    async def __call__(self, namespace: str, *command: str) -> str:
        if self.major == 3:
            command = (*command, *_HELM_3.get(command[0], ()))
        environment = {
            "KUBECONFIG": str(self.kubeconfig),
            "HELM_DRIVER": self.driver,
            "HOME": str(self.kubeconfig.parent),
            "TZ": "UTC",
        }
        ran = await asyncio.to_thread(
            subprocess.run,
            [self.executable, *command, "--namespace", namespace],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            timeout=60,
        )
        if ran.returncode:
            raise RuntimeError(f"helm {' '.join(command)}: {ran.stderr.decode()}")
        return str(ran.stdout.decode()).replace('"updated":"",', "")  # Helm 3, without a time


def helm_executable() -> str:
    """Return the helm of the development environment, or skip where there is none."""
    beside_python = Path(sys.prefix) / "bin" / "helm"
    found = str(beside_python) if beside_python.exists() else shutil.which("helm")
    if not found or not os.access(found, os.X_OK):
        pytest.skip("no helm for this platform")
    return found
