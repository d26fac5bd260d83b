"""Argo Rollouts 1.10: the controllers of Rollout, AnalysisRun and Experiment.

Follows argoproj/argo-rollouts, function for function where it matters: `rollout/`, `analysis/`,
`experiments/` and `utils/`. Results of analyses are played (see `measuring`), pods come from the
ReplicaSet controller and the simulated nodes.

Not simulated: traffic routers other than one that obeys at once, and with it `dynamicStableScale`,
`pingPong`, weights of experiments, header and mirror routes; step and metric plugins; ephemeral
metadata and injected anti-affinity; Services of experiments; notifications; `ttlStrategy`;
`minPodsPerReplicaSet` and `replicaProgressThreshold`; `scaleDown` of a `workloadRef`; giving up on
a metric's Job whose pod cannot start; `dryRun` metrics; the recorder's limit of events. The real
controller also writes the template back with defaults, so that the generation may rise once more
without anybody's doing; hashes are others, as they are computed of JSON.
"""

from sandbox.controllers.rollouts.analysis_runs import AnalysisRuns
from sandbox.controllers.rollouts.controller import Rollouts
from sandbox.controllers.rollouts.experiments import Experiments

__all__ = ["AnalysisRuns", "Experiments", "Rollouts"]
