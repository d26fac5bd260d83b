"""One release's secrets: known from its values and its Secrets, masked wherever they turn up."""

from functools import cached_property
from typing import Any

from clients.helm.release import JsonObject, Release
from clients.helm.secrecy.known import KnownSecrets
from clients.helm.secrecy.manifests import masked_manifest, secrets_of
from clients.helm.secrecy.rules import is_secret
from clients.helm.secrecy.values import masked_values, secrets_in
from clients.masking import Masking, mask_free_text


class Secrecy:
    """Shows what a release holds without its secrets; each method takes what it shall show."""

    def __init__(self, masking: Masking, release: Release) -> None:
        self._masking = masking
        self._release = release

    @cached_property
    def known(self) -> KnownSecrets:
        """Every secret that the release's values and Secrets give away."""
        known = KnownSecrets(self._masking)
        for values in (self._release.config, self._release.chart_values):
            for secret in secrets_in(values):
                known.learn_text(secret, named=True)
        for text in (self._release.manifest, *self._hooks()):
            for key, value in secrets_of(text):
                known.learn_text(value, named=is_secret(key))
        release = self._release
        known.forget((release.name, release.namespace, release.chart_name))
        return known

    def head(self) -> JsonObject:
        """Return the record without chart, values and manifest, masked."""
        left_out = ("chart", "config", "manifest", "hooks")
        record = {key: each for key, each in self._release.record.items() if key not in left_out}
        info = {key: each for key, each in self._release.info.items() if each != ""}
        for key in ("description", "notes"):
            if key in info:
                info[key] = self.text(info[key])
        record["info"] = info
        return {**record, "hooks": [self._hook(hook) for hook in self._release.hooks]}

    def whole(self) -> JsonObject:
        """Return the record without its chart, masked, as ``helm status -o json`` has it."""
        release = self._release
        record = {
            "config": self.values(release.config),
            "manifest": self.manifest(release.manifest),
        }
        return {key: each for key, each in {**self.head(), **record}.items() if each}

    def _hook(self, hook: JsonObject) -> JsonObject:
        run = {key: each for key, each in (hook.get("last_run") or {}).items() if each}
        shown = {**hook, "manifest": self.manifest(str(hook.get("manifest") or ""))}
        return {**shown, "last_run": {"phase": "", **run}}

    def values(self, values: Any) -> Any:
        """Return a masked copy of values."""
        return masked_values(values, self.known)

    def manifest(self, manifest: str) -> str:
        """Return a manifest, of the release or of a hook, masked."""
        return masked_manifest(manifest, self.known)

    def text(self, text: str) -> str:
        """Return notes or a description, masked."""
        return mask_free_text(self.known.masked(text)) if text else ""

    def anything(self, node: Any) -> Any:
        """Return a copy of an object, masked where it holds what is known to be a secret."""
        match node:
            case str():
                return self.known.masked(node)
            case list():
                return [self.anything(each) for each in node]
            case dict():
                return {self.anything(key): self.anything(each) for key, each in node.items()}
        return node

    def _hooks(self) -> list[str]:
        return [str(hook.get("manifest") or "") for hook in self._release.hooks]
