"""k8s_run_pod: a pod for one command."""

from typing import Annotated, Any

import orjson
from pydantic import Field

from clients.hygiene import clean
from clients.kubernetes.pods.commands import argv_of, shell_hint
from clients.kubernetes.pods.running import PodRun, Ran, run_pod
from clients.masking import mask_free_text
from tools.dependencies import Background, MostBytes, Progress, Writing
from tools.fields import Name, Namespace, WaitSeconds
from tools.kubectl.execute import ArgvText
from tools.kubectl.telling import LONGEST_WAIT_DEADLINE, Telling
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.render.execution import Output, execution, exit_code
from tools.render.logs import Stream, merged, newest
from tools.render.pod_troubles import pod_trouble
from tools.results import Answer

Image = Annotated[str, Field(description='e.g. "busybox:1.37"')]
Keep = Annotated[bool, Field(description="Do not remove the pod afterwards")]
FOOTER_BYTES = 2_000
NEEDS = [verbs("create get list watch delete", "pods"), verbs("get", "pods/log")]
NOT_ROOT = "container has runAsNonRoot and image will run as root"


@k8s.write("Run Kubernetes Pod", needs=NEEDS, deadline=LONGEST_WAIT_DEADLINE)
async def k8s_run_pod(
    writing: Writing,
    background: Background,
    progress: Progress,
    most_bytes: MostBytes,
    name: Name,
    image: Image,
    namespace: Namespace = None,
    command: ArgvText | None = None,
    keep: Keep = False,
    timeout_seconds: WaitSeconds = 60,
) -> Answer:
    """Run a temporary pod to its end; its log and exit code are the answer."""
    argv = argv_of(command) if command is not None else []
    ref = await writing.read.ref("pods", name, namespace)
    run = PodRun(ref, image, argv, keep, timeout_seconds)
    ran = await run_pod(writing, background, run, Telling(progress))
    if writing.dry:
        return _foreseen(writing, run)
    parts = [_ending(ran, run), shell_hint(argv), _afterwards(ran, run)]
    ending = "\n".join(filter(None, parts))
    kept = max(most_bytes - FOOTER_BYTES, most_bytes // 2)
    return _answer(ran, ending, kept)


def _foreseen(writing: Writing, run: PodRun) -> Answer:
    what = orjson.dumps(list(run.argv)).decode() if run.argv else "the image's own command"
    then = "keep it" if run.keep else "remove it"
    writing.note(
        f"Would run {what} in image {run.image}, wait up to {run.seconds} s, "
        f"return log and exit code, and {then}."
    )
    if hint := shell_hint(run.argv):
        writing.note(f"! {hint}")
    return Answer("")


def _ending(ran: Ran, run: PodRun) -> str:
    """Say how it ended, or why it has not."""
    name = run.pod.qualified_name
    if terminated := ran.terminated:
        code, reason = int(terminated.get("exitCode", 0)), terminated.get("reason", "")
        silent = not (ran.log and ran.log.lines)
        because = f", {reason}" if reason not in ("", "Completed", "Error") else ""
        message = terminated.get("message") or ""
        told = f": {message}" if message and because else ""
        return f"{exit_code(code)}{because}{told}" if code or silent or because else ""
    trouble = pod_trouble(ran.pod)
    if ran.gone:
        return f"{name} was deleted by somebody else before it ended."
    if NOT_ROOT in trouble:
        return (
            f'{name} did not start: the namespace enforces "restricted" pod security and the image '
            "runs as root. Take an image whose user is a number other than 0."
        )
    if ran.ended:
        return f"{name} ended: {trouble}"
    if ran.hopeless:
        return f"{name} cannot start: {trouble}"
    return f"{name} did not end within {run.seconds} s: {trouble}"


def _afterwards(ran: Ran, run: PodRun) -> str:
    where = f'resource_type="pod", name="{run.pod.name}", namespace="{run.pod.namespace}"'
    if run.keep and not ran.gone:
        return f"The pod is kept: k8s_delete({where}) removes it."
    if ran.left:
        return f"The pod could not be removed: {ran.left} Remove it with k8s_delete({where})."
    return ran.no_log and f"Its log could not be read: {ran.no_log}"


def _answer(ran: Ran, ending: str, most_bytes: int) -> Answer:
    lines = list(merged([Stream("", ran.log.lines)], timestamps=False)) if ran.log else []
    shown = newest(lines, most_bytes)
    older = bool(ran.log and ran.log.older) or len(shown) < len(lines)
    first = f"… the last {len(shown):,} lines:\n" if older else ""
    text = execution(Output(first + "\n".join(shown)), Output(""), ending)
    terminated = ran.terminated
    data: dict[str, Any] = {"exit_code": terminated.get("exitCode") if terminated else None}
    if older:
        data["truncated"] = True
    return Answer(mask_free_text(clean(text)), data=data, error=not terminated)
