"""The simulated cluster prints Tables as a real kube-apiserver 1.36 did (see record.py)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.cluster.registry import Registry, ResourceType
from sandbox.cluster.tables import table

HERE = Path(__file__).parent
RECORDED = json.loads((HERE / "recording.json").read_text())
REGISTRY = Registry()


def the_resource(recorded: dict[str, Any]) -> ResourceType:
    api_version, _, plural = recorded["resource"].rpartition("/")
    group, _, version = api_version.rpartition("/")
    return REGISTRY.find(group, version, plural) or a_custom_resource(group, version, plural)


def a_custom_resource(group: str, version: str, plural: str) -> ResourceType:
    """The type as its definition among the manifests declares it."""
    manifests = yaml.safe_load_all((HERE / "manifests.yaml").read_text())
    definition = next(m for m in manifests if m["kind"] == "CustomResourceDefinition")
    served = next(v for v in definition["spec"]["versions"] if v["name"] == version)
    return ResourceType(group=group, version=version, plural=plural, kind="Gauge", custom=served)


def described(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**column, "description": ""} for column in columns]


def printed(recorded: dict[str, Any]) -> dict[str, Any]:
    now = datetime.fromisoformat(recorded["now"])
    return table(the_resource(recorded), recorded["objects"], now)


def by_name(recorded: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows under their objects' names, so that a difference is read at once."""
    names = [item["metadata"]["name"] for item in recorded["objects"]]
    return dict(zip(names, rows, strict=True))


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded["resource"])
def test_rows_are_those_of_the_real_server(recorded: dict[str, Any]) -> None:
    assert by_name(recorded, printed(recorded)["rows"]) == by_name(recorded, recorded["rows"])


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded["resource"])
def test_columns_are_those_of_the_real_server(recorded: dict[str, Any]) -> None:
    assert described(printed(recorded)["columnDefinitions"]) == described(
        recorded["columnDefinitions"]
    )


def test_every_recorded_table_has_rows() -> None:
    assert [r["resource"] for r in RECORDED if not r["rows"]] == []
