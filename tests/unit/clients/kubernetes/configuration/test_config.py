"""Which cluster, as whom: each kind of kubeconfig entry, the pod's ServiceAccount, refusals."""

import base64
import os
import stat
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from clients.errors import ConfigurationError
from clients.kubernetes.configuration import config as cluster_config
from clients.kubernetes.configuration.config import ClusterConfig, ClusterSource, load_config

TOKEN = "canary-s3cr3t-token"


def a_kubeconfig(
    folder: Path, user: dict[str, Any], cluster: dict[str, Any] | None = None, **context: str
) -> str:
    file = folder / "kubeconfig"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1", **(cluster or {})}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "test", "context": {"cluster": "c", "user": "u", **context}}],
    }
    file.write_text(yaml.safe_dump(content))
    return str(file)


async def loaded(kubeconfig: str, context: str | None = None) -> ClusterConfig:
    return await load_config(ClusterSource(kubeconfig=kubeconfig, context=context))


async def refused(source: ClusterSource) -> str:
    with pytest.raises(ConfigurationError) as refusal:
        await load_config(source)
    assert TOKEN not in str(refusal.value)
    return str(refusal.value)


def a_login_program(folder: Path, output: str, status: int = 0) -> dict[str, Any]:
    program = folder / "login"
    program.write_text(f"#!{sys.executable}\nimport sys\nprint({output!r})\nsys.exit({status})\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(program)}}


async def test_a_token(tmp_path: Path) -> None:
    config = await loaded(a_kubeconfig(tmp_path, {"token": TOKEN}, namespace="shop"))
    assert config.headers()["Authorization"] == f"Bearer {TOKEN}"
    assert (config.namespace, config.context) == ("shop", "test")
    assert TOKEN not in repr(config)


async def test_a_token_file_is_read_without_its_newline_and_again_when_it_rotates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("first\n")
    config = await loaded(a_kubeconfig(tmp_path, {"token": "old", "tokenFile": "token"}))
    assert config.headers()["Authorization"] == "Bearer first"
    (tmp_path / "token").write_text("second\n")
    assert config.headers()["Authorization"] == "Bearer first"
    monkeypatch.setattr(cluster_config, "TOKEN_REREAD_SECONDS", -1)
    assert config.headers()["Authorization"] == "Bearer second"


async def test_name_and_password(tmp_path: Path) -> None:
    config = await loaded(a_kubeconfig(tmp_path, {"username": "jane", "password": "pw"}))
    expected = base64.b64encode(b"jane:pw").decode()
    assert config.headers()["Authorization"] == f"Basic {expected}"


async def test_a_login_program_gives_a_token_and_its_end(tmp_path: Path) -> None:
    output = (
        '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", '
        f'"status": {{"token": "{TOKEN}", "expirationTimestamp": "2020-01-01T00:00:00Z"}}}}'
    )
    config = await loaded(a_kubeconfig(tmp_path, a_login_program(tmp_path, output)))
    assert config.headers()["Authorization"] == f"Bearer {TOKEN}"
    assert config.expired


async def test_a_login_program_gets_no_standard_input(tmp_path: Path) -> None:
    program = a_login_program(tmp_path, "")
    script = Path(program["exec"]["command"])
    script.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        "assert sys.stdin.read() == ''\n"
        "assert json.loads(os.environ['KUBERNETES_EXEC_INFO'])['kind'] == 'ExecCredential'\n"
        "print(json.dumps({'status': {'token': os.environ['GIVEN']}}))\n"
    )
    program["exec"]["env"] = [{"name": "GIVEN", "value": "from-env"}]
    config = await loaded(a_kubeconfig(tmp_path, program))
    assert config.headers()["Authorization"] == "Bearer from-env"


@pytest.mark.parametrize(
    ("output", "status", "sentence"),
    [
        ("", 3, "ended with status 3."),
        (f"token: {TOKEN}", 0, "did not print an ExecCredential."),
        ('{"status": {}}', 0, "returned no credential."),
    ],
)
async def test_a_login_program_that_fails_is_said_so_without_its_output(
    tmp_path: Path, output: str, status: int, sentence: str
) -> None:
    kubeconfig = a_kubeconfig(tmp_path, a_login_program(tmp_path, output, status))
    assert (await refused(ClusterSource(kubeconfig=kubeconfig))).endswith(sentence)


async def test_a_login_program_that_is_missing_is_said_with_its_hint(tmp_path: Path) -> None:
    user = {
        "exec": {"command": "/nowhere/login", "apiVersion": "v1", "installHint": "get it there"}
    }
    said = await refused(ClusterSource(kubeconfig=a_kubeconfig(tmp_path, user)))
    assert said == 'The kubeconfig\'s login program "/nowhere/login" cannot be run: get it there'


async def test_a_login_program_that_never_ends_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.kubernetes.configuration.exec_plugin.DEADLINE_SECONDS", 0.2)
    program = a_login_program(tmp_path, "")
    pid = tmp_path / "pid"
    Path(program["exec"]["command"]).write_text(
        f"#!{sys.executable}\nimport os, time\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    started = time.monotonic()
    said = await refused(ClusterSource(kubeconfig=a_kubeconfig(tmp_path, program)))
    assert "did not end within" in said
    assert time.monotonic() - started < 5
    if pid.exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)


async def test_impersonation_is_sent_and_not_ignored(tmp_path: Path) -> None:
    user = {
        "token": TOKEN,
        "as": "jane",
        "as-uid": "7",
        "as-groups": ["dev", "ops"],
        "as-user-extra": {"example.com/team": ["web"]},
    }
    headers = (await loaded(a_kubeconfig(tmp_path, user))).headers()
    assert headers["Impersonate-User"] == "jane"
    assert headers["Impersonate-Uid"] == "7"
    assert headers.getall("Impersonate-Group") == ["dev", "ops"]
    assert headers["Impersonate-Extra-example.com%2Fteam"] == "web"


async def test_several_files_are_merged_and_a_context_chosen(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    one = a_kubeconfig(first, {"token": "one"})
    two = Path(a_kubeconfig(second, {"token": "two"}))
    renamed = two.read_text().replace("name: test", "name: other").replace("name: u", "name: v")
    two.write_text(renamed.replace("user: u", "user: v").replace("name: c", "name: d"))
    config = await loaded(os.pathsep.join([one, str(two)]), context="other")
    assert config.headers()["Authorization"] == "Bearer two"


async def test_the_kubeconfig_is_never_written(tmp_path: Path) -> None:
    kubeconfig = Path(a_kubeconfig(tmp_path, {"token": TOKEN}))
    before = kubeconfig.read_bytes(), kubeconfig.stat().st_mtime_ns
    await loaded(str(kubeconfig))
    assert (kubeconfig.read_bytes(), kubeconfig.stat().st_mtime_ns) == before


async def test_a_context_without_user_is_anonymous(tmp_path: Path) -> None:
    config = await loaded(a_kubeconfig(tmp_path, {}))
    assert "Authorization" not in config.headers()


@pytest.mark.parametrize(
    ("context", "sentence"),
    [("nope", 'has no context "nope"; it has: test.')],
)
async def test_a_missing_context_is_said_with_those_there_are(
    tmp_path: Path, context: str, sentence: str
) -> None:
    kubeconfig = a_kubeconfig(tmp_path, {"token": TOKEN})
    said = await refused(ClusterSource(kubeconfig=kubeconfig, context=context))
    assert said == f"kubeconfig {kubeconfig} {sentence}"


@pytest.mark.parametrize(
    ("cluster", "sentence"),
    [
        ({"certificate-authority": "/nowhere/ca.crt"}, "file /nowhere/ca.crt does not exist."),
        (
            {"certificate-authority-data": base64.b64encode(b"garbage").decode()},
            "a certificate or key in it is not valid PEM, or they do not belong together.",
        ),
    ],
)
async def test_unusable_certificates_are_said_so(
    tmp_path: Path, cluster: dict[str, Any], sentence: str
) -> None:
    cluster = {"server": "https://127.0.0.1:1", **cluster}
    kubeconfig = a_kubeconfig(tmp_path, {"token": TOKEN}, cluster)
    said = await refused(ClusterSource(kubeconfig=kubeconfig))
    assert said == f"kubeconfig {kubeconfig} cannot be used: {sentence}"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty."),
        (" \n\n", "it is empty."),
        ("{", "it is not YAML."),
        (f"token: {TOKEN}\n\tuser: [", "it is not YAML."),
        ("\x00\x01", "it is not YAML."),
    ],
)
async def test_an_empty_file_and_garbage_are_called_so(
    tmp_path: Path, content: str, reason: str
) -> None:
    (tmp_path / "kubeconfig").write_text(content)
    said = await refused(ClusterSource(kubeconfig=str(tmp_path / "kubeconfig")))
    assert said == f"kubeconfig {tmp_path}/kubeconfig cannot be used: {reason}"


async def test_of_several_files_the_empty_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    paths = os.pathsep.join([a_kubeconfig(tmp_path, {"token": TOKEN}), str(tmp_path / "empty")])
    said = await refused(ClusterSource(kubeconfig=paths))
    assert said == f"kubeconfig {paths} cannot be used: file {tmp_path}/empty is empty."


@pytest.mark.parametrize("content", ["", "[]", "{", "kind: Config", "contexts: 7"])
async def test_a_file_that_is_no_kubeconfig_is_said_so(tmp_path: Path, content: str) -> None:
    (tmp_path / "kubeconfig").write_text(content)
    said = await refused(ClusterSource(kubeconfig=str(tmp_path / "kubeconfig")))
    assert "kubeconfig" in said


async def test_tls_is_verified_unless_the_kubeconfig_says_otherwise(tmp_path: Path) -> None:
    secure = {"server": "https://127.0.0.1:1"}
    config = await loaded(a_kubeconfig(tmp_path, {}, secure))
    assert config.ssl is not None
    assert config.ssl.check_hostname
    config = await loaded(a_kubeconfig(tmp_path, {}, {**secure, "insecure-skip-tls-verify": True}))
    assert config.ssl is not None
    assert not config.ssl.check_hostname


async def test_the_environments_proxy_is_used_unless_the_host_is_excepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    near, far = {"server": "http://127.0.0.1:1"}, {"server": "http://api.example:1"}
    assert (await loaded(a_kubeconfig(tmp_path, {}, near))).proxy is None
    assert (await loaded(a_kubeconfig(tmp_path, {}, far))).proxy == "http://proxy.example:3128"
    own = {**far, "proxy-url": "http://own.example:1"}
    assert (await loaded(a_kubeconfig(tmp_path, {}, own))).proxy == "http://own.example:1"


def a_service_account(folder: Path) -> Path:
    (folder / "token").write_text("pod-token\n")
    (folder / "namespace").write_text("skyflo")
    (folder / "ca.crt").write_bytes(Path(certificates()).read_bytes())
    return folder


def certificates() -> str:
    import certifi

    return certifi.where()


@pytest.mark.parametrize(
    ("host", "url"), [("10.96.0.1", "https://10.96.0.1:443"), ("fd00::1", "https://[fd00::1]:443")]
)
async def test_in_a_pod_its_service_account_is_used(tmp_path: Path, host: str, url: str) -> None:
    source = ClusterSource(service_host=host, service_account=a_service_account(tmp_path))
    config = await load_config(source)
    assert (config.host, config.namespace) == (url, "skyflo")
    assert config.headers()["Authorization"] == "Bearer pod-token"


async def test_an_explicit_kubeconfig_that_is_missing_is_an_error_also_in_a_pod(
    tmp_path: Path,
) -> None:
    missing = str(tmp_path / "missing")
    account = a_service_account(tmp_path)
    source = ClusterSource(kubeconfig=missing, service_host="10.96.0.1", service_account=account)
    assert await refused(source) == f"kubeconfig {missing} does not exist."


async def test_without_anything_the_sentence_says_what_to_give(tmp_path: Path) -> None:
    source = ClusterSource(default_kubeconfig=tmp_path / "none")
    assert (await refused(source)).startswith(
        "No Kubernetes cluster is configured: give --kubeconfig"
    )


def test_the_library_is_imported_without_its_models() -> None:
    import subprocess

    code = (
        "import sys; from clients.kubernetes.configuration import kubeconfig; "
        "print(sum(name.startswith('kubernetes_asyncio.client.models') for name in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "0\n"
