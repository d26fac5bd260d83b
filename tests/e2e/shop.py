"""The objects these tests look at: made in namespaces of their own, settled, removed at the end."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.kubectl import Kubectl

HERE = Path(__file__).parent
MANIFESTS = sorted((HERE / "manifests").glob("*.yaml"))
OURS = "customresourcedefinitions,persistentvolumes,clusterroles,clusterrolebindings,"
OURS += "priorityclasses,storageclasses,ingressclasses,namespaces"
LOCAL_IMAGE = "toolbox:1"
PUBLIC_IMAGE = "busybox:1.37"
RESTARTS = 2


@dataclass(frozen=True)
class Shop:
    """Names of one run; ``canary`` begins every value that nobody may get to see."""

    prefix: str = field(default_factory=lambda: f"e2e-{secrets.token_hex(3)}")
    canary: str = field(default_factory=lambda: f"s3cr3t{secrets.token_hex(9)}")

    @property
    def namespace(self) -> str:
        return f"{self.prefix}-shop"

    @property
    def tight(self) -> str:
        """The namespace with a quota and defaults for containers."""
        return f"{self.prefix}-tight"

    @property
    def vault(self) -> str:
        """The namespace whose objects are full of credentials."""
        return f"{self.prefix}-vault"

    @property
    def ours(self) -> str:
        """Selects what belongs to this run, in whichever namespace."""
        return f"e2e={self.prefix}"

    @property
    def gadgets(self) -> str:
        return f"gadgets.{self.prefix}.example.com"

    def named(self, text: str) -> str:
        """Fill PREFIX and CANARY in."""
        return text.replace("PREFIX", self.prefix).replace("CANARY", self.canary)


@contextmanager
def opened(kubectl: Kubectl) -> Iterator[Shop]:
    """Make everything, wait until it stands still, remove it afterwards."""
    shop = Shop()
    try:
        _create(kubectl, shop, image_of(kubectl))
        _roll_out_three_revisions(kubectl, shop)
        _settle(kubectl, shop)
        yield shop
    finally:
        kubectl("delete", OURS, "-l", shop.ours, "--wait=false", "--ignore-not-found")


def image_of(kubectl: Kubectl) -> str:
    """Prefer what a node has to what must be pulled."""
    names = kubectl("get", "nodes", "-o", "jsonpath={.items[*].status.images[*].names[*]}").split()
    there = any(name.rpartition("/")[2] == LOCAL_IMAGE for name in names)
    return LOCAL_IMAGE if there else PUBLIC_IMAGE


def _create(kubectl: Kubectl, shop: Shop, image: str) -> None:
    """Apply on the client side, which leaves last-applied annotations everywhere."""
    texts = {path.stem: shop.named(path.read_text()) for path in MANIFESTS}
    last, classes = texts.pop("gadget"), texts.pop("classes")
    everything = "\n---\n".join(texts.values()).replace("IMAGE", image)
    kubectl("apply", "-f", "-", given=everything)
    kubectl("create", "-f", "-", given=classes)
    kubectl("wait", "--for=condition=Established", f"crd/{shop.gadgets}", "--timeout=60s")
    kubectl("apply", "-f", "-", given=last)
    kubectl("create", "job", "first-year", "--from=cronjob/yearly", "-n", shop.namespace)
    values = ("--set", f"password={shop.canary}-helm,mode=slow")
    kubectl.helm("install", "flags", str(HERE / "chart"), "-n", shop.vault, *values)


def _roll_out_three_revisions(kubectl: Kubectl, shop: Shop) -> None:
    for version, cause in (("2", "kubectl set env VERSION=2"), ("3", "third, with a <reason>")):
        _rolled_out(kubectl, shop, "deployment/web")
        container = {"name": "web", "env": [{"name": "VERSION", "value": version}]}
        change = {
            "metadata": {"annotations": {"kubernetes.io/change-cause": cause}},
            "spec": {"template": {"spec": {"containers": [container]}}},
        }
        kubectl("patch", "deployment/web", "-n", shop.namespace, "-p", json.dumps(change))


def _rolled_out(kubectl: Kubectl, shop: Shop, workload: str) -> None:
    kubectl("rollout", "status", workload, "-n", shop.namespace, "--timeout=120s")


def _settle(kubectl: Kubectl, shop: Shop) -> None:
    for workload in ("deployment/web", "deployment/several", "sts/orders-db", "ds/agent"):
        _rolled_out(kubectl, shop, workload)
    here = ("-n", shop.namespace, "--timeout=120s")
    kubectl("wait", "--for=condition=Complete", "job/import", "job/first-year", *here)
    kubectl("wait", "--for=condition=Failed", "job/failing", *here)
    kubectl("wait", "--for=condition=Ready", "pod/pair", *here)
    kubectl("wait", "--for=condition=Ready", "pod/careless", "-n", shop.vault)
    kubectl("wait", "--for=jsonpath={.status.phase}=Bound", "pvc/data", *here)
    kubectl("wait", "--for=condition=Progressing=False", "deployment/catalog", *here)
    kubectl.until(
        lambda restarts: int(restarts or 0) >= RESTARTS,
        *("get", "pods", "-n", shop.namespace, "-l", "app=checkout"),
        *("-o", "jsonpath={.items[*].status.containerStatuses[*].restartCount}"),
    )
    kubectl.until(
        lambda messages: "refused:" in messages,
        *("get", "events", "-n", shop.vault, "-o", "jsonpath={.items[*].message}"),
    )
    kubectl.until(
        bool, *("get", "secret", "account-token", "-n", shop.vault, "-o", "jsonpath={.data.token}")
    )
    kubectl.until(
        lambda pods: len(pods.split()) == 2,
        *("get", "pods", "-n", shop.namespace, "-l", "app=web", "-o", "name"),
    )
