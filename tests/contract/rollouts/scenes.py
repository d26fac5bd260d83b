"""What is done to Rollouts, for the real controller and the simulated one alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

JsonObject = dict[str, Any]
GROUP = "argoproj.io/v1alpha1"
MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"


@dataclass(frozen=True)
class Create:
    """Create objects."""

    objects: list[JsonObject]


@dataclass(frozen=True)
class Patch:
    """Change an object; `part` is a subresource such as `/status`."""

    plural: str
    name: str
    body: Any
    part: str = ""
    content_type: str = MERGE


@dataclass(frozen=True)
class Until:
    """Go on until a Rollout is in this phase, and nothing has changed for a while."""

    rollout: str
    phase: str
    message: str = ""
    also: Callable[[JsonObject], bool] = lambda rollout: True
    shown: str = ""
    """The name under which all that there is then is recorded; nothing is without it."""


Act = Create | Patch | Until


def a_template(app: str, image: str = "toolbox:1") -> JsonObject:
    pods = {
        "nodeSelector": {"type": "kwok"},
        "tolerations": [{"key": "kwok.x-k8s.io/node", "operator": "Exists"}],
        "terminationGracePeriodSeconds": 1,
        "containers": [{"name": "app", "image": image}],
    }
    return {"metadata": {"labels": {"app": app}}, "spec": pods}


def a_rollout(strategy: JsonObject, name: str = "web", **spec: Any) -> JsonObject:
    return {
        "apiVersion": GROUP,
        "kind": "Rollout",
        "metadata": {"name": name, "annotations": {"kubernetes.io/change-cause": "first"}},
        "spec": {
            "replicas": 4,
            "selector": {"matchLabels": {"app": name}},
            "template": a_template(name),
            "strategy": strategy,
            **spec,
        },
    }


def a_service(name: str, app: str = "web") -> JsonObject:
    spec = {"selector": {"app": app}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def a_deployment(name: str = "web") -> JsonObject:
    labels = {"matchLabels": {"app": name}}
    spec = {"replicas": 0, "selector": labels, "template": a_template(name)}
    metadata = {"name": name}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def a_job_template(name: str, command: str, **metric: Any) -> JsonObject:
    container = {"name": "check", "image": "toolbox:1", "command": ["sh", "-c", command]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    job = {"spec": {"backoffLimit": 0, "template": {"spec": pod}}}
    metrics = [{"name": "check", "provider": {"job": job}, **metric}]
    return {
        "apiVersion": GROUP,
        "kind": "AnalysisTemplate",
        "metadata": {"name": name},
        "spec": {"metrics": metrics},
    }


def canary(*steps: JsonObject, **more: Any) -> JsonObject:
    return {"canary": {"steps": list(steps), **more}}


def weight(percent: int) -> JsonObject:
    return {"setWeight": percent}


def pause(duration: Any = None) -> JsonObject:
    return {"pause": {} if duration is None else {"duration": duration}}


def analysis(template: str) -> JsonObject:
    return {"analysis": {"templates": [{"templateName": template}]}}


def image(tag: str, name: str = "web") -> Patch:
    path = "/spec/template/spec/containers/0/image"
    change = [{"op": "replace", "path": path, "value": f"toolbox:{tag}"}]
    return Patch("rollouts", name, change, content_type=JSON_PATCH)


def told(status: JsonObject, name: str = "web") -> Patch:
    return Patch("rollouts", name, {"status": status}, "/status")


def asked(spec: JsonObject, name: str = "web") -> Patch:
    return Patch("rollouts", name, {"spec": spec})


def at_step(index: int) -> Callable[[JsonObject], bool]:
    return lambda rollout: rollout["status"].get("currentStepIndex") == index


def at_revision(number: int) -> Callable[[JsonObject], bool]:
    """Tell that a template is the current one, and stable; the generation may rise by itself."""

    def reached(rollout: JsonObject) -> bool:
        status, annotations = rollout["status"], rollout["metadata"]["annotations"]
        promoted = status["stableRS"] == status["currentPodHash"]
        return promoted and annotations["rollout.argoproj.io/revision"] == str(number)

    return reached


def at_replicas(count: int) -> Callable[[JsonObject], bool]:
    return lambda rollout: rollout["status"].get("replicas") == count


REQUIRED = {"name": "ck", "templateName": "passes", "requiredForCompletion": True}
STEPS = canary(weight(25), pause(), weight(50), pause(), weight(75))
HEALTHY = Until("web", "Healthy", shown="healthy")
AT_PAUSE = Until("web", "Paused", "CanaryPauseStep", at_step(1), shown="at the first pause")
NEXT_PAUSE = Until("web", "Paused", "CanaryPauseStep", at_step(3), shown="at the second pause")
BEGUN: list[Act] = [Create([a_rollout(STEPS)]), HEALTHY, image("2"), AT_PAUSE]
RESUME = told({"pauseConditions": None})
WAITING = Until("web", "Paused", "BlueGreenPause", shown="waiting")


def blue_green(**more: Any) -> list[Act]:
    """Bring a blue-green update to its pause."""
    services = {"activeService": "web-active", "previewService": "web-preview"}
    strategy = {"blueGreen": {**services, "autoPromotionEnabled": False, **more}}
    made = [a_service("web-active"), a_service("web-preview"), a_rollout(strategy, replicas=2)]
    return [Create(made), HEALTHY, image("2"), WAITING]


def an_ingress() -> JsonObject:
    backend = {"service": {"name": "web-stable", "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec = {
        "ingressClassName": "nginx",
        "rules": [{"host": "web.example", "http": {"paths": [path]}}],
    }
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web"},
        "spec": spec,
    }


ROUTED: list[Act] = [
    Create(
        [
            a_service("web-stable"),
            a_service("web-canary"),
            an_ingress(),
            a_rollout(
                canary(
                    weight(25),
                    pause(),
                    weight(50),
                    pause(),
                    stableService="web-stable",
                    canaryService="web-canary",
                    trafficRouting={"nginx": {"stableIngress": "web"}},
                    abortScaleDownDelaySeconds=8,
                    scaleDownDelaySeconds=8,
                )
            ),
        ]
    ),
]

SCENARIOS: dict[str, list[Act]] = {
    "canary_promoted": [
        *BEGUN,
        RESUME,
        NEXT_PAUSE,
        RESUME,
        Until("web", "Healthy", also=at_step(5), shown="promoted"),
    ],
    "canary_promoted_in_full": [
        *BEGUN,
        told({"promoteFull": True}),
        Until("web", "Healthy", shown="promoted"),
    ],
    "canary_aborted_and_retried": [
        *BEGUN,
        told({"abort": True}),
        Until("web", "Degraded", "RolloutAborted", shown="aborted"),
        told({"abort": False}),
        Until("web", "Paused", "CanaryPauseStep", at_step(1), shown="retried"),
        told({"abort": True}),
        Until("web", "Degraded", "RolloutAborted"),
        told({"promoteFull": True}),
        Until("web", "Healthy", shown="promoted in spite"),
    ],
    "canary_back_to_stable": [
        *BEGUN,
        image("1"),
        Until("web", "Healthy", also=at_step(5), shown="back"),
        image("2"),
        Until("web", "Paused", "CanaryPauseStep", at_step(1), shown="forth"),
    ],
    "canary_paused_by_hand": [
        *BEGUN,
        asked({"paused": True}),
        Until("web", "Paused", "manually paused", shown="paused twice"),
        asked({"paused": False}),
        Until("web", "Paused", "CanaryPauseStep", shown="paused by the step"),
        asked({"paused": True}),
        Until("web", "Paused", "manually paused"),
        # In this order, which is the plugin's, the promotion is lost ...
        RESUME,
        Until("web", "Paused", "manually paused", shown="resumption seen and forgotten"),
        asked({"paused": False}),
        Until("web", "Paused", "CanaryPauseStep", at_step(1), shown="paused again"),
        asked({"paused": True}),
        Until("web", "Paused", "manually paused"),
        # ... and in the other one it works.
        asked({"paused": False}),
        RESUME,
        NEXT_PAUSE,
    ],
    "canary_changed_while_paused": [
        Create([a_rollout(STEPS)]),
        HEALTHY,
        asked({"paused": True}),
        Until("web", "Paused", "manually paused", shown="paused"),
        image("2"),
        Until("web", "Paused", "manually paused", at_step(0), shown="changed"),
        asked({"paused": False}),
        AT_PAUSE,
    ],
    "canary_changed_twice": [
        *BEGUN,
        image("3"),
        Until("web", "Paused", "CanaryPauseStep", at_step(1), shown="third version"),
    ],
    "canary_scaled": [
        *BEGUN,
        asked({"replicas": 8}),
        Until("web", "Paused", "CanaryPauseStep", at_replicas(8), shown="larger"),
        asked({"replicas": 2}),
        Until("web", "Paused", "CanaryPauseStep", at_replicas(3), shown="smaller"),
    ],
    "canary_steps_changed": [
        *BEGUN,
        asked({"strategy": canary(weight(50), pause())}),
        Until("web", "Paused", "CanaryPauseStep", at_replicas(4), shown="other steps"),
    ],
    "canary_without_steps": [
        Create([a_rollout({"canary": {}})]),
        HEALTHY,
        image("2"),
        Until(
            "web",
            "Healthy",
            also=at_revision(2),
            shown="second",
        ),
    ],
    "canary_pausing_for_a_while": [
        Create([a_rollout(canary(weight(50), pause(2), pause("3s")))]),
        HEALTHY,
        image("2"),
        Until("web", "Healthy", also=at_step(3), shown="over"),
    ],
    "canary_routed": [
        *ROUTED,
        HEALTHY,
        image("2"),
        AT_PAUSE,
        told({"abort": True}),
        # Before, the real controller points the canary's Service to either version by turns.
        Until("web", "Degraded", "RolloutAborted", at_replicas(4), shown="scaled down"),
        told({"abort": False}),
        Until("web", "Paused", "CanaryPauseStep", at_step(1), shown="retried"),
        RESUME,
        NEXT_PAUSE,
        RESUME,
        Until("web", "Healthy", also=at_step(4), shown="promoted"),
        Until("web", "Healthy", also=at_replicas(4), shown="alone"),
    ],
    "analysis_passes": [
        Create(
            [
                a_job_template("passes", "exit 0"),
                a_rollout(canary(weight(25), analysis("passes"), pause())),
            ]
        ),
        HEALTHY,
        image("2"),
        Until("web", "Paused", "CanaryPauseStep", at_step(2), shown="judged"),
    ],
    "analysis_fails": [
        Create(
            [
                a_job_template("fails", "exit 1"),
                a_rollout(canary(weight(25), analysis("fails"), pause())),
            ]
        ),
        HEALTHY,
        image("2"),
        Until("web", "Degraded", "RolloutAborted", shown="judged"),
        told({"abort": False}),
        Until("web", "Degraded", "RolloutAborted", shown="judged again"),
    ],
    "analysis_terminated": [
        Create(
            [
                a_job_template("lasts", "sleep 600"),
                a_rollout(canary(weight(25), analysis("lasts"), pause())),
            ]
        ),
        HEALTHY,
        image("2"),
        Until("web", "Progressing", "more replicas", at_step(1), shown="judging"),
        told({"currentStepIndex": 2}),
        Until("web", "Paused", "CanaryPauseStep", at_step(2), shown="skipped"),
    ],
    "experiment": [
        Create(
            [
                a_job_template("passes", "exit 0"),
                a_rollout(
                    canary(
                        {
                            "experiment": {
                                "templates": [
                                    {"name": "base", "specRef": "stable"},
                                    {"name": "cand", "specRef": "canary"},
                                ],
                                "analyses": [
                                    {
                                        "name": "ck",
                                        "templateName": "passes",
                                        "requiredForCompletion": True,
                                    }
                                ],
                            }
                        },
                        pause(),
                    )
                ),
            ]
        ),
        HEALTHY,
        image("2"),
        Until("web", "Paused", "CanaryPauseStep", at_step(1), shown="over"),
    ],
    "blue_green_promoted": [
        *blue_green(scaleDownDelaySeconds=4),
        RESUME,
        Until("web", "Healthy", also=at_replicas(2), shown="promoted"),
    ],
    "blue_green_kept": [
        *blue_green(),
        RESUME,
        Until("web", "Healthy", shown="promoted"),
        image("1"),
        Until(
            "web",
            "Healthy",
            also=at_revision(3),
            shown="back at once",
        ),
    ],
    "blue_green_promoted_in_full": [
        *blue_green(),
        told({"promoteFull": True}),
        Until("web", "Healthy", shown="promoted"),
    ],
    "blue_green_aborted": [
        *blue_green(abortScaleDownDelaySeconds=6),
        told({"abort": True}),
        Until("web", "Degraded", "RolloutAborted", at_replicas(2), shown="aborted"),
        told({"abort": False}),
        Until("web", "Paused", "BlueGreenPause", shown="retried"),
    ],
    "blue_green_promoting_itself": [
        *blue_green(autoPromotionEnabled=True, autoPromotionSeconds=8),
        Until("web", "Healthy", shown="promoted"),
    ],
    "blue_green_small_preview": [
        *blue_green(previewReplicaCount=1),
        RESUME,
        Until("web", "Healthy", shown="promoted"),
    ],
    "blue_green_judged": [
        Create([a_job_template("passes", "exit 0"), a_job_template("fails", "exit 1")]),
        *blue_green(
            prePromotionAnalysis={"templates": [{"templateName": "passes"}]},
            postPromotionAnalysis={"templates": [{"templateName": "fails"}]},
        ),
        RESUME,
        Until("web", "Degraded", "RolloutAborted", shown="judged"),
    ],
    "workload_reference": [
        Create(
            [
                a_deployment(),
                {
                    **a_rollout(STEPS),
                    "spec": {
                        "replicas": 4,
                        "strategy": STEPS,
                        "workloadRef": {
                            "apiVersion": "apps/v1",
                            "kind": "Deployment",
                            "name": "web",
                        },
                    },
                },
            ]
        ),
        HEALTHY,
        Patch(
            "deployments",
            "web",
            [
                {
                    "op": "replace",
                    "value": "toolbox:2",
                    "path": "/spec/template/spec/containers/0/image",
                }
            ],
            content_type=JSON_PATCH,
        ),
        AT_PAUSE,
    ],
    "restarted": [
        Create([a_rollout({"canary": {}}, replicas=2)]),
        HEALTHY,
        asked({"restartAt": "2026-01-01T00:00:00Z"}),
        Until("web", "Healthy", also=lambda r: "restartedAt" in r["status"], shown="restarted"),
    ],
    "invalid": [
        Create([a_rollout(STEPS, template=a_template("other"))]),
        Until("web", "Degraded", "InvalidSpec", shown="selector"),
        Create([a_rollout(canary(analysis("missing")), "web-2")]),
        Until("web-2", "Degraded", "InvalidSpec", shown="template missing"),
        Create([a_rollout({"blueGreen": {"activeService": "none"}}, "web-3")]),
        Until("web-3", "Degraded", "InvalidSpec", shown="service missing"),
        Create([a_rollout(canary(weight(101)), "web-4")]),
        Until("web-4", "Degraded", "InvalidSpec", shown="weight"),
        Create([a_rollout(canary({"setCanaryScale": {"weight": 5}}), "web-5")]),
        Until("web-5", "Degraded", "InvalidSpec", shown="scale without a router"),
        Create([a_rollout(canary(pause("soon")), "web-6")]),
        Until("web-6", "Degraded", "InvalidSpec", shown="no duration"),
        Create([a_rollout(canary(maxSurge=0, maxUnavailable=0), "web-7")]),
        Until("web-7", "Degraded", "InvalidSpec", shown="no room to move"),
        Create([a_rollout(canary({"setCanaryScale": None}), "web-8")]),
        Until("web-8", "Degraded", "InvalidSpec", shown="empty step"),
        Create([a_rollout({"canary": {}, "blueGreen": {"activeService": "a"}}, "web-9")]),
        Until("web-9", "Degraded", "InvalidSpec", shown="two strategies"),
    ],
    "overdue": [
        Create([a_rollout(STEPS, progressDeadlineSeconds=5)]),
        HEALTHY,
        Patch(
            "rollouts",
            "web",
            [{"op": "add", "value": {"no": "where"}, "path": "/spec/template/spec/nodeSelector"}],
            content_type=JSON_PATCH,
        ),
        Until("web", "Degraded", "ProgressDeadlineExceeded", shown="overdue"),
    ],
}
