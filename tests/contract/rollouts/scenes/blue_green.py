"""Blue-green updates."""

from tests.contract.rollouts.acts import (
    RESUME,
    Act,
    Create,
    Until,
    a_job_template,
    at_replicas,
    at_revision,
    blue_green,
    image,
    told,
)

SCENARIOS: dict[str, list[Act]] = {
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
}
