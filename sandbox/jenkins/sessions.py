"""HTTP sessions, and the crumbs that belong to them."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Session:
    """A session: whose credentials it has seen, and whose it is from the next request on."""

    id: str
    seed: str | None = None
    owner: str | None = None


@dataclass
class Sessions:
    """All sessions of a controller; `clear` is what a restart or their expiry does."""

    suffix: str = field(default_factory=lambda: secrets.token_hex(4))
    salt: str = field(default_factory=lambda: secrets.token_hex(16))
    _known: dict[str, Session] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        """Return the cookie's name, which differs from controller to controller."""
        return f"JSESSIONID.{self.suffix}"

    def of(self, cookies: Mapping[str, str]) -> Session | None:
        """Find the session that a request names."""
        return self._known.get(cookies.get(self.cookie, ""))

    def open(self) -> Session:
        """Begin a session."""
        session = Session(f"node0{secrets.token_hex(12)}")
        self._known[session.id] = session
        return session

    def clear(self) -> None:
        """Forget all sessions."""
        self._known.clear()

    def crumb(self, user: str, session: Session) -> str:
        """Compute a user's crumb for a session (DefaultCrumbIssuer.issueCrumb)."""
        return hashlib.sha256(f"{user};{session.id}{self.salt}".encode()).hexdigest()
