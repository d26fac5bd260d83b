"""PersistentVolumes and their claims read as kubectl describes them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.builders import an_object
from tests.support.recorded_descriptions import Recording, recording, recordings
from tools.render.describe import Related, describe

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("volume", recordings("persistent_volumes"))
def test_a_volume_or_claim_reads_as_kubectl_describes_it(volume: Recording):
    assert volume.described() == volume.kubectl


def line(text: str, label: str) -> str:
    return next(row for row in text.splitlines() if row.startswith(f"{label}:"))


def test_a_claim_names_all_pods_that_use_it():
    described = recording("persistent_volumes/claim-data").described()
    assert "Used By:       backup\n               db-0\n" in described


def test_a_claim_that_was_made_for_a_pod_names_it():
    described = recording("persistent_volumes/claim-scratch-work").described()
    assert line(described, "Used By") == "Used By:       scratch"


def a_volume(**spec: Any) -> str:
    return describe(an_object("v1", "PersistentVolume", "disk", None, spec=spec), Related(), NOW)


def test_a_source_that_kubectl_does_not_know_either_is_unknown():
    assert a_volume(quantumDisk={}).endswith("Source:\n  <unknown>\n")


def test_a_volume_may_have_neither_class_nor_claim_nor_size():
    assert a_volume(hostPath={"path": "/srv"}) == (
        "Name:            disk\n"
        "Labels:          <none>\n"
        "Annotations:     <none>\n"
        "Finalizers:      []\n"
        "StorageClass:    \n"
        "Status:          \n"
        "Claim:           \n"
        "Reclaim Policy:  \n"
        "Access Modes:    \n"
        "Capacity:        0\n"
        "Node Affinity:   <none>\n"
        "Message:         \n"
        "Source:\n"
        "    Type:          HostPath (bare host directory volume)\n"
        "    Path:          /srv\n"
        "    HostPathType:  <none>\n"
    )


def test_a_node_affinity_without_terms_says_so():
    described = a_volume(nodeAffinity={"required": {"nodeSelectorTerms": []}})
    assert "Node Affinity:     \n  Required Terms:  <none>\n" in described


def test_access_modes_always_have_the_same_order():
    described = a_volume(accessModes=["ReadWriteMany", "ReadWriteOncePod", "ReadWriteOnce"])
    assert line(described, "Access Modes") == "Access Modes:    RWO,RWX,RWOP"


def a_claim(**parts: Any) -> dict[str, Any]:
    metadata = {"annotations": {"volume.beta.kubernetes.io/storage-class": "old"}}
    return an_object("v1", "PersistentVolumeClaim", "data", **metadata, **parts)


def test_the_class_in_the_old_annotation_goes_first():
    claim = a_claim(spec={"storageClassName": "new"})
    assert line(describe(claim, Related(), NOW), "StorageClass") == "StorageClass:  old"


def test_a_pod_that_owns_a_claim_and_is_gone_is_not_named():
    owner = {"kind": "Pod", "name": "gone", "uid": "u-1"}
    other = {"kind": "ReplicaSet", "name": "web", "uid": "u-2"}
    claim = a_claim(spec={}, ownerReferences=[owner, other])
    pod = {"metadata": {"name": "web", "uid": "u-2"}, "spec": {}}
    described = describe(claim, Related({"pods": [pod]}), NOW)
    assert line(described, "Used By") == "Used By:       <none>"


def test_a_source_of_the_core_group_has_no_group():
    claim = a_claim(
        spec={"dataSource": {"apiGroup": None, "kind": "PersistentVolumeClaim", "name": "first"}}
    )
    assert "DataSource:\n  Kind:   PersistentVolumeClaim\n" in describe(claim, Related(), NOW)


def test_the_pods_that_use_a_claim_are_in_the_order_of_their_names():
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    pods = [
        {"metadata": {"name": name, "uid": name}, "spec": {"volumes": [volume]}}
        for name in ("web-2", "web-1")
    ]
    described = describe(a_claim(spec={}), Related({"pods": pods}), NOW)
    assert "Used By:       web-1\n               web-2\n" in described
