"""What an operator can set about charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clients.errors import ConfigurationError, InvalidError
from clients.helm.charts.fetching import Limits
from clients.helm.charts.policy import SourcePolicy
from clients.helm.charts.repository import (
    Repository,
    SecretRef,
    checked_name,
    checked_secret,
    checked_url,
)
from clients.helm.charts.stored import Keeping


@dataclass(frozen=True, slots=True)
class ChartSettings:
    """``registries`` pairs the beginning of a registry's path (``host/org``) with a login."""

    policy: SourcePolicy = field(default_factory=SourcePolicy)
    repositories: Sequence[Repository] = ()
    registries: Mapping[str, SecretRef] = field(default_factory=dict)
    keeping: Keeping = field(default_factory=Keeping)
    ca_file: str | None = None
    limits: Limits = field(default_factory=Limits)


def repositories_of(texts: Sequence[str]) -> Sequence[Repository]:
    """Read ``name=URL`` and ``name=URL;namespace/secret``; raises ConfigurationError."""
    return [_repository(text) for text in texts]


def registries_of(texts: Sequence[str]) -> Mapping[str, SecretRef]:
    """Read ``host/path=namespace/secret``; raises ConfigurationError."""
    pairs = (text.removeprefix("oci://").partition("=") for text in texts)
    try:
        return {place.strip("/"): checked_secret(secret.strip()) for place, _, secret in pairs}
    except InvalidError as wrong:
        raise ConfigurationError(f"The logins of registries: {wrong}") from wrong


def _repository(text: str) -> Repository:
    name, _, rest = text.partition("=")
    url, _, login = rest.partition(";")
    try:
        return Repository(
            checked_name(name.strip()),
            checked_url(url.strip()),
            checked_secret(login.strip()) if login.strip() else None,
            settled=True,
        )
    except InvalidError as wrong:
        raise ConfigurationError(f"The repositories of the settings: {wrong}") from wrong
