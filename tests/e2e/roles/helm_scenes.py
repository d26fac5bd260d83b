"""The scenes of Helm, whose chart is one Deployment, another as its hook, and a look at both."""

from collections.abc import Mapping

from tests.e2e.roles.helm_stage import (
    IS_HELM_3,
    a_release,
    a_release_to_change,
    a_repository,
    a_repository_and_room,
    a_repository_to_add,
    remove_what_was_added,
    remove_what_was_made,
)
from tests.e2e.roles.scene import Call, Scene
from tools.needs import verbs

STILL: Call = {"release_name": "still"}
CHANGING: Call = {"release_name": "changing", "wait_seconds": 10}
CHART: Call = {"chart": "charts/web"}
FRESH: Call = {"release_name": "fresh", **CHART, "namespace": "NAMESPACE", "wait_seconds": 10}
ELSEWHERE: Call = {**FRESH, "namespace": "ELSEWHERE"}
OBJECTS = [verbs("get list watch create patch delete", "deployments.apps")]
TRIED: Mapping[str, object] = {"dry_run": True}
DEPLOYED = "STATUS: deployed"


def _reads(*calls: Call) -> Scene:
    return Scene(calls, prepare=a_release)


def _uses_charts(*calls: Call) -> Scene:
    return Scene(calls, beside=a_repository)


# Read to say why something is not ready, which is said without them, too.
REASONS = ("list pods", "list events", "get pods/log")
# Read of a hook that asks for its output, which is left out without them.
OUTPUT = ("list pods", "get pods/log")
# Asked for only by a call that waits.
TO_WAIT = ("list replicasets.apps", "watch deployments.apps")
# What it follows, helm lists only where the API server cannot begin a watch with what is there.
LISTED = "list deployments.apps"
# One that may not be looked for counts as there: only whether to make it depends on that.
NAMESPACE = "get namespaces"
# helm 3 creates without a patch, and watches nothing but its hooks' Jobs and Pods.
PATCHED, WATCHED = (
    (("patch namespaces", "patch deployments.apps"), ("watch deployments.apps",))
    if IS_HELM_3
    else ((), ())
)

HELM_SCENES: Mapping[str, Scene] = {
    "helm_list_releases": _reads({}),
    "helm_history": _reads(STILL),
    "helm_get_values": _reads(STILL),
    "helm_get_manifest": _reads(STILL),
    "helm_status": Scene(
        [STILL],
        [verbs("get", "deployments.apps")],
        dict.fromkeys(REASONS[1:], "RESOURCES: 0 of 2 ready"),
        prepare=a_release,
    ),
    "helm_diff": Scene(
        [STILL, {**STILL, "revision": 1}, {**STILL, **CHART}],
        [verbs("get list", "deployments.apps")],
        prepare=a_release,
        beside=a_repository,
    ),
    "helm_template": _uses_charts({"release_name": "fresh", **CHART}),
    "helm_search_repo": _uses_charts({}),
    "helm_show_values": _uses_charts(CHART),
    "helm_repo_add": Scene(
        [
            {"name": name, "url": "CHARTS", "credentials_ref": "NAMESPACE/login"}
            for name in ("first", "second")
        ],
        prepare=remove_what_was_added,
        beside=a_repository_to_add,
    ),
    "helm_repo_update": _uses_charts({}),
    "helm_repo_remove": _uses_charts({"name": "charts"}),
    "helm_install": Scene(
        [FRESH, ELSEWHERE],
        OBJECTS,
        dict.fromkeys((*REASONS, NAMESPACE, *PATCHED, *WATCHED), DEPLOYED),
        prepare=remove_what_was_made,
        beside=a_repository_and_room,
    ),
    "helm_install_with_values": Scene(
        [{**each, "values": "more: true", "wait": False} for each in (FRESH, ELSEWHERE)],
        OBJECTS,
        dict.fromkeys((*REASONS, *TO_WAIT, NAMESPACE, *PATCHED), DEPLOYED),
        prepare=remove_what_was_made,
        beside=a_repository_and_room,
    ),
    "helm_upgrade": Scene(
        [{**CHANGING, **CHART, "values": "more: true"}, FRESH],
        OBJECTS,
        dict.fromkeys((*REASONS, NAMESPACE, *WATCHED), DEPLOYED),
        prepare=a_release_to_change,
        beside=a_repository,
    ),
    "helm_rollback": Scene(
        [{**CHANGING, "revision": 3}],
        OBJECTS,
        dict.fromkeys((*REASONS, LISTED, *WATCHED), "success"),
        prepare=a_release_to_change,
        beside=a_repository,
    ),
    "helm_uninstall": Scene(
        [{**CHANGING, **TRIED}, {**CHANGING, "wait": True}],
        OBJECTS,
        dict.fromkeys((LISTED, *OUTPUT, *PATCHED, *WATCHED), "uninstalled"),
        prepare=a_release_to_change,
        beside=a_repository,
    ),
}
