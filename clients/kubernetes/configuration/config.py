"""Which cluster, as whom: a kubeconfig or the pod's own ServiceAccount.

Order: an explicit kubeconfig (several files are merged), then the pod's ServiceAccount, then
``~/.kube/config``. An explicit file that is missing is an error, also in a pod.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from ssl import SSLContext, SSLError, create_default_context
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from multidict import CIMultiDict
from pydantic import SecretStr

from clients.errors import ClientError, ConfigurationError

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
TOKEN_REREAD_SECONDS = 60.0

Headers = CIMultiDict[str]
Token = Callable[[], SecretStr | None]


@dataclass(frozen=True, slots=True)
class ClusterSource:
    """What the operator chose and where the process runs; read from the settings, not from here.

    ``kubeconfig`` may name several files, separated as ``KUBECONFIG`` separates them.
    """

    kubeconfig: str | None = None
    context: str | None = None
    service_host: str | None = None
    service_port: str = "443"
    service_account: Path = SERVICE_ACCOUNT
    default_kubeconfig: Path = Path("~/.kube/config")


@dataclass(slots=True)
class ClusterConfig:
    """A cluster and an identity, ready to connect with."""

    host: str
    source: str
    namespace: str = "default"
    context: str = ""
    token: Token = field(default=lambda: None, repr=False)
    impersonate: Headers = field(default_factory=Headers)
    ssl: SSLContext | None = None
    server_hostname: str | None = None
    proxy: str | None = None
    expires_at: float = float("inf")

    @property
    def expired(self) -> bool:
        """Whether a login program has to be asked again."""
        return time.time() > self.expires_at

    def __post_init__(self) -> None:
        self.proxy = self.proxy or _environment_proxy(self.host)

    def headers(self) -> Headers:
        """Return the identity's headers for one request, the token re-read when it is due."""
        headers = Headers(self.impersonate)
        if token := self.token():
            headers["Authorization"] = token.get_secret_value()
        return headers


async def load_config(source: ClusterSource) -> ClusterConfig:
    """Read the configuration; raise ``ConfigurationError`` with one sentence when there is none."""
    if source.kubeconfig:
        return await _from_kubeconfig(source.kubeconfig, source.context)
    if source.service_host and (source.service_account / "token").exists():
        return _in_cluster(source)
    default = source.default_kubeconfig.expanduser()
    if default.exists():
        return await _from_kubeconfig(str(default), source.context)
    raise ConfigurationError(
        "No Kubernetes cluster is configured: give --kubeconfig or KUBECONFIG, run inside a pod, "
        "or try --sandbox."
    )


async def _from_kubeconfig(paths: str, context: str | None) -> ClusterConfig:
    # Imported on first use: the library costs more than everything else this package imports.
    from clients.kubernetes.configuration import kubeconfig

    try:
        return await kubeconfig.load(paths, context)
    except ClientError:
        raise
    except Exception as broken:
        # The library raises whatever it stumbles over: KeyError, TypeError, AssertionError, …
        raise ConfigurationError(
            f"kubeconfig {paths} cannot be used: {_reason(broken, paths)}"
        ) from broken


def _in_cluster(source: ClusterSource) -> ClusterConfig:
    host = str(source.service_host)
    namespace = source.service_account / "namespace"
    return ClusterConfig(
        host=f"https://{f'[{host}]' if ':' in host else host}:{source.service_port}",
        source="ServiceAccount of this pod",
        namespace=namespace.read_text().strip() if namespace.exists() else "default",
        token=bearer_from(source.service_account / "token"),
        ssl=create_default_context(cafile=str(source.service_account / "ca.crt")),
    )


def bearer_from(path: Path) -> Token:
    """Re-read a token file at most once a minute, as client-go does for tokens that rotate."""
    kept: SecretStr | None = None
    read_at = float("-inf")

    def token() -> SecretStr | None:
        nonlocal kept, read_at
        if time.monotonic() - read_at > TOKEN_REREAD_SECONDS:
            try:
                kept = SecretStr(f"Bearer {path.read_text().strip()}")
            except OSError as missing:
                raise ConfigurationError(f"The token file {path} cannot be read.") from missing
            read_at = time.monotonic()
        return kept

    return token


def _environment_proxy(host: str) -> str | None:
    """Return the proxy that ``HTTPS_PROXY`` and its kin give for a host, as client-go does."""
    url = urlsplit(host)
    return None if proxy_bypass(url.hostname or "") else getproxies().get(url.scheme)


def _reason(broken: Exception, paths: str) -> str:
    """Say what kind of fault it is; the library's own text may quote the file, tokens included."""
    from yaml import YAMLError  # imported on first use, as the library that reads the file

    match broken:
        case YAMLError():
            return "it is not YAML."
        case FileNotFoundError():
            return f"file {broken.filename} does not exist."
        case PermissionError():
            return f"file {broken.filename} may not be read."
        case SSLError():
            return "a certificate or key in it is not valid PEM, or they do not belong together."
    said, _, path = str(broken).partition("File does not exists: ")  # sic
    if path and not said:
        return f"file {path} does not exist."
    if empty := next(filter(_is_empty, paths.split(os.pathsep)), ""):
        return "it is empty." if empty == paths else f"file {empty} is empty."
    return f"it is not a complete kubeconfig ({type(broken).__name__})."


def _is_empty(path: str) -> bool:
    """Whether a kubeconfig that was just read has nothing in it."""
    file = Path(path).expanduser()
    return bool(path) and file.is_file() and not file.read_bytes().strip()
