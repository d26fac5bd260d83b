"""Charts from the sources that the operator allows."""

from clients.kubernetes import Kubernetes


class Charts:
    """Finds, fetches and checks charts."""

    def __init__(self, kubernetes: Kubernetes) -> None:
        self._kubernetes = kubernetes

    async def close(self) -> None:
        """Close what is kept open."""
