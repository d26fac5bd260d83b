"""Start the server: ``python main.py --sandbox``, ``skyflo-mcp --kubeconfig FILE``."""

from mcp_server.command_line import main

if __name__ == "__main__":
    raise SystemExit(main())
