"""List the tools over MCP, as the Engine does at its start; fail when there are none."""

import asyncio
import os

from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport


async def main() -> None:
    """Ask the Service under its own name, and say what was found."""
    transport = StreamableHttpTransport(
        f"http://{os.environ['ADDRESS']}/mcp", headers={"Host": os.environ["HOST"]}
    )
    async with Client(transport, timeout=20) as client:
        tools = await client.list_tools()
    if not tools:
        raise SystemExit("the server offers no tools")
    print(f"{len(tools)} tools: {', '.join(tool.name for tool in tools)}")  # noqa: T201


asyncio.run(main())
