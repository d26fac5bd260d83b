"""Everything a simulated Jenkins consists of, and its switches."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from sandbox.jenkins.attributes import assigned
from sandbox.jenkins.builds import Course
from sandbox.jenkins.faults import Faults
from sandbox.jenkins.items import Folder, Job
from sandbox.jenkins.machine import tick
from sandbox.jenkins.nodes import Node
from sandbox.jenkins.queue import Queue, QueueItem
from sandbox.jenkins.requests import RequestLog
from sandbox.jenkins.sessions import Sessions
from sandbox.jenkins.users import ANONYMOUS, User

PLUGINS = ("cloudbees-folder", "workflow-job", "git", "junit", "pipeline-rest-api")


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def _no_course(_: Job) -> Course | None:
    return None


@dataclass(repr=False)
class Jenkins:
    """A controller: what it holds and how it behaves."""

    prefix: str = "/jenkins"
    """The context path; empty for none."""
    clock: Callable[[], datetime] = utc_now
    root: Folder = field(default_factory=lambda: Folder(""))
    users: dict[str, User] = field(default_factory=dict)
    anonymous: User = field(default_factory=lambda: User(ANONYMOUS, permissions=frozenset()))
    queue: Queue = field(default_factory=Queue)
    nodes: list[Node] = field(default_factory=lambda: [Node("built-in", 2)])
    plugins: set[str] = field(default_factory=lambda: set(PLUGINS))
    sessions: Sessions = field(default_factory=Sessions)
    faults: Faults = field(default_factory=Faults)
    requests: RequestLog = field(default_factory=RequestLog)
    url: str = ""
    """Where it is reached: scheme, host, port and prefix, without a slash at the end."""
    root_url: str | None = None
    """What JSON calls its own address; None: `url`."""
    location_root: str | None = None
    """Scheme and host in `Location`, as a proxy would make them; None: as requested."""
    crumb_issuer: bool = True
    crumb_field: str = "Jenkins-Crumb"
    starting: bool = False
    quieting: bool = False
    vetoes: bool = False
    """A QueueDecisionHandler refuses everything."""
    single_sign_on: Literal["", "redirect", "login page"] = ""
    """What a proxy in front answers instead of Jenkins to everything."""
    gzip: bool = True
    quiet_period: int = 1
    """Ticks that an item waits first."""
    stop_ticks: int | None = 1
    """Ticks until a stop takes effect; None: never, only `term` and `kill` do."""
    left_seconds: int = 300
    moves_on_polls: bool = False
    """Tick after each answer about a queue item: nobody has to wait for time to pass."""
    courses: Callable[[Job], Course | None] = _no_course
    """What a new build is going to do; None: it runs until it is finished or stopped."""
    session_id: str = field(default_factory=lambda: secrets.token_hex(4))

    @property
    def now(self) -> int:
        """Return the present in milliseconds since the epoch."""
        return int(self.clock().timestamp() * 1000)

    @property
    def address(self) -> str:
        """Return the root URL as answers name it, with a slash at the end."""
        return f"{(self.root_url or self.url).rstrip('/')}/"

    def tick(self, times: int = 1) -> None:
        """Let everything go one step on, so many times."""
        for _ in range(times):
            tick(self)

    def add_user(self, name: str, token: str = "", password: str = "", **more: object) -> User:
        """Make a user; without more, one who may do everything."""
        user = self.users[name] = assigned(User(name, token, password), more)
        return user

    def schedule(self, job: Job, **more: object) -> QueueItem:
        """Put a job in the queue."""
        item = self.queue.add(job, self.now, **{"quiet": self.quiet_period, **more})
        item.why = f"In the quiet period. Expires in {item.quiet} sec"
        return item
