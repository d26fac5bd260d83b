"""Everything a simulated cluster consists of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import yaml

from sandbox.cluster.access.users import Users
from sandbox.cluster.faults import Faults
from sandbox.cluster.logbook import LogBook
from sandbox.cluster.registry import Registry
from sandbox.cluster.requests import RequestLog
from sandbox.cluster.store import Store
from sandbox.cluster.usage import UsageBook

ADMIN_TOKEN = "sandbox-admin-token"  # noqa: S105 - a made-up credential of a made-up cluster
NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


def utc_now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


@dataclass
class Cluster:
    """The state behind the API server; `kubelets` says whether something plays the nodes.

    Without kubelets a pod that is deleted with grace goes at once, so that tests need none.
    """

    clock: Callable[[], datetime] = utc_now
    registry: Registry = field(default_factory=Registry)
    kubelets: bool = False
    url: str = ""
    token: str = ADMIN_TOKEN
    store: Store = field(init=False)
    logs: LogBook = field(init=False)
    users: Users = field(init=False)
    usage: UsageBook = field(default_factory=UsageBook)
    faults: Faults = field(default_factory=Faults)
    requests: RequestLog = field(default_factory=RequestLog)

    def __post_init__(self) -> None:
        self.store = Store(self.clock, self.registry)
        self.logs = LogBook(self.clock)
        self.users = Users(self.token)

    def kubeconfig(self, token: str | None = None, namespace: str = "default") -> str:
        """Return a kubeconfig for this cluster, with the administrator's token unless given one."""
        context = {"cluster": "sandbox", "user": "sandbox", "namespace": namespace}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "sandbox", "cluster": {"server": self.url}}],
            "users": [{"name": "sandbox", "user": {"token": token or self.token}}],
            "contexts": [{"name": "sandbox", "context": context}],
            "current-context": "sandbox",
        }
        return yaml.safe_dump(config, sort_keys=False)
