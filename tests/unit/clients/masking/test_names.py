"""Which names are a secret's, however they are written."""

import pytest

from clients.masking import is_secret_field, names_a_secret

SECRETS = [
    *("password", "passwd", "passphrase", "pwd", "pass", "secret", "token", "credentials"),
    *("dbPassword", "apiToken", "githubToken", "clientSecret", "APIKey", "keyStorePassword"),
    *("DB_PASSWORD", "MYSQL_PWD", "GITHUB_PAT", "SENTRY_DSN", "BASIC_AUTH", "REDISCLI_AUTH"),
    *("PGPASSWORD", "SSHPASS", "dbpassword", "apitoken", "clientsecret", "apikey", "TS_AUTHKEY"),
    *("api-key", "api.key", "api_key", "X-Api-Key", "X-Vault-Token", "x-auth-token"),
    *("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "VAULT_SECRET_ID", "accountKey"),
    *("Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "RABBITMQ_ERLANG_COOKIE"),
    *("DB_PASSWORD_PROD", "password2", "PASSWORD_2", "tokenValue", "passwordHash", "token-base64"),
    *("TOKEN_GITHUB", "API_KEY_STRIPE", "spring.datasource.password", "example.com/token"),
    *("existingPassword", "passwordNew", "client-key-data"),
]  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_a_secrets_name_is_known_as_a_field_and_as_a_variable(name: str) -> None:
    assert is_secret_field(name)
    assert names_a_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        *("secretName", "SECRET_NAME", "existingSecret", "existing-secret", "existingDbSecret"),
        *("imagePullSecret", "imagePullSecrets", "secretKeyRef", "passwordSecretRef", "secretRef"),
        *("tokenReviews", "tokenPath", "tokenExpirationSeconds", "TOKEN_TTL", "auth-token-ttl"),
        *("DB_PASSWORD_FILE", "PGPASSFILE", "TOKEN_URL", "AUTH_SERVICE_HOST", "AUTH_SERVICE_PORT"),
        *("PASSWORD_MIN_LENGTH", "passwordPolicy", "credentialsId", "credentialsProvider"),
        *("keyName", "publicKey", "PUBLIC_KEY", "key", "monkey", "turkey", "MONKEY", "keyRef"),
        *("AUTHOR", "secretary", "tokenizer", "compass", "bypass", "COMPASS", "path", "PATTERN"),
        *("session-cookie-name", "affinity-cookie-expires", "MAX_TOKENS", "oauth2ClientId"),
        *("token-service.yaml", "credentials.json", "secrets.example.com/reload", "", "/"),
    ],
)
def test_what_points_to_a_secret_or_is_about_one_is_none(name: str) -> None:
    assert not is_secret_field(name)
    assert not names_a_secret(name)


@pytest.mark.parametrize("name", ["token-for-github", "db_password_admin", "x-token-upstream"])
def test_in_a_variable_the_word_may_stand_anywhere_a_field_ends_in_it(name: str) -> None:
    assert names_a_secret(name)
    assert not is_secret_field(name)


def test_of_a_name_as_long_as_a_text_its_end_is_looked_at() -> None:
    assert is_secret_field("a" * 100_000 + "_password")
    assert not names_a_secret("password_" + "a" * 100_000)
