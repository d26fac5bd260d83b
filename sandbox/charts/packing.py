"""Charts as `helm package` and `helm repo index` make them, the same bytes each time."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping

import yaml

from sandbox.cluster.objects import JsonObject

_GENERATED = "2026-11-01T08:00:00Z"


def package(name: str, files: Mapping[str, str]) -> bytes:
    """Pack the files of a chart, `Chart.yaml` first, as a `.tgz`."""
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(files, key=lambda path: (path != "Chart.yaml", path)):
            content = files[path].encode()
            member = tarfile.TarInfo(f"{name}/{path}")
            member.size, member.mode = len(content), 0o644
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(tape.getvalue(), mtime=0)


def index(packages: Iterable[tuple[str, Mapping[str, str], bytes]]) -> bytes:
    """Write the index of packages, each a file name, the chart's files and its archive."""
    entries: dict[str, list[JsonObject]] = {}
    for file, files, archive in packages:
        chart = yaml.safe_load(files["Chart.yaml"])
        digest = hashlib.sha256(archive).hexdigest()
        entry = {**chart, "created": _GENERATED, "digest": digest, "urls": [file]}
        entries.setdefault(chart["name"], []).append(entry)
    whole = {"apiVersion": "v1", "entries": entries, "generated": _GENERATED}
    # JSON is YAML; the dump of PyYAML differs between its versions, this does not.
    return json.dumps(whole, indent=1).encode()
