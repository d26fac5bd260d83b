"""Storage: claims get a volume of their class, as a CSI provisioner would make it."""

from collections.abc import Iterable
from datetime import datetime

from sandbox.cluster.changes import Change
from sandbox.cluster.objects import JsonObject, copied, name_of, namespace_of
from sandbox.controllers.control_plane import ControlPlane
from sandbox.controllers.events import Recorder
from sandbox.controllers.loop import Key
from sandbox.controllers.ownership import is_deleted

_COMPONENT = "persistentvolume-controller"
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_BOUND = "pv.kubernetes.io/bind-completed"
_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
_PROVISIONER = "volume.kubernetes.io/storage-provisioner"
_PROTECTED = "kubernetes.io/pvc-protection"
RETRY_SECONDS = 15
NOT_PROVISIONED = "kubernetes.io/no-provisioner"


class Volumes:
    """Binds claims to volumes that it makes for them; says why when it cannot."""

    def __init__(self, cluster: ControlPlane) -> None:
        self._cluster = cluster
        self._recorder = Recorder(cluster, _COMPONENT)

    def concerned(self, change: Change) -> Iterable[Key]:
        """Look at a claim after its change; at a deleted one when a pod goes."""
        item = change.object
        if change.resource.storage == ("", "persistentvolumeclaims"):
            return [(namespace_of(item), name_of(item))]
        if change.resource.storage == ("", "pods") and change.type == "DELETED":
            return [(namespace_of(item), claim) for claim in _claims(item)]
        return []

    def reconcile(self, key: Key) -> datetime | None:
        """Bind a pending claim, or let go of a deleted one that nobody uses."""
        claim = self._cluster.store.get("", "persistentvolumeclaims", *key)
        if claim is None:
            return None
        if is_deleted(claim):
            self._release(claim)
            return None
        if (claim.get("status") or {}).get("phase") == "Bound":
            return None
        if claim["spec"].get("volumeName"):
            return self._bind_named(claim)
        storage_class = self._class(claim)
        if storage_class is None or storage_class["provisioner"] == NOT_PROVISIONED:
            self._refuse(claim)
            return self._cluster.in_seconds(RETRY_SECONDS)
        self._bind(claim, self._provision(claim, storage_class))
        return None

    def _class(self, claim: JsonObject) -> JsonObject | None:
        name = claim["spec"].get("storageClassName")
        if name is not None:
            return self._cluster.store.peek("storage.k8s.io", "storageclasses", None, name)
        classes = self._cluster.store.view("storage.k8s.io", "storageclasses")
        marked = (c for c in classes if _DEFAULT_CLASS in (c["metadata"].get("annotations") or {}))
        return next(marked, None)

    def _refuse(self, claim: JsonObject) -> None:
        name = claim["spec"].get("storageClassName")
        if not name:
            text = "no persistent volumes available for this claim and no storage class is set"
            self._recorder.normal(claim, "FailedBinding", text)
            return
        text = f'storageclass.storage.k8s.io "{name}" not found'
        self._recorder.warning(claim, "ProvisioningFailed", text)

    def _provision(self, claim: JsonObject, storage_class: JsonObject) -> JsonObject:
        name = f"pvc-{claim['metadata']['uid']}"
        spec, driver = claim["spec"], storage_class["provisioner"]
        volume = self._cluster.store.create(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolume",
                "metadata": {
                    "name": name,
                    "annotations": {"pv.kubernetes.io/provisioned-by": driver},
                    "finalizers": ["kubernetes.io/pv-protection"],
                },
                "spec": {
                    "accessModes": list(spec["accessModes"]),
                    "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                    "claimRef": _reference(claim),
                    "csi": {
                        "driver": driver,
                        "fsType": "ext4",
                        "volumeHandle": f"vol-{name[4:16]}",
                    },
                    "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
                    "storageClassName": name_of(storage_class),
                    "volumeMode": spec.get("volumeMode", "Filesystem"),
                },
                "status": {"phase": "Bound", "lastPhaseTransitionTime": self._cluster.stamp()},
            }
        )
        claim["metadata"].setdefault("annotations", {})[_PROVISIONER] = driver
        claim["spec"]["storageClassName"] = name_of(storage_class)
        text = f"Successfully provisioned volume {name}"
        self._recorder.normal(claim, "ProvisioningSucceeded", text)
        return volume

    def _bind_named(self, claim: JsonObject) -> datetime | None:
        name = claim["spec"]["volumeName"]
        volume = self._cluster.store.get("", "persistentvolumes", None, name)
        if volume is None:
            return self._cluster.in_seconds(RETRY_SECONDS)
        volume["spec"]["claimRef"] = _reference(claim)
        volume["status"] = {**(volume.get("status") or {}), "phase": "Bound"}
        self._bind(claim, self._cluster.store.update(volume))
        return None

    def _bind(self, claim: JsonObject, volume: JsonObject) -> None:
        bound = copied(claim)
        annotations = bound["metadata"].setdefault("annotations", {})
        annotations |= {_BOUND: "yes", _BY_CONTROLLER: "yes"}
        bound["spec"]["volumeName"] = name_of(volume)
        bound["status"] = {
            "accessModes": volume["spec"]["accessModes"],
            "capacity": volume["spec"]["capacity"],
            "phase": "Bound",
        }
        self._cluster.store.update(bound)

    def _release(self, claim: JsonObject) -> None:
        """Take the protection off once no pod uses the claim, then reclaim its volume."""
        pods = self._cluster.store.view("", "pods", namespace_of(claim))
        held = claim["metadata"].get("finalizers") or []
        if _PROTECTED not in held or any(name_of(claim) in _claims(pod) for pod in pods):
            return
        claim["metadata"]["finalizers"] = [each for each in held if each != _PROTECTED]
        self._cluster.store.update(claim)
        volume = self._cluster.store.get(
            "", "persistentvolumes", None, claim["spec"].get("volumeName", "")
        )
        if volume is not None:
            self._reclaim(volume)

    def _reclaim(self, volume: JsonObject) -> None:
        if volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
            volume["metadata"].pop("finalizers", None)
            self._cluster.store.update(volume)
            self._cluster.remove("", "persistentvolumes", volume)
            return
        volume["status"] = {"phase": "Released", "lastPhaseTransitionTime": self._cluster.stamp()}
        self._cluster.store.update(volume)


def _claims(pod: JsonObject) -> list[str]:
    volumes = pod["spec"].get("volumes") or []
    sources = [volume.get("persistentVolumeClaim") for volume in volumes]
    return [source["claimName"] for source in sources if source]


def _reference(claim: JsonObject) -> JsonObject:
    metadata = claim["metadata"]
    named = {key: metadata[key] for key in ("name", "namespace", "uid", "resourceVersion")}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **named}
