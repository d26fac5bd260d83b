"""Rollouts in every state the controller knows, for recording; small, on simulated nodes."""

from collections.abc import Iterator, Sequence
from typing import Any

JsonObject = dict[str, Any]
GROUP = "argoproj.io/v1alpha1"


def a_template(app: str, image: str = "toolbox:1", *, real: bool = False) -> JsonObject:
    simulated = {
        "nodeSelector": {"type": "kwok"},
        "tolerations": [{"key": "kwok.x-k8s.io/node", "operator": "Exists"}],
    }
    spec = {
        "terminationGracePeriodSeconds": 1,
        "containers": [{"name": "app", "image": image}],
        **({} if real else simulated),
    }
    return {"metadata": {"labels": {"app": app}}, "spec": spec}


def a_rollout(name: str, strategy: JsonObject, *, real: bool = False, **spec: Any) -> JsonObject:
    return {
        "apiVersion": GROUP,
        "kind": "Rollout",
        "metadata": {"name": name},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": name}},
            "template": a_template(name, real=real),
            "strategy": strategy,
            **spec,
        },
    }


def canary(*steps: JsonObject, **more: Any) -> JsonObject:
    return {"canary": {"steps": list(steps), **more}}


def blue_green(name: str, **more: Any) -> JsonObject:
    services = {"activeService": f"{name}-active", "previewService": f"{name}-preview"}
    return {"blueGreen": {**services, "autoPromotionEnabled": False, **more}}


def weight(percent: int) -> JsonObject:
    return {"setWeight": percent}


def pause(duration: str = "") -> JsonObject:
    return {"pause": {"duration": duration} if duration else {}}


def analysis(template: str) -> JsonObject:
    return {"analysis": {"templates": [{"templateName": template}]}}


def a_service(name: str, app: str) -> JsonObject:
    ports = [{"port": 80, "targetPort": 8080}]
    spec = {"selector": {"app": app}, "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def an_ingress(name: str) -> JsonObject:
    backend = {"service": {"name": f"{name}-stable", "port": {"number": 80}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    rule = {"host": f"{name}.example", "http": {"paths": [path]}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name},
        "spec": {"ingressClassName": "nginx", "rules": [rule]},
    }


def a_job_template(name: str, command: str, **metric: Any) -> JsonObject:
    container = {"name": "check", "image": "toolbox:1", "command": ["sh", "-c", command]}
    pod = {"restartPolicy": "Never", "containers": [container]}
    job = {"spec": {"backoffLimit": 0, "template": {"spec": pod}}}
    return an_analysis_template(name, {"name": "check", "provider": {"job": job}, **metric})


def a_web_template(name: str, url: str, **metric: Any) -> JsonObject:
    web = {"url": url, "jsonPath": "{$.value}"}
    return an_analysis_template(name, {"name": "web", "provider": {"web": web}, **metric})


def an_analysis_template(name: str, *metrics: JsonObject) -> JsonObject:
    return {
        "apiVersion": GROUP,
        "kind": "AnalysisTemplate",
        "metadata": {"name": name},
        "spec": {"metrics": list(metrics)},
    }


def a_deployment(name: str) -> JsonObject:
    spec = {
        "replicas": 0,
        "selector": {"matchLabels": {"app": name}},
        "template": a_template(name),
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": spec,
    }


def analyses(url: str) -> Sequence[JsonObject]:
    return [
        a_job_template("passes", "sleep 4", count=2, interval="3s"),
        a_job_template("fails", "exit 1"),
        a_web_template(
            "inconclusive",
            f"{url}/five",
            successCondition="result > 9",
            failureCondition="result < 1",
        ),
        a_web_template("errs", f"{url}/none", successCondition="result > 9"),
        a_web_template("good", f"{url}/five", successCondition="result > 1"),
        a_web_template("low", f"{url}/five", successCondition="result > 9"),
    ]


def rollouts() -> Iterator[JsonObject]:
    """Yield the rollouts; what is done to them is in ``record``."""
    steps = [weight(25), pause(), weight(50), pause("6s"), weight(75), pause()]
    yield a_rollout("can", canary(*steps), replicas=4)
    yield a_rollout("can-full", canary(*steps), replicas=4)
    yield a_rollout("can-abort", canary(*steps), replicas=4)
    yield a_rollout("can-paused", canary(*steps), replicas=4)
    yield a_rollout("can-undo", canary(*steps))
    yield a_rollout("plain", {"canary": {}}, replicas=3)
    yield a_rollout("none", canary(weight(50), pause()), replicas=0)
    missing = a_rollout("unset", canary(weight(50), pause()))
    del missing["spec"]["replicas"]
    yield missing
    yield a_rollout("bg", blue_green("bg", scaleDownDelaySeconds=6))
    yield a_rollout("bg-abort", blue_green("bg-abort", abortScaleDownDelaySeconds=6))
    yield a_rollout("bg-paused", blue_green("bg-paused", previewReplicaCount=1))
    yield a_rollout("bg-auto", blue_green("bg-auto", autoPromotionEnabled=True))
    yield a_rollout("bg-timed", blue_green("bg-timed", autoPromotionSeconds=8))
    before = {"templates": [{"templateName": "passes"}]}
    after = {"templates": [{"templateName": "fails"}]}
    yield a_rollout("bg-pre", blue_green("bg-pre", prePromotionAnalysis=before))
    yield a_rollout("bg-post", blue_green("bg-post", postPromotionAnalysis=after))
    yield a_rollout("pass", canary(weight(50), analysis("passes"), pause()))
    yield a_rollout("fail", canary(weight(50), analysis("fails"), pause()))
    yield a_rollout("incon", canary(weight(50), analysis("inconclusive"), pause(), weight(80)))
    yield a_rollout("err", canary(weight(50), analysis("errs"), pause()))
    background = {"templates": [{"templateName": "low"}], "startingStep": 1}
    yield a_rollout("back", canary(weight(50), pause(), analysis=background))
    templates = [
        {"name": "base", "specRef": "stable", "replicas": 1},
        {"name": "cand", "specRef": "canary", "replicas": 1},
    ]
    checks = [{"name": "ck", "templateName": "good"}]
    experiment = {"duration": "12s", "templates": templates, "analyses": checks}
    yield a_rollout("exp", canary({"experiment": experiment}, weight(50), pause()))
    yield a_rollout("inv", canary(weight(50)), selector={"matchLabels": {"app": "other"}})
    yield a_rollout("ddl", canary(weight(50), pause()), progressDeadlineSeconds=8, real=True)
    deadline = {"progressDeadlineSeconds": 8, "progressDeadlineAbort": True}
    yield a_rollout("ddl-abort", canary(weight(50), pause()), real=True, **deadline)
    yield a_rollout("restart", canary(weight(50), pause()), real=True)
    foreign = a_rollout("foreign", canary(weight(50), pause()))
    foreign["metadata"]["labels"] = {"argo-rollouts.argoproj.io/controller-instance-id": "else"}
    yield foreign
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "ref-work"}
    by_reference = a_rollout("ref", canary(weight(50), pause()), workloadRef=reference)
    del by_reference["spec"]["template"], by_reference["spec"]["selector"]
    yield by_reference
    routed = {
        "stableService": "nginx-stable",
        "canaryService": "nginx-canary",
        "trafficRouting": {"nginx": {"stableIngress": "nginx"}},
    }
    routes = [{"setCanaryScale": {"replicas": 1}}, weight(10), pause(), weight(60), pause()]
    yield a_rollout("nginx", canary(*routes, **routed), replicas=4)
    dynamic = {
        "stableService": "dyn-stable",
        "canaryService": "dyn-canary",
        "dynamicStableScale": True,
        "trafficRouting": {"nginx": {"stableIngress": "dyn"}, "maxTrafficWeight": 1000},
    }
    yield a_rollout("dyn", canary(weight(250), pause(), weight(500), **dynamic), replicas=4)


def everything(url: str) -> Sequence[JsonObject]:
    """Return all objects; ``url`` is where the web metrics ask."""
    services = [
        a_service(f"{name}-{side}", name)
        for name in ("bg", "bg-abort", "bg-paused", "bg-auto", "bg-timed", "bg-pre", "bg-post")
        for side in ("active", "preview")
    ]
    routed = [a_service(f"{n}-{s}", n) for n in ("nginx", "dyn") for s in ("stable", "canary")]
    ingresses = [an_ingress("nginx"), an_ingress("dyn")]
    around = [*services, *routed, *ingresses, *analyses(url), a_deployment("ref-work")]
    return [*around, *rollouts()]
