"""StorageClasses, VolumeAttributesClasses and CSINodes read as kubectl describes them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.builders import an_object
from tests.support.recorded_descriptions import Recording, recordings
from tools.render.describe import Related, describe

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("storage", recordings("storage"))
def test_storage_reads_as_kubectl_describes_it(storage: Recording):
    assert storage.described() == storage.kubectl


def described(kind: str, **parts: Any) -> str:
    return describe(an_object("storage.k8s.io/v1", kind, "fast", None, **parts), Related(), NOW)


@pytest.mark.parametrize("group", ["storageclass.kubernetes.io", "storageclass.beta.kubernetes.io"])
def test_the_default_class_is_marked_by_an_annotation(group: str):
    default = described("StorageClass", annotations={f"{group}/is-default-class": "true"})
    assert "IsDefaultClass:        Yes\n" in default


def test_a_class_may_say_little():
    assert described("StorageClass", provisioner="example.com/disk", allowedTopologies=[]) == (
        "Name:                  fast\n"
        "IsDefaultClass:        No\n"
        "Annotations:           <none>\n"
        "Provisioner:           example.com/disk\n"
        "Parameters:            <none>\n"
        "AllowVolumeExpansion:  <unset>\n"
        "MountOptions:          <none>\n"
        "AllowedTopologies:     <none>\n"
    )


def test_a_topology_may_allow_any_value_or_anything():
    topologies = [{"matchLabelExpressions": [{"key": "zone"}]}, {}]
    assert described("StorageClass", allowedTopologies=topologies).endswith(
        "AllowedTopologies:     \n"
        "  Term 0:              zone in\n"
        "  Term 1:              <none>\n"
    )  # fmt: skip
