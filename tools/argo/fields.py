"""Parameter types shared by the tools of Argo Rollouts."""

from typing import Annotated

from pydantic import Field

from tools.needs import verbs

RolloutName = Annotated[str, Field(description="Rollout")]
OfRollout = Annotated[str | None, Field(description="Only those of this rollout")]

GROUP = "argoproj.io"
ROLLOUTS = f"rollouts.{GROUP}"
EXPERIMENTS = f"experiments.{GROUP}"
ANALYSIS_RUNS = f"analysisruns.{GROUP}"
GET_ROLLOUT = verbs("get", ROLLOUTS)
# A watch needs both, and a change that waits until the controller has seen the last one.
FOLLOW_ROLLOUT = verbs("get list watch", ROLLOUTS)
PATCH_ROLLOUT = verbs("get patch", ROLLOUTS)
PATCH_STATUS = verbs("patch", f"{ROLLOUTS}/status")
PATCH_WORKLOADS = verbs("get patch", "deployments.apps", "replicasets.apps", "podtemplates")
