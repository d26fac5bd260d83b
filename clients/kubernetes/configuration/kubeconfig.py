"""A kubeconfig as kubernetes-asyncio reads it, plus what it leaves out.

Added: a login program without standard input and with a deadline, token files that rotate,
impersonation (``as``, ``as-groups``, ``as-uid``, ``as-user-extra``), the context's namespace.
Nothing is ever written back. Imported on first use, see ``thin_import``.
"""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from clients.errors import ConfigurationError
from clients.kubernetes.configuration import exec_plugin
from clients.kubernetes.configuration.config import ClusterConfig, Headers, Token, bearer_from
from clients.kubernetes.configuration.thin_import import register_unexecuted
from clients.kubernetes.names import segment

register_unexecuted()

from kubernetes_asyncio.client.configuration import Configuration  # noqa: E402 - see above
from kubernetes_asyncio.config import kube_config  # noqa: E402 - see above
from kubernetes_asyncio.config.dateutil import parse_rfc3339  # noqa: E402 - see above

Mapped = Mapping[str, Any]


class _Loader(kube_config.KubeConfigLoader):
    """The library's loader with the project's way of running login programs."""

    cert_file: str | None
    key_file: str | None

    async def load_from_exec_plugin(self) -> bool:
        status = await exec_plugin.run(self.user["exec"])
        if token := status.get("token"):
            self.token = f"Bearer {token}"
        elif "clientCertificateData" in status and "clientKeyData" in status:
            self.cert_file = self._file(status, "clientCertificateData")
            self.key_file = self._file(status, "clientKeyData")
        else:
            raise ConfigurationError("The kubeconfig's login program returned no credential.")
        if expiry := status.get("expirationTimestamp"):
            self.exec_plugin_expiry = parse_rfc3339(expiry)
        return True

    @property
    def user(self) -> Mapped:
        """The user entry as the file has it."""
        return self._user.value if self._user is not None else {}

    def beside_user(self, path: str) -> Path:
        """Resolve a path relative to the file that holds the user entry."""
        return Path(self._get_base_path(self._user.path if self._user else None)) / path

    @staticmethod
    def _file(status: Mapped, key: str) -> str | None:
        return kube_config.FileOrData(status, None, key, base64_file_content=False).as_file()


async def load(paths: str, context: str | None) -> ClusterConfig:
    """Merge the files, pick the context, log in; raises whatever the library raises."""
    merged = kube_config.KubeConfigMerger(paths).config
    if merged is None:
        raise ConfigurationError(f"kubeconfig {paths} does not exist.")
    _check_context(merged.value, context, paths)
    loader = _Loader(config_dict=merged, active_context=context, config_base_path=None)
    configuration = Configuration()
    await loader.load_and_set(configuration)
    chosen = cast("Mapped", loader.current_context)
    expiry = getattr(loader, "exec_plugin_expiry", None)
    return ClusterConfig(
        host=str(configuration.host),
        source=f"kubeconfig {paths}",
        namespace=chosen["context"].get("namespace") or "default",
        context=chosen["name"],
        token=_token(configuration, loader),
        impersonate=_impersonation(loader.user),
        ssl=_ssl_context(configuration),
        server_hostname=configuration.tls_server_name,
        proxy=configuration.proxy,
        expires_at=expiry.timestamp() if expiry else float("inf"),
    )


def _check_context(content: Mapped, context: str | None, paths: str) -> None:
    """Refuse a missing context in a sentence; the library would fail an assertion."""
    names = [entry["name"] for entry in content.get("contexts") or []]
    wanted = context or content.get("current-context")
    if not wanted:
        raise ConfigurationError(f"kubeconfig {paths} names no current context; give --context.")
    if wanted not in names:
        known = ", ".join(names) or "none"
        raise ConfigurationError(f'kubeconfig {paths} has no context "{wanted}"; it has: {known}.')


def _token(configuration: Any, loader: _Loader) -> Token:
    """Say how to get the Authorization header; client-go's order: tokenFile before token."""
    if path := loader.user.get("tokenFile"):
        return bearer_from(loader.beside_user(path))
    header = configuration.api_key.get("BearerToken")
    secret = SecretStr(str(header).strip()) if header else None
    return lambda: secret


def _impersonation(user: Mapped) -> Headers:
    """Build the headers of ``as*``, which kubernetes-asyncio ignores silently."""
    headers = Headers()
    for key, header in (("as", "Impersonate-User"), ("as-uid", "Impersonate-Uid")):
        if value := user.get(key):
            headers.add(header, str(value))
    for group in user.get("as-groups") or []:
        headers.add("Impersonate-Group", str(group))
    for key, values in (user.get("as-user-extra") or {}).items():
        for value in values:
            headers.add(f"Impersonate-Extra-{segment(key)}", str(value))
    return headers


def _ssl_context(configuration: Any) -> ssl.SSLContext | None:
    if not configuration.host.startswith("https"):
        return None
    context = ssl.create_default_context(cafile=configuration.ssl_ca_cert)
    # Python 3.13 refuses CAs without key identifiers; they are common and client-go accepts them.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if configuration.cert_file:
        context.load_cert_chain(configuration.cert_file, configuration.key_file)
    if configuration.verify_ssl is False:  # only where the kubeconfig itself says so
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
