"""One revision of a release as Helm stores it; every field of a record may be absent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clients.helm.secrecy.placeholders import Placeholders

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Release:
    """A decoded record. ``record`` holds secrets in the clear: it stays inside ``clients``.

    ``status`` is one of unknown, deployed, uninstalled, superseded, failed, uninstalling,
    pending-install, pending-upgrade, pending-rollback. ``created_at`` and ``modified_at`` are the
    record's labels, in Unix seconds, 0 where absent; ``size`` is that of the packed record.
    ``placeholders`` stand for secrets in what was only rendered.
    """

    record: JsonObject
    created_at: int = 0
    modified_at: int = 0
    size: int = 0
    placeholders: "Placeholders | None" = None

    @property
    def name(self) -> str:
        """The release's name."""
        return str(self.record.get("name") or "")

    @property
    def namespace(self) -> str:
        """The namespace it is installed in."""
        return str(self.record.get("namespace") or "")

    @property
    def version(self) -> int:
        """The revision."""
        return int(self.record.get("version") or 0)

    @property
    def info(self) -> JsonObject:
        """Times, status, description and notes."""
        return self.record.get("info") or {}

    @property
    def status(self) -> str:
        """The state of this revision."""
        return str(self.info.get("status") or "")

    @property
    def description(self) -> str:
        """What Helm wrote about this revision; may quote anything, hence secrets."""
        return str(self.info.get("description") or "")

    @property
    def notes(self) -> str:
        """The chart's rendered notes."""
        return str(self.info.get("notes") or "")

    @property
    def chart_metadata(self) -> JsonObject:
        """Chart.yaml; empty where the record has no chart."""
        return (self.record.get("chart") or {}).get("metadata") or {}

    @property
    def has_chart(self) -> bool:
        """Whether the record says which chart this is."""
        return (self.record.get("chart") or {}).get("metadata") is not None

    @property
    def chart_name(self) -> str:
        """The chart's name."""
        return str(self.chart_metadata.get("name") or "")

    @property
    def chart_version(self) -> str:
        """The chart's version."""
        return str(self.chart_metadata.get("version") or "")

    @property
    def config(self) -> JsonObject:
        """The values that the user supplied, in the clear."""
        return self.record.get("config") or {}

    @property
    def user_values(self) -> JsonObject | None:
        """The same as helm tells them apart: none is not an empty map."""
        return self.record.get("config")

    @property
    def chart_values(self) -> JsonObject:
        """The chart's own values."""
        return (self.record.get("chart") or {}).get("values") or {}

    @property
    def manifest(self) -> str:
        """The rendered objects as YAML, in the clear."""
        return str(self.record.get("manifest") or "")

    @property
    def hooks(self) -> Sequence[JsonObject]:
        """The hooks: name, kind, path, manifest, events, last_run, …."""
        return self.record.get("hooks") or []

    @property
    def pending(self) -> bool:
        """Whether an operation is under way, or was when helm was killed."""
        return self.status.startswith("pending-")
