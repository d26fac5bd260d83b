"""The helm executable, started so that it reaches one cluster and nothing else."""

from clients.kubernetes import Kubernetes


class HelmExecutable:
    """Starts helm."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        self._kubernetes = kubernetes

    async def close(self) -> None:
        """End what still runs."""
