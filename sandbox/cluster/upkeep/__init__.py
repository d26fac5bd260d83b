"""What the controllers of every cluster do by themselves, at once and in order.

They react to the store's changes while the change is made, so that nothing has to be waited for.
"""

from sandbox.cluster.state import Cluster
from sandbox.cluster.upkeep.definitions import Definitions
from sandbox.cluster.upkeep.garbage import GarbageCollector
from sandbox.cluster.upkeep.namespaces import Namespaces
from sandbox.cluster.upkeep.nodes import AbsentKubelets


def start_upkeep(cluster: Cluster) -> None:
    """Let garbage collection, namespace deletion and CRDs work from now on."""
    for each in (Definitions, GarbageCollector, Namespaces, AbsentKubelets):
        cluster.store.observe(each(cluster).react)
