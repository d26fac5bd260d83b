"""Tables are laid out as kubectl get lays them out.

What kubectl printed is recorded in data/ by data/record.py, from a real cluster.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tools.render.table import render_table, table_of

RECORDED = json.loads((Path(__file__).parent / "data/tables.json").read_text())
NAME = {"name": "Name", "type": "string", "format": "name", "priority": 0}
STATUS = {"name": "Status", "type": "string", "format": "", "priority": 0}
NODE = {"name": "Node", "type": "string", "format": "", "priority": 1}


def a_table(*rows: list[Any], columns: tuple[dict[str, Any], ...] = (NAME, STATUS)):
    return {"columnDefinitions": list(columns), "rows": [{"cells": row} for row in rows]}


def a_row(*cells: Any, namespace: str = "", labels: dict[str, str] | None = None):
    return {
        "cells": list(cells),
        "object": {"metadata": {"namespace": namespace, "labels": labels}},
    }


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: " ".join(case["arguments"]))
def test_a_table_reads_as_in_kubectl(case: dict[str, Any]):
    assert render_table(case["tables"], **case["options"]) == case["text"].splitlines()


def test_a_row_ends_without_padding_and_null_is_empty():
    table = a_table(["web-1", "Running"], ["db", None], [None, 3])
    assert render_table([table]) == ["NAME    STATUS", "web-1   Running", "db      ", "        3"]


def test_columns_are_at_least_six_wide():
    assert render_table([a_table(["a", "b"])], no_headers=True) == ["a     b"]


def test_a_cell_ends_at_its_first_line_break_and_shows_escapes():
    table = a_table(["a\nb", "x\x1b[31m"], ["c\rd", "\fe"], ["ok", ["a\nb", 1]])
    assert render_table([table]) == [
        "NAME   STATUS",
        "a...   x^[[31m",
        "c...   ...",
        "ok     [a...",
    ]


def test_a_tab_in_a_cell_begins_a_cell():
    assert render_table([a_table(["a\tb", "c"])]) == ["NAME   STATUS", "a      b     c"]


def test_wide_shows_the_columns_of_lower_priority():
    table = a_table(["web", "Running", "node-1"], columns=(NAME, STATUS, NODE))
    assert render_table([table]) == ["NAME   STATUS", "web    Running"]
    assert render_table([table], wide=True) == ["NAME   STATUS    NODE", "web    Running   node-1"]


def test_the_namespace_stands_first_for_kinds_that_have_one():
    pods = {"columnDefinitions": [NAME], "rows": [a_row("web", namespace="shop"), a_row("db")]}
    nodes = {"columnDefinitions": [NAME], "rows": [a_row("node-1")]}
    assert render_table([pods, nodes], with_namespace=True, with_kind=["pod", "node"]) == [
        "NAMESPACE   NAME",
        "shop        pod/web",
        "            pod/db",
        "",
        "NAME",
        "node/node-1",
    ]


def test_labels_are_shown_sorted_and_as_columns():
    rows = [a_row("web", labels={"tier": "front", "app.kubernetes.io/name": "web"}), a_row("db")]
    table = {"columnDefinitions": [NAME], "rows": [*rows, {"cells": ["gone"], "object": None}]}
    assert render_table(
        [table], show_labels=True, label_columns=["app.kubernetes.io/name", "tier"]
    ) == [
        "NAME   NAME   TIER    LABELS",
        "web    web    front   app.kubernetes.io/name=web,tier=front",
        "db                    <none>",
        "gone                  ",
    ]


def test_pages_of_a_list_share_the_header_and_the_widths():
    pages = [a_table(["a", "Running"]), a_table(["a-long-name", "Pending"])]
    assert render_table(pages) == [
        "NAME          STATUS",
        "a             Running",
        "a-long-name   Pending",
    ]


def test_a_page_without_column_definitions_has_those_of_the_page_before():
    pages = [a_table(["a", "Running"]), a_table(["b", "Pending"], columns=())]
    assert render_table(pages) == ["NAME   STATUS", "a      Running", "b      Pending"]


def test_a_kind_without_objects_leaves_no_trace():
    tables = [a_table(), a_table(["web", "Running"]), a_table()]
    assert render_table(tables, with_kind=["job.batch", "Pod", "service"]) == [
        "NAME      STATUS",
        "pod/web   Running",
    ]
    assert render_table([a_table()]) == []


def test_rows_of_a_broken_server_do_not_break_the_table():
    table = a_table(["web", "Running", "too much"], [], ["db"])
    assert render_table([table], with_kind=["pod"]) == [
        "NAME      STATUS",
        "pod/web   Running",
        "",
        "pod/db",
    ]


def test_kind_is_not_shown_when_the_name_column_is_hidden():
    hidden = {**NAME, "priority": 1}
    events = a_table(["web.17", "Warning"], columns=(hidden, STATUS))
    assert render_table([events], with_kind=["event"]) == ["STATUS", "Warning"]


def test_kind_is_not_shown_without_a_column_for_names():
    assert render_table([a_table(["Ready"], columns=(STATUS,))], with_kind=["pod"]) == [
        "STATUS",
        "Ready",
    ]


def test_objects_without_a_table_are_shown_by_name_and_age():
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    objects = [
        {"metadata": {"name": "web", "creationTimestamp": "2026-11-24T09:00:00Z"}},
        {"metadata": {"name": "no-birthday"}},
        {},
    ]
    assert render_table([table_of(objects, now)]) == [
        "NAME          AGE",
        "web           3h",
        "no-birthday   <unknown>",
        "              <unknown>",
    ]
