"""Parameter types shared by the tools of Argo Rollouts."""

from typing import Annotated

from pydantic import Field

from tools.needs import verbs

RolloutName = Annotated[str, Field(description="Rollout")]
OfRollout = Annotated[str | None, Field(description="Only those of this rollout")]

GROUP = "argoproj.io"
READ_ROLLOUTS = verbs("get list watch", f"rollouts.{GROUP}")
READ_MADE = verbs(
    "get list",
    f"experiments.{GROUP}",
    f"analysisruns.{GROUP}",
    "replicasets.apps",
    "deployments.apps",
    "pods",
    "events",
)
READ_LOGS = verbs("get", "pods/log")
PATCH_ROLLOUTS = verbs("get list watch patch", f"rollouts.{GROUP}")
PATCH_STATUS = verbs("patch", f"rollouts.{GROUP}/status")
PATCH_WORKLOADS = verbs("get patch", "deployments.apps", "replicasets.apps", "podtemplates")
READ_REVISIONS = verbs("get list", "replicasets.apps", f"analysisruns.{GROUP}")
