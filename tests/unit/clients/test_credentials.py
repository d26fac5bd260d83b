"""Credentials from Secrets: only for the addresses they belong to, never shown, read anew."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from clients.addresses import Address, address_of
from clients.credentials import LOOKUP_SECONDS, CredentialRules, CredentialStore
from clients.errors import (
    ClientError,
    ConfigurationError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    TimedOutError,
)
from clients.kubernetes import Kubernetes, KubernetesSettings, raw_secrets
from clients.kubernetes.configuration.config import ClusterSource
from clients.kubernetes.wire.policy import Policy
from sandbox import Cluster
from tests.support.builders import a_namespace
from tests.support.jenkins import TOKEN, USER, a_secret
from tools.dependencies import Clients

CI = address_of("https://ci.example.com/jenkins")
OTHER = address_of("https://other.example.com")
Store = Callable[..., CredentialStore]


@pytest.fixture
def store(clients: Clients) -> Store:
    def store(**rules: object) -> CredentialStore:
        return CredentialStore(clients.kubernetes.secrets, CredentialRules(**rules))

    return store


def keep(cluster: Cluster, url: str | None = None, **more: str) -> None:
    cluster.store.create(a_secret(url, **more))


def keep_with_key(cluster: Cluster, url: str | None, **more: str) -> None:
    """Keep credentials whose key `url` says where they belong."""
    secret = a_secret(url, **more)
    secret["data"]["url"] = base64.b64encode(str(CI).encode()).decode()
    cluster.store.create(secret)


async def refused(store: CredentialStore, to: Address = CI, ref: str = "ci/jenkins") -> str:
    with pytest.raises(ClientError) as refusal:
        await store.credentials(ref, to)
    return str(refusal.value)


async def test_the_secrets_annotation_says_where_it_belongs(cluster: Cluster, store: Store) -> None:
    keep(cluster, "https://CI.example.com:443/jenkins/ https://second.example.com")
    got = await store().credentials("ci/jenkins", CI)
    assert (got.username, got.token.get_secret_value()) == (USER, TOKEN)
    await store().credentials("ci/jenkins", address_of("https://second.example.com"))
    assert await refused(store(), OTHER) == (
        'Secret "ci/jenkins" is not for https://other.example.com: by its annotation '
        "skyflo.ai/jenkins-url it belongs to https://ci.example.com/jenkins or "
        "https://second.example.com. Nothing was sent."
    )


async def test_the_secrets_own_key_url_says_it_too(cluster: Cluster, store: Store) -> None:
    keep_with_key(cluster, None)
    await store().credentials("ci/jenkins", CI)
    assert 'by its key "url"' in await refused(store(), OTHER)


async def test_a_secret_that_says_nothing_is_sent_nowhere(cluster: Cluster, store: Store) -> None:
    keep(cluster)
    assert await refused(store()) == (
        'Secret "ci/jenkins" does not say which Jenkins it belongs to, so it is sent to none. '
        "Annotate it with skyflo.ai/jenkins-url, or set SKYFLO_JENKINS_URLS or "
        "SKYFLO_JENKINS_CREDENTIALS of this server. Nothing was sent."
    )


async def test_the_operators_addresses_serve_secrets_that_say_nothing(
    cluster: Cluster, store: Store
) -> None:
    keep(cluster)
    listed = store(addresses=[CI])
    assert (await listed.credentials("ci/jenkins", CI)).username == USER
    assert "by SKYFLO_JENKINS_URLS it belongs to" in await refused(listed, OTHER)


async def test_the_operator_binds_secrets_by_their_names(cluster: Cluster, store: Store) -> None:
    keep(cluster, name="jenkins-cred-42")
    keep(cluster, name="another")
    bound = store(bound=[("ci/jenkins-cred-*", CI)])
    assert (await bound.credentials("ci/jenkins-cred-42", CI)).username == USER
    assert "SKYFLO_JENKINS_CREDENTIALS" in await refused(bound, OTHER, "ci/jenkins-cred-42")
    assert "does not say which" in await refused(bound, CI, "ci/another")


async def test_whoever_speaks_must_agree(cluster: Cluster, store: Store) -> None:
    """An annotation that somebody was talked into setting does not lead past the operator."""
    keep(cluster, str(OTHER))
    assert "SKYFLO_JENKINS_URLS" in await refused(store(addresses=[CI]), OTHER)
    keep_with_key(cluster, str(OTHER), name="both")
    assert 'by its key "url"' in await refused(store(), OTHER, "ci/both")
    assert "by its annotation" in await refused(store(), CI, "ci/both")


async def test_an_annotation_that_is_no_address_is_not_guessed_at(
    cluster: Cluster, store: Store
) -> None:
    keep(cluster, "https://user:hunter2@ci.example.com/jenkins")
    with pytest.raises(ConfigurationError) as refusal:
        await store().credentials("ci/jenkins", CI)
    assert str(refusal.value).startswith('The annotation of Secret "ci/jenkins" that says where')
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "ref",
    ["", "jenkins", "ci/", "/jenkins", "ci/a/../b", "ci/a/b", "ci/..", "../ci", "CI/jenkins",
     "ci/jen_kins", "ci/--help", "ci /x", "ci/j\n", "ci/ﬁ", "ci%2fx/y", "ci/" + "x" * 300],
)  # fmt: skip
async def test_what_is_no_secrets_name_is_never_asked_for(
    cluster: Cluster, store: Store, ref: str
) -> None:
    assert await refused(store(), ref=ref) == (
        f'Argument "credentials_ref": {shown(ref)} is not the namespace and name of a Secret, such '
        'as "ci/jenkins". Nothing was sent.'
    )
    assert list(cluster.requests) == []


def shown(ref: str) -> str:
    cut = ref if len(ref) <= 60 else f"{ref[:60]}…"
    return '"' + cut.replace("\n", "\\x0a") + '"'


MISSING = 'secret "jenkin" not found in namespace "ci".'


async def test_a_missing_secret_is_named_with_the_nearest(cluster: Cluster, store: Store) -> None:
    cluster.store.create(a_namespace("ci"))
    keep(cluster, str(CI))
    assert await refused(store(), ref="ci/jenkin") == f'{MISSING} Did you mean "jenkins"?'
    assert await refused(store(), ref="cii/jenkins") == (
        'secret "jenkins" not found in namespace "cii": there is no namespace "cii". '
        'Did you mean "ci"?'
    )


async def test_what_may_not_be_listed_is_not_suggested(cluster: Cluster, store: Store) -> None:
    keep(cluster, str(CI))
    cluster.faults.status(403, "/secrets$", times=None, reason="Forbidden", message="not for you")
    with pytest.raises(NotFoundError) as refusal:
        await store().credentials("ci/jenkin", CI)
    assert str(refusal.value) == MISSING


async def test_a_suggestion_is_not_waited_for(
    cluster: Cluster, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert raw_secrets.SUGGESTION_SECONDS < LOOKUP_SECONDS
    monkeypatch.setattr(raw_secrets, "SUGGESTION_SECONDS", 0.05)
    keep(cluster, str(CI))
    cluster.faults.hold("/secrets$", times=None)
    assert await refused(store(), ref="ci/jenkin") == MISSING


async def test_a_secret_of_something_else_is_not_sent(cluster: Cluster, store: Store) -> None:
    keep(cluster, str(CI))
    secret = cluster.store.get("", "secrets", "ci", "jenkins")
    del secret["data"]["api-token"]
    cluster.store.update(secret)
    assert await refused(store()) == (
        'Secret "ci/jenkins" has no key "api-token": Jenkins credentials are "username" and '
        '"api-token". Nothing was sent.'
    )


@pytest.mark.parametrize("user", ["", "  ", "a:b", "a\r\nX-Evil: 1"])
async def test_a_user_that_is_none_is_refused(cluster: Cluster, store: Store, user: str) -> None:
    keep(cluster, str(CI), username=user)
    assert (await refused(store())).endswith("Nothing was sent.")


async def test_a_line_end_after_the_token_is_no_part_of_it(cluster: Cluster, store: Store) -> None:
    keep(cluster, str(CI), **{"api-token": f"{TOKEN}\n"})
    got = await store().credentials("ci/jenkins", CI)
    assert got.token.get_secret_value() == TOKEN


async def test_only_the_namespaces_and_the_label_the_operator_names(
    cluster: Cluster, store: Store
) -> None:
    keep(cluster, str(CI))
    assert "in none of the namespaces" in await refused(store(namespaces=["team-*"]))
    await store(namespaces=["team-*", "ci"]).credentials("ci/jenkins", CI)
    assert "has no label app=jenkins" in await refused(store(label="app=jenkins"))
    secret = cluster.store.get("", "secrets", "ci", "jenkins")
    secret["metadata"]["labels"] = {"app": "jenkins"}
    cluster.store.update(secret)
    for label in ("app=jenkins", "app"):
        await store(label=label).credentials("ci/jenkins", CI)
    assert "has no label app=other" in await refused(store(label="app=other"))


async def test_a_secret_is_kept_for_a_moment_and_read_anew_when_asked(
    cluster: Cluster, store: Store
) -> None:
    keep(cluster, str(CI))
    time = [0.0]
    one = store()
    one.clock = lambda: time[0]
    for _ in range(3):
        await one.credentials("ci/jenkins", CI)
    assert len(cluster.requests) == 1
    await one.credentials("ci/jenkins", CI, anew=True)
    assert len(cluster.requests) == 2
    time[0] = 31
    await one.credentials("ci/jenkins", CI)
    assert len(cluster.requests) == 3


async def test_a_lookup_that_hangs_ends_in_a_sentence(cluster: Cluster, store: Store) -> None:
    hurried = store()
    assert hurried.lookup_seconds == 5
    hurried.lookup_seconds = 0.05
    keep(cluster, str(CI))
    cluster.faults.hold("/secrets/jenkins", times=None)
    with pytest.raises(TimedOutError, match=r'Secret "ci/jenkins" could not be read within'):
        await hurried.credentials("ci/jenkins", CI)


async def test_the_operators_policy_of_namespaces_applies(cluster: Cluster, tmp_path: Path) -> None:
    keep(cluster, str(CI))
    path = tmp_path / "limited"
    path.write_text(cluster.kubeconfig())
    source = ClusterSource(kubeconfig=str(path))
    limited = Kubernetes(KubernetesSettings(source, policy=Policy(denied=("ci",))))
    with pytest.raises(ForbiddenError, match='namespace "ci" is denied'):
        await CredentialStore(limited.secrets).credentials("ci/jenkins", CI)
    await limited.close()
    assert list(cluster.requests) == []


async def test_credentials_show_themselves_nowhere(cluster: Cluster, store: Store) -> None:
    keep(cluster, str(CI))
    one = store()
    got = await one.credentials("ci/jenkins", CI)
    secret = await one.secrets.get("ci", "jenkins")
    assert TOKEN not in repr(got) + repr(one) + repr(secret) + str(got)


async def test_what_a_far_side_echoes_is_taken_out(cluster: Cluster, store: Store) -> None:
    keep(cluster, str(CI))
    got = await store().credentials("ci/jenkins", CI)
    echoed = f"Authorization: {got.token.get_secret_value()}".encode()
    assert got.removed_from(echoed) == b"Authorization: <redacted>"
    with pytest.raises(InvalidError):
        await store(addresses=[OTHER]).credentials("ci/jenkins", CI)
