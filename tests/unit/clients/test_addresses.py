"""Addresses of servers: one normal form, and nothing that two programs could read differently."""

import pytest

from clients.addresses import address_of, read_address
from clients.errors import InvalidError


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("https://ci.example.com", "https://ci.example.com"),
        ("HTTPS://CI.Example.COM:443/", "https://ci.example.com"),
        ("http://ci:80/jenkins/", "http://ci/jenkins"),
        ("http://ci:8080/Team/jenkins", "http://ci:8080/Team/jenkins"),
        ("http://jenkins_1.ci.svc:8080", "http://jenkins_1.ci.svc:8080"),
        ("http://[0:0::1]:8080/x", "http://[::1]:8080/x"),
    ],
)
def test_an_address_has_one_normal_form(text: str, normal: str) -> None:
    assert str(address_of(text)) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ci.example.com",
        "ftp://ci.example.com",
        "https://",
        "https://ci.example.com@evil.example.com/",
        "https://user:password@ci.example.com/",
        "https://ci.example.com?x=",
        "https://ci.example.com/jenkins?x=",
        "https://ci.example.com/#x",
        "https://ci.example.com\\@evil.example.com",
        "https://ci.example.com/a/../b",
        "https://ci.example.com/./b",
        "https://ci.example.com/%2e%2e/b",
        "https://ci.example.com//evil",
        "https://ci.example.com/ x",
        " https://ci.example.com",
        "https://ci.example.com\n",
        "https://ci.example.com:0",
        "https://ci.example.com:99999",
        "https://ci.example.com:",
        "https://[::g]/",
        "https://\u212ai.example.com",  # the sign for Kelvin, which is k in lower case
        "https://ci\u3002example.com",
        "https://ci.example.com/\x00",
        "x" * 100_000,
    ],
)
def test_what_could_be_read_differently_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="is not an address"):
        read_address(text)


def test_a_refusal_does_not_repeat_a_password() -> None:
    with pytest.raises(InvalidError) as refused:
        read_address("https://user:hunter2@ci.example.com/")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "covered"),
    [
        ("https://ci.example.com/jenkins", True),
        ("https://CI.example.com:443/jenkins/", True),
        ("https://ci.example.com/jenkins/below", True),
        ("https://ci.example.com/jenkinsevil", False),
        ("https://ci.example.com/", False),
        ("https://ci.example.com/Jenkins", False),
        ("http://ci.example.com/jenkins", False),
        ("https://ci.example.com:8443/jenkins", False),
        ("https://ci.example.com.evil.example/jenkins", False),
    ],
)
def test_an_address_covers_itself_and_what_lies_below(asked: str, covered: bool) -> None:
    assert address_of("https://ci.example.com/jenkins").covers(address_of(asked)) is covered
