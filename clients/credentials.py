"""Credentials for other systems, kept in Secrets, each bound to the addresses it belongs to.

A caller names both a Secret and an address, and may have been talked into either. So a credential
is sent only where somebody entitled to say so has said that it belongs: the Secret itself
(annotation ``skyflo.ai/jenkins-url``, or the key ``url`` beside the token) or the operator
(``CredentialRules``). All that speak must agree; where nobody does, nothing is sent.
"""

import asyncio
import base64
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import quote

from pydantic import SecretStr

from clients.addresses import Address, address_of
from clients.errors import ConfigurationError, InvalidError, TimedOutError
from clients.kubernetes.names import check_name, check_namespace, shown
from clients.kubernetes.raw_secrets import RawSecret, RawSecrets

URL_ANNOTATION = "skyflo.ai/jenkins-url"
URL_KEY = "url"
USERNAME_KEY = "username"
TOKEN_KEY = "api-token"  # noqa: S105 - a key's name
LOOKUP_SECONDS = 5.0
KEPT_SECONDS = 30.0
MOST_KEPT = 256
SHORTEST_TOKEN = 8  # a shorter one would be found in any text
NOTHING_SENT = "Nothing was sent."


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and the token that proves it."""

    username: str
    token: SecretStr
    source: str  # `Secret "ci/jenkins"`, for sentences

    def removed_from(self, body: bytes) -> bytes:
        """Return what a far side sent without the credentials, should it have echoed them."""
        for form in self._forms():
            if form in body:
                body = body.replace(form, b"<redacted>")
        return body

    def _forms(self) -> Iterator[bytes]:
        token = self.token.get_secret_value()
        if len(token) >= SHORTEST_TOKEN:
            yield base64.b64encode(f"{self.username}:{token}".encode())
            yield from {form.encode() for form in (token, quote(token), json.dumps(token)[1:-1])}


@dataclass(frozen=True, slots=True)
class CredentialRules:
    """What the operator says: which Secrets may be used, and which addresses they belong to.

    ``namespaces`` are globs, empty for all; ``label`` is ``key`` or ``key=value`` that a Secret
    must carry; ``addresses``, if any, are the only ones for every Secret; ``bound`` pairs a glob
    of ``namespace/name`` with an address.
    """

    namespaces: Sequence[str] = ()
    label: str = ""
    addresses: Sequence[Address] = ()
    bound: Sequence[tuple[str, Address]] = ()

    def check_namespace(self, ref: "SecretName") -> None:
        """Refuse a Secret of a namespace whose Secrets are not for this."""
        if self.namespaces and not any(fnmatchcase(ref.namespace, p) for p in self.namespaces):
            raise InvalidError(
                f"Not allowed by the operator: {ref} is in none of the namespaces that hold "
                f"Jenkins credentials ({', '.join(self.namespaces)}). {NOTHING_SENT}"
            )

    def check_label(self, ref: "SecretName", secret: RawSecret) -> None:
        """Refuse a Secret without the label that marks those for this."""
        key, _, value = self.label.partition("=")
        if key and (key not in secret.labels or value not in ("", secret.labels[key])):
            raise InvalidError(
                f"Not allowed by the operator: {ref} has no label {self.label}, which marks "
                f"Jenkins credentials. {NOTHING_SENT}"
            )

    def addresses_for(self, ref: "SecretName") -> Iterator[tuple[str, list[Address]]]:
        """Yield who speaks for the operator, and the addresses that it allows."""
        if self.addresses:
            yield "SKYFLO_JENKINS_URLS", list(self.addresses)
        if mine := [to for glob, to in self.bound if fnmatchcase(ref.path, glob)]:
            yield "SKYFLO_JENKINS_CREDENTIALS", mine


@dataclass(frozen=True, slots=True)
class SecretName:
    """A Secret as callers name it: ``namespace/name``."""

    namespace: str
    name: str

    @property
    def path(self) -> str:
        """``ci/jenkins``."""
        return f"{self.namespace}/{self.name}"

    def __str__(self) -> str:
        return f'Secret "{self.path}"'


def secret_name(ref: str) -> SecretName:
    """Read ``namespace/name`` by Kubernetes' own grammar."""
    namespace, _, name = ref.partition("/")
    try:
        return SecretName(check_namespace(namespace), check_name(name))
    except InvalidError as wrong:
        raise InvalidError(
            f'Argument "credentials_ref": {shown(ref)} is not the namespace and name of a Secret, '
            f'such as "ci/jenkins". {NOTHING_SENT}'
        ) from wrong


@dataclass(slots=True)
class _Kept:
    secret: RawSecret
    until: float


@dataclass(slots=True)
class CredentialStore:
    """Reads credentials where they are kept, for the addresses they belong to and no other."""

    secrets: RawSecrets
    rules: CredentialRules = field(default_factory=CredentialRules)
    clock: Callable[[], float] = time.monotonic
    lookup_seconds: float = LOOKUP_SECONDS
    _kept: dict[SecretName, _Kept] = field(default_factory=dict, init=False, repr=False)

    async def credentials(self, ref: str, to: Address, *, anew: bool = False) -> Credentials:
        """Return the credentials of ``namespace/name``, to be sent to ``to``; refuse any other.

        ``anew`` reads past the short cache: the token was refused, it may have been replaced.
        """
        name = secret_name(ref)
        self.rules.check_namespace(name)
        said = [_agreed(name, to, who, where) for who, where in self.rules.addresses_for(name)]
        secret = await self._secret(name, anew=anew)
        self.rules.check_label(name, secret)
        said += [_agreed(name, to, who, where) for who, where in _own_addresses(name, secret)]
        if not said:
            raise InvalidError(
                f"{name} does not say which Jenkins it belongs to, so it is sent to none. Annotate "
                f"it with {URL_ANNOTATION}, or set SKYFLO_JENKINS_URLS or "
                f"SKYFLO_JENKINS_CREDENTIALS of this server. {NOTHING_SENT}"
            )
        return _credentials(name, secret)

    async def _secret(self, name: SecretName, *, anew: bool) -> RawSecret:
        kept = self._kept.get(name)
        if kept and not anew and self.clock() < kept.until:
            return kept.secret
        secret = await self._looked_up(name)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[name] = _Kept(secret, self.clock() + KEPT_SECONDS)
        return secret

    async def _looked_up(self, name: SecretName) -> RawSecret:
        try:
            async with asyncio.timeout(self.lookup_seconds):
                return await self.secrets.get(name.namespace, name.name)
        except TimeoutError as late:
            raise TimedOutError(
                f"{name} could not be read within {self.lookup_seconds:g} s: the Kubernetes API "
                f"server does not answer. {NOTHING_SENT}"
            ) from late


def _own_addresses(name: SecretName, secret: RawSecret) -> Iterator[tuple[str, list[Address]]]:
    """Yield where the Secret itself says that it belongs."""
    if annotation := secret.annotations.get(URL_ANNOTATION):
        yield f"its annotation {URL_ANNOTATION}", _addresses(name, "annotation", annotation)
    if key := secret.values.get(URL_KEY):
        yield f'its key "{URL_KEY}"', _addresses(name, f'key "{URL_KEY}"', key.get_secret_value())


def _addresses(name: SecretName, where: str, text: str) -> list[Address]:
    try:
        return [address_of(word) for word in re.split(r"[\s,]+", text.strip())]
    except ValueError as wrong:
        raise ConfigurationError(
            f"The {where} of {name} that says where it belongs is {wrong}. {NOTHING_SENT}"
        ) from wrong


def _agreed(name: SecretName, to: Address, who: str, where: Sequence[Address]) -> str:
    if any(address.covers(to) for address in where):
        return who
    raise InvalidError(
        f"{name} is not for {to}: by {who} it belongs to "
        f"{' or '.join(map(str, where))}. {NOTHING_SENT}"
    )


def _credentials(name: SecretName, secret: RawSecret) -> Credentials:
    user, token = (secret.values.get(key) for key in (USERNAME_KEY, TOKEN_KEY))
    if user is None or token is None:
        missing = USERNAME_KEY if user is None else TOKEN_KEY
        raise InvalidError(
            f'{name} has no key "{missing}": Jenkins credentials are "{USERNAME_KEY}" and '
            f'"{TOKEN_KEY}". {NOTHING_SENT}'
        )
    username, secret_token = (each.get_secret_value().strip() for each in (user, token))
    if not (username.isprintable() and secret_token.isprintable() and username and secret_token):
        raise InvalidError(f"{name} holds an empty or unprintable user or token. {NOTHING_SENT}")
    if ":" in username:
        raise InvalidError(f'The user name in {name} has a ":" in it. {NOTHING_SENT}')
    return Credentials(username, SecretStr(secret_token), str(name))
