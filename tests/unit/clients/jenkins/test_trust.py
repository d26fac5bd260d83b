"""Whom to believe on the way to Jenkins: public authorities, the operator's own, or anybody."""

import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from clients.errors import ClientError, ConfigurationError, UnavailableError
from clients.jenkins import Jenkins, JenkinsSettings, job
from clients.kubernetes.wire.session import Retries
from sandbox import Cluster
from tests.support.jenkins import a_secret
from tests.support.scripted import says, scripted
from tools.dependencies import Clients

Opened = Callable[..., Jenkins]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody but itself has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jenkins")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "jenkins.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
async def url(certificate: Path, cluster: Cluster) -> AsyncIterator[str]:
    """A Jenkins behind that certificate, and credentials that belong to it."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"name": "web"})

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    server = TestServer(app)
    await server.start_server(ssl=context)
    url = f"https://127.0.0.1:{server.port}"
    cluster.store.create(a_secret(url))
    yield url
    await server.close()


@pytest.fixture
def opened(clients: Clients) -> Opened:
    def opened(**settings: object) -> Jenkins:
        kubernetes = clients.kubernetes
        quick = JenkinsSettings(retries=Retries(attempts=1), **settings)
        return Jenkins(quick, kubernetes.secrets, kubernetes.reader.masking)

    return opened


async def asked(jenkins: Jenkins, url: str, verify: bool = True) -> object:
    async with jenkins.reader.at(url, "ci/jenkins", verify) as reader:
        return await reader.get_json(job("web"))


async def test_a_certificate_that_nobody_signed_is_refused(url: str, opened: Opened) -> None:
    with pytest.raises(UnavailableError) as refused:
        await asked(opened(), url)
    assert str(refused.value) == (
        f"Jenkins at {url} shows a certificate that no known authority signed (its own: "
        "SKYFLO_JENKINS_CA_FILE of this server). Nothing was changed."
    )


async def test_the_operators_own_authority_is_believed(
    url: str, opened: Opened, certificate: Path
) -> None:
    assert await asked(opened(ca_file=str(certificate)), url) == {"name": "web"}


async def test_the_operator_can_turn_the_check_off_and_the_caller_cannot(
    url: str, opened: Opened
) -> None:
    with pytest.raises(ClientError, match="not for a caller to say"):
        await asked(opened(), url, verify=False)
    for verify in (True, False):
        assert await asked(opened(verify_tls=False), url, verify) == {"name": "web"}


async def test_a_file_of_authorities_that_is_none_is_named_by_its_setting(
    url: str, opened: Opened, tmp_path: Path
) -> None:
    (tmp_path / "none.pem").write_text("no certificate")
    for name in ("none.pem", "missing.pem"):
        with pytest.raises(ConfigurationError, match="SKYFLO_JENKINS_CA_FILE"):
            await asked(opened(ca_file=str(tmp_path / name)), url)


async def test_the_operators_proxy_is_used(cluster: Cluster, opened: Opened) -> None:
    cluster.store.create(a_secret("http://ci.invalid:8080"))
    async with scripted() as proxy:
        proxy.answers(says({"name": "web"}))
        address = proxy.url.replace("http://", "http://user:hunter2@")
        jenkins = opened(proxy=SecretStr(address))
        assert await asked(jenkins, "http://ci.invalid:8080") == {"name": "web"}
        [request] = proxy.requests
        assert request.headers["Host"] == "ci.invalid:8080"
        assert request.headers["Proxy-Authorization"].startswith("Basic ")


@pytest.mark.parametrize("wrong", ["proxy:3128", "socks9://x", "hunter2"])
async def test_a_proxy_that_is_none_is_named_by_its_setting(
    wrong: str, cluster: Cluster, opened: Opened
) -> None:
    cluster.store.create(a_secret("http://ci.invalid:8080"))
    with pytest.raises(ConfigurationError, match="SKYFLO_JENKINS_PROXY") as refused:
        await asked(opened(proxy=SecretStr(wrong)), "http://ci.invalid:8080")
    assert wrong not in str(refused.value)


async def test_no_proxy_is_taken_from_the_environment(
    url: str, opened: Opened, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    assert await asked(opened(ca_file=str(certificate)), url) == {"name": "web"}
