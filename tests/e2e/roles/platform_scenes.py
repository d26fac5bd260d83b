"""The scenes of Helm, Argo Rollouts and Jenkins; changes are only tried, with the same rights.

Helm's tools that install are left out: they need a chart source over HTTPS. Those of Jenkins differ
in nothing that the cluster sees.
"""

from collections.abc import Mapping, Sequence

from tests.e2e.roles.scene import Call, Scene
from tests.e2e.roles.stage import Stage, a_pod, a_template, an_object
from tools.needs import Need, verbs

GROUP = "argoproj.io"
RELEASE: Call = {"release_name": "settled"}
TRIED: Mapping[str, object] = {"dry_run": True}
PAUSED: Call = {"name": "paused"}
HELD: Call = {"name": "held"}
JENKINS: Call = {"api_url": "http://127.0.0.1:9", "credentials_ref": "NAMESPACE/jenkins"}


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


def a_release(stage: Stage) -> None:
    """Have a release with two revisions."""
    chart = str(stage.chart)
    if not stage.first("release"):
        return
    for mode in ("slow", "fast"):
        where = ("-n", stage.namespace, "--set", f"mode={mode}")
        stage.admin.helm("upgrade", "--install", "settled", chart, *where)


def a_login(stage: Stage) -> None:
    """Have a Secret with credentials of a Jenkins that is not there."""
    login = an_object("Secret", "jenkins", stringData={"username": "u", "api-token": "t"})
    if stage.first("login"):
        stage.create(login)


def _argo(*calls: Call, far: bool = False) -> Scene:
    return Scene(calls, prepare=rollouts, far=far, needs_all=False)


def _helm(*calls: Call, touched: Sequence[Need] = ()) -> Scene:
    return Scene(calls, touched, prepare=a_release, needs_all=False)


LOOK_AT_CONFIG = [verbs("get list", "configmaps", "secrets")]
UNDO_CONFIG = [verbs("get list watch create patch delete", "configmaps")]
REMOVE_CONFIG = [verbs("get list watch create delete", "configmaps")]

PLATFORM_SCENES: Mapping[str, Scene] = {
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
    "helm_list_releases": _helm({}),
    "helm_history": _helm(RELEASE),
    "helm_get_values": _helm(RELEASE),
    "helm_get_manifest": _helm(RELEASE),
    "helm_status": _helm(RELEASE, touched=LOOK_AT_CONFIG),
    "helm_rollback": _helm({**RELEASE, "revision": 1, **TRIED}, touched=UNDO_CONFIG),
    "helm_uninstall": _helm({**RELEASE, **TRIED}, touched=REMOVE_CONFIG),
    "jenkins_whoami": Scene([JENKINS], prepare=a_login, far=True),
}
