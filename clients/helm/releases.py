"""The releases of one cluster, read from their records."""

from collections.abc import Sequence

from clients.helm.release import Release
from clients.kubernetes import Kubernetes


class Releases:
    """Reads releases; incapable of changing one."""

    def __init__(self, kubernetes: Kubernetes, driver: str) -> None:
        self._kubernetes = kubernetes
        self.driver = driver

    async def last(self, namespace: str, name: str) -> Release | None:
        """Return the latest revision, or None where there is no such release."""
        raise NotImplementedError

    async def revision(self, namespace: str, name: str, revision: int) -> Release:
        """Return one revision; a missing one is refused with those there are."""
        raise NotImplementedError

    async def history(self, namespace: str, name: str, most: int = 256) -> Sequence[Release]:
        """Return the last ``most`` revisions, oldest first; empty where there is no release."""
        raise NotImplementedError
