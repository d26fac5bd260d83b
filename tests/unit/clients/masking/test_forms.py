"""What is a credential by its own form."""

import time

import pytest

from clients.masking import mask_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abcdef1234567890", "Authorization: Bearer <redacted>"),
        ("postgres://app:hunter2@db:5432/x", "postgres://app:<redacted>@db:5432/x"),
        ("key AKIAIOSFODNN7EXAMPLE here", "key <redacted key> here"),
        (
            "t=eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4fw end",
            "t=<redacted JSON web token> end",
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
            "<redacted private key>",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIE cut off", "<redacted private key>"),
        ("https://example.com:8443/path@x", "https://example.com:8443/path@x"),
        ("https://example.com:8443?mail=a@b", "https://example.com:8443?mail=a@b"),
        ("amqp://app:p@ss:w@rd@mq:5672/a@b", "amqp://app:<redacted>@mq:5672/a@b"),
        ("redis://:hunter2@cache/0", "redis://:<redacted>@cache/0"),
        (
            "https://0123456789abcdef0123456789abcdef@o1.example.com/2",
            "https://<redacted>@o1.example.com/2",
        ),
        (
            "https://blob.example.com/x?sp=r&sig=aB%2F1&e=1",
            "https://blob.example.com/x?sp=r&sig=<redacted>&e=1",
        ),
        ("ssh://git@example.com/x", "ssh://git@example.com/x"),
        (
            "https://hooks.slack.com/services/T00/B00/abcdefgh12",
            "https://hooks.slack.com/services/<redacted>",
        ),
    ],
)
def test_a_credential_is_known_by_its_form(text: str, shown: str) -> None:
    assert mask_text(text) == shown


@pytest.mark.parametrize(
    "token",
    [
        *("ghp_" + "a1B2" * 9, "github_pat_" + "a1B2" * 9, "glpat-" + "a1B2" * 5),
        *("xoxb-" + "1a" * 9, "npm_" + "a1B2" * 9, "dckr_pat_" + "a1B2" * 6, "hvs." + "a1B2" * 6),
        *("sk_" + "live_" + "a1B2" * 6, "rk_" + "test_" + "a1B2" * 6, "sk-ant-" + "a1-B" * 6),
    ],
)
def test_a_token_is_known_by_its_beginning(token: str) -> None:
    assert mask_text(f"sent {token}, refused") == "sent <redacted token>, refused"


def test_a_google_key_is_known_by_its_beginning() -> None:
    assert mask_text("key=AIza" + "a1B2-" * 7) == "key=<redacted key>"


@pytest.mark.parametrize("piece", ["://a:", "://", "npm_", "sk-ant-", "AIza", "eyJ", "bearer "])
def test_beginnings_without_end_cost_no_more_than_their_length(piece: str) -> None:
    started = time.process_time()
    mask_text(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 1.0
