"""Where a PersistentVolume's data lives: one table for every kind of source that kubectl knows."""

from collections.abc import Callable
from typing import Any, NamedTuple

from tools.render.describe.generic import go_value
from tools.render.describe.lines import Lines
from tools.render.describe.metadata import pairs, shortened

JsonObject = dict[str, Any]

ATTRIBUTE_BYTES = 140


class Row(NamedTuple):
    """One line of a source: the label as it is printed, the field, and how an unset one reads."""

    label: str
    field: str
    unset: object = ""
    print: Callable[[Any], str] = go_value


class Source(NamedTuple):
    """What kubectl calls a kind of source, and the lines it prints of it."""

    description: str
    rows: tuple[Row, ...]


def secret_reference(reference: JsonObject | None) -> str:
    """Print as Go's generated ``SecretReference.String``, which kubectl shows as it is."""
    if reference is None:
        return "nil"
    name, namespace = reference.get("name", ""), reference.get("namespace", "")
    return f"&SecretReference{{Name:{name},Namespace:{namespace},}}"


def _comma_separated(values: list[str]) -> str:
    return ", ".join(values)


FS_TYPE = Row("FSType:", "fsType")
PARTITION = Row("Partition:", "partition", 0)
READ_ONLY = Row("ReadOnly:", "readOnly", False)
SECRET_REFERENCE = Row("SecretRef:", "secretRef", None, secret_reference)
VOLUME_ID = Row("VolumeID:", "volumeID")
VOLUME_NAME = Row("VolumeName:", "volumeName")

SOURCES = {
    "hostPath": Source(
        "HostPath (bare host directory volume)",
        (Row("Path:", "path"), Row("HostPathType:", "type", "<none>")),
    ),
    "gcePersistentDisk": Source(
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        (Row("PDName:", "pdName"), FS_TYPE, PARTITION, READ_ONLY),
    ),
    "awsElasticBlockStore": Source(
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        (VOLUME_ID, FS_TYPE, PARTITION, READ_ONLY),
    ),
    "nfs": Source(
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        (Row("Server:", "server"), Row("Path:", "path"), READ_ONLY),
    ),
    "iscsi": Source(
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine"
        " and then exposed to the pod)",
        (
            Row("TargetPortal:", "targetPortal"),
            Row("IQN:", "iqn"),
            Row("Lun:", "lun", 0),
            Row("ISCSIInterface", "iscsiInterface"),  # kubectl forgot this colon
            FS_TYPE,
            READ_ONLY,
            Row("Portals:", "portals", ()),
            Row("DiscoveryCHAPAuth:", "chapAuthDiscovery", False),
            Row("SessionCHAPAuth:", "chapAuthSession", False),
            SECRET_REFERENCE,
            Row("InitiatorName:", "initiatorName", "<none>"),
        ),
    ),
    "glusterfs": Source(
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        (
            Row("EndpointsName:", "endpoints"),
            Row("EndpointsNamespace:", "endpointsNamespace", "<unset>"),
            Row("Path:", "path"),
            READ_ONLY,
        ),
    ),
    "rbd": Source(
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        (
            Row("CephMonitors:", "monitors", ()),
            Row("RBDImage:", "image"),
            FS_TYPE,
            Row("RBDPool:", "pool"),
            Row("RadosUser:", "user"),
            Row("Keyring:", "keyring"),
            SECRET_REFERENCE,
            READ_ONLY,
        ),
    ),
    "quobyte": Source(
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        (Row("Registry:", "registry"), Row("Volume:", "volume"), READ_ONLY),
    ),
    "vsphereVolume": Source(
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        (
            Row("VolumePath:", "volumePath"),
            FS_TYPE,
            Row("StoragePolicyName:", "storagePolicyName"),
        ),
    ),
    "cinder": Source(
        "Cinder (a Persistent Disk resource in OpenStack)",
        (VOLUME_ID, FS_TYPE, READ_ONLY, SECRET_REFERENCE),
    ),
    "azureDisk": Source(
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        (
            Row("DiskName:", "diskName"),
            Row("DiskURI:", "diskURI"),
            Row("Kind: ", "kind"),
            FS_TYPE,
            Row("CachingMode:", "cachingMode"),
            READ_ONLY,
        ),
    ),
    "photonPersistentDisk": Source(
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        (Row("PdID:", "pdID"), FS_TYPE),
    ),
    "portworxVolume": Source("PortworxVolume (a Portworx Volume resource)", (VOLUME_ID,)),
    "scaleIO": Source(
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        (
            Row("Gateway:", "gateway"),
            Row("System:", "system"),
            Row("Protection Domain:", "protectionDomain"),
            Row("Storage Pool:", "storagePool"),
            Row("Storage Mode:", "storageMode"),
            VOLUME_NAME,
            Row("SecretName:", "secretRef.name"),
            Row("SecretNamespace:", "secretRef.namespace"),
            FS_TYPE,
            READ_ONLY,
        ),
    ),
    "local": Source(
        "LocalVolume (a persistent volume backed by local storage on a node)",
        (Row("Path:", "path"),),
    ),
    "cephfs": Source(
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        (
            Row("Monitors:", "monitors", ()),
            Row("Path:", "path"),
            Row("User:", "user"),
            Row("SecretFile:", "secretFile"),
            SECRET_REFERENCE,
            READ_ONLY,
        ),
    ),
    "storageos": Source(
        "StorageOS (a StorageOS Persistent Disk resource)",
        (VOLUME_NAME, Row("VolumeNamespace:", "volumeNamespace"), FS_TYPE, READ_ONLY),
    ),
    "fc": Source(
        "FC (a Fibre Channel disk)",
        (
            Row("TargetWWNs:", "targetWWNs", (), _comma_separated),
            Row("LUN:", "lun", "<none>"),
            FS_TYPE,
            READ_ONLY,
        ),
    ),
    "azureFile": Source(
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        (
            Row("SecretName:", "secretName"),
            Row("SecretNamespace:", "secretNamespace"),
            Row("ShareName:", "shareName"),
            READ_ONLY,
        ),
    ),
    "flexVolume": Source(
        "FlexVolume (a generic volume resource that is provisioned/attached"
        " using an exec based plugin)",
        (
            Row("Driver:", "driver"),
            FS_TYPE,
            SECRET_REFERENCE,
            READ_ONLY,
            Row("Options:", "options", {}),
        ),
    ),
    "flocker": Source(
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        (Row("DatasetName:", "datasetName"), Row("DatasetUUID:", "datasetUUID")),
    ),
    "csi": Source(
        "CSI (a Container Storage Interface (CSI) volume source)",
        (Row("Driver:", "driver"), FS_TYPE, Row("VolumeHandle:", "volumeHandle"), READ_ONLY),
    ),
}


def write_source(lines: Lines, spec: JsonObject) -> None:
    """Write the source of a volume, ``<unknown>`` for a kind that kubectl does not know either."""
    lines.text("Source:")
    known = next((kind for kind in SOURCES if spec.get(kind) is not None), None)
    if known is None:
        lines.text("<unknown>", level=1)
        return
    write_rows(lines, known, SOURCES[known], spec[known])


def write_rows(lines: Lines, kind: str, source: Source, content: JsonObject) -> None:
    """Write the lines of a source; ``kind`` is its field in the volume, e.g. ``hostPath``."""
    lines.field("Type", source.description, level=2)
    for label, field, unset, print_value in source.rows:
        lines.text(f"{label}\t{print_value(_value_of(content, field, unset))}", level=2)
    if kind == "csi":
        _write_attributes(lines, content.get("volumeAttributes"))


def _value_of(source: JsonObject, path: str, unset: object) -> object:
    *parents, field = path.split(".")
    for parent in parents:
        source = source.get(parent) or {}
    return source.get(field, unset)


def _write_attributes(lines: Lines, attributes: dict[str, str] | None) -> None:
    """Write ``key=value`` pairs; kubectl indents what stands in the second column once more."""
    label = "VolumeAttributes:"
    for pair in pairs(attributes):
        lines.text(f"{label}\t    {shortened(pair, ATTRIBUTE_BYTES)}", level=2)
        label = "    "
    if not attributes:
        lines.field("VolumeAttributes", "<none>", level=2)
