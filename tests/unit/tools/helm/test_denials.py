"""What the API server has denied helm is told, also where helm itself says nothing of it."""

import json
import sys

import pytest

from clients.helm import HelmSettings
from sandbox import Cluster
from tests.conftest import Call
from tests.support.helm_releases import a_release, as_secret
from tests.support.operating import Bench, config

WEB = {"release_name": "web", "chart": "demo/web", "namespace": "shop"}
SECRETS = "/api/v1/namespaces/shop/secrets"
REPLICA_SETS = "/apis/apps/v1/namespaces/shop/replicasets"
NEW = {**WEB, "namespace": "new"}
DENIED = (
    '{what} is forbidden: User "bot" cannot {verb} resource "{what}" in API group "{group}" in the '
    'namespace "shop"'
)
LACKS_UPDATE = 'Not allowed: user "bot" lacks "update" on "secrets" in namespace "shop".'
# Sends a request, as helm would, whatever the answer.
SENDS = """
url=$(sed 's/.*"server":"\\([^"]*\\)".*/\\1/' "$KUBECONFIG")
{python} - "$url" "$here/record.json" <<'END'
import sys, urllib.error, urllib.request
body = open(sys.argv[2], "rb").read() if "{method}" in ("POST", "PUT") else None
headers = {{"Content-Type": "application/json"}}
told = urllib.request.Request(sys.argv[1] + "{path}", body, headers, method="{method}")
try:
    urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open(told)
except urllib.error.HTTPError:
    pass
END
"""


@pytest.fixture
def helm_settings(with_charts: HelmSettings) -> HelmSettings:
    return with_charts


def sends(method: str, path: str) -> str:
    return SENDS.format(python=sys.executable, method=method, path=path)


def deny(cluster: Cluster, path: str, verb: str, what: str, group: str = "") -> None:
    message = DENIED.format(what=what, verb=verb, group=group)
    method = {"update": "PUT", "list": "GET"}[verb]
    cluster.faults.status(403, path, None, "Forbidden", message, method)


async def test_a_record_left_pending_is_a_failure_even_if_helm_reports_success(
    call: Call, bench: Bench, cluster: Cluster
) -> None:
    record = as_secret(a_release("web", 1, manifest=config(), status="pending-install"))
    (bench.helm.folder / "record.json").write_text(json.dumps(record))
    own = f"{SECRETS}/{record['metadata']['name']}"
    bench.helm.does(f"{sends('POST', SECRETS)}{sends('PUT', own)}echo STATUS: deployed")
    deny(cluster, own, "update", "secrets")
    answer = await call("helm_install", **WEB)
    assert answer.error
    told, state, way_out = answer.text.splitlines()[:3]
    assert told == f'Release "web" in namespace "shop" not installed: {LACKS_UPDATE}'
    assert state == "It is pending-install (revision 1)."
    assert way_out.startswith('Clear it with helm_uninstall(release_name="web", namespace="shop").')


async def test_a_record_that_was_not_brought_up_to_date_is_noted(
    call: Call, bench: Bench, cluster: Cluster
) -> None:
    bench.has(1, config())
    own = f"{SECRETS}/sh.helm.release.v1.web.v1"
    (bench.helm.folder / "record.json").write_text("{}")
    bench.helm.does(f"{sends('PUT', own)}echo 'release \"web\" uninstalled'")
    deny(cluster, own, "update", "secrets")
    answer = await call("helm_uninstall", release_name="web", namespace="shop")
    assert not answer.error
    assert answer.text == f'release "web" uninstalled\nNote: {LACKS_UPDATE}'


async def test_a_wait_for_what_may_not_be_seen_names_the_permission(
    call: Call, bench: Bench, cluster: Cluster
) -> None:
    bench.has(1, config())
    deny(cluster, REPLICA_SETS, "list", "replicasets", "apps")
    unknown = "resource Deployment/shop/web not ready. status: Unknown, message: "
    bench.helm.does(f"{sends('GET', REPLICA_SETS)}echo 'Error: {unknown}' >&2; exit 1")
    answer = await call("helm_upgrade", **WEB)
    assert answer.error
    assert answer.text.startswith(
        'Release "web" in namespace "shop" not upgraded: Not allowed: user "bot" lacks "list" on '
        '"replicasets.apps" in namespace "shop".'
    )
    assert " The tool helm_upgrade needs " in answer.text


async def test_a_namespace_is_made_also_by_who_may_not_list_them(
    call: Call, bench: Bench, cluster: Cluster
) -> None:
    deny(cluster, "/api/v1/namespaces$", "list", "namespaces")
    await call("helm_install", **NEW)
    assert bench.helm.arguments[-1] == "--create-namespace"


async def test_a_namespace_that_may_not_be_looked_for_is_not_there(
    call: Call, bench: Bench, cluster: Cluster
) -> None:
    cluster.faults.status(403, "/api/v1/namespaces/new$", None, "Forbidden", "not for you")
    bench.helm.fails(
        'Error: INSTALLATION FAILED: create: failed to create: namespaces "new" not found'
    )
    answer = await call("helm_install", **NEW)
    assert answer.text.splitlines()[0] == (
        'Release "web" in namespace "new" not installed: there is no namespace "new". '
        "helm_install makes it with create_namespace=true, where the server may get, create and "
        "patch namespaces."
    )
