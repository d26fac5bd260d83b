"""`checkout`: crashes since revision 7, which wants a key that its Secret spells otherwise."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.story import canaries
from sandbox.story.manifests import (
    SHOP,
    config_map,
    container,
    deployment,
    http_probe,
    port,
    resources,
    service,
    template,
    variable,
    variable_from_secret,
)
from sandbox.story.stage import Scene, Stage
from sandbox.story.web import CAUSE, released

# With these, the fourteenth restart was about two minutes ago.
_BROKEN_FOR = timedelta(minutes=47, seconds=40)
_RELEASES = (
    (timedelta(days=28, hours=2), "2.0.0", "guest checkout"),
    (timedelta(days=26, hours=5), "2.0.1", "fix for rounding"),
    (timedelta(days=17, hours=1), "2.1.0", "vouchers"),
    (timedelta(days=10, hours=4), "2.2.0", "address book"),
    (timedelta(days=3, hours=2), "2.3.0", "express delivery"),
)


def _pod() -> JsonObject:
    checkout = container(
        "checkout",
        "shop/checkout:1.9.0",
        ports=[port(8080)],
        env=[
            variable_from_secret("DATABASE_URL", "db", "url"),
            variable("API_TOKEN", canaries.API_TOKEN),
        ],
        envFrom=[{"configMapRef": {"name": "checkout-config"}}],
        readinessProbe=http_probe("/healthz", delay=5),
        resources=resources("200m", "384Mi"),
    )
    return template({"app": "checkout", "tier": "backend"}, checkout)


def _create(stage: Stage) -> None:
    settings = {"CURRENCY": "EUR", "ORDERS_HOST": "orders-db.shop.svc", "RETRIES": "3"}
    first = {CAUSE: "Deploy 1.9.0: moved from the old cluster"}
    stage.create(
        config_map("checkout-config", settings),
        # Two versions must never run side by side: they share the queue of open payments.
        deployment("checkout", _pod(), 3, annotations=first, strategy={"type": "Recreate"}),
        service("checkout", "10.43.87.41", [{"name": "http", "port": 8080, "targetPort": 8080}]),
    )


def _break(stage: Stage) -> None:
    def edit(item: JsonObject) -> None:
        checkout = item["spec"]["template"]["spec"]["containers"][0]
        checkout["image"] = "shop/checkout:2.4.0"
        # Optional, so that the container starts and fails by itself.
        key = variable_from_secret("STRIPE_KEY", "payments", "stripe-key", optional=True)
        checkout["env"].append(key)
        item["metadata"]["annotations"][CAUSE] = "Deploy 2.4.0: payments through Stripe"

    stage.change("deployments.apps", SHOP, "checkout", edit)


SCENES = [
    Scene(timedelta(days=33, hours=20), _create),
    *(
        Scene(ago, released("checkout", f"shop/checkout:{tag}", f"Deploy {tag}: {what}"))
        for ago, tag, what in _RELEASES
    ),
    Scene(_BROKEN_FOR, _break),
]
