"""Analyses and experiments of a canary."""

from tests.contract.rollouts.acts import (
    HEALTHY,
    Act,
    Create,
    Until,
    a_job_template,
    a_rollout,
    analysis,
    at_step,
    canary,
    image,
    pause,
    told,
    weight,
)

SCENARIOS: dict[str, list[Act]] = {
    "analysis_passes": [
        Create(
            [
                a_job_template("passes", "exit 0"),
                a_rollout(canary(weight(25), analysis("passes"), pause())),
            ]
        ),
        HEALTHY,
        image("2"),
        Until("web", "Paused", "CanaryPauseStep", at_step(2), shown="judged"),
    ],
    "analysis_fails": [
        Create(
            [
                a_job_template("fails", "exit 1"),
                a_rollout(canary(weight(25), analysis("fails"), pause())),
            ]
        ),
        HEALTHY,
        image("2"),
        Until("web", "Degraded", "RolloutAborted", shown="judged"),
        told({"abort": False}),
        Until("web", "Degraded", "RolloutAborted", shown="judged again"),
    ],
    "analysis_terminated": [
        Create(
            [
                a_job_template("lasts", "sleep 600"),
                a_rollout(canary(weight(25), analysis("lasts"), pause())),
            ]
        ),
        HEALTHY,
        image("2"),
        Until("web", "Progressing", "more replicas", at_step(1), shown="judging"),
        told({"currentStepIndex": 2}),
        Until("web", "Paused", "CanaryPauseStep", at_step(2), shown="skipped"),
    ],
    "experiment": [
        Create(
            [
                a_job_template("passes", "exit 0"),
                a_rollout(
                    canary(
                        {
                            "experiment": {
                                "templates": [
                                    {"name": "base", "specRef": "stable"},
                                    {"name": "cand", "specRef": "canary"},
                                ],
                                "analyses": [
                                    {
                                        "name": "ck",
                                        "templateName": "passes",
                                        "requiredForCompletion": True,
                                    }
                                ],
                            }
                        },
                        pause(),
                    )
                ),
            ]
        ),
        HEALTHY,
        image("2"),
        Until("web", "Paused", "CanaryPauseStep", at_step(1), shown="over"),
    ],
}
