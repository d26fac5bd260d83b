"""Assembles the tools into a server and runs it; knows no Kubernetes."""

import os

# FastMCP reads these when it is imported: it would take settings from any .env in the working
# directory, and log with tracebacks of its own; both are ours to decide.
os.environ.setdefault("FASTMCP_ENV_FILE", os.devnull)
os.environ.setdefault("FASTMCP_LOG_ENABLED", "false")
