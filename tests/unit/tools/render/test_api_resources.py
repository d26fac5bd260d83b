"""The list of types."""

from tools.render.api_resources import TypeRow, api_resources_table


def test_types_are_sorted_by_group_then_by_name() -> None:
    rows = [
        TypeRow("apps", "deployments", ("deploy",), "apps/v1", True, "Deployment"),
        TypeRow("", "pods", ("po",), "v1", True, "Pod"),
        TypeRow("", "nodes", ("no", "n"), "v1", False, "Node"),
    ]
    assert api_resources_table(rows) == [
        "NAME          SHORTNAMES   APIVERSION   NAMESPACED   KIND",
        "nodes         no,n         v1           false        Node",
        "pods          po           v1           true         Pod",
        "deployments   deploy       apps/v1      true         Deployment",
    ]
