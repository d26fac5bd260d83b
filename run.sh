#!/usr/bin/env bash
# Start the MCP server; needs nothing but Python 3.11 or newer. All arguments go to the server.
#
#   ./run.sh --sandbox    serve a simulated cluster at http://127.0.0.1:8888/mcp
#   ./run.sh              serve the cluster of your kubeconfig
#   ./run.sh --help       every option

source "$(dirname "${BASH_SOURCE[0]}")/scripts/environment.sh"

prepare_environment run
if [[ " $* " == *" --sandbox "* ]]; then
  prepare_helm
  export PATH="$venv/bin:$PATH"
fi
exec "$python" "$root/main.py" "$@"
