"""Run the server over its transport, with the sandbox beside it when asked for."""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import uvloop

from mcp_server import logs
from mcp_server.app import create_app
from mcp_server.http import serve
from mcp_server.settings import Settings

WELCOME = """
Skyflo MCP server at http://{host}:{port}/mcp with a simulated cluster and Jenkins.

Try, from any MCP client:
  k8s_get(resource_type="pods", namespace="shop")
  k8s_describe(resource_type="deployment", name="checkout", namespace="shop")
  k8s_logs(pod_name="deployment/checkout", namespace="shop", previous=true)
  k8s_events(namespace="shop")
  helm_history(release_name="web-cache", namespace="shop")
  helm_install(release_name="hi", chart="demo/hello", namespace="shop")
  argo_describe(name="storefront", namespace="shop")
  jenkins_find_failure(jobFullName="shop/checkout", api_url="{jenkins}",
    credentials_ref="ci/jenkins")
For example:
  npx @modelcontextprotocol/inspector --transport http --server-url http://{host}:{port}/mcp
kubectl and helm see the same cluster:
  export KUBECONFIG={kubeconfig}
"""


def run(settings: Settings) -> int:
    """Run until told to stop; return the exit status."""
    logs.configure("DEBUG" if settings.debug else settings.log_level, settings.log_format)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(_run(settings))
        except OSError as taken:
            sys.stderr.write(
                f"skyflo-mcp: cannot listen on {settings.host}:{settings.port}: {taken.strerror}\n"
            )
            return 1
    return 0


async def _run(settings: Settings) -> None:
    async with _with_sandbox(settings) as (chosen, jenkins):
        server = create_app(chosen)
        gc.freeze()  # looking through the tools and their schemas again and again stops every call
        if chosen.transport == "stdio":
            await server.run_async(transport="stdio", show_banner=False)
        else:
            await serve(server, lambda port: _welcome(chosen, port, jenkins))


def _welcome(settings: Settings, port: int, jenkins: str) -> None:
    """Say what to try, once it can be tried; only a newcomer's sandbox needs to be told."""
    if settings.sandbox:
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
        known = {"kubeconfig": settings.kubeconfig, "jenkins": jenkins}
        text = WELCOME.format(host=host, port=port, **known)
        print(text, flush=True)  # noqa: T201


@asynccontextmanager
async def _with_sandbox(settings: Settings) -> AsyncIterator[tuple[Settings, str]]:
    """Start the simulated cluster and point the settings at it; yield Jenkins' address too."""
    if not settings.sandbox:
        yield settings, ""
        return
    from sandbox.demo import running_demo  # only here: a real cluster needs none of it

    with TemporaryDirectory(prefix="skyflo-sandbox-") as folder:
        async with running_demo() as demo:
            path = settings.sandbox_kubeconfig or f"{folder}/kubeconfig"
            _write_private(path, demo.cluster.kubeconfig(namespace="shop"))
            charts = _charts(settings, demo.charts.url)
            chosen = {"kubeconfig": path, "context": None, **charts}
            yield settings.model_copy(update=chosen), demo.jenkins.url


def _charts(settings: Settings, url: str) -> Mapping[str, object]:
    """Add the sandbox's charts as ``demo``, allowed exactly there; what is added is not kept."""
    return {
        "helm_repositories": (*settings.helm_repositories, f"demo={url}"),
        "helm_repository_store": "memory",
        "helm_sources": (*settings.helm_sources, url),
        "helm_private_hosts": (*settings.helm_private_hosts, urlsplit(url).netloc),
    }


def _write_private(path: str, text: str) -> None:
    """Write a file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
