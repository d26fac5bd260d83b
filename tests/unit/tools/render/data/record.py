"""Record what the real kubectl prints, as the JSON files beside this program.

Run with KUBECONFIG pointing at a cluster for tests and kubectl 1.36 on the PATH:
`python tests/unit/tools/render/data/record.py`. It creates the namespace `render-basics` and a
custom resource definition, and deletes them again.
"""

import json
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

HERE = Path(__file__).parent
NAMESPACE = "render-basics"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
OBJECTS = json.loads((HERE / "objects.json").read_text())
ASKED = json.loads((HERE / "asked.json").read_text())


def kubectl(*arguments: str, given: Any = None) -> str:
    """Run kubectl in the namespace; a refusal is recorded as its first line."""
    done = subprocess.run(
        ["kubectl", "--namespace", NAMESPACE, *arguments],
        input=None if given is None else json.dumps(given),
        text=True,
        capture_output=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else done.stderr.partition("\n")[0]


def create(objects: list[dict[str, Any]]) -> None:
    created = kubectl(
        "create", "-f", "-", given={"apiVersion": "v1", "kind": "List", "items": objects}
    )
    if created.startswith("error"):
        raise SystemExit(created)


@contextmanager
def prepared():
    """Create the objects, wait until they rest, and delete them in the end."""
    kubectl("create", "namespace", NAMESPACE)
    try:
        kubectl("label", "namespace", NAMESPACE, "tier=front")
        create([OBJECTS["definition"]])
        kubectl("wait", "crd/samples.render.example.com", "--for=condition=Established")
        create(OBJECTS["objects"])
        create([sample(index, scalar) for index, scalar in enumerate(ASKED["scalars"])])
        kubectl("wait", "deployment/web", "--for=condition=Available", "--timeout=60s")
        yield
    finally:
        kubectl("delete", "crd/samples.render.example.com", f"namespace/{NAMESPACE}")


def sample(index: int, scalar: Any) -> dict[str, Any]:
    spec = {"value": scalar, "list": [scalar]}
    if isinstance(scalar, str):
        spec["keys"] = {scalar: True}
    return {
        "apiVersion": "render.example.com/v1",
        "kind": "Sample",
        "metadata": {"name": f"scalar-{index:03}", "labels": {"scalar": "true"}},
        "spec": spec,
    }


def record_scalars() -> list[dict[str, Any]]:
    """Keep each scalar and the `spec:` that `-o yaml` prints for it as value, item and key."""
    recorded = []
    for index, scalar in enumerate(ASKED["scalars"]):
        text = kubectl("get", "sample", f"scalar-{index:03}", "-o", "yaml")
        recorded.append({"scalar": scalar, "yaml": text[text.index("\nspec:\n") + 1 :]})
    return recorded


def record_documents() -> list[dict[str, Any]]:
    return [
        {
            "arguments": arguments,
            "given": json.loads(kubectl("get", *arguments, "-o", "json", "--show-managed-fields")),
            "json": kubectl("get", *arguments, "-o", "json"),
            "yaml": kubectl("get", *arguments, "-o", "yaml"),
            "name": kubectl("get", *arguments, "-o", "name"),
        }
        for arguments in ASKED["documents"]
    ]


def record_tables(server: str) -> list[dict[str, Any]]:
    """Keep the Tables a server sent and kubectl's text of them, from one and the same age."""
    recorded = []
    for case in ASKED["tables"]:
        tables: list[dict[str, Any]] = []
        text = None
        while text is None or tables != [table(server, path) for path in case["paths"]]:
            tables = [table(server, path) for path in case["paths"]]
            text = kubectl("get", *case["arguments"])
        recorded.append({**case, "tables": tables, "text": text})
    return recorded


def table(server: str, path: str) -> dict[str, Any]:
    """Fetch a Table and leave out of its rows' objects what no column is made of."""
    with urlopen(Request(f"{server}{path}", headers={"Accept": TABLE})) as response:
        fetched = json.load(response)
    for row in fetched["rows"]:
        metadata = row["object"]["metadata"]
        kept = {key: metadata[key] for key in ("name", "namespace", "labels") if key in metadata}
        row["object"] = {"metadata": kept}
    for column in fetched["columnDefinitions"]:
        del column["description"]
    return fetched | {"metadata": {}}


def record_templates() -> dict[str, Any]:
    """Keep what jsonpath, custom columns and --sort-by make of the same few objects."""
    arguments = ("get", "samples", "-l", "story", "-o")
    return {
        "objects": json.loads(kubectl(*arguments, "json"))["items"],
        "jsonpath": [
            {"template": template, "text": kubectl(*arguments, f"jsonpath={template}")}
            for template in ASKED["jsonpath"]
        ],
        "columns": [
            {"spec": spec, "text": kubectl(*arguments, f"custom-columns={spec}")}
            for spec in ASKED["columns"]
        ],
        "sorted": [
            {"path": path, "text": kubectl(*arguments, "name", f"--sort-by={path}")}
            for path in ASKED["sorted"]
        ],
    }


@contextmanager
def proxy():
    """Serve the API on loopback without credentials."""
    process = subprocess.Popen(["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = re.search(r"127\.0\.0\.1:\d+", process.stdout.readline())
        assert address is not None
        yield f"http://{address[0]}"
    finally:
        process.terminate()
        process.wait()


def write(name: str, recorded: Any) -> None:
    text = json.dumps(recorded, indent=1, ensure_ascii=True)
    (HERE / f"{name}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    with prepared(), proxy() as server:
        write("scalars", record_scalars())
        write("documents", record_documents())
        write("tables", record_tables(server))
        write("templates", record_templates())
