"""Each kind finds its describer by group and kind, whatever the version."""

from datetime import UTC, datetime

import pytest

from tests.support.recorded_descriptions import recording
from tools.render.describe import DESCRIBERS, Related, describe
from tools.render.describe.generic import describe_anything
from tools.render.describe.pod import describe_pod

# kubectl's describerMap
KUBECTL_KINDS = {
    "": (
        "Pod ReplicationController Secret Service ServiceAccount Node LimitRange ResourceQuota"
        " PersistentVolume PersistentVolumeClaim Namespace Endpoints ConfigMap"
    ),
    "discovery.k8s.io": "EndpointSlice",
    "autoscaling": "HorizontalPodAutoscaler",
    "networking.k8s.io": "Ingress IngressClass ServiceCIDR IPAddress NetworkPolicy",
    "batch": "Job CronJob",
    "apps": "StatefulSet Deployment DaemonSet ReplicaSet",
    "certificates.k8s.io": "CertificateSigningRequest",
    "storage.k8s.io": "StorageClass CSINode VolumeAttributesClass",
    "policy": "PodDisruptionBudget",
    "rbac.authorization.k8s.io": "Role ClusterRole RoleBinding ClusterRoleBinding",
    "scheduling.k8s.io": "PriorityClass",
}
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_every_kind_that_kubectl_describes_has_a_describer():
    kinds = {(group, kind) for group, kinds in KUBECTL_KINDS.items() for kind in kinds.split()}
    assert {*DESCRIBERS} == kinds


def test_the_group_tells_kinds_of_the_same_name_apart():
    assert DESCRIBERS["", "Pod"] is describe_pod
    stranger = {"apiVersion": "example.com/v1", "kind": "Pod", "metadata": {"name": "whale"}}
    assert "API Version:  example.com/v1\n" in describe(stranger, Related(), NOW)
    assert ("example.com", "Pod") not in DESCRIBERS


def test_any_other_kind_is_described_field_by_field_as_kubectl_does():
    widget = recording("generic/widget")
    assert widget.described() == widget.kubectl


@pytest.mark.parametrize("describer", [*DESCRIBERS.values(), describe_anything])
def test_a_describer_says_what_it_writes(describer: object):
    assert describer.__doc__
