"""What a command line gives away, word by word."""

from typing import Any

import pytest

from clients.masking import mask_arguments


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--token", "x", "--port", "80"], ["--token", "<redacted>", "--port", "80"]),
        (["--dbPassword", "x"], ["--dbPassword", "<redacted>"]),
        (["-pgpassword", "x"], ["-pgpassword", "<redacted>"]),
        (["--token", "--port=80"], ["--token", "--port=80"]),
        (["--token-file", "/run/token"], ["--token-file", "/run/token"]),
        (["--githubToken=x"], ["--githubToken=<redacted>"]),
        (["curl", "-u", "bob:x", "h"], ["curl", "-u", "bob:<redacted>", "h"]),
        (["/usr/bin/mysqldump", "-uroot", "-px"], ["/usr/bin/mysqldump", "-uroot", "-p<redacted>"]),
        (["redis-cli", "-a", "x", "ping"], ["redis-cli", "-a", "<redacted>", "ping"]),
        (["sshpass", "-p", "x", "ssh"], ["sshpass", "-p", "<redacted>", "ssh"]),
        (["cp", "-u", "a:b", "-pr"], ["cp", "-u", "a:b", "-pr"]),
        (["--token", {"a": 1}, "x"], ["--token", {"a": 1}, "x"]),
    ],
)
def test_words_lose_their_secrets(words: list[Any], shown: list[Any]) -> None:
    mask_arguments(words)
    assert words == shown
