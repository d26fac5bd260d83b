"""A session with the real cluster that KUBECONFIG names, for the tests that need one."""

import base64
import os
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import yaml

KUBECONFIG = os.environ.get("KUBECONFIG", "")  # now: during a test the environment lacks it


@asynccontextmanager
async def real_cluster() -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session whose base URL and credentials are those of the current context."""
    config = yaml.safe_load(Path(KUBECONFIG).read_text())
    context = _named(config["contexts"], config["current-context"])["context"]
    cluster = _named(config["clusters"], context["cluster"])["cluster"]
    user = _named(config["users"], context["user"])["user"]
    connector = aiohttp.TCPConnector(ssl=_tls(cluster, user))
    headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
    url = cluster["server"].rstrip("/") + "/"
    async with aiohttp.ClientSession(url, connector=connector, headers=headers) as session:
        yield session


def _named(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(each for each in entries if each["name"] == name)


def _tls(cluster: dict[str, Any], user: dict[str, Any]) -> ssl.SSLContext | bool:
    if not cluster["server"].startswith("https"):
        return True
    context = ssl.create_default_context(cadata=_content(cluster, "certificate-authority"))
    if certificate := _content(user, "client-certificate"):
        with tempfile.TemporaryDirectory() as folder:
            pair = [Path(folder, name) for name in ("tls.crt", "tls.key")]
            for path, text in zip(pair, (certificate, _content(user, "client-key")), strict=True):
                path.touch(mode=0o600)
                path.write_text(text or "")
            context.load_cert_chain(*pair)
    return context


def _content(entry: dict[str, Any], key: str) -> str | None:
    """Return what a kubeconfig holds inline as base64, or by the name of a file."""
    if data := entry.get(f"{key}-data"):
        return base64.b64decode(data).decode()
    return Path(entry[key]).read_text() if key in entry else None
