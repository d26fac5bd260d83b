"""PersistentVolumes, their claims, StorageClasses, VolumeAttachments, CSI drivers and nodes."""

from datetime import datetime

from sandbox.cluster.objects import JsonObject
from sandbox.cluster.tables.cells import at, created, deleted, name
from sandbox.cluster.tables.printing import Cells, prints

_ACCESS_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
_DEFAULT_ANNOTATIONS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


@prints(
    "persistentvolumes",
    columns="Name, Capacity, Access Modes, Reclaim Policy, Status, Claim, StorageClass, "
    "VolumeAttributesClass, Reason, Age, VolumeMode*",
)
def _volume(item: JsonObject, now: datetime) -> Cells:
    claim = at(item, "spec.claimRef")
    return [
        name(item),
        at(item, "spec.capacity.storage", "0"),
        _modes(at(item, "spec.accessModes", [])),
        at(item, "spec.persistentVolumeReclaimPolicy", ""),
        _phase(item),
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        _class(item),
        at(item, "spec.volumeAttributesClassName", "<unset>"),
        at(item, "status.reason", ""),
        created(item, now),
        at(item, "spec.volumeMode", "<unset>"),
    ]


@prints(
    "persistentvolumeclaims",
    columns="Name, Status, Volume, Capacity, Access Modes, StorageClass, VolumeAttributesClass, "
    "Age, VolumeMode*",
)
def _claim(item: JsonObject, now: datetime) -> Cells:
    volume = at(item, "spec.volumeName", "")
    return [
        name(item),
        _phase(item),
        volume,
        at(item, "status.capacity.storage", "0") if volume else "",
        _modes(at(item, "status.accessModes", [])) if volume else "",
        _class(item),
        at(item, "spec.volumeAttributesClassName", "<unset>"),
        created(item, now),
        at(item, "spec.volumeMode", "<unset>"),
    ]


def _phase(item: JsonObject) -> str:
    return "Terminating" if deleted(item) else str(at(item, "status.phase", ""))


def _modes(modes: list[str]) -> str:
    return ",".join(short for mode, short in _ACCESS_MODES.items() if mode in modes)


def _class(item: JsonObject) -> str:
    annotated = at(item, "metadata.annotations", {}).get(_CLASS_ANNOTATION)
    return str(at(item, "spec.storageClassName", "") if annotated is None else annotated)


@prints(
    "storageclasses.storage.k8s.io",
    columns="Name, Provisioner, ReclaimPolicy, VolumeBindingMode, AllowVolumeExpansion, Age",
)
def _storage_class(item: JsonObject, now: datetime) -> Cells:
    marks = at(item, "metadata.annotations", {})
    default = any(marks.get(key) == "true" for key in _DEFAULT_ANNOTATIONS)
    return [
        name(item) + (" (default)" if default else ""),
        at(item, "provisioner", ""),
        at(item, "reclaimPolicy", "Delete"),
        at(item, "volumeBindingMode", "Immediate"),
        at(item, "allowVolumeExpansion", False),
        created(item, now),
    ]


@prints(
    "volumeattachments.storage.k8s.io",
    columns="Name, Attacher:string/name, PV, Node, Attached:boolean, Age",
)
def _volume_attachment(item: JsonObject, now: datetime) -> Cells:
    return [
        name(item),
        at(item, "spec.attacher", ""),
        at(item, "spec.source.persistentVolumeName", ""),
        at(item, "spec.nodeName", ""),
        at(item, "status.attached", False),
        created(item, now),
    ]


@prints("volumeattributesclasses.storage.k8s.io", columns="Name, DriverName, Age")
def _volume_attributes_class(item: JsonObject, now: datetime) -> Cells:
    return [name(item), at(item, "driverName", ""), created(item, now)]


@prints("csinodes.storage.k8s.io", columns="Name, Drivers:integer, Age")
def _csi_node(item: JsonObject, now: datetime) -> Cells:
    return [name(item), len(at(item, "spec.drivers", [])), created(item, now)]


@prints(
    "csidrivers.storage.k8s.io",
    columns="Name, AttachRequired:boolean, PodInfoOnMount:boolean, StorageCapacity:boolean, "
    "TokenRequests, RequiresRepublish:boolean, Modes, Age",
)
def _csi_driver(item: JsonObject, now: datetime) -> Cells:
    tokens = at(item, "spec.tokenRequests")
    return [
        name(item),
        at(item, "spec.attachRequired", True),
        at(item, "spec.podInfoOnMount", False),
        at(item, "spec.storageCapacity", False),
        "<unset>" if tokens is None else ",".join(token["audience"] for token in tokens),
        at(item, "spec.requiresRepublish", False),
        ",".join(at(item, "spec.volumeLifecycleModes", [])) or "<none>",
        created(item, now),
    ]
