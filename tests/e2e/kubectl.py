"""kubectl and helm as processes, with a kubeconfig and an environment of their own."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

SETTLED_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.3
PROCESS_SECONDS = 90.0


class Said(NamedTuple):
    """What a process printed."""

    out: str
    err: str


class Ended(NamedTuple):
    """What a process printed, and its exit status."""

    out: str
    err: str
    code: int


@dataclass(frozen=True)
class Kubectl:
    """Runs kubectl as the identity of one kubeconfig; times are in UTC, as in the tools."""

    kubeconfig: Path
    home: Path
    default: Mapping[str, str]

    def __call__(self, *arguments: str, given: str = "") -> str:
        """Return the standard output; any other exit status than 0 fails the test."""
        return self.said(*arguments, given=given).out

    def said(self, *arguments: str, given: str = "") -> Said:
        done = self._run("kubectl", *arguments, given=given)
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr}"
        return Said(done.stdout, done.stderr)

    def refused(self, *arguments: str) -> str:
        """Return the standard error of a command that has to fail."""
        done = self._run("kubectl", *arguments)
        assert done.returncode != 0, f"kubectl {' '.join(arguments)} succeeded: {done.stdout}"
        return done.stderr

    def answer(self, *arguments: str) -> str:
        """Return the standard output of a command whose exit status is an answer too."""
        return self._run("kubectl", *arguments).stdout

    def ended(self, *arguments: str) -> Ended:
        """Return all that is known of a command that may fail."""
        done = self._run("kubectl", *arguments)
        return Ended(done.stdout, done.stderr, done.returncode)

    def json(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self(*arguments, "-o", "json"))
        return found

    def helm(self, *arguments: str) -> str:
        done = self._run("helm", *arguments)
        assert done.returncode == 0, f"helm {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def _run(
        self, program: str, *arguments: str, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            **self.default,
            "KUBECONFIG": str(self.kubeconfig),
            "HOME": str(self.home),
            "TZ": "UTC",
        }
        return subprocess.run(
            [program, *arguments], env=environment, input=given, check=False,
            capture_output=True, text=True, timeout=PROCESS_SECONDS,
        )  # fmt: skip

    def until(self, done: Callable[[str], bool], *arguments: str) -> None:
        """Ask again until the answer is as wanted."""
        until(lambda: done(self(*arguments)), f"kubectl {' '.join(arguments)}")

    def signed_in_with(self, token: str, namespace: str, folder: Path, name: str) -> "Kubectl":
        """Return a kubectl of the same cluster for whoever has the token."""
        config = self.json("config", "view", "--raw", "--minify")
        [context] = config["contexts"]
        context["context"] |= {"user": name, "namespace": namespace}
        config["users"] = [{"name": name, "user": {"token": token}}]
        kubeconfig = folder / f"{name}.kubeconfig"
        kubeconfig.touch(mode=0o600)
        kubeconfig.write_text(json.dumps(config))
        return Kubectl(kubeconfig, self.home, self.default)


def until(done: Callable[[], bool], what: str, within: float = SETTLED_SECONDS) -> None:
    """Look again and again; what another process does cannot be awaited."""
    end = time.monotonic() + within
    while not done():
        assert time.monotonic() < end, f"not settled after {within:.0f} s: {what}"
        time.sleep(LOOK_EVERY_SECONDS)


def outside() -> tuple[str, dict[str, str]]:
    """Return KUBECONFIG, and the part of the environment that processes need."""
    kept = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    return os.environ.get("KUBECONFIG", ""), {k: os.environ[k] for k in kept if k in os.environ}
