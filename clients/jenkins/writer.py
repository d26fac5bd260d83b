"""What changing tools do to a Jenkins, for real or as a dry run.

A dry writer's session lets nothing but GET out; what would be sent becomes a note of the journal,
which the preview shows.
"""

from collections.abc import Mapping

from clients.jenkins.pace import Pace
from clients.jenkins.paths import Place
from clients.jenkins.reader import JenkinsReader
from clients.jenkins.session import Reply, Request, Session
from clients.kubernetes.changes import Journal


class JenkinsWriter:
    """Changes one Jenkins as one user, for one call, which owns its journal."""

    def __init__(
        self,
        reader: JenkinsReader,
        session: Session,
        journal: Journal,
        *,
        dry: bool,
        pace: Pace,
    ) -> None:
        self.read = reader
        self.journal = journal
        self.dry = dry
        self.pace = pace
        self._session = session

    def note(self, *sentences: str) -> None:
        """Say something of what would be done."""
        self.journal.notes += sentences

    async def post(
        self,
        place: Place,
        endpoint: tuple[str, ...],
        form: Mapping[str, str] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        unknown: str = "",
        look: str = "",
    ) -> Reply:
        """POST once and return also redirects; ``unknown`` is what a lost answer leaves open."""
        return await self._session.post(
            Request(
                "POST",
                place.below(*endpoint),
                place,
                params or {},
                form,
                accept="*/*",
                unknown=unknown,
                look=look,
            )
        )
