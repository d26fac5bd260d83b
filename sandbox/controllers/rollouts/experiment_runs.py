"""The analysis runs of an experiment (`experiments/experiment.go`)."""

from sandbox.cluster.objects import JsonObject, name_of, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.ownership import controller_of
from sandbox.controllers.rollouts import spec, templates
from sandbox.controllers.rollouts.experiment_state import (
    BAD,
    is_terminating,
    named,
    put,
)
from sandbox.controllers.rollouts.phase import completed


class ExperimentRuns:
    """Starts the analyses of experiments once all versions run, and follows them."""

    def __init__(self, cluster: ControlPlane, recorder: Recorder) -> None:
        self._cluster = cluster
        self._recorder = recorder

    def reconcile(self, experiment: JsonObject, asked: JsonObject, new: JsonObject) -> None:
        """Start, follow or end one analysis."""
        known = named(experiment["status"].get("analysisRuns"), asked["name"])
        before: JsonObject = known or {"name": asked["name"], "analysisRun": "", "phase": ""}
        status = dict(before)
        if experiment["status"].get("availableAt") is None:
            put(new.setdefault("analysisRuns", []), status)
            return
        if not before["analysisRun"]:
            if not is_terminating(experiment):
                self._start(experiment, asked, status)
        elif not completed(before["phase"]):
            self._follow(experiment, status)
        if status["phase"] != before["phase"] and status["phase"]:
            self._announce(experiment, status, before["phase"])
        put(new.setdefault("analysisRuns", []), status)

    def _start(self, experiment: JsonObject, asked: JsonObject, status: JsonObject) -> None:
        more = experiment["spec"].get("analysisRunMetadata") or {}
        try:
            run = templates.start_run(
                self._cluster,
                experiment,
                name=f"{name_of(experiment)}-{asked['name']}",
                references=[asked],
                arguments=asked.get("args") or [],
                labels=dict(more.get("labels") or {}),
                annotations=dict(more.get("annotations") or {}),
            )
        except templates.TemplateError as missing:
            why = f"Failed to create AnalysisRun for analysis '{asked['name']}': {missing}"
            status.update(phase="Error", message=why)
        else:
            status.update(phase="Pending", analysisRun=name_of(run))

    def _follow(self, experiment: JsonObject, status: JsonObject) -> None:
        where = (namespace_of(experiment), status["analysisRun"])
        run = self._cluster.store.get(*spec.RUNS, *where)
        if run is None:
            message = f'analysisruns.argoproj.io "{status["analysisRun"]}" not found'
            status.update(phase="Error", message=message)
            return
        told = run.get("status") or {}
        if is_terminating(experiment):
            if not completed(told.get("phase", "")) and not run["spec"].get("terminate"):
                run["spec"]["terminate"] = True
                self._cluster.store.update(run)
            return
        status["phase"] = told.get("phase") or status["phase"]
        if told.get("message"):
            status["message"] = told["message"]

    def _announce(self, experiment: JsonObject, status: JsonObject, before: str) -> None:
        text = f"AnalysisRun '{status['name']}' transitioned from {before} -> {status['phase']}"
        if status.get("message"):
            text += f": {status['message']}"
        bad = status["phase"] in BAD
        self._tell(experiment, f"AnalysisRun{status['phase']}", text, bad=bad)
        owner = controller_of(experiment)
        if owner is not None:  # always as a warning, so that subscribers of notifications hear it
            rollout = self._cluster.store.peek(
                *spec.ROLLOUTS, namespace_of(experiment), owner["name"]
            )
            if rollout is not None:
                self._tell(rollout, f"AnalysisRun{status['phase']}", text, bad=True)

    def _tell(self, item: JsonObject, reason: str, text: str, *, bad: bool = False) -> None:
        record = self._recorder.warning if bad else self._recorder.normal
        record(item, reason, text)
