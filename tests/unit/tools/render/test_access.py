"""Rules and checks as tables."""

from tools.render.access import checks_table, rules_table, signed_in


def test_rules_of_the_same_verbs_are_one_row() -> None:
    status = {
        "resourceRules": [
            {"verbs": ["list", "get"], "apiGroups": [""], "resources": ["pods", "pods/log"]},
            {"verbs": ["get", "list"], "apiGroups": ["apps"], "resources": ["deployments"]},
            {"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a"]},
            {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
        ],
        "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/api", "/api/*", "/api"]}],
    }
    assert rules_table(status) == [
        "VERBS      RESOURCES",
        "get,list   pods, pods/log, deployments.apps",
        "get        secrets (only: a)",
        "*          *.*",
        "get        /api, /api/* (URLs)",
    ]


def test_no_rules_leave_the_header() -> None:
    assert rules_table({}) == ["VERBS   RESOURCES"]


def test_a_check_of_something_without_namespace_has_none() -> None:
    rows = [("get", "nodes", "", True, ""), ("delete", "pods", "shop", False, "no role")]
    assert checks_table(rows) == [
        "VERB     RESOURCE   NAMESPACE   ALLOWED",
        "get      nodes      -           yes",
        "delete   pods       shop        no        no role",
    ]


def test_who_is_signed_in() -> None:
    assert signed_in("me", []) == "Signed in as me."
    assert signed_in("me", ["a", "b"]) == "Signed in as me (groups: a, b)."
