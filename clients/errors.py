"""What can go wrong when a system is asked: one tree, each message one sentence fit for the model.

    ClientError
    ├── ConfigurationError    there is nothing to talk to, or it cannot be read
    ├── InvalidError          the question is wrong (ours before sending, or the system's 4xx)
    ├── NotFoundError         no such object, type, container, revision
    ├── UnauthorizedError     the system does not know who asks
    ├── ForbiddenError        it knows, and refuses
    ├── ConflictError         the object changed, exists already, or somebody else owns a field
    ├── ExpiredError          a continue token or resource version is too old
    ├── UnavailableError      no answer, or the answer is "not now"
    │   └── OutcomeUnknownError   a change was sent, and whether it was made is not known
    │   └── DisruptionBudgetError   a disruption budget forbids an eviction for now
    └── TimedOutError         the deadline came first

Clients raise nothing else. The library's own error is chained as the cause and never quoted: it may
hold a URL, a header or the body of an answer.
"""

from collections.abc import Sequence


class ClientError(Exception):
    """A system refused or failed a request; the text says what, which, where and what instead."""


class ConfigurationError(ClientError):
    """No usable configuration: no kubeconfig, no such context, an unreadable certificate."""


class InvalidError(ClientError):
    """The request itself is wrong; sending it again cannot help."""

    def __init__(self, message: str, causes: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.causes = tuple(causes)


class NotFoundError(ClientError):
    """The named object, type or part of an object does not exist."""


class UnauthorizedError(ClientError):
    """The credentials were not accepted."""


class ForbiddenError(ClientError):
    """The credentials are good, the permission is missing."""


class ConflictError(ClientError):
    """The object's present state forbids the change; ``causes`` as the system lists them."""

    def __init__(self, message: str, causes: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.causes = tuple(causes)


class ExpiredError(ClientError):
    """The version or continue token asked for is no longer kept."""


class UnavailableError(ClientError):
    """The system gave no usable answer."""


class OutcomeUnknownError(UnavailableError):
    """A change was sent and its answer is lost; ``happened`` says how, without a full stop."""

    def __init__(self, happened: str, unknown: str = "", look: str = "") -> None:
        super().__init__(
            f"{happened}: it is unknown whether {unknown or 'it was carried out'}. "
            f"{look or 'Look before sending it again.'}"
        )
        self.happened = happened


class DisruptionBudgetError(UnavailableError):
    """A disruption budget forbids an eviction for now; the text is what the API server says."""


class TimedOutError(ClientError):
    """The deadline passed before the answer came."""
