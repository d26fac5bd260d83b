"""`shop/deploy`: asks where to, which version, and for a key that nobody gets to see."""

from datetime import timedelta

from sandbox.jenkins.builds import Course
from sandbox.jenkins.items import Folder, Job
from sandbox.jenkins.parameters import Definition, Value
from sandbox.jenkins.story.scenes import Scenes
from sandbox.story.canaries import API_TOKEN

ENVIRONMENTS = ["staging", "production"]
PARAMETERS = [
    Definition("choice", "ENVIRONMENT", choices=ENVIRONMENTS, description="Where to"),
    Definition("string", "VERSION", "latest", description="Tag of the images"),
    Definition("boolean", "DRY_RUN", True, description="Only say what would change"),
    Definition("password", "DEPLOY_KEY", API_TOKEN, description="Key of the cluster"),
]


def tell(shop: Folder, scenes: Scenes) -> None:
    """Make the job and some deployments."""
    job = shop.add(Job("deploy", "Rolls a version out", parameters=list(PARAMETERS)))
    job.next_number = 61
    for days, version in ((10, "2.2.0"), (3, "2.3.0"), (1, "2.4.0-rc1")):
        for environment in ENVIRONMENTS:
            _deployed(scenes, job, timedelta(days=days), environment, version)


def _deployed(scenes: Scenes, job: Job, ago: timedelta, environment: str, version: str) -> None:
    values = [
        Value("choice", "ENVIRONMENT", environment),
        Value("string", "VERSION", version),
        Value("boolean", "DRY_RUN", False),
        Value("password", "DEPLOY_KEY", API_TOKEN),
    ]
    refused = environment == "production" and "rc" in version
    log = f"+ deploy --to {environment} {version}\n"
    log += "ERROR: a release candidate does not go to production\n" if refused else "Deployed.\n"
    result = "FAILURE" if refused else "SUCCESS"
    took = timedelta(seconds=4 if refused else 93)
    build = scenes.build(job, ago, took, result, log, values=values)
    build.description = f"{version} to {environment}"
    build.node = "built-in"


def course(_: Job) -> Course:
    """Let the next build take some seconds."""
    steps = ["Looking at the cluster", "Rolling out", "Waiting for the pods", "Deployed."]
    return Course([f"{step}\n" for step in steps])
