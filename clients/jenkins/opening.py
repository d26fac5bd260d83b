"""Open conversations with the Jenkins servers that callers name, as far as they may be named."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx
from pydantic import SecretStr

from clients.addresses import Address, read_address
from clients.credentials import LOOKUP_SECONDS, CredentialRules, CredentialStore
from clients.errors import ConfigurationError, InvalidError, UnavailableError
from clients.jenkins.pace import Pace
from clients.jenkins.reader import JenkinsReader
from clients.jenkins.session import Session
from clients.jenkins.writer import JenkinsWriter
from clients.kubernetes.changes import Journal
from clients.kubernetes.raw_secrets import RawSecrets
from clients.kubernetes.wire.connection import TimeLimits
from clients.kubernetes.wire.session import Retries
from clients.masking import Masking

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 10  # of one call
# What plugins, proxies and liars answer may have any shape; that is no fault of ours.
_ODD_SHAPE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class JenkinsSettings:
    """Everything about Jenkins that an operator can set."""

    rules: CredentialRules = field(default_factory=CredentialRules)
    limits: TimeLimits = field(default_factory=TimeLimits)
    retries: Retries = field(default_factory=Retries)
    verify_tls: bool = True
    ca_file: str | None = None
    proxy: SecretStr | None = None
    pace: Pace = field(default_factory=Pace)
    lookup_seconds: float = LOOKUP_SECONDS  # for a Secret with credentials
    user_agent: str = "skyflo-mcp"


class Jenkins:
    """Every Jenkins that may be talked to; nothing is read or connected until the first call."""

    def __init__(self, settings: JenkinsSettings, secrets: RawSecrets, masking: Masking) -> None:
        self._settings = settings
        self.pace = settings.pace
        self._credentials = CredentialStore(
            secrets, settings.rules, lookup_seconds=settings.lookup_seconds
        )
        self._masking = masking
        self._trust: ssl.SSLContext | None = None
        self._reading_trust = asyncio.Lock()

    @property
    def reader(self) -> "JenkinsReading":
        """What reading tools get: it opens nothing that could change anything."""
        return JenkinsReading(self)

    def writer(self, journal: Journal, *, dry: bool) -> "JenkinsWriting":
        """What a changing tool gets for one call; a dry one cannot change anything."""
        return JenkinsWriting(self, journal, dry)

    @asynccontextmanager
    async def session(
        self, api_url: str, credentials_ref: str, verify: bool, *, writes: bool
    ) -> AsyncIterator[Session]:
        """Open a conversation, once the credentials are known to belong to the address."""
        base = read_address(api_url)
        self._refuse_to_trust_anybody(verify)
        known = partial(self._credentials.credentials, credentials_ref, base)
        credentials = await known()
        async with await self._http(base) as http:
            renew, retries = partial(known, anew=True), self._settings.retries
            try:
                yield Session(http, base, credentials, renew, retries, writes=writes)
            except _ODD_SHAPE as odd:
                log.exception("an answer of Jenkins could not be read")
                raise UnavailableError(
                    f"Jenkins at {base} answered in a shape that is not understood; the server's "
                    "log says where."
                ) from odd

    def opened(self, session: Session) -> JenkinsReader:
        """Return the reader of a conversation."""
        return JenkinsReader(session, self._masking)

    def _refuse_to_trust_anybody(self, verify: bool) -> None:
        if not verify and self._settings.verify_tls:
            raise InvalidError(
                "verify=false is not for a caller to say: the operator of this server gives it "
                "Jenkins' own authority (SKYFLO_JENKINS_CA_FILE) or turns the check off "
                "(SKYFLO_JENKINS_VERIFY_TLS=false). Nothing was sent."
            )

    async def _http(self, base: Address) -> httpx.AsyncClient:
        limits = self._settings.limits
        return httpx.AsyncClient(
            verify=await self._trusted() if base.scheme == "https" else False,
            proxy=_proxy(self._settings.proxy),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            limits=httpx.Limits(max_connections=MOST_CONNECTIONS),
            headers={"User-Agent": self._settings.user_agent, "Accept-Encoding": "gzip"},
        )

    async def _trusted(self) -> ssl.SSLContext:
        """Return whom to believe; read from files once, and away from the event loop."""
        async with self._reading_trust:
            if self._trust is None:
                self._trust = await asyncio.to_thread(_trust, self._settings)
        return self._trust


@dataclass(frozen=True, slots=True)
class JenkinsReading:
    """Opens readers."""

    _jenkins: Jenkins

    @asynccontextmanager
    async def at(
        self, api_url: str, credentials_ref: str, verify: bool = True
    ) -> AsyncIterator[JenkinsReader]:
        """Read the Jenkins at an address with credentials that belong to it."""
        async with self._jenkins.session(api_url, credentials_ref, verify, writes=False) as session:
            yield self._jenkins.opened(session)


@dataclass(frozen=True, slots=True)
class JenkinsWriting:
    """Opens writers for one call; dry ones while a plan is being made."""

    _jenkins: Jenkins
    _journal: Journal
    _dry: bool

    @asynccontextmanager
    async def at(
        self, api_url: str, credentials_ref: str, verify: bool = True
    ) -> AsyncIterator[JenkinsWriter]:
        """Change the Jenkins at an address with credentials that belong to it."""
        async with self._jenkins.session(
            api_url, credentials_ref, verify, writes=not self._dry
        ) as session:
            reader = self._jenkins.opened(session)
            pace = self._jenkins.pace
            yield JenkinsWriter(reader, session, self._journal, dry=self._dry, pace=pace)


def _proxy(setting: SecretStr | None) -> httpx.Proxy | None:
    try:
        return httpx.Proxy(setting.get_secret_value()) if setting else None
    except (ValueError, httpx.InvalidURL) as wrong:
        raise ConfigurationError(
            "The proxy on the way to Jenkins (SKYFLO_JENKINS_PROXY) is not http://host:port. "
            "Nothing was sent."
        ) from wrong


def _trust(settings: JenkinsSettings) -> ssl.SSLContext:
    context = httpx.create_ssl_context(verify=settings.verify_tls, trust_env=False)
    if settings.ca_file and settings.verify_tls:
        try:
            context.load_verify_locations(settings.ca_file)
        except (OSError, ssl.SSLError) as unreadable:
            raise ConfigurationError(
                "The file of certificate authorities for Jenkins (SKYFLO_JENKINS_CA_FILE) cannot "
                "be read. Nothing was sent."
            ) from unreadable
    return context
