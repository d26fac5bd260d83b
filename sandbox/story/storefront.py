"""`storefront`: a canary with a quarter of the pods, waiting for somebody to promote it."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.story.manifests import (
    SHOP,
    container,
    http_probe,
    port,
    service,
    template,
)
from sandbox.story.progressive import judged_by, released, rollout
from sandbox.story.stage import Scene, Stage

_NAME, _FIRST, _STABLE = "storefront", 30, 40
_STABLE_FOR = timedelta(days=2, hours=4)
_WAITING_FOR = timedelta(minutes=18, seconds=20)
_CAUSES = ("search", "larger pictures", "fewer cookies", "new footer", "size guide")
STEPS = [
    {"setWeight": 25},
    {"pause": {}},
    {"setWeight": 50},
    {"pause": {"duration": "10m"}},
    {"setWeight": 75},
    {"pause": {"duration": "10m"}},
]


def _pod() -> JsonObject:
    storefront = container(
        _NAME,
        f"shop/storefront:{_FIRST}",
        ports=[port(8080)],
        readinessProbe=http_probe("/healthz"),
        resources={"requests": {"cpu": "50m"}},
    )
    return template({"app": _NAME, "tier": "frontend"}, storefront)


def _create(stage: Stage) -> None:
    """Deploy it without pods, and without steps, for as long as it is being built."""
    ports = [{"name": "http", "port": 8080, "targetPort": 8080}]
    stage.create(
        service(_NAME, "10.43.71.20", ports),
        rollout(_NAME, _pod(), 0, {"canary": {}}, "Deploy 30: first page"),
    )


def _go_live(stage: Stage) -> None:
    """Open it to everybody, with all its pods."""

    def edit(item: JsonObject) -> None:
        item["spec"]["replicas"] = 4

    released(_NAME, f"shop/storefront:{_STABLE}", f"Deploy {_STABLE}: open to all")(stage)
    stage.change("rollouts.argoproj.io", SHOP, _NAME, edit)


def _take_care(stage: Stage) -> None:
    """From now on releases go step by step, and are watched."""

    def edit(item: JsonObject) -> None:
        background = judged_by("canary-health", service=_NAME)
        item["spec"]["strategy"] = {"canary": {"analysis": background, "steps": STEPS}}

    stage.change("rollouts.argoproj.io", SHOP, _NAME, edit)


def _early_releases() -> list[Scene]:
    scenes = []
    for number in range(_FIRST + 1, _STABLE):
        ago = timedelta(days=3 + 2 * (_STABLE - number), hours=number % 3)
        cause = f"Deploy {number}: {_CAUSES[number % len(_CAUSES)]}"
        scenes.append(Scene(ago, released(_NAME, f"shop/storefront:{number}", cause)))
    return scenes


SCENES = [
    Scene(timedelta(days=30), _create),
    *_early_releases(),
    Scene(_STABLE_FOR, _go_live),
    Scene(_STABLE_FOR - timedelta(hours=3), _take_care),
    Scene(_WAITING_FOR, released(_NAME, "shop/storefront:41", "Deploy 41: one-page basket")),
]
