"""Escalation is named: power over the cluster, over nodes, over requests; only what is new."""

import json
from typing import Any

import pytest

from clients.kubernetes import ObjectRef
from clients.kubernetes.changes import Change
from clients.kubernetes.impact import powers_of
from sandbox import Cluster
from tests.support.builders import a_config_map, a_deployment, a_namespace, a_pod, an_object
from tools.dependencies import Clients

JsonObject = dict[str, Any]
RBAC = "rbac.authorization.k8s.io/v1"
ADMISSION = "admissionregistration.k8s.io/v1"
ROBOT = {"kind": "ServiceAccount", "namespace": "shop", "name": "robot"}


async def powers(
    clients: Clients, after: JsonObject, before: JsonObject | None = None, subresource: str = ""
) -> list[str]:
    """Return what is named of an object that becomes so."""
    reader = clients.kubernetes.reader
    kind = await reader.kind(after["apiVersion"], after["kind"])
    metadata = after["metadata"]
    ref = ObjectRef(kind, metadata["name"], metadata.get("namespace"))
    change = Change("changed" if before else "created", ref, before, after, subresource)
    return list(await powers_of(reader, [change]))


def a_role(*rules: JsonObject, kind: str = "ClusterRole", **parts: Any) -> JsonObject:
    return an_object(
        RBAC, kind, "power", None if kind == "ClusterRole" else "shop", rules=[*rules], **parts
    )


def a_rule(verbs: str, resources: str, groups: str = "") -> JsonObject:
    return {
        "verbs": verbs.split(),
        "resources": resources.split(),
        "apiGroups": groups.split(",") if groups else [""],
    }


def a_binding(role: str, kind: str = "ClusterRoleBinding", *subjects: JsonObject) -> JsonObject:
    where = None if kind == "ClusterRoleBinding" else "shop"
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
    return an_object(RBAC, kind, "bound", where, roleRef=reference, subjects=[*subjects])


def spec(**parts: Any) -> JsonObject:
    return a_pod(spec=parts)


def container(**security: Any) -> JsonObject:
    return a_pod(containers=[{"name": "web", "image": "web:1", "securityContext": security}])


HOST = "the pod sees every process of its node (hostPID)."
RULES = [
    (a_rule("*", "*", "*"), ["allows everything"]),
    (a_rule("*", "*", "apps,"), ["allows everything of the core group and apps"]),
    (a_rule("*", "pods"), ["allows every verb on pods"]),
    (a_rule("get list", "*"), ["allows get and list on every resource"]),
    (a_rule("get", "secrets"), ["reads Secrets"]),
    (a_rule("create", "secrets"), []),
    (a_rule("create", "pods/exec"), ["runs commands in pods"]),
    (a_rule("get", "*/exec"), ["runs commands in pods"]),
    (a_rule("create", "serviceaccounts/token"), ["makes tokens of service accounts"]),
    (a_rule("get", "nodes/proxy"), ["reaches every kubelet (nodes/proxy)"]),
    (
        a_rule("bind escalate impersonate", "clusterroles"),
        [
            "lets bind rights it does not have (bind)",
            "lets give rights it does not have (escalate)",
            "lets act as others (impersonate)",
        ],
    ),
    (a_rule("get list watch update", "pods deployments"), []),
]


@pytest.mark.parametrize(("rule", "expected"), RULES)
async def test_rules_that_give_more_than_they_seem_are_named(
    clients: Clients, rule: JsonObject, expected: list[str]
) -> None:
    assert await powers(clients, a_role(rule)) == [f"the role {what}." for what in expected]
    assert await powers(clients, a_role(rule), before=a_role(rule)) == []


async def test_a_role_that_adds_to_another_is_named(clients: Clients) -> None:
    label = {"rbac.authorization.k8s.io/aggregate-to-admin": "true"}
    assert await powers(clients, a_role(labels=label)) == ["the role adds its rules to admin."]


async def test_a_binding_to_cluster_admin_says_who_gets_everything(clients: Clients) -> None:
    assert await powers(clients, a_binding("cluster-admin", "ClusterRoleBinding", ROBOT)) == [
        "gives ServiceAccount shop/robot every right in the whole cluster (cluster-admin)."
    ]
    group = {"kind": "Group", "name": "everybody"}
    assert await powers(clients, a_binding("cluster-admin", "RoleBinding", ROBOT, group)) == [
        "gives ServiceAccount shop/robot and Group everybody every right in namespace shop "
        "(cluster-admin)."
    ]


async def test_a_binding_is_judged_by_the_rules_of_its_role(
    clients: Clients, cluster: Cluster
) -> None:
    cluster.store.create(a_role(a_rule("get", "secrets")))
    bound = a_binding("power", "ClusterRoleBinding", ROBOT)
    assert await powers(clients, bound) == [
        "ServiceAccount shop/robot, in the whole cluster: ClusterRole power reads Secrets."
    ]
    assert await powers(clients, bound, before=bound) == []


async def test_a_role_that_comes_with_its_binding_is_judged_too(clients: Clients) -> None:
    reader = clients.kubernetes.reader
    made = []
    for obj in (a_role(a_rule("*", "*", "*")), a_binding("power", "ClusterRoleBinding", ROBOT)):
        kind = await reader.kind(obj["apiVersion"], obj["kind"])
        made.append(Change("created", ObjectRef(kind, obj["metadata"]["name"]), None, obj))
    assert list(await powers_of(reader, made)) == [
        "the role allows everything.",
        "ServiceAccount shop/robot, in the whole cluster: ClusterRole power allows everything.",
    ]


async def test_a_role_that_may_not_be_read_is_not_taken_for_harmless(
    clients: Clients, cluster: Cluster
) -> None:
    binding = a_binding("power", "ClusterRoleBinding", ROBOT)
    cluster.users.add(cluster.token, "jane")
    assert await powers(clients, binding) == ["Not visible: clusterroles (forbidden)."]


PODS = [
    (spec(), []),
    (spec(hostPID=True), [HOST]),
    (spec(hostNetwork=True), ["the pod is in its node's own network (hostNetwork)."]),
    (spec(hostIPC=True), ["the pod shares its node's memory segments (hostIPC)."]),
    (
        spec(volumes=[{"name": "root", "hostPath": {"path": "/"}}, {"name": "x", "emptyDir": {}}]),
        ["the pod mounts / of its node (hostPath, volume root)."],
    ),
    (
        spec(securityContext={"windowsOptions": {"hostProcess": True}}),
        ["the pod's containers are processes of its node (hostProcess)."],
    ),
    (container(privileged=True), ["container web is privileged: it is root on its node."]),
    (container(procMount="Unmasked"), ["container web sees all of /proc (procMount)."]),
    (
        container(capabilities={"add": ["SYS_ADMIN", "NET_BIND_SERVICE", "BPF"]}),
        ["container web gets capabilities SYS_ADMIN and BPF."],
    ),
    (
        container(windowsOptions={"hostProcess": True}),
        ["container web is a process of its node (hostProcess)."],
    ),
    (container(runAsNonRoot=True, allowPrivilegeEscalation=False), []),
]


@pytest.mark.parametrize(("pod", "expected"), PODS)
async def test_what_a_pod_takes_of_its_node_is_named(
    clients: Clients, pod: JsonObject, expected: list[str]
) -> None:
    assert await powers(clients, pod) == expected
    assert await powers(clients, pod, before=pod) == []


@pytest.mark.parametrize("kind", ["Deployment", "Job", "CronJob", "PodTemplate", "Widget"])
async def test_a_template_is_found_wherever_it_stands(
    clients: Clients, cluster: Cluster, kind: str
) -> None:
    template = {"spec": spec(hostPID=True)["spec"]}
    objects: dict[str, JsonObject] = {
        "Deployment": an_object("apps/v1", "Deployment", "x", spec={"template": template}),
        "Job": an_object("batch/v1", "Job", "x", spec={"template": template}),
        "CronJob": an_object(
            "batch/v1", "CronJob", "x", spec={"jobTemplate": {"spec": {"template": template}}}
        ),
        "PodTemplate": an_object("v1", "PodTemplate", "x", template=template),
        # of a type that nobody knows, so under another kind's name
        "Widget": an_object(
            "v1", "ReplicationController", "x", spec={"parts": [{"pod": template}]}
        ),
    }
    assert await powers(clients, objects[kind]) == [HOST]


async def test_only_what_a_change_adds_is_named(clients: Clients) -> None:
    before, after = a_deployment(), a_deployment()
    before["spec"]["template"]["spec"] = spec(hostPID=True)["spec"]
    after["spec"]["template"]["spec"] = spec(hostPID=True, hostIPC=True)["spec"]
    assert await powers(clients, after, before) == [
        "the pod shares its node's memory segments (hostIPC)."
    ]


def a_hook(kind: str, resources: str, **parts: Any) -> JsonObject:
    hook = {"name": "hook.example.com", "rules": [{"resources": resources.split()}], **parts}
    return an_object(ADMISSION, kind, "hooks", None, webhooks=[hook])


OTHERS = [
    (
        a_hook("MutatingWebhookConfiguration", "pods"),
        [
            "webhook hook.example.com sees and may change requests for pods; "
            "where it does not answer, they fail."
        ],
    ),
    (
        a_hook("ValidatingWebhookConfiguration", "*", failurePolicy="Ignore"),
        ["webhook hook.example.com sees and may refuse requests for *, Secrets among them."],
    ),
    (
        an_object(
            "apiregistration.k8s.io/v1",
            "APIService",
            "v1.x",
            None,
            spec={"group": "x", "service": {"namespace": "shop", "name": "api"}},
        ),
        ["every request for API group x goes to service shop/api."],
    ),
    (
        an_object("v1", "PersistentVolume", "disk", None, spec={"hostPath": {"path": "/etc"}}),
        ["the volume is /etc of a node (hostPath)."],
    ),
    (
        an_object(
            "v1",
            "Secret",
            "token",
            type="kubernetes.io/service-account-token",
            annotations={"kubernetes.io/service-account.name": "robot"},
        ),
        ["makes a token of service account robot that never expires."],
    ),
    (a_config_map(a="hostPID: true"), []),
]


@pytest.mark.parametrize(("obj", "expected"), OTHERS)
async def test_power_over_requests_and_the_like_is_named(
    clients: Clients, obj: JsonObject, expected: list[str]
) -> None:
    assert await powers(clients, obj) == expected


async def test_a_namespace_that_lets_more_in_is_named(clients: Clients) -> None:
    enforce = "pod-security.kubernetes.io/enforce"
    strict, open_ = a_namespace(), a_namespace()
    strict["metadata"]["labels"] = {enforce: "restricted"}
    open_["metadata"]["labels"] = {enforce: "privileged"}
    expected = ["the namespace lets privileged pods in, which it did not (restricted)."]
    assert await powers(clients, open_, before=strict) == expected
    assert await powers(clients, strict, before=open_) == []
    assert await powers(clients, a_namespace(), before=strict) == expected
    assert await powers(clients, a_namespace()) == []


async def test_an_approved_certificate_is_named(clients: Clients) -> None:
    signer = "kubernetes.io/kube-apiserver-client"
    asked = {"signerName": signer, "username": "mallory"}
    request = an_object(
        "certificates.k8s.io/v1", "CertificateSigningRequest", "x", None, spec=asked
    )
    assert await powers(clients, request, request, "approval") == [
        f"approves a certificate of {signer} for mallory."
    ]


@pytest.mark.parametrize(
    "odd", [None, [], "text", 3, {"containers": None}, {"containers": ["x", None]}, [[]]]
)
async def test_an_object_of_an_odd_shape_is_no_fault(clients: Clients, odd: Any) -> None:
    """What nobody has validated is shown too: its type, or its namespace, is not there yet."""
    for kind in ("Deployment", "StatefulSet"):
        obj = an_object("apps/v1", kind, "x", spec=odd)
        assert await powers(clients, obj) == []
    role = an_object(RBAC, "ClusterRole", "x", None, rules=odd)
    assert await powers(clients, role) == []
    assert json.dumps(odd)
