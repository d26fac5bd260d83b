"""Batch work: a report that fits no node, an hourly clean-up, a migration that failed."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.controllers.jobs import labelled
from sandbox.controllers.pod_templates import admitted
from sandbox.story.manifests import (
    SHOP,
    container,
    metadata,
    resources,
    template,
    variable_from_secret,
)
from sandbox.story.stage import Scene, Stage

# Older than it is played: what three weeks of hourly Jobs left behind is the last few.
_CLEANED_FOR = timedelta(days=23, hours=5)
_DATABASE = variable_from_secret("DATABASE_URL", "db", "url")


def _report(stage: Stage) -> None:
    """Ask for more memory than any node has, wherever that may be."""
    report = container(
        "report",
        "shop/reports:0.9.3",
        args=["--month", "last"],
        resources={"requests": {"cpu": "1", "memory": "24Gi"}, "limits": {"memory": "24Gi"}},
    )
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata("batch-report", SHOP, labels={"app": "batch-report"}),
        "spec": {
            "containers": [report],
            "restartPolicy": "Never",
            "tolerations": [{"operator": "Exists"}],
        },
    }
    stage.create(admitted(pod, stage.store))


def _clean_up(stage: Stage) -> None:
    cleaner = container(
        "cleanup",
        "shop/orders-tools:1.4.0",
        args=["purge", "--older-than", "90d"],
        env=[_DATABASE],
        resources=resources("100m", "128Mi"),
    )
    pod = template({"app": "orders-cleanup"}, cleaner, restartPolicy="OnFailure")
    stage.create(
        {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": metadata(
                "orders-cleanup",
                SHOP,
                labels={"app": "orders-cleanup"},
                creationTimestamp=stage.stamp(_CLEANED_FOR),
            ),
            "spec": {
                "schedule": "17 * * * *",
                "concurrencyPolicy": "Forbid",
                "failedJobsHistoryLimit": 1,
                "successfulJobsHistoryLimit": 3,
                "suspend": False,
                "jobTemplate": {
                    "metadata": {"labels": {"app": "orders-cleanup"}},
                    "spec": {"template": pod},
                },
            },
            "status": {"lastScheduleTime": stage.stamp()},
        }
    )


def _migrate(stage: Stage) -> None:
    """Run a migration that ends with 2, three times."""
    step = container(
        "migrate",
        "shop/orders-tools:1.4.0",
        command=["sh", "-c", "orders-tools migrate --to 42 || exit 2"],
        env=[_DATABASE],
        resources=resources("100m", "128Mi"),
    )
    job: JsonObject = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata("orders-migrate-42", SHOP, uid=stage.store.generated_uid()),
        "spec": {
            "backoffLimit": 2,
            "completionMode": "NonIndexed",
            "completions": 1,
            "manualSelector": False,
            "parallelism": 1,
            "podReplacementPolicy": "TerminatingOrFailed",
            "suspend": False,
            "template": template({"app": "orders-migrate"}, step, restartPolicy="Never"),
        },
        "status": {},
    }
    stage.create(labelled(job))


SCENES = [
    Scene(timedelta(hours=5, minutes=10), _clean_up),
    Scene(timedelta(hours=26), _migrate),
    Scene(timedelta(hours=1, minutes=52), _report),
]
