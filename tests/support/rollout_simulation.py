"""The simulation of `tests.support.simulation`, with Rollouts in it."""

from typing import Any

from sandbox.cluster.patching.merge_patch import merge_patch
from sandbox.definitions import argo_rollouts, serve
from tests.support.argo import VERSION, a_rollout
from tests.support.builders import an_object
from tests.support.simulation import PLURALS, JsonObject, Simulation

GROUP = "argoproj.io"
TYPES = {
    "Rollout": (GROUP, "rollouts"),
    "AnalysisRun": (GROUP, "analysisruns"),
    "AnalysisTemplate": (GROUP, "analysistemplates"),
    "Experiment": (GROUP, "experiments"),
}


class Rolling(Simulation):
    """A simulation that knows the types of Argo Rollouts; `web` is the Rollout of its tests."""

    def __init__(self) -> None:
        super().__init__()
        serve(self.store.registry, argo_rollouts())

    def get(self, kind: str, name: str, namespace: str | None = "shop") -> JsonObject:
        """Return an object; it must be there."""
        group, plural = {**PLURALS, **TYPES}[kind]
        found = self.store.get(group, plural, namespace, name)
        assert found is not None, f"no {kind} {name}"
        return found

    def all(self, kind: str, namespace: str | None = None) -> list[JsonObject]:
        """Return all objects of a kind."""
        return self.store.list(*{**PLURALS, **TYPES}[kind], namespace)

    def start(self, strategy: JsonObject, **spec: Any) -> None:
        """Create the Rollout and let it become healthy."""
        self.create(a_rollout(strategy=strategy, **spec), seconds=30)
        assert self.state() == ("Healthy", "")

    def update(self, image: str = "shop/web:2", seconds: float = 30) -> None:
        """Give the Rollout another image."""
        self.set_image("Rollout", "web", image)
        self.after(seconds)

    def patch(self, body: JsonObject, seconds: float = 30) -> None:
        """Merge a patch into the Rollout, status and all."""
        self.store.update(merge_patch(self.get("Rollout", "web"), body))
        self.after(seconds)

    @property
    def status(self) -> JsonObject:
        """Return the Rollout's status."""
        found: JsonObject = self.get("Rollout", "web")["status"]
        return found

    def state(self) -> tuple[str, str]:
        """Return phase and message."""
        return self.status["phase"], self.status.get("message", "")

    def sizes(self) -> dict[str, int]:
        """Return the wanted pods by image."""
        return {
            each["spec"]["template"]["spec"]["containers"][0]["image"]: each["spec"]["replicas"]
            for each in self.all("ReplicaSet")
            if each["metadata"]["ownerReferences"][0]["kind"] == "Rollout"
        }


def canary(*steps: JsonObject, **more: Any) -> JsonObject:
    return {"canary": {"steps": list(steps), **more}}


def weight(percent: int) -> JsonObject:
    return {"setWeight": percent}


def pause(duration: Any = None) -> JsonObject:
    return {"pause": {} if duration is None else {"duration": duration}}


def analysis(template: str, **more: Any) -> JsonObject:
    return {"analysis": {"templates": [{"templateName": template}], **more}}


def a_template(name: str, *metrics: JsonObject, played: str = "", args: Any = ()) -> JsonObject:
    """Build an AnalysisTemplate; `played` is the JSON of the values that its metrics will have."""
    annotations = {"sandbox.skyflo.ai/measurements": played} if played else {}
    spec = {"metrics": list(metrics), **({"args": list(args)} if args else {})}
    return an_object(VERSION, "AnalysisTemplate", name, annotations=annotations, spec=spec)


def a_metric(name: str = "rate", condition: str = "result >= 1", **more: Any) -> JsonObject:
    provider = {"web": {"url": "http://metrics.example.com"}}
    return {"name": name, "provider": provider, "successCondition": condition, **more}


def a_service(name: str) -> JsonObject:
    return an_object("v1", "Service", name, spec={"selector": {"app": "web"}, "ports": []})


def blue_green(**more: Any) -> JsonObject:
    services = {"activeService": "web", "previewService": "web-preview"}
    return {"blueGreen": {**services, "autoPromotionEnabled": False, **more}}
