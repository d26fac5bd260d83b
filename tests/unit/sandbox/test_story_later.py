"""The story goes on: what its controllers do later, and what mends it."""

from datetime import timedelta

from sandbox.cluster.state import Cluster
from sandbox.controllers import Controllers
from sandbox.story import load
from tests.unit.sandbox.test_story import NOW, condition, get, pods_of, written


class Later:
    """The story as it goes on after it was loaded."""

    def __init__(self) -> None:
        self.now = NOW
        self.cluster = Cluster(clock=lambda: self.now)
        load(self.cluster.store, self.cluster.logs, self.cluster.usage, self.cluster.clock)
        self.controllers = Controllers(self.cluster.store)

    def after(self, **span: float) -> None:
        end = self.now + timedelta(**span)
        self.controllers.settle()
        while (due := self.controllers.next_due()) is not None and due <= end:
            self.now = due
            self.controllers.settle()
        self.now = end
        self.controllers.settle()


def test_checkout_recovers_when_the_secret_gets_the_key() -> None:
    later = Later()
    secret = get(later.cluster, "secrets", "payments")
    secret["data"]["stripe-key"] = secret["data"]["stripe_key"]
    later.cluster.store.update(secret)
    later.after(minutes=6)
    assert get(later.cluster, "deployments.apps", "checkout")["status"]["readyReplicas"] == 3


def test_checkout_recovers_when_the_former_template_comes_back() -> None:
    later = Later()
    former = next(
        each["spec"]["template"]
        for each in later.cluster.store.list("apps", "replicasets", "shop")
        if each["metadata"]["name"].startswith("checkout-")
        and each["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "6"
    )
    del former["metadata"]["labels"]["pod-template-hash"]
    checkout = get(later.cluster, "deployments.apps", "checkout")
    checkout["spec"]["template"] = former
    later.cluster.store.update(checkout)
    later.after(minutes=1)
    checkout = get(later.cluster, "deployments.apps", "checkout")
    assert checkout["status"]["availableReplicas"] == 3
    assert checkout["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "8"


def test_left_alone_nothing_that_is_healthy_changes() -> None:
    later = Later()
    before = {pod["metadata"]["uid"] for pod in pods_of(later.cluster, "web")}
    later.after(hours=2)
    assert {pod["metadata"]["uid"] for pod in pods_of(later.cluster, "web")} == before
    lease = get(later.cluster, "leases.coordination.k8s.io", "node-1", "kube-node-lease")
    assert lease["spec"]["renewTime"].startswith("2026-11-20T11:1")
    ready = condition(get(later.cluster, "nodes", "node-1", None), "Ready")
    assert ready["lastHeartbeatTime"] > "2026-11-20T11:08"


def test_what_a_new_container_echoes_is_its_log() -> None:
    later = Later()
    words = {"name": "say", "image": "busybox", "args": ["echo", "hello", "there"]}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "say", "namespace": "shop"},
        "spec": {"containers": [words], "restartPolicy": "Never"},
    }
    later.cluster.store.create(pod)
    later.after(seconds=10)
    said = get(later.cluster, "pods", "say")
    assert said["status"]["phase"] == "Succeeded"
    assert written(later.cluster, said, "say") == "hello there"
