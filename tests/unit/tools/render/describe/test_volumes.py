"""Volumes of every kind that kubectl has words for."""

from typing import Any

import pytest

from tests.support.recorded_descriptions import recording
from tools.render.describe import Lines
from tools.render.describe.volumes import SOURCES, write_volumes


def volumes_text(*volumes: dict[str, Any], in_template: bool = False) -> str:
    lines = Lines()
    write_volumes(lines, volumes, in_template=in_template)
    return str(lines)


def test_the_recorded_pod_has_a_volume_of_every_kind():
    """Whose text test_pod.py compares with kubectl's."""
    volumes = recording("pods/volumes").obj["spec"]["volumes"]
    assert {kind for volume in volumes for kind in volume} - {"name"} == {*SOURCES}


def test_a_pod_without_volumes_says_so():
    assert volumes_text() == "Volumes:  <none>\n"


def test_names_stand_a_space_deeper_in_a_template():
    scratch = {"name": "scratch", "emptyDir": {}}
    assert volumes_text(scratch, in_template=True) == (
        "  Volumes:\n"
        "   scratch:\n"
        "    Type:       EmptyDir (a temporary directory that shares a pod's lifetime)\n"
        "    Medium:     \n"
        "    SizeLimit:  <unset>\n"
    )


def test_a_kind_that_kubectl_does_not_know_is_unknown():
    assert volumes_text({"name": "new", "brandNew": {}}) == "Volumes:\n  new:\n  <unknown>\n"


@pytest.mark.parametrize(("limit", "shown"), [("1Gi", "1Gi"), ("0", "<unset>")])
def test_a_size_limit_of_zero_is_none(limit: str, shown: str):
    text = volumes_text({"name": "scratch", "emptyDir": {"sizeLimit": limit}})
    assert text.endswith(f"    SizeLimit:  {shown}\n")


def test_long_attributes_and_annotations_are_cut():
    attributes = {"long": "x" * 200}
    shown = volumes_text({"name": "csi", "csi": {"driver": "d", "volumeAttributes": attributes}})
    assert f"long={'x' * 135}...\n" in shown

    template = {
        "metadata": {"annotations": {"long": "y" * 200, "short": "z"}},
        "spec": {"volumeName": "bound", "dataSource": {"apiGroup": "g", "kind": "K", "name": "n"}},
    }
    shown = volumes_text({"name": "own", "ephemeral": {"volumeClaimTemplate": template}})
    assert shown.endswith(
        "    Annotations:       long:\n"
        f"                     {'y' * 138}...\n"
        "                       short: z\n"
        "    Capacity:      0\n"
        "    Access Modes:  \n"
        "    DataSource:\n"
        "      APIGroup:  g\n"
        "      Kind:      K\n"
        "      Name:      n\n"
    )
