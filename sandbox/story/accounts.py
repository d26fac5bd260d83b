"""`accounts`: blue-green; the new version has passed its smoke test and waits for promotion."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.story.manifests import container, http_probe, port, service, template
from sandbox.story.progressive import judged_by, released, rollout
from sandbox.story.stage import Scene, Stage

_NAME = "accounts"
_WAITING_FOR = timedelta(minutes=36)


def _pod() -> JsonObject:
    accounts = container(
        _NAME,
        "shop/accounts:5.3.2",
        ports=[port(8080)],
        readinessProbe=http_probe("/healthz"),
        resources={"requests": {"cpu": "50m"}},
    )
    return template({"app": _NAME, "tier": "backend"}, accounts)


def _create(stage: Stage) -> None:
    strategy = {
        "blueGreen": {
            "activeService": _NAME,
            "previewService": f"{_NAME}-preview",
            "autoPromotionEnabled": False,
            "prePromotionAnalysis": judged_by("smoke-test", service=f"{_NAME}-preview"),
            "scaleDownDelaySeconds": 300,
        }
    }
    ports = [{"name": "http", "port": 8080, "targetPort": 8080}]
    stage.create(
        service(_NAME, "10.43.71.40", ports),
        service(f"{_NAME}-preview", "10.43.71.41", ports, app=_NAME),
        rollout(_NAME, _pod(), 2, strategy, "Deploy 5.3.2: shorter sessions"),
    )


_SECOND = "Deploy 5.4.0: passkeys"

SCENES = [
    Scene(timedelta(days=15, hours=6), _create),
    Scene(_WAITING_FOR, released(_NAME, "shop/accounts:5.4.0", _SECOND)),
]
