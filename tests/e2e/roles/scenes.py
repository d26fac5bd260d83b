"""Calls that make each tool use everything it says it needs.

Words in capitals are the stage's, or those of the server beside it.
"""

import json
from collections.abc import Mapping, Sequence

from tests.e2e.roles.argo_scenes import ARGO_SCENES
from tests.e2e.roles.helm_scenes import HELM_SCENES
from tests.e2e.roles.jenkins_scenes import JENKINS_SCENES
from tests.e2e.roles.scene import Call, Scene
from tests.e2e.roles.stage import Stage, an_object
from tools.needs import verbs

APPLIED = an_object("ConfigMap", "applied", data={"a": "1"})
NAMED: Sequence[Call] = (
    {"resource_type": "deployment", "name": "web"},
    {"resource_type": "statefulset", "name": "db"},
    {"resource_type": "daemonset", "name": "agent"},
)
WORKLOADS = tuple(f"{each['resource_type']}/{each['name']}" for each in NAMED)
LOGGED = ("alone", *WORKLOADS, "service/web", "rc/old", "rs/bare", "job/once")
FORWARDED = ("pod/alone", *WORKLOADS[:2], "service/web")
SETTINGS: Call = {"resource_type": "configmap", "name": "settings"}
MOVABLE: Call = {"resource_type": "deployment", "resource_name": "movable"}
PATCHED_SETTINGS = [verbs("get patch", "configmaps")]


def forward(name: str) -> Call:
    kind, _, own = name.partition("/")
    port = 80 if kind == "service" else 8080
    return {"resource_type": kind, "resource_name": own, "ports": f":{port}"}


SCENES: Mapping[str, Scene] = {
    **ARGO_SCENES,
    **HELM_SCENES,
    **JENKINS_SCENES,
    "k8s_can_i": Scene(),
    "k8s_api_resources": Scene(),
    "k8s_port_forward_list": Scene(),
    "wait_for_x_seconds": Scene([{"seconds": 1}]),
    "k8s_port_forward_stop": Scene([{"forward_id": "none"}], far=True),
    "k8s_cluster_info": Scene(),
    "k8s_get": Scene(
        [{"resource_type": "configmaps"}, SETTINGS], [verbs("get list", "configmaps")]
    ),
    "k8s_describe": Scene(
        [NAMED[0]],
        [verbs("get", "deployments.apps"), verbs("list", "events", "replicasets.apps")],
        {
            "list events": "Not visible:  events (forbidden)",
            "list replicasets.apps": "Not visible:  replicasets (forbidden)",
        },
    ),
    "k8s_events": Scene(
        [{"for_object": "configmap/settings"}],
        [verbs("list", "events"), verbs("get", "configmaps")],
        {"get configmaps": "No events found"},  # whether the object exists is a courtesy
    ),
    "k8s_wait": Scene(
        [{**NAMED[0], "condition": "Available"}],
        [verbs("get list watch", "deployments.apps")],
        # Asked for only when nothing is there; followed only when it is not so at once.
        {"get deployments.apps": "condition met", "watch deployments.apps": "condition met"},
    ),
    "k8s_rollout_status": Scene(
        NAMED[:1],
        [verbs("get list watch", "deployments.apps")],
        {
            "get deployments.apps": "successfully rolled out",
            "watch deployments.apps": "successfully rolled out",
        },
    ),
    "k8s_rollout_history": Scene(
        NAMED[:1], [verbs("get", "deployments.apps"), verbs("list", "replicasets.apps")]
    ),
    "k8s_preview": Scene(
        [{"tool": "k8s_label", "arguments": {**SETTINGS, "labels": {"seen": "yes"}}}],
        PATCHED_SETTINGS,
        borrows="k8s_label",
    ),
    "k8s_logs": Scene([*({"pod_name": name} for name in LOGGED), {"label_selector": "app=web"}]),
    "k8s_top_pods": Scene(
        [{"pod_name": "alone"}, {}, {"field_selector": "status.phase=Running"}],
        # Asked for only to explain why there are no figures.
        goes_on_without={
            "get pods": "alone ",
            "get apiservices.apiregistration.k8s.io": "CPU(cores)",
        },
        prepare=Stage.wait_until_it_is_measured,
    ),
    "k8s_top_nodes": Scene(
        [{"node_name": "REAL"}, {}],
        goes_on_without={"get apiservices.apiregistration.k8s.io": "CPU(cores)"},
        prepare=Stage.wait_until_it_is_measured,
    ),
    "k8s_apply": Scene(
        [{"content": json.dumps(APPLIED)}],
        [verbs("get create patch", "configmaps")],
        {"get customresourcedefinitions.apiextensions.k8s.io": "configmap/applied"},
        prepare=Stage.remove_what_was_applied,
    ),
    "k8s_patch": Scene([{**SETTINGS, "patch": '{"data": {"b": "2"}}'}], PATCHED_SETTINGS),
    "k8s_label": Scene([{**SETTINGS, "labels": {"b": "2"}}], PATCHED_SETTINGS),
    "k8s_set_image": Scene(
        [
            {**MOVABLE, "container_images": "main=localhost/other:1"},
            {**MOVABLE, "container_images": "main=IMAGE"},
        ],
        [verbs("get patch", "deployments.apps")],
    ),
    "k8s_scale": Scene(
        [{**NAMED[0], "replicas": 1}], [verbs("get patch", "deployments.apps/scale")]
    ),
    "k8s_delete": Scene(
        [{"resource_type": "pod", "name": "doomed"}],
        [verbs("get list watch delete", "pods")],
        {"watch pods": "pod/doomed deleted"},  # then it looks again and again
        prepare=Stage.add_a_pod_that_is_deleted_slowly,
    ),
    "k8s_cordon": Scene([{"node_name": "NODE"}], prepare=Stage.refill_the_node),
    "k8s_uncordon": Scene([{"node_name": "NODE"}], prepare=Stage.close_the_node),
    "k8s_drain": Scene(
        [{"node_name": "NODE", "dry_run": True}, {"node_name": "NODE"}],
        goes_on_without={"watch pods": "1 pod evicted"},
        prepare=Stage.refill_the_node,
    ),
    "k8s_exec": Scene([{"pod_name": name, "command": "true"} for name in ("alone", *WORKLOADS)]),
    "k8s_port_forward": Scene([forward(name) for name in FORWARDED]),
    "k8s_run_pod": Scene(
        [{"name": "ran", "image": "IMAGE", "command": "true"}],
        goes_on_without={"watch pods": "exit code 0"},
        prepare=Stage.remove_the_pod_that_ran,
    ),
    "k8s_rollout_restart": Scene([{"name": name} for name in WORKLOADS]),
    "k8s_rollout_undo": Scene(NAMED),
    "k8s_rollout_pause": Scene([{"name": "movable"}, {"name": "movable", "resume": True}]),
}
