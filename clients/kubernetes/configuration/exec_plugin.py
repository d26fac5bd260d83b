"""Run a kubeconfig's login program (``user.exec``): EKS, GKE, AKS, OIDC and others.

Follows client-go's ``exec`` plugin protocol
(https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
kubernetes-asyncio's own runner lets the program inherit standard input, which under the stdio
transport is the protocol's pipe, and waits for ever; here it gets none, a deadline, and its end.
"""

import asyncio
import os
from collections.abc import Mapping
from typing import Any

import orjson

from clients.errors import ConfigurationError

DEADLINE_SECONDS = 20.0


async def run(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ``status`` of the ExecCredential the program prints."""
    command = str(config.get("command") or "")
    stdout, exit_code = await _output(command, config)
    if exit_code != 0:
        raise ConfigurationError(f'The login program "{command}" ended with status {exit_code}.')
    try:
        status = orjson.loads(stdout)["status"]
    except (ValueError, KeyError, TypeError) as garbled:
        raise ConfigurationError(
            f'The login program "{command}" did not print an ExecCredential.'
        ) from garbled
    if not isinstance(status, dict):
        raise ConfigurationError(f'The login program "{command}" printed no credential.')
    return status


async def _output(command: str, config: Mapping[str, Any]) -> tuple[bytes, int]:
    try:
        process = await asyncio.create_subprocess_exec(
            command,
            *map(str, config.get("args") or []),
            env=_environment(config),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # it may print tokens
        )
    except OSError as missing:
        hint = config.get("installHint") or "install it where the server runs"
        raise ConfigurationError(
            f'The kubeconfig\'s login program "{command}" cannot be run: {hint}'
        ) from missing
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            stdout, _ = await process.communicate()
    except TimeoutError as late:
        raise ConfigurationError(
            f'The login program "{command}" did not end within {DEADLINE_SECONDS:.0f} s.'
        ) from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return stdout, process.returncode or 0


def _environment(config: Mapping[str, Any]) -> dict[str, str]:
    info = {
        "apiVersion": config.get("apiVersion"),
        "kind": "ExecCredential",
        "spec": {"interactive": False},
    }
    own = {entry["name"]: str(entry["value"]) for entry in config.get("env") or []}
    return {**os.environ, **own, "KUBERNETES_EXEC_INFO": orjson.dumps(info).decode()}
