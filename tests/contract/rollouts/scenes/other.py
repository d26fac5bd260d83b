"""References, restarts, specs that make no sense, and updates that do not get on."""

from tests.contract.rollouts.acts import (
    AT_PAUSE,
    HEALTHY,
    JSON_PATCH,
    STEPS,
    Act,
    Create,
    Patch,
    Until,
    a_deployment,
    a_rollout,
    a_template,
    analysis,
    asked,
    canary,
    pause,
    weight,
)

SCENARIOS: dict[str, list[Act]] = {
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
