"""The scenes of Argo Rollouts: real calls, on rollouts of the real controller."""

from collections.abc import Mapping

from tests.e2e.roles.argo_beside import a_late_controller, a_new_image
from tests.e2e.roles.argo_stage import (
    REDEPLOYED,
    endless,
    held,
    let_go,
    redeployed,
    rollouts,
    to_give_up,
    to_promote,
    to_retry,
)
from tests.e2e.roles.scene import Call, Scene

OF_PLAIN: Call = {"rollout_name": "plain"}
PLAIN: Call = {"name": "plain"}
STEERED: Call = {"name": "steered"}
GIVEN_UP: Call = {"name": "given-up"}
LAGGING: Call = {"name": "lagging"}
CRASHING: Call = {"name": "crashing", "watch": True, "wait_seconds": 1}
STUCK: Call = {"name": "stuck"}
FOLLOWED = "watch rollouts.argoproj.io"


def _hidden(*resources: str) -> Mapping[str, str]:
    """Expect of an answer without these lists that it says so."""
    return {f"list {each}": f"{each.partition('.')[0]} (forbidden)" for each in resources}


# Whether the rollout exists at all is only asked for when it made nothing.
UNKNOWN = {"get rollouts.argoproj.io": 'whether rollout "plain" exists is not visible (forbidden)'}

ARGO_SCENES: Mapping[str, Scene] = {
    "argo_list_rollouts": Scene(prepare=rollouts),
    "argo_list_experiments": Scene([OF_PLAIN], goes_on_without=UNKNOWN, prepare=rollouts),
    "argo_list_analysisruns": Scene(
        [OF_PLAIN],
        # What experiments measured is a part of the list, which is said to be missing.
        goes_on_without={**UNKNOWN, **_hidden("experiments.argoproj.io")},
        prepare=rollouts,
    ),
    "argo_list_templates": Scene(
        # Roles of single namespaces cannot give the cluster's.
        goes_on_without=_hidden("clusteranalysistemplates.argoproj.io"),
        prepare=rollouts,
    ),
    "argo_status": Scene(
        [CRASHING, STUCK],
        goes_on_without={
            FOLLOWED: "Not done after 1 s",  # then it looks again and again
            "list pods": "Its pods are not shown: ",
            "get pods/log": "Not visible: pods/log (forbidden)",
            **_hidden("replicasets.apps", "events"),
        },
        prepare=rollouts,
    ),
    "argo_describe": Scene(
        [PLAIN],
        # Only the rollout itself has to be readable.
        goes_on_without=_hidden(
            "experiments.argoproj.io",
            "analysisruns.argoproj.io",
            "replicasets.apps",
            "pods",
            "events",
        ),
        prepare=rollouts,
    ),
    "argo_history": Scene(
        [PLAIN, {**PLAIN, "revision": 1}],
        goes_on_without=_hidden("analysisruns.argoproj.io"),  # one column of the history
        prepare=rollouts,
    ),
    "argo_set_image": Scene(
        [{"name": name, "image": "localhost/other:TAG"} for name in REDEPLOYED],
        prepare=rollouts,
        beside=a_new_image,
    ),
    "argo_undo": Scene([{"name": name} for name in REDEPLOYED], prepare=redeployed),
    "argo_rollout_restart": Scene([PLAIN], prepare=rollouts),
    "argo_promote": Scene(
        [LAGGING, STEERED],
        # Then it looks again and again until the controller has seen the last change.
        goes_on_without={FOLLOWED: "rollout 'lagging' promoted"},
        prepare=to_promote,
        beside=a_late_controller,
    ),
    "argo_pause_rollout": Scene([STEERED], prepare=let_go),
    "argo_resume_rollout": Scene([STEERED], prepare=held),
    "argo_abort_rollout": Scene(
        [LAGGING, GIVEN_UP],
        goes_on_without={FOLLOWED: "rollout 'lagging' aborted"},  # as a promotion
        prepare=to_give_up,
        beside=a_late_controller,
    ),
    "argo_retry": Scene(
        [LAGGING, GIVEN_UP, {"name": "over", "resource_type": "experiment"}],
        goes_on_without={FOLLOWED: "rollout 'lagging' retried"},  # as a promotion
        prepare=to_retry,
        beside=a_late_controller,
    ),
    "argo_terminate": Scene(
        [{"name": "endless"}, {"name": "endless", "resource_type": "experiment"}],
        prepare=endless,
    ),
}
