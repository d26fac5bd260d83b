"""`pods/exec` and `pods/portforward`: websockets to what runs in simulated containers."""

from sandbox.cluster.websockets.serving import serve_websocket

__all__ = ["serve_websocket"]
