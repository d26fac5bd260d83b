"""What a text itself calls a secret."""

import time

import pytest

from clients.masking import mask_free_text, may_need_masking, secrets_told_by


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("login failed password=hunter2 for bob", "login failed password=<redacted> for bob"),
        ('{"api_key": "abc", "user": "bob"}', '{"api_key": <redacted>, "user": "bob"}'),
        ("--token=abc --verbose", "--token=<redacted> --verbose"),
        ("DB_PASSWORD: s3cret", "DB_PASSWORD: <redacted>"),
        ("no secretary was harmed: 3 of 4", "no secretary was harmed: 3 of 4"),
    ],
)
def test_free_text_loses_what_it_calls_a_secret_itself(line: str, shown: str) -> None:
    assert mask_free_text(line) == shown


@pytest.mark.parametrize("line", ["1" * 100_000, "a" * 100_000, "a-" * 50_000, "token" * 20_000])
def test_a_long_line_costs_no_more_than_its_length(line: str) -> None:
    started = time.process_time()
    mask_free_text(line)
    assert time.process_time() - started < 1.0


SHOWN = "<redacted>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(("PGPASSWORD=", " psql"), ("export GITHUB_PAT=", "; run"), ("MYSQL_PWD=", "")),
        *(("githubToken=", " ok"), ("apitoken: ", ""), ("Server=h;Pwd=", ";Uid=sa")),
        *(("https://h/x?api_key=", "&page=2"), ("https://h/x?page=2&access_token=", "")),
        *(("X-Api-Key: ", ""), ("X-Vault-Token: ", ""), ('{"client_secret": ', ', "a": 1}')),
        *(("Authorization: ", ""), ("Cookie: ", ""), ("Proxy-Authorization: ", "\nHost: h")),
        *(("--from-literal=password=", " -n x"), ("secret: password=", ""), ("password := ", "")),
        *(("<password>", "</password>"), ("<db.password>", "</db.password><user>u</user>")),
        *(("login --password ", " --verbose"), ("run --api-key ", ""), ("x --db-token ", " && y")),
        *(
            ("sshpass -p ", " ssh h"),
            ("mysql -h db -uroot -p", " shop"),
            ("redis-cli -a ", " ping"),
        ),
        *(("curl -u bob:", " http://h"), ("curl -sS --user 'bob:", "' http://h")),
    ],
)
def test_the_value_goes_and_what_is_around_it_stays(before: str, after: str) -> None:
    told = f"{before}hunter2hunterXq9{after}"
    assert may_need_masking(told)
    assert mask_free_text(told) == f"{before}{SHOWN}{after}"
    assert mask_free_text(f"{before}{SHOWN}{after}") == f"{before}{SHOWN}{after}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Token hunter2", "Authorization: <redacted>"),
        ("-H 'Authorization: Token hunter2' h", "-H 'Authorization: <redacted>' h"),
        ('-H "Cookie: a=1; b=2" h', '-H "Cookie: <redacted>" h'),
        ("Cookie: true; session=hunter2", "Cookie: <redacted>"),
        ("DB_PASSWORD: no more secrets", "DB_PASSWORD: <redacted>"),
        ("password=none!hunter2", "password=<redacted>"),
        ("password: secret", "password: <redacted>"),
        ("password: invalid horse battery", "password: <redacted>"),
        ("Authorization: invalid abcdef", "Authorization: <redacted>"),
        ("PASS=hunter2 Pass: x", "PASS=<redacted> Pass: <redacted>"),
        ("pass: 12345678", "pass: <redacted>"),
        (r"password=\hunter2", "password=<redacted>"),
        ('password="hunter2 cut he', "password=<redacted>"),
        ('"Authorization": "Token hunter2",', '"Authorization": <redacted>,'),
        ("DB_PASSWORD: my secret x\nCOLOUR: blue", "DB_PASSWORD: <redacted>\nCOLOUR: blue"),
        ("- password: correct horse\n", "- password: <redacted>\n"),
        ('DB_PASSWORD: "my secret x" # why', "DB_PASSWORD: <redacted> # why"),
        ("bind failed, password: wrong for bob", "bind failed, password: <redacted> for bob"),
        (r'{"password":"a\"b","user":"u"}', '{"password":<redacted>,"user":"u"}'),
        (r'{"m":"{\"password\":\"x\",\"n\":1}"}', r'{"m":"{\"password\":<redacted>,\"n\":1}"}'),
    ],
)
def test_a_value_goes_to_the_end_of_its_quotes_header_or_line(text: str, shown: str) -> None:
    assert mask_free_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        'MountVolume.SetUp failed for volume "db-password" : secret "db-password" not found',
        'secret "db-password": not found',
        'Pulling image "shop/auth-token:1.2"',
        "secretName: db existingSecret: db tokenExpirationSeconds: 3607",
        "DB_PASSWORD_FILE=/run/db TOKEN_URL=https://h/token AUTH_SERVICE_PORT=80",
        "object.spec.token == 'x'",
        "password=${DB_PASSWORD} token: {{args.token}}",
        'password: null\n"token": {"a": 1}\n--anonymous-auth="true"',
        "auth: user bob came in",
        "use --password to log in; --token string  Bearer token",
        "docker run -p 80:80 shop/web; cp -u a:b c",
        "<credentialsId>github</credentialsId>",
        "key=abc monkey: 4",
        "token: expired\nError: secret: not found\nPASSWORD: must be set in order to start",
        "Authorization: missing header\ntoken: invalid signature, volumes.secret: required value",
        "--- PASS: TestCart (0.00s)\nPASS: tests/foo.sh\npass: 10, fail: 0",
    ],
)
def test_what_only_looks_like_a_secret_is_shown(text: str) -> None:
    assert mask_free_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ERROR: \x1b[1mpassword\x1b[0m=hunter2", "ERROR: password=<redacted>"),
        ("pass\u200bword=hunter2", "password=<redacted>"),
        ("pass\u034fword=hunter2", "password=<redacted>"),
        ("password=\x1b[1;31mhunter2\x1b[0m", "password=<redacted>"),
        ("token=hun\x1b[38;5;9mter2", "token=<redacted>"),
        ("\x1b]0;password=hunter2\x07built", "built"),
        ("\x1b[32mok\x1b[0m", "\x1b[32mok\x1b[0m"),
    ],
)
def test_what_colours_and_invisible_characters_hide_is_masked(text: str, shown: str) -> None:
    assert mask_free_text(text) == shown


@pytest.mark.parametrize(
    "piece", ["password", "<a>", '"', "\\", "token=", "a.", "curl -u ", "--token ", "-p", "mysql "]
)
def test_no_text_costs_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    mask_free_text(piece * (60_000 // len(piece)))
    assert time.process_time() - started < 1.5


def test_the_secrets_that_a_text_gives_away_can_be_known_by_themselves() -> None:
    text = 'user = admin\npassword: "hunter 2"\nurl=amqp://u:t0p@mq/x\ntoken: \n'
    assert [*secrets_told_by(text)] == ["hunter 2", "t0p"]
    assert [*secrets_told_by("nothing of the sort: see https://example.com/")] == []
