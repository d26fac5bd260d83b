"""Record Tables of a real API server, with the objects they were made from, as `recording.json`.

Run with KUBECONFIG pointing at a cluster for tests (a real node and an image `toolbox:1`):
`python tests/contract/tables/record.py`. It creates a namespace and a few cluster-scoped objects
whose names contain `tables`, and deletes them again.
"""

import base64
import contextlib
import json
import re
import ssl
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import yaml

HERE = Path(__file__).parent
NAMESPACE = "tables-recording"
SETTLING_SECONDS = 100  # image pull back-off, crash loops and a CronJob's first Job
MOST_ROWS = 40  # the largest number of rows kept of one resource
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
HELD = (("pods", "terminating"), ("pods", "finished-terminating"), ("pvc", "classless"))


def kubectl(*arguments: str, given: str | None = None, check: bool = True) -> str:
    """Run kubectl; its complaints go to this program's error stream."""
    done = subprocess.run(
        ["kubectl", *arguments],
        input=given,
        text=True,
        check=check,
        stdout=subprocess.PIPE,
    )
    return done.stdout


def documents() -> list[dict[str, Any]]:
    """Read the manifests, with the namespace and a certificate request filled in."""
    text = (HERE / "manifests.yaml").read_text().replace("NAMESPACE", NAMESPACE)
    key = subprocess.run(
        "openssl req -new -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=tables",
        shell=True,
        check=True,
        capture_output=True,
    ).stdout
    return list(yaml.safe_load_all(text.replace("REQUEST", base64.b64encode(key).decode())))


def create(objects: list[dict[str, Any]]) -> None:
    """Create the objects, definitions first, then set the statuses that a controller would."""
    kubectl("create", "namespace", NAMESPACE)
    definitions = [o for o in objects if o["kind"] == "CustomResourceDefinition"]
    for batch in (definitions, [o for o in objects if o not in definitions]):
        text = yaml.safe_dump_all(batch)
        kubectl("create", "--namespace", NAMESPACE, "-f", "-", given=text, check=False)
        time.sleep(2)
    for wanted in objects:
        if "status" in wanted and wanted["kind"] in ("Service", "Ingress"):
            set_status(wanted)
    for kind, name in HELD:
        kubectl("delete", kind, name, "--namespace", NAMESPACE, "--wait=false")


def set_status(wanted: dict[str, Any]) -> None:
    """Patch an object's status subresource."""
    patch = json.dumps({"status": wanted["status"]})
    where = ["--namespace", NAMESPACE, "--subresource=status", "--type=merge", "--patch", patch]
    kubectl("patch", wanted["kind"], wanted["metadata"]["name"], *where)


class Server:
    """Plain requests to the API server with the kubeconfig's client certificate."""

    def __init__(self) -> None:
        config = json.loads(kubectl("config", "view", "--raw", "--minify", "-o", "json"))
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.url = cluster["server"]
        self.context = ssl.create_default_context(
            cadata=_text(cluster, "certificate-authority") or None
        )
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as pem:
            pem.write(_text(user, "client-certificate") + "\n" + _text(user, "client-key"))
            pem.flush()
            self.context.load_cert_chain(pem.name)

    def table(self, path: str) -> dict[str, Any]:
        """Fetch a Table with its objects, at a time that its ages can be counted from.

        Asked again until question and answer fall into one second, and until none of the object's
        times with fractions fell between them: then any moment in between gives the same ages.
        """
        request = Request(self.url + path, headers={"Accept": TABLE})
        while True:
            before = datetime.now(UTC)
            with urlopen(request, context=self.context) as answer:
                text = answer.read().decode()
            after = datetime.now(UTC)
            fractions = [int(digits) for digits in re.findall(r"\.(\d{6})Z", text)]
            between = any(before.microsecond <= f <= after.microsecond for f in fractions)
            if before.second == after.second and not between:
                return {"now": after.isoformat(), **json.loads(text)}


def _text(section: dict[str, Any], key: str) -> str:
    if f"{key}-data" in section:
        return base64.b64decode(section[f"{key}-data"]).decode()
    return Path(section[key]).read_text()


def record(server: Server, resource: str, namespace: str | None) -> dict[str, Any]:
    """Record one resource: its Table, and the objects apart."""
    api_version, _, plural = resource.rpartition("/")
    root = f"/api/{api_version}" if api_version == "v1" else f"/apis/{api_version}"
    where = f"/namespaces/{namespace}" if namespace else ""
    table = server.table(f"{root}{where}/{plural}?includeObject=Object&limit={MOST_ROWS}")
    objects = [row.pop("object") for row in table["rows"]]
    for item in objects:
        item["metadata"].pop("managedFields", None)
        _shorten(item)
    definitions = table["columnDefinitions"] or []
    return {
        "resource": resource,
        "now": table["now"],
        "columnDefinitions": definitions,
        "rows": table["rows"],
        "objects": objects,
    }


def _shorten(item: dict[str, Any]) -> None:
    """Leave out bulky parts that no cell shows."""
    if item.get("kind") == "Node":
        item["status"].pop("images", None)
    if item.get("kind") == "CustomResourceDefinition":
        item["spec"] = {"group": item["spec"]["group"]}
    for part in ("rules", "data" if item.get("kind") == "ControllerRevision" else ""):
        item.pop(part, None)


def remove(objects: list[dict[str, Any]]) -> None:
    """Delete all that was created."""
    for kind, name in HELD:
        where = ["--namespace", NAMESPACE, "--type=merge", "--patch"]
        unheld = '{"metadata":{"finalizers":null}}'
        kubectl("patch", kind, name, *where, unheld, check=False)
    mine = [o for o in objects if re.search("tables", o["metadata"]["name"])]
    for item in mine:
        kubectl("delete", "--ignore-not-found", "--wait=false", "-f", "-", given=json.dumps(item))
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def main() -> None:
    """Record everything."""
    objects = documents()
    try:
        create(objects)
        time.sleep(SETTLING_SECONDS)
        for wanted in objects:
            if "status" in wanted and wanted["kind"] == "HorizontalPodAutoscaler":
                set_status(wanted)
        server = Server()
        wanted = yaml.safe_load((HERE / "resources.yaml").read_text())
        recorded = [record(server, resource, NAMESPACE) for resource in wanted["namespaced"]]
        recorded += [record(server, resource, None) for resource in wanted["cluster_wide"]]
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            remove(objects)
    text = ",\n".join(json.dumps(entry, sort_keys=True) for entry in recorded)
    (HERE / "recording.json").write_text(f"[\n{text}\n]\n")
    sys.stdout.write(f"{len(recorded)} resources recorded\n")


if __name__ == "__main__":
    main()
