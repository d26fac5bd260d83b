"""`recommendations`: a canary that its analysis found too faulty, and that was aborted."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.story.manifests import container, http_probe, port, service, template
from sandbox.story.progressive import judged_by, released, rollout
from sandbox.story.stage import Scene, Stage

_NAME = "recommendations"
_FIRST = "Deploy 2.7.1: more variety"
_FAILED_FOR = timedelta(minutes=54)


def _pod() -> JsonObject:
    model = container(
        _NAME,
        "shop/recommendations:2.7.1",
        ports=[port(8080)],
        readinessProbe=http_probe("/ready"),
        resources={"requests": {"cpu": "60m"}},
    )
    return template({"app": _NAME, "tier": "backend"}, model)


def _create(stage: Stage) -> None:
    steps = [
        {"setWeight": 50},
        {"analysis": judged_by("success-rate", service=_NAME)},
        {"setWeight": 75},
        {"pause": {"duration": "15m"}},
    ]
    ports = [{"name": "http", "port": 8080, "targetPort": 8080}]
    stage.create(
        service(_NAME, "10.43.71.33", ports),
        rollout(_NAME, _pod(), 2, {"canary": {"steps": steps}}, _FIRST),
    )


_CAUSE = "Deploy 2.8.0: model trained on reviews"

SCENES = [
    Scene(timedelta(days=8, hours=4), _create),
    Scene(_FAILED_FOR, released(_NAME, "shop/recommendations:2.8.0", _CAUSE)),
]
