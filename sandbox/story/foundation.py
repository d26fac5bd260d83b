"""What the cluster's operators set up: namespaces, accounts, roles, classes, kube-system."""

from datetime import timedelta

from sandbox.cluster.objects import JsonObject
from sandbox.story.manifests import (
    config_map,
    container,
    daemon_set,
    deployment,
    http_probe,
    metadata,
    port,
    resources,
    service,
    template,
)
from sandbox.story.stage import Scene, Stage

_AGES = {
    "kube-system": timedelta(days=64),
    "kube-node-lease": timedelta(days=64),
    "kube-public": timedelta(days=64),
    "default": timedelta(days=64),
    "ci": timedelta(days=41),
    "shop": timedelta(days=35),
    "staging": timedelta(days=33),
}
_RBAC = "rbac.authorization.k8s.io"
_ROOT_CERTIFICATE = (
    "-----BEGIN CERTIFICATE-----\nMIIBdzCCAR2gAwIBAgIBADAKBggqhkjOPQQDAjAjMSEw\n"
    "-----END CERTIFICATE-----\n"
)


def namespace(name: str) -> Scene:
    """Create a namespace with what every namespace has."""

    def act(stage: Stage) -> None:
        labels = {"kubernetes.io/metadata.name": name}
        if name == "shop":
            labels["pod-security.kubernetes.io/warn"] = "restricted"
        stage.create(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": metadata(name, labels=labels),
                "spec": {"finalizers": ["kubernetes"]},
                "status": {"phase": "Active"},
            },
            account("default", name),
            config_map("kube-root-ca.crt", {"ca.crt": _ROOT_CERTIFICATE}, name),
        )

    return Scene(_AGES[name], act)


def account(name: str, where: str) -> JsonObject:
    """Make a ServiceAccount."""
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata(name, where)}


def _classes(stage: Stage) -> None:
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    stage.create(
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": metadata("standard", annotations=default),
            "provisioner": "csi.storage.example.com",
            "reclaimPolicy": "Delete",
            "volumeBindingMode": "Immediate",
            "allowVolumeExpansion": True,
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": metadata("nginx"),
            "spec": {"controller": "k8s.io/ingress-nginx"},
        },
        *(_priority(name, value) for name, value in _PRIORITIES.items()),
    )


_PRIORITIES = {"system-node-critical": 2000001000, "system-cluster-critical": 2000000000}


def _priority(name: str, value: int) -> JsonObject:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": metadata(name),
        "value": value,
        "preemptionPolicy": "PreemptLowerPriority",
        "description": "Used for system critical pods that must not be moved.",
    }


def _roles(stage: Stage) -> None:
    everything = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
    reading = {
        "apiGroups": ["", "apps", "batch", "networking.k8s.io"],
        "resources": ["pods", "services", "deployments", "jobs", "ingresses", "configmaps"],
        "verbs": ["get", "list", "watch"],
    }
    stage.create(
        _cluster_role("cluster-admin", everything),
        _cluster_role("view", reading),
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": metadata("cluster-admin"),
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"apiGroup": _RBAC, "kind": "Group", "name": "system:masters"}],
        },
    )


def _cluster_role(name: str, rule: JsonObject) -> JsonObject:
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": metadata(name, labels={"kubernetes.io/bootstrapping": "rbac-defaults"}),
        "rules": [rule],
    }


def _deployer(stage: Stage) -> None:
    """Let the build server deploy into the shop."""
    changing = {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "patch"]}
    robot = {"kind": "ServiceAccount", "name": "deployer", "namespace": "shop"}
    stage.create(
        account("deployer", "shop"),
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "Role",
            "metadata": metadata("deployer", "shop"),
            "rules": [changing],
        },
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "RoleBinding",
            "metadata": metadata("deployer", "shop"),
            "roleRef": {"apiGroup": _RBAC, "kind": "Role", "name": "deployer"},
            "subjects": [robot],
        },
    )


def _system(stage: Stage) -> None:
    """Start what runs in kube-system, and the API server's own Service."""
    stage.create(
        daemon_set("kube-proxy", _proxy()),
        daemon_set("log-agent", _log_agent()),
        deployment("coredns", _dns(), 2, "kube-system"),
        deployment("metrics-server", _metrics(), 1, "kube-system"),
        service("kube-dns", "10.43.0.10", _DNS_PORTS, "kube-system", app="coredns"),
        service("metrics-server", "10.43.61.7", [_HTTPS], "kube-system"),
    )
    stage.create(*_api_service())


_HTTPS = {"name": "https", "port": 443, "targetPort": 10250}
_DNS_PORTS = [
    {"name": "dns", "port": 53, "targetPort": 53, "protocol": "UDP"},
    {"name": "dns-tcp", "port": 53, "targetPort": 53},
]


def _proxy() -> JsonObject:
    image = "registry.k8s.io/kube-proxy:v1.36.3"
    proxy = container("kube-proxy", image, resources={"requests": {"cpu": "50m"}})
    labels = {"app": "kube-proxy"}
    everywhere = [{"operator": "Exists"}]
    more = {"hostNetwork": True, "priorityClassName": "system-node-critical"}
    return template(labels, proxy, tolerations=everywhere, priority=2000001000, **more)


def _log_agent() -> JsonObject:
    agent = container(
        "fluent-bit", "docker.io/fluent/fluent-bit:4.0.3", resources=resources("50m", "64Mi")
    )
    path = {"name": "varlog", "hostPath": {"path": "/var/log", "type": ""}}
    agent["volumeMounts"] = [{"name": "varlog", "mountPath": "/var/log", "readOnly": True}]
    return template({"app": "log-agent"}, agent, volumes=[path])


def _dns() -> JsonObject:
    dns = container(
        "coredns",
        "registry.k8s.io/coredns/coredns:v1.13.1",
        args=["-conf", "/etc/coredns/Corefile"],
        ports=[port(53, "dns-tcp"), port(9153, "metrics")],
        readinessProbe=http_probe("/ready", 8181),
        resources=resources("100m", "70Mi", memory_limit="170Mi"),
    )
    critical = {"priorityClassName": "system-cluster-critical", "priority": 2000000000}
    return template({"app": "coredns", "k8s-app": "kube-dns"}, dns, **critical)


def _metrics() -> JsonObject:
    server = container(
        "metrics-server",
        "registry.k8s.io/metrics-server/metrics-server:v0.8.0",
        args=["--secure-port=10250", "--metric-resolution=15s"],
        ports=[port(10250, "https")],
        readinessProbe=http_probe("/readyz", 10250),
        resources=resources("100m", "200Mi"),
    )
    return template({"app": "metrics-server"}, server)


def _api_service() -> list[JsonObject]:
    """The Service `kubernetes` has no selector; the API server writes its endpoints itself."""
    kubernetes = service("kubernetes", "10.43.0.1", [{**_HTTPS, "targetPort": 6443}], "default")
    kubernetes["metadata"]["labels"] = {"component": "apiserver", "provider": "kubernetes"}
    del kubernetes["spec"]["selector"]
    where = metadata("kubernetes", "default")
    subset = {"addresses": [{"ip": "10.0.0.2"}], "ports": [{"name": "https", "port": 6443}]}
    labels = {"kubernetes.io/service-name": "kubernetes"}
    ready = {"addresses": ["10.0.0.2"], "conditions": {"ready": True}}
    return [
        kubernetes,
        {"apiVersion": "v1", "kind": "Endpoints", "metadata": where, "subsets": [subset]},
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {**where, "labels": labels},
            "addressType": "IPv4",
            "endpoints": [ready],
            "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
        },
    ]


SCENES = [
    *map(namespace, _AGES),
    Scene(timedelta(days=63, hours=23), _classes),
    Scene(timedelta(days=63, hours=22), _roles),
    Scene(timedelta(days=63, hours=21), _system),
    Scene(timedelta(days=34, hours=22), _deployer),
]
