"""What is done to Rollouts, and the objects that it is done with."""

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
