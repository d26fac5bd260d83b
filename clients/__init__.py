"""The systems the tools act on; knows nothing of MCP."""
