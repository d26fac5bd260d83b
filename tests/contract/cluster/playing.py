"""Plays a scenario against a server and returns its normalised answers."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import aiohttp

from tests.contract.cluster.normal import normal
from tests.contract.cluster.steps import Step

ANSWERS = Path(__file__).parent / "answers"
KEPT_HEADERS = ("Warning", "Retry-After")
SETTLING_SECONDS = 10
Answer = dict[str, Any]


def recorded(name: str) -> list[Answer]:
    """Return the answers that the real API server gave."""
    answers: list[Answer] = json.loads((ANSWERS / f"{name}.json").read_text())
    return answers


async def play(session: aiohttp.ClientSession, steps: list[Step], namespace: str) -> list[Answer]:
    """Send the requests one after another, in a namespace that is there for them."""
    values = {"ns": namespace}
    await _send(session, Step("POST", "/api/v1/namespaces", _namespace()), values)
    account = Step("GET", "/api/v1/namespaces/{ns}/serviceaccounts/default", settle=True)
    await _send(session, account, values)
    try:
        return [await _played(session, each, values) for each in steps]
    finally:
        await _send(session, Step("DELETE", "/api/v1/namespaces/{ns}"), values)


async def _played(session: aiohttp.ClientSession, step: Step, values: dict[str, str]) -> Answer:
    status, headers, body = await _send(session, step, values)
    content = _parsed(headers, body)
    for name, path in step.remember.items():
        values[name] = str(_at(content, path))
    if step.only:
        content = {each: _at(content, each) for each in step.only}
    kept = {name: headers.getall(name) for name in KEPT_HEADERS if name in headers}
    answer: Answer = {
        "request": f"{step.method} {step.path}",
        "status": status,
        "contentType": headers.get("Content-Type", ""),
        "body": normal(content, values["ns"], after_write=step.method == "POST"),
    }
    return answer | ({"headers": normal(kept, values["ns"])} if kept else {})


async def _send(
    session: aiohttp.ClientSession, step: Step, values: dict[str, str]
) -> tuple[int, Any, bytes]:
    headers = dict(step.headers)
    data = None
    if step.body is not None:
        text = step.body if isinstance(step.body, str) else json.dumps(step.body)
        data = _filled(text, values).encode()
        headers["Content-Type"] = step.content_type
    headers.setdefault("User-Agent", "contract")
    path = _filled(step.path, values).lstrip("/")
    async with asyncio.timeout(SETTLING_SECONDS):
        while True:
            async with session.request(step.method, path, data=data, headers=headers) as response:
                body = await response.read()
            if not step.settle or response.status < 400:
                return response.status, response.headers, body
            await asyncio.sleep(0.05)


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def _parsed(headers: Any, body: bytes) -> Any:
    if "json" not in headers.get("Content-Type", ""):
        return body.decode()
    lines = body.decode().strip().split("\n")
    if len(lines) > 1 and lines[0].startswith('{"type"'):
        return [json.loads(line) for line in lines]
    text = body.decode().strip()
    if text.startswith('{"type"'):
        return [json.loads(text)]
    return json.loads(text) if text else None


def _at(content: Any, path: str) -> Any:
    for name in path.split("."):
        if isinstance(content, list):
            content = content[int(name)]
        else:
            content = content.get(name) if isinstance(content, dict) else None
    return content


def _namespace() -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "{ns}"}}
