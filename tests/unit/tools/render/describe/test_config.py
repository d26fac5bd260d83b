"""ConfigMaps read as in kubectl; Secrets too, but for tokens, which kubectl prints."""

import base64
from datetime import UTC, datetime

import pytest

from tests.support.builders import a_config_map, a_secret, an_object
from tests.support.recorded_descriptions import Recording, recording, recordings
from tools.render.describe import Related, describe
from tools.render.describe.config import size_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("config", recordings("config", but="secret-robot-token"))
def test_config_reads_as_kubectl_describes_it(config: Recording):
    assert config.described() == config.kubectl


def test_the_token_of_a_service_account_is_not_printed():
    secret = recording("config/secret-robot-token")
    assert "\ntoken:      (the token in full)\n" in secret.kubectl
    assert secret.described() == secret.kubectl.replace("(the token in full)", "644 bytes")


def test_no_value_of_a_secret_is_printed_even_if_it_was_not_masked():
    described = describe(a_secret(password="correct-horse", token="battery"), Related(), NOW)
    assert described.endswith("Data\n====\npassword:  13 bytes\ntoken:     7 bytes\n")


@pytest.mark.parametrize("content", ["", "a", "ä", "x" * 1000])
def test_the_size_is_that_of_the_decoded_value(content: str):
    data = content.encode()
    assert size_of(base64.b64encode(data).decode()) == len(data)


def test_the_size_of_a_masked_value_is_told_by_the_mask():
    assert size_of("<redacted 16 bytes, fingerprint 3fa9c1>") == 16


def test_a_value_that_is_not_there_has_no_bytes():
    assert size_of(None) == 0


def test_keys_are_in_the_order_of_the_alphabet():
    in_secret = describe(a_secret(b="2", a="1"), Related(), NOW)
    in_map = describe(a_config_map(b="2", a="1"), Related(), NOW)
    binary = an_object("v1", "ConfigMap", "logo", binaryData={"b": "", "a": ""})
    assert in_secret.endswith("a:  1 bytes\nb:  1 bytes\n")
    assert "\na:\n----\n1\n\nb:\n----\n2\n\n" in in_map
    assert "a: 0 bytes\nb: 0 bytes\n" in describe(binary, Related(), NOW)
