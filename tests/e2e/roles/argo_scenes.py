"""The scenes of Argo Rollouts; changes are only tried, with the same rights."""

from collections.abc import Mapping

from tests.e2e.roles.scene import Call, Scene
from tests.e2e.roles.stage import Stage, a_pod, a_template, an_object

GROUP = "argoproj.io"
TRIED: Mapping[str, object] = {"dry_run": True}
PAUSED: Call = {"name": "paused"}
HELD: Call = {"name": "held"}


def rollouts(stage: Stage) -> None:
    """Have two rollouts: one paused at its first step, one that is held."""
    if not stage.first("rollouts"):
        return
    for revision in ("1", "2"):
        stage.create(a_rollout(stage, "paused", revision), a_rollout(stage, "held", revision))
        path = f"jsonpath={{.status.phase}}={'Healthy' if revision == '1' else 'Paused'}"
        waited = ("wait", "rollouts.argoproj.io/paused", "rollouts.argoproj.io/held")
        stage.admin(*waited, f"--for={path}", "-n", stage.namespace, "--timeout=60s")
    hold = ("--type=merge", "-p", '{"spec": {"paused": true}}')
    stage.admin("patch", "rollouts.argoproj.io/held", *hold, "-n", stage.namespace)


def a_rollout(stage: Stage, name: str, revision: str) -> dict[str, object]:
    pod = a_pod(stage.image, revision)  # elsewhere than on the node that is drained
    spec = {
        "selector": {"matchLabels": {"app": name}},
        "template": a_template(name, pod),
        "strategy": {"canary": {"steps": [{"setWeight": 50}, {"pause": {}}]}},
    }
    return an_object("Rollout", name, f"{GROUP}/v1alpha1", spec=spec)


def _argo(*calls: Call, far: bool = False) -> Scene:
    return Scene(calls, prepare=rollouts, far=far, needs_all=False)


ARGO_SCENES: Mapping[str, Scene] = {
    "argo_list_rollouts": _argo({}),
    "argo_list_experiments": _argo({}),
    "argo_list_analysisruns": _argo({}),
    "argo_status": _argo(PAUSED),
    "argo_describe": _argo(PAUSED),
    "argo_history": _argo(PAUSED, {**PAUSED, "revision": 1}),
    "argo_set_image": _argo({**PAUSED, "image": "localhost/other:1", **TRIED}),
    "argo_undo": _argo({**PAUSED, **TRIED}),
    "argo_rollout_restart": _argo({**PAUSED, **TRIED}),
    "argo_promote": _argo({**PAUSED, **TRIED}, {**HELD, **TRIED}),
    "argo_pause_rollout": _argo({**PAUSED, **TRIED}),
    "argo_resume_rollout": _argo({**PAUSED, **TRIED}, {**HELD, **TRIED}),
    "argo_abort_rollout": _argo({**PAUSED, **TRIED}),
    "argo_retry": _argo({**PAUSED, **TRIED}, far=True),  # nothing is aborted
    "argo_terminate": _argo({**PAUSED, **TRIED}, far=True),  # no analysis runs
}
