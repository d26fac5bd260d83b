"""Take rollouts of a real controller through their states and write down what the plugin says.

    python -m tests.support.argo_recording.record     # about five minutes; needs KUBECONFIG

Needs kubectl and kubectl-argo-rollouts, Argo Rollouts 1.10, and a node of kwok beside a real one.
Works in a namespace of its own, which it deletes. Each moment is then shown to the plugin by
``replay``, so that its verdict is about exactly that object; so are the requests it would send.
"""

import asyncio
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support.argo_recording.replay import KINDS, Replay, replay
from tests.support.argo_recording.scenes import everything

JsonObject = dict[str, Any]
UNIT = Path(__file__).parents[2] / "unit"
STATES = UNIT / "clients" / "argo" / "data" / "states.json"
TREES = UNIT / "tools" / "render" / "argo" / "data" / "trees.json"
NAMESPACE = f"argo-rec-{secrets.token_hex(3)}"
SECONDS = 90.0
BAD_IMAGE = "app=nowhere.invalid/none:1"


def say(*words: object) -> None:
    sys.stdout.write(f"{' '.join(map(str, words))}\n")


async def run(program: str, *arguments: str, given: str = "", config: str = "") -> str:
    """Return standard output and standard error; an exit status is no failure here."""
    environment = {**os.environ, **({"KUBECONFIG": config} if config else {})}
    process = await asyncio.create_subprocess_exec(
        program, *arguments, env=environment, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(given.encode())
    return (out + err).decode()


async def kubectl(*arguments: str, given: str = "") -> str:
    return await run("kubectl", "-n", NAMESPACE, *arguments, given=given)


async def plugin(*arguments: str, config: str = "") -> str:
    return await run("kubectl-argo-rollouts", "-n", NAMESPACE, *arguments, config=config)


class Watcher:
    """Looks at everything again and again, and keeps each state of a rollout once."""

    def __init__(self) -> None:
        self.now: dict[str, list[JsonObject]] = {}
        self.kept: dict[str, JsonObject] = {}

    async def watch(self) -> None:
        while True:
            listed = json.loads(await kubectl("get", ",".join(KINDS), "-o", "json"))
            by_kind = {kind: plural for plural, (_, kind) in KINDS.items()}
            self.now = {plural: [] for plural in KINDS}
            for each in listed.get("items", ()):
                self.now[by_kind[each["kind"]]].append(_trimmed(each))
            for rollout in self.now["rollouts"]:
                self._keep(rollout)
            await asyncio.sleep(0.15)

    def _keep(self, rollout: JsonObject) -> None:
        name, key = rollout["metadata"]["name"], _signature(rollout)
        if key not in self.kept:
            self.kept[key] = {"name": name, **self._around(rollout)}

    def _around(self, rollout: JsonObject) -> JsonObject:
        """Keep what belongs to the rollout: the rest is another's."""
        owned = {rollout["metadata"]["uid"]}
        found: dict[str, list[JsonObject]] = {"rollouts": [rollout]}
        for plural in ("experiments", "replicasets", "analysisruns", "pods"):
            found[plural] = [o for o in self.now[plural] if _owners(o) & owned]
            owned |= {each["metadata"]["uid"] for each in found[plural]}
        reference = (rollout["spec"].get("workloadRef") or {}).get("name")
        found["deployments"] = [
            d for d in self.now["deployments"] if d["metadata"]["name"] == reference
        ]
        return found

    async def until(self, name: str, done: Callable[[JsonObject], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not any(  # noqa: ASYNC110 - it is another process
                each["metadata"]["name"] == name and done(each)
                for each in self.now.get("rollouts", ())
            ):
                await asyncio.sleep(0.1)


def _owners(obj: JsonObject) -> set[str]:
    return {owner["uid"] for owner in obj["metadata"].get("ownerReferences") or ()}


def _trimmed(obj: JsonObject) -> JsonObject:
    """Leave out what neither the plugin nor anybody here looks at."""
    metadata, kind = obj["metadata"], obj.pop("kind")
    obj.pop("apiVersion")
    metadata.pop("managedFields", None)
    (metadata.get("annotations") or {}).pop("kubectl.kubernetes.io/last-applied-configuration", 0)
    if kind == "Pod":
        obj["spec"] = {
            key: [{"name": container["name"]} for container in obj["spec"][key]]
            for key in ("initContainers", "containers")
            if key in obj["spec"]
        }
        kept = ("phase", "reason", "containerStatuses", "initContainerStatuses")
        obj["status"] = {k: v for k, v in obj["status"].items() if k in kept}
    return obj


def _signature(rollout: JsonObject) -> str:
    status = {k: v for k, v in (rollout.get("status") or {}).items() if k != "conditions"}
    metadata = rollout["metadata"]
    counted = {k: v for k, v in status.items() if not k.endswith("At")}
    reasons = [
        (c["type"], c["status"], c.get("reason"))
        for c in (rollout.get("status") or {}).get("conditions", ())
        if c["type"] in ("InvalidSpec", "Paused", "Progressing")
    ]
    return json.dumps([metadata["name"], metadata["generation"], counted, reasons], sort_keys=True)


def phase(wanted: str, message: str = "") -> Callable[[JsonObject], bool]:
    def done(rollout: JsonObject) -> bool:
        status = rollout.get("status") or {}
        observed = str(status.get("observedGeneration")) == str(rollout["metadata"]["generation"])
        return (
            observed and status.get("phase") == wanted and message in (status.get("message") or "")
        )

    return done


def step(index: int) -> Callable[[JsonObject], bool]:
    def done(rollout: JsonObject) -> bool:
        status = rollout.get("status") or {}
        return bool(status.get("currentStepIndex") == index and status.get("pauseConditions"))

    return done


Scenario = Callable[[Watcher], Awaitable[None]]
healthy, paused, degraded = phase("Healthy"), phase("Paused"), phase("Degraded")
NEW = "app=toolbox:2"


def scenario(name: str, *acts: Sequence[str] | Callable[[JsonObject], bool]) -> Scenario:
    """Do what is listed, one after the other: commands of the plugin, and states to wait for."""

    async def play(watcher: Watcher) -> None:
        for act in acts:
            if callable(act):
                await watcher.until(name, act)
                await asyncio.sleep(0.5)
            elif act[0] == "kubectl":
                say(name, (await kubectl(*act[1:])).strip())
            else:
                said = await plugin(*act)
                say(name, act, said.strip()[:100])

    return play


def image(name: str, new: str = NEW) -> Sequence[str]:
    return ("set", "image", name, new)


SCENARIOS = [
    scenario("can", healthy, image("can"), step(1), ("promote", "can"), step(3), step(5),
             ("promote", "can"), healthy, ("undo", "can"), step(1)),
    scenario("can-full", healthy, image("can-full"), step(1), ("promote", "can-full", "--full"),
             healthy, image("can-full", "app=toolbox:1"), step(1), ("abort", "can-full"), degraded,
             ("promote", "can-full", "--full"), healthy),
    scenario("can-abort", healthy, image("can-abort"), step(1), ("abort", "can-abort"), degraded,
             ("retry", "rollout", "can-abort"), step(1), ("abort", "can-abort"), degraded,
             ("undo", "can-abort"), healthy),
    scenario("can-paused", healthy, ("pause", "can-paused"), paused, image("can-paused"), paused,
             ("promote", "can-paused"), step(1), ("pause", "can-paused"),
             phase("Paused", "manually"), ("promote", "can-paused"), step(1)),
    scenario("can-undo", healthy, image("can-undo"), step(1), image("can-undo", "app=toolbox:3"),
             step(1), ("undo", "can-undo", "--to-revision", "1"), healthy),
    scenario("plain", healthy, image("plain"), healthy),
    scenario("none", healthy, image("none"), paused, ("promote", "none"), healthy),
    scenario("unset", healthy, image("unset"), paused),
    scenario("bg", healthy, image("bg"), paused, ("promote", "bg"), healthy),
    scenario("bg-abort", healthy, image("bg-abort"), paused, ("abort", "bg-abort"), degraded,
             ("retry", "rollout", "bg-abort"), paused, ("abort", "bg-abort"), degraded,
             ("promote", "bg-abort", "--full"), healthy),
    scenario("bg-paused", healthy, image("bg-paused"), paused, ("pause", "bg-paused"),
             phase("Paused", "manually"), ("promote", "bg-paused"), paused,
             ("promote", "bg-paused", "--full"), healthy),
    scenario("bg-auto", healthy, image("bg-auto"), healthy),
    scenario("bg-timed", healthy, image("bg-timed"), paused, healthy),
    scenario("bg-pre", healthy, image("bg-pre"), paused, ("promote", "bg-pre"), healthy),
    scenario("bg-post", healthy, image("bg-post"), paused, ("promote", "bg-post"), degraded),
    scenario("pass", healthy, image("pass"), step(2)),
    scenario("fail", healthy, image("fail"), degraded),
    scenario("incon", healthy, image("incon"), paused, ("promote", "incon"), step(2),
             ("promote", "incon"), healthy),
    scenario("err", healthy, image("err"), degraded),
    scenario("back", healthy, image("back"), degraded),
    scenario("exp", healthy, image("exp"), step(2)),
    scenario("inv", degraded),
    scenario("ddl", healthy, image("ddl", BAD_IMAGE), degraded),
    scenario("ddl-abort", healthy, image("ddl-abort", BAD_IMAGE), degraded),
    scenario("restart", healthy, ("restart", "restart"), healthy, image("restart"), paused,
             ("restart", "restart"), paused),
    scenario("foreign", lambda _: True, ("promote", "foreign"), ("pause", "foreign")),
    scenario("ref", healthy, image("ref"), paused, ("promote", "ref"), healthy),
    scenario("nginx", healthy, image("nginx"), step(2), ("promote", "nginx"), step(4),
             ("abort", "nginx"), degraded),
    scenario("dyn", healthy, image("dyn"), step(1), ("promote", "dyn"), healthy),
]  # fmt: skip


async def value(_: web.Request) -> web.Response:
    return web.json_response({"value": 5})


async def captured() -> list[JsonObject]:
    """Play everything at once and return the states that were seen."""
    app = web.Application()
    app.router.add_get("/five", value)
    watcher = Watcher()
    async with TestServer(app, host="127.0.0.1") as server:
        url = str(server.make_url("")).rstrip("/")
        await run("kubectl", "create", "namespace", NAMESPACE)
        items = everything(url)
        given = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
        say((await kubectl("create", "-f", "-", given=given))[-200:])
        watching = asyncio.create_task(watcher.watch())
        try:
            played = (play(watcher) for play in SCENARIOS)
            for outcome in await asyncio.gather(*played, return_exceptions=True):
                if outcome:
                    say("not played to its end:", repr(outcome))
        finally:
            watching.cancel()
            await run("kubectl", "delete", "namespace", NAMESPACE, "--wait=false")
    return list(watcher.kept.values())


COMMANDS: Mapping[str, Sequence[str]] = {
    "promote": ("promote", "NAME"),
    "full": ("promote", "NAME", "--full"),
    "skip": ("promote", "NAME", "--skip-current-step"),
    "pause": ("pause", "NAME"),
    "abort": ("abort", "NAME"),
    "retry": ("retry", "rollout", "NAME"),
    "image": ("set", "image", "NAME", "app=toolbox:9"),
    "undo": ("undo", "NAME"),
}


async def judged(far: Replay, config: str, moment: JsonObject) -> JsonObject:
    """Ask the plugin about one moment."""
    name = moment["name"]
    far.shows(moment)
    said = {
        "status": await plugin("status", name, "--watch=false", config=config),
        "list": await plugin("list", "rollouts", config=config),
        "tree": await plugin("get", "rollout", name, "--no-color", config=config),
        "experiments": await plugin("list", "experiments", config=config),
    }
    # Controllers before 1.0 told no phase; then the plugin works it out.
    far.shows({**moment, "rollouts": [_without_phase(each) for each in moment["rollouts"]]})
    said["computed"] = await plugin("status", name, "--watch=false", config=config)
    far.shows(moment)
    sends = {}
    for command, words in COMMANDS.items():
        far.changes.clear()
        text = await plugin(*(name if w == "NAME" else w for w in words), config=config)
        sends[command] = {"said": text.strip(), "requests": _told(far.changes)}
    return {**moment, "said": said, "sends": sends}


def _without_phase(rollout: JsonObject) -> JsonObject:
    status = rollout.get("status") or {}
    kept = {k: v for k, v in status.items() if k not in ("phase", "message")}
    return {**rollout, "status": kept}


def _told(changes: Sequence[tuple[str, str, str, Any]]) -> list[Any]:
    """Leave a PUT's whole object out but for the images in it."""
    told: list[Any] = []
    for method, path, kind, body in changes:
        if method == "PUT":
            body = [c["image"] for c in body["spec"]["template"]["spec"]["containers"]]
        told.append([method, path, kind, body])
    return told


def _outline(moment: JsonObject) -> str:
    """Say what tells one state from another, figures aside."""
    rollout = moment["rollouts"][0]
    status = rollout.get("status") or {}
    fields = ("phase", "message", "currentStepIndex", "abort", "promoteFull", "controllerPause")
    reasons = [each["reason"] for each in status.get("pauseConditions") or ()]
    observed = str(status.get("observedGeneration")) == str(rollout["metadata"]["generation"])
    promoted = status.get("stableRS") == status.get("currentPodHash")
    told = [status.get(each) for each in fields]
    paused = rollout["spec"].get("paused")
    computed = moment["said"]["computed"]
    return json.dumps([moment["name"], told, reasons, observed, promoted, paused, computed])


def _written(file: Path, moments: Sequence[JsonObject]) -> None:
    """Write one moment a line."""
    lines = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in moments)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def _is_a_tree(moment: JsonObject) -> bool:
    """Keep trees of states that last and have a second revision, analyses or experiments."""
    status = moment["rollouts"][0].get("status") or {}
    lasts = status.get("phase") != "Progressing" and len(moment["replicasets"]) != 1
    return lasts or bool(moment["analysisruns"] or moment["experiments"])


async def main() -> None:
    moments = await captured()
    say(len(moments), "moments")
    with tempfile.TemporaryDirectory() as folder:
        async with replay() as far:
            config = str(far.kubeconfig(Path(folder)))
            judgements = [await judged(far, config, moment) for moment in moments]
    states = list({_outline(each): each for each in judgements}.values())
    keep = ("name", "rollouts", "said", "sends")
    _written(STATES, [{key: each[key] for key in keep} for each in states])
    trees = {_outline(each): each for each in judgements if _is_a_tree(each)}
    _written(TREES, [{k: v for k, v in each.items() if k != "sends"} for each in trees.values()])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
