"""A simulated cluster to try every tool on, and to test against: no cluster needed.

`running_cluster` serves it over real HTTP; `Cluster` is what it yields: `url`, `token` and
`kubeconfig()` to reach it, `store`, `logs` and `usage` to fill it, `faults` to break it,
`requests` to see what was asked of it. `sandbox.jenkins` is the same for a Jenkins.
"""

from sandbox.cluster.running import running_cluster
from sandbox.cluster.state import Cluster

__all__ = ["Cluster", "running_cluster"]
