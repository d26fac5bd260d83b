"""k8s_exec: one command in a container."""

from typing import Annotated, Any

import orjson
from pydantic import BeforeValidator, Field

from clients.hygiene import clean
from clients.kubernetes.pods.channel_rights import missing_rights
from clients.kubernetes.pods.choosing import ChosenPod, chosen_pod, refuse_ended, why_not_running
from clients.kubernetes.pods.commands import argv_of, shell_hint
from clients.kubernetes.pods.executing import Captured, Command, Execution, execute
from clients.kubernetes.pods.facts import chosen_container, pod_label
from clients.masking import mask_free_text
from tools.dependencies import MostBytes, Progress, Writing
from tools.fields import ContainerName, Namespace
from tools.kubectl.telling import LONGEST_WAIT_DEADLINE, Telling
from tools.kubectl.toolset import k8s
from tools.needs import verbs
from tools.render.execution import Output, execution, exit_code
from tools.results import Answer


def _as_text(value: Any) -> Any:
    """Take a list for its JSON text: some models send one."""
    return orjson.dumps(value).decode() if isinstance(value, list) else value


PodOrWorkload = Annotated[str, Field(description='"web-0", or "deployment/web"')]
ArgvText = Annotated[
    str,
    BeforeValidator(_as_text),
    Field(
        description="Run without a shell (else sh -c '…'); a JSON array is taken exactly",
        max_length=8_000,
    ),
]
Stdin = Annotated[str | None, Field(description="Standard input", max_length=200_000)]
TimeoutSeconds = Annotated[int, Field(ge=1, le=280, description="The command itself goes on then")]
FOOTER_BYTES = 2_000
NEEDS = [
    verbs("get list", "pods"),
    verbs("get create", "pods/exec"),
    verbs("get", "deployments.apps", "statefulsets.apps", "daemonsets.apps"),
]


@k8s.destroy("Execute Command in Kubernetes Pod", needs=NEEDS, deadline=LONGEST_WAIT_DEADLINE)
async def k8s_exec(
    writing: Writing,
    progress: Progress,
    most_bytes: MostBytes,
    pod_name: PodOrWorkload,
    command: ArgvText,
    namespace: Namespace = None,
    container_name: ContainerName = None,
    stdin: Stdin = None,
    timeout_seconds: TimeoutSeconds = 60,
) -> Answer:
    """Run a command in a container."""
    argv = argv_of(command)
    chosen = await chosen_pod(writing.read, pod_name, namespace)
    refuse_ended(chosen.pod, "execute in")
    container, notice = chosen_container(chosen.pod, container_name or "")
    if writing.dry:
        return await _foreseen(writing, chosen, container, argv)
    text = None if stdin is None else stdin.encode()
    kept = max(most_bytes - FOOTER_BYTES, most_bytes // 2)
    asked = Command(chosen.ref, container, argv, text, timeout_seconds, kept)
    done = await execute(writing, asked, Telling(progress))
    ending = "\n".join(filter(None, [_ending(done, timeout_seconds), shell_hint(argv)]))
    notices = filter(None, [chosen.notice, notice])
    return _answer(done, ending, "\n".join(notices), kept)


async def _foreseen(writing: Writing, chosen: ChosenPod, container: str, argv: list[str]) -> Answer:
    words = orjson.dumps(argv).decode()
    writing.note(
        f'Would run {words} in container "{container}" of {pod_label(chosen.pod)}; what it does '
        "there, no dry run can tell."
    )
    doubts = [
        why_not_running(chosen.pod, container),
        await missing_rights(writing.read, "exec", chosen.pod["metadata"]["namespace"]),
        shell_hint(argv),
    ]
    for doubt in filter(None, doubts):
        writing.note(f"! {doubt}")
    return Answer("")


def _ending(done: Execution, seconds: int) -> str:
    if done.exit_code is not None:
        silent = not (done.stdout.size or done.stderr.size)
        return exit_code(done.exit_code) if done.exit_code or silent else ""
    if done.timed_out:
        return f"Not finished after {seconds} s. The command goes on in the container."
    return (
        "The connection broke before the end was reported: the exit code is unknown, "
        "and the command may still run."
    )


def _answer(done: Execution, ending: str, notices: str, kept: int) -> Answer:
    """Put it together; standard error may take half of the room, and stdout what is left."""
    stderr = _fitted(done.stderr, kept // 2)
    stdout = _fitted(done.stdout, kept - len(stderr.text.encode()))
    text = execution(stdout, stderr, ending)
    data: dict[str, Any] = {"exit_code": done.exit_code}
    if stdout.left_out or stderr.left_out:
        data["truncated"] = True
    lost = done.exit_code is None and not done.timed_out
    shown = mask_free_text(clean(text))  # escape sequences would hide the words it looks for
    return Answer(f"{notices}\n{shown}" if notices else shown, data=data, error=lost)


def _fitted(captured: Captured, most_bytes: int) -> Output:
    return Output(*captured.fitting(most_bytes))
