"""Look into a chart's archive before helm does; refuse what could do harm by being unpacked.

Only plain files and folders with plain names below one folder, each once; bounded in number and
size, archives within it (``charts/*.tgz``) included; YAML and schema files harmless to read.
"""

import io
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import orjson

from clients.errors import InvalidError
from clients.helm.charts.chart import Contents, Dependency
from clients.helm.charts.versions import parsed
from clients.helm.charts.yaml_text import mapping

MOST_FILES = 10_000
MOST_FILE_BYTES = 5 * 2**20  # helm's own bound
MOST_BYTES = 100 * 2**20  # helm's own bound
MOST_RATIO = 200
DEEPEST_CHART = 6
_STEP = 2**16
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,249}")
_KNOWN_DIALECT = re.compile(r"https?://json-schema\.org/.*")


class ChartRefusedError(InvalidError):
    """The archive is no chart, or one that could do harm."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The chart is refused: {reason}")


@dataclass(slots=True)
class _Budget:
    """What an archive and those within it may still take."""

    files: int = MOST_FILES
    bytes: int = MOST_BYTES

    def take_file(self, size: int) -> None:
        self.files -= 1
        if self.files < 0:
            raise ChartRefusedError(f"it has more than {MOST_FILES:,} files.")
        if size > MOST_FILE_BYTES:
            raise ChartRefusedError(f"a file in it has more than {MOST_FILE_BYTES >> 20} MiB.")

    def take_bytes(self, count: int) -> None:
        self.bytes -= count
        if self.bytes < 0:
            raise ChartRefusedError(f"unpacked it has more than {MOST_BYTES >> 20} MiB.")


@dataclass(slots=True)
class _Files:
    """The files of one chart by their path below its folder."""

    content: dict[str, bytes] = field(default_factory=dict)

    def text(self, name: str) -> str:
        try:
            return self.content.get(name, b"").decode("utf-8-sig")
        except UnicodeDecodeError as binary:
            raise ChartRefusedError(f"{name} is not UTF-8.") from binary


def inspected(archive: bytes) -> Contents:
    """Return what a chart says of itself; raises InvalidError. Not for the event loop."""
    try:
        return _chart(archive, _Budget(), 0)
    except tarfile.TarError as garbled:
        raise ChartRefusedError("its archive cannot be read.") from garbled


def _chart(archive: bytes, budget: _Budget, depth: int) -> Contents:
    if depth > DEEPEST_CHART:
        raise ChartRefusedError("it holds archives within archives within archives.")
    files = _files(archive, budget)
    for name, content in files.content.items():
        if name.startswith("charts/") and name.endswith((".tgz", ".tar.gz")):
            _chart(content, budget, depth + 1)
        elif PurePosixPath(name).name == "values.schema.json":
            _check_schema(content, name)
        elif PurePosixPath(name).name in ("Chart.yaml", "values.yaml", "requirements.yaml"):
            mapping(_Files({name: content}).text(name), name)
    return _contents(files)


def _files(archive: bytes, budget: _Budget) -> _Files:
    files = _Files()
    unpacked = io.BufferedReader(_Inflating(archive, budget), _STEP)
    seen: set[str] = set()
    with tarfile.open(fileobj=unpacked, mode="r|", errorlevel=2, encoding="utf-8") as tar:
        for member in tar:
            name = _checked_name(member)
            budget.take_file(member.size)
            if member.isdir():
                continue
            if name in seen:
                raise ChartRefusedError(f"it holds {_quoted(name)} twice.")
            seen.add(name)
            content = tar.extractfile(member)
            files.content[name.partition("/")[2]] = content.read() if content else b""
    tops = {name.partition("/")[0] for name in seen}
    if len(tops) != 1:
        raise ChartRefusedError("its files are not in one folder.")
    return files


def _checked_name(member: tarfile.TarInfo) -> str:
    """Refuse every way out of the chart's folder, and whatever is neither file nor folder."""
    name = member.name
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE) or (
        member.issparse()
    ):
        raise ChartRefusedError(f"{_quoted(name)} in it is a link, a device or the like.")
    parts = name.removesuffix("/").split("/")
    odd = "\\" in name or ":" in parts[0] or any(not c.isprintable() for c in name)
    if odd or name.startswith("/") or {"", ".", ".."} & {*_without_here(parts)}:
        raise ChartRefusedError(f"{_quoted(name)} in it is a path that leads elsewhere.")
    if len(_without_here(parts)) < 2 and not member.isdir():
        raise ChartRefusedError(f"{_quoted(name)} in it is outside the chart's folder.")
    return "/".join(_without_here(parts))


def _without_here(parts: list[str]) -> list[str]:
    """Leave out the ``.`` that some archivers begin every name with."""
    return parts[1:] if parts[0] == "." and len(parts) > 1 else parts


class _Inflating(io.RawIOBase):
    """The tar file in a gzip file, decompressed no further than it is read and allowed."""

    def __init__(self, archive: bytes, budget: _Budget) -> None:
        if archive[:3] != b"\x1f\x8b\x08":
            raise ChartRefusedError("it is not a gzipped archive.")
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._packed, self._budget = archive, budget
        self._produced, self._whole = 0, len(archive)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer; the checksum at the end of the file is checked by zlib."""
        try:
            piece = self._inflate.decompress(self._packed, len(buffer))
        except zlib.error as garbled:
            raise ChartRefusedError("its archive cannot be decompressed.") from garbled
        self._packed = self._inflate.unconsumed_tail
        self._produced += len(piece)
        self._budget.take_bytes(len(piece))
        if self._produced > 2**20 and self._produced > MOST_RATIO * self._whole:
            raise ChartRefusedError("it is a decompression bomb.")
        if not piece and not self._inflate.eof:
            raise ChartRefusedError("its archive ends too early.")
        if self._inflate.unused_data:  # helm would go on reading where this stops
            raise ChartRefusedError("something follows its archive.")
        buffer[: len(piece)] = piece
        return len(piece)


def _contents(files: _Files) -> Contents:
    if "Chart.yaml" not in files.content:
        raise ChartRefusedError("it has no Chart.yaml.")
    said = mapping(files.text("Chart.yaml"), "Chart.yaml")
    name, version = said.get("name"), said.get("version")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ChartRefusedError("its Chart.yaml has no name that a chart can have.")
    if not isinstance(version, str) or parsed(version) is None:
        raise ChartRefusedError("its Chart.yaml has no version that is one.")
    needed = said.get("dependencies")
    if needed is None and "requirements.yaml" in files.content:
        needed = mapping(files.text("requirements.yaml"), "requirements.yaml").get("dependencies")
    return Contents(
        name=name,
        version=version,
        app_version=_line(said.get("appVersion")),
        description=_line(said.get("description")),
        kind=_line(said.get("type")) or "application",
        deprecated=said.get("deprecated") is True,
        values_text=files.text("values.yaml"),
        dependencies=tuple(_dependencies(needed)),
    )


def _dependencies(needed: Any) -> Iterator[Dependency]:
    for each in needed if isinstance(needed, list) else []:
        if isinstance(each, dict):
            yield Dependency(*(_line(each.get(key)) for key in ("name", "version", "repository")))


def _check_schema(content: bytes, name: str) -> None:
    """Refuse a schema that would have helm fetch another one."""
    try:
        schema = orjson.loads(content)
    except ValueError as garbled:
        raise ChartRefusedError(f"{name} is not JSON.") from garbled
    own = str(schema.get("$id") or schema.get("id") or "") if isinstance(schema, dict) else ""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            for key in ("$ref", "$dynamicRef", "$recursiveRef"):
                if isinstance(target := node.get(key), str) and not _within(target, own):
                    raise ChartRefusedError(f"{name} refers to a schema elsewhere ({key}).")
            dialect = node.get("$schema")
            if isinstance(dialect, str) and not _KNOWN_DIALECT.fullmatch(dialect):
                raise ChartRefusedError(f"{name} is written in a dialect from elsewhere.")


def _within(target: str, own: str) -> bool:
    document = target.partition("#")[0]
    return not document or (bool(own) and document == own.partition("#")[0])


def _line(value: Any) -> str:
    if isinstance(value, int) and value.bit_length() > 64:  # Python refuses to write long ones
        return ""
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _quoted(name: str) -> str:
    cut = name if len(name) <= 60 else f"{name[:60]}…"
    return '"' + "".join(c if c.isprintable() else "?" for c in cut) + '"'
