"""Every setting: its environment variable, its default, one line of explanation.

Nothing below this package reads the environment. A variable that starts with ``SKYFLO_`` and is
none of these stops the start, with the nearest name.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from clients.addresses import address_of
from clients.errors import ConfigurationError
from clients.helm.charts.settings import registries_of, repositories_of

PREFIX = "SKYFLO_"
TOOLSET_NAMES = ("k8s", "helm", "argo", "jenkins")

_LISTS = (
    "allowed_hosts",
    "allowed_origins",
    "toolsets",
    "allowed_namespaces",
    "denied_namespaces",
    "protected_namespaces",
    "deny",
    "jenkins_urls",
    "jenkins_credentials",
    "jenkins_namespaces",
    "helm_repositories",
    "helm_sources",
    "helm_private_hosts",
    "helm_registries",
)

Names = Annotated[tuple[str, ...], NoDecode]


@contextmanager
def _refused_as_values() -> Iterator[None]:
    try:
        yield
    except ConfigurationError as wrong:
        raise ValueError(str(wrong)) from wrong


def _also(name: str, older: str) -> Any:
    """Read a setting also from the older server's variable."""
    return AliasChoices(f"{PREFIX}{name.upper()}", older, name)


class Settings(BaseSettings):
    """What an operator can set; flags of the command line win over variables."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, populate_by_name=True)

    name: str = Field(
        "Skyflo MCP Server",
        validation_alias=_also("name", "APP_NAME"),
        description="Name the server gives itself in the handshake.",
    )
    version: str = Field(
        "",
        validation_alias=_also("version", "APP_VERSION"),
        description="Version it gives itself; empty: the package's own.",
    )
    instructions: str = Field(
        "",
        validation_alias=_also("instructions", "APP_DESCRIPTION"),
        description="Text for the model in the handshake; empty: a short one of our own.",
    )
    debug: bool = Field(
        False,
        validation_alias=_also("debug", "DEBUG"),
        description="Log everything, argument values included (masked).",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        validation_alias=_also("log_level", "LOG_LEVEL"),
        description="Least severity that is logged.",
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="How log lines look; auto: console on a terminal, else JSON."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8888, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    transport: Literal["http", "stdio"] = Field(
        "http", description="Streamable HTTP, or stdio for a desktop client."
    )
    json_response: bool = Field(
        False, description="Answer with JSON instead of SSE: faster, but silent until done."
    )
    allowed_hosts: Names = Field(
        ("skyflo-mcp*", "*.svc", "*.svc.cluster.local"),
        description="Host headers accepted besides loopback and own addresses; comma-separated.",
    )
    allowed_origins: Names = Field(
        (), description="Browser origins accepted; comma-separated. None by default."
    )
    shutdown_grace: int = Field(
        25, ge=0, le=300, description="Seconds that calls in flight get after SIGTERM."
    )
    shutdown_delay: int = Field(
        0,
        ge=0,
        le=60,
        description="Seconds that it still takes calls after SIGTERM, not ready any more.",
    )
    toolsets: Names = Field(
        TOOLSET_NAMES, description="Toolsets to offer, comma-separated: k8s, helm, argo, jenkins."
    )
    read_only: bool = Field(False, description="Offer only the tools that change nothing.")
    allowed_namespaces: Names = Field(
        (), description="Only these namespaces, comma-separated globs; empty: all."
    )
    denied_namespaces: Names = Field(
        (), description="Never these namespaces, comma-separated globs."
    )
    protected_namespaces: Names = Field(
        ("kube-system", "kube-public", "kube-node-lease"),
        description="Namespaces that can be read and not changed, comma-separated globs.",
    )
    deny: Names = Field(
        (),
        description='Never these, comma-separated: "delete namespaces,* secrets,create pods/exec".',
    )
    refuse_escalation: bool = Field(
        False,
        description="Refuse changes that give power: cluster-admin, privileged pods, webhooks.",
    )
    max_answer_bytes: int = Field(
        100_000, ge=2_000, le=900_000, description="Most bytes of text in one answer."
    )
    kubeconfig: str | None = Field(
        None,
        validation_alias=_also("kubeconfig", "KUBECONFIG"),
        description="Kubeconfig file, or several as KUBECONFIG lists them.",
    )
    context: str | None = Field(None, description="Context of the kubeconfig to use.")
    sandbox: bool = Field(False, description="Serve a simulated cluster instead of a real one.")
    sandbox_kubeconfig: str | None = Field(
        None, description="Where the sandbox writes a kubeconfig for kubectl and helm."
    )
    kubernetes_service_host: str | None = Field(
        None,
        validation_alias="KUBERNETES_SERVICE_HOST",
        description="Set by Kubernetes inside a pod.",
    )
    kubernetes_service_port: str = Field(
        "443",
        validation_alias="KUBERNETES_SERVICE_PORT",
        description="Set by Kubernetes inside a pod.",
    )
    kubernetes_connect_timeout: float = Field(
        5.0, gt=0, le=60, description="Seconds to wait for a connection to the API server."
    )
    kubernetes_read_timeout: float = Field(
        30.0, gt=0, le=280, description="Seconds of silence after which a request is given up."
    )
    kubernetes_connections: int = Field(
        100, ge=1, le=1000, description="Most requests to the API server at once."
    )
    max_retry_attempts: int = Field(
        3,
        ge=1,
        le=10,
        validation_alias=_also("max_retry_attempts", "MAX_RETRY_ATTEMPTS"),
        description="Tries of a read that fails in passing, the first included.",
    )
    retry_base_delay: float = Field(
        0.2,
        ge=0,
        le=60,
        validation_alias=_also("retry_base_delay", "RETRY_BASE_DELAY"),
        description="Seconds before the second try.",
    )
    retry_max_delay: float = Field(
        5.0,
        ge=0,
        le=60,
        validation_alias=_also("retry_max_delay", "RETRY_MAX_DELAY"),
        description="Most seconds between two tries.",
    )
    retry_exponential_base: float = Field(
        2.0,
        ge=1,
        le=10,
        validation_alias=_also("retry_exponential_base", "RETRY_EXPONENTIAL_BASE"),
        description="By how much each pause is longer than the one before.",
    )
    helm_driver: Literal["secret", "configmap"] = Field(
        "secret",
        validation_alias=_also("helm_driver", "HELM_DRIVER"),
        description="Where Helm keeps its releases.",
    )
    helm_executable: str = Field(
        "helm", description="The helm executable: a path, or a name to look for on the PATH."
    )
    helm_repositories: Names = Field(
        (),
        description="Chart repositories there always are, comma-separated: "
        "name=URL or name=URL;namespace/secret with its login.",
    )
    helm_repository_store: str = Field(
        "auto",
        description="Where added ones are kept: configmap/NAME (of the own namespace), a file's "
        "path, memory; auto: a ConfigMap in a pod, else a file.",
    )
    helm_sources: Names = Field(
        ("https://", "oci://"),
        description="Where charts may come from, comma-separated beginnings of URLs, such as "
        "https://*.example.com or oci://registry.example/org.",
    )
    helm_private_hosts: Names = Field(
        (),
        description="Hosts of charts that may have private addresses, comma-separated globs.",
    )
    helm_registries: Names = Field(
        (),
        description="Logins of registries, comma-separated: host/path=namespace/secret.",
    )
    helm_ca_file: str | None = Field(
        None, description="Certificate authorities of chart sources, instead of the system's."
    )
    fingerprint_key: SecretStr | None = Field(
        None, description="Key of the fingerprints of masked values; unset: new at each start."
    )

    jenkins_urls: Names = Field(
        (), description="Jenkins servers that credentials may go to, comma-separated; no others."
    )
    jenkins_credentials: Names = Field(
        (),
        description="Which Secret belongs to which Jenkins, comma-separated: namespace/name, "
        "globs too, an equals sign, the URL.",
    )
    jenkins_namespaces: Names = Field(
        (), description="Only Secrets of these namespaces hold Jenkins credentials; empty: all."
    )
    jenkins_secret_label: str = Field(
        "", description="Label, with or without a value, that such a Secret must have."
    )
    jenkins_verify_tls: bool = Field(
        True, description="Verify the certificate of Jenkins; no caller can turn that off."
    )
    jenkins_ca_file: str | None = Field(
        None, description="PEM file of authorities that sign for Jenkins, besides the public ones."
    )
    jenkins_proxy: SecretStr | None = Field(
        None, description="Proxy on the way to Jenkins; the usual variables are not read."
    )
    jenkins_connect_timeout: float = Field(
        5.0, gt=0, le=60, description="Seconds to wait for a connection to Jenkins."
    )
    jenkins_read_timeout: float = Field(
        30.0, gt=0, le=280, description="Seconds of silence after which Jenkins is given up."
    )

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("deny")
    @classmethod
    def _rules(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [rule for rule in value if len(rule.split()) != 2]:
            raise ValueError(f'"{wrong[0]}" is not "verb resource"')
        return value

    @field_validator("jenkins_urls", "jenkins_credentials")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for entry in value:
            address_of(entry.rpartition("=")[2])
        return value

    @field_validator("jenkins_credentials")
    @classmethod
    def _secrets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [entry for entry in value if entry.partition("=")[0].count("/") != 1]:
            raise ValueError(f'"{wrong[0]}" is not "namespace/name=URL"')
        return value

    @field_validator("helm_repositories")
    @classmethod
    def _repositories(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        with _refused_as_values():
            repositories_of(value)
        return value

    @field_validator("helm_registries")
    @classmethod
    def _registries(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        with _refused_as_values():
            registries_of(value)
        return value

    @field_validator("helm_sources")
    @classmethod
    def _sources(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [
            each for each in value if not each.startswith(("https://", "http://", "oci://"))
        ]:
            raise ValueError(f'"{wrong[0]}" is no beginning of a URL')
        return value

    @field_validator("toolsets")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [word for word in value if word not in TOOLSET_NAMES]:
            raise ValueError(f"{unknown[0]} is no toolset; there are: {', '.join(TOOLSET_NAMES)}")
        return value


def variables(name: str) -> tuple[str, ...]:
    """Return the environment variables a setting is read from, ours first."""
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices if str(choice) != name)
    return (str(alias),) if alias else (f"{PREFIX}{name.upper()}",)


def all_variables() -> Iterator[str]:
    """Yield every variable that is read."""
    for name in Settings.model_fields:
        yield from variables(name)


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return the ``SKYFLO_…`` variables that no setting reads: misspelt, most likely."""
    known = set(all_variables())
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in known)


def printed(settings: Settings, flags: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """Return every setting, its value and where it came from; secrets stay masked."""
    rows = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        shown = ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        rows.append((name, shown, _origin(name, flags, environment)))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "".join(
        f"{name:{widths[0]}}  {value:{widths[1]}}  {origin}\n" for name, value, origin in rows
    )


def _origin(name: str, flags: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    if name in flags:
        return f"--{name.replace('_', '-')}"
    return next((variable for variable in variables(name) if variable in environment), "default")
