"""The scenes of Helm; changes are only tried, with the same rights.

Those that install are left out: they need a chart source over HTTPS.
"""

from collections.abc import Mapping, Sequence

from tests.e2e.roles.scene import Call, Scene
from tests.e2e.roles.stage import Stage
from tools.needs import Need, verbs

RELEASE: Call = {"release_name": "settled"}
TRIED: Mapping[str, object] = {"dry_run": True}


def a_release(stage: Stage) -> None:
    """Have a release with two revisions."""
    chart = str(stage.chart)
    if not stage.first("release"):
        return
    for mode in ("slow", "fast"):
        where = ("-n", stage.namespace, "--set", f"mode={mode}")
        stage.admin.helm("upgrade", "--install", "settled", chart, *where)


def _helm(*calls: Call, touched: Sequence[Need] = ()) -> Scene:
    return Scene(calls, touched, prepare=a_release, needs_all=False)


LOOK_AT_CONFIG = [verbs("get list", "configmaps", "secrets")]
UNDO_CONFIG = [verbs("get list watch create patch delete", "configmaps")]
REMOVE_CONFIG = [verbs("get list watch create delete", "configmaps")]

HELM_SCENES: Mapping[str, Scene] = {
    "helm_list_releases": _helm({}),
    "helm_history": _helm(RELEASE),
    "helm_get_values": _helm(RELEASE),
    "helm_get_manifest": _helm(RELEASE),
    "helm_status": _helm(RELEASE, touched=LOOK_AT_CONFIG),
    "helm_rollback": _helm({**RELEASE, "revision": 1, **TRIED}, touched=UNDO_CONFIG),
    "helm_uninstall": _helm({**RELEASE, **TRIED}, touched=REMOVE_CONFIG),
}
