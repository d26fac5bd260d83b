"""What an operator says about Jenkins, as its client takes it."""

import pytest
from pydantic import ValidationError

from clients.addresses import address_of
from mcp_server.jenkins import settings_of
from mcp_server.settings import Settings

CI = "https://ci.example.com/jenkins"


def test_every_setting_reaches_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SKYFLO_JENKINS_URLS": f"{CI}, http://jenkins.ci.svc:8080",
        "SKYFLO_JENKINS_CREDENTIALS": f"skyflo/jenkins-cred-*={CI},ci/jenkins={CI}/",
        "SKYFLO_JENKINS_NAMESPACES": "ci, skyflo",
        "SKYFLO_JENKINS_SECRET_LABEL": "app=jenkins",
        "SKYFLO_JENKINS_VERIFY_TLS": "false",
        "SKYFLO_JENKINS_CA_FILE": "/etc/ca.pem",
        "SKYFLO_JENKINS_PROXY": "http://user:hunter2@proxy:3128",
        "SKYFLO_JENKINS_CONNECT_TIMEOUT": "3",
        "SKYFLO_JENKINS_READ_TIMEOUT": "20",
        "SKYFLO_MAX_RETRY_ATTEMPTS": "5",
    }.items():
        monkeypatch.setenv(name, value)
    settings = settings_of(Settings())
    rules = settings.rules
    assert [*rules.addresses] == [address_of(CI), address_of("http://jenkins.ci.svc:8080")]
    assert [*rules.bound] == [
        ("skyflo/jenkins-cred-*", address_of(CI)),
        ("ci/jenkins", address_of(CI)),
    ]
    assert (rules.namespaces, rules.label) == (("ci", "skyflo"), "app=jenkins")
    assert (settings.verify_tls, settings.ca_file) == (False, "/etc/ca.pem")
    assert (settings.limits.connect, settings.limits.read) == (3, 20)
    assert settings.retries.attempts == 5
    assert settings.proxy is not None
    assert "hunter2" not in repr(settings)


def test_nothing_is_allowed_by_default() -> None:
    settings = settings_of(Settings())
    assert (settings.rules.addresses, settings.rules.bound, settings.verify_tls) == ([], [], True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SKYFLO_JENKINS_URLS", "ci.example.com"),
        ("SKYFLO_JENKINS_URLS", "https://user:x@ci.example.com"),
        ("SKYFLO_JENKINS_CREDENTIALS", "https://ci.example.com"),
        ("SKYFLO_JENKINS_CREDENTIALS", "jenkins=https://ci.example.com"),
        ("SKYFLO_JENKINS_CREDENTIALS", "ci/jenkins"),
        ("SKYFLO_JENKINS_CREDENTIALS", "ci/jenkins=nowhere"),
    ],
)
def test_what_cannot_be_read_stops_the_start(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()
