"""Settings: where they come from, what is refused, what is printed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from mcp_server.command_line import main
from mcp_server.settings import Settings, all_variables, unknown_variables, variables

ROOT = Path(__file__).parents[3]


def test_a_variable_of_the_older_server_acts() -> None:
    older = {
        "APP_NAME": ("name", "Platform"),
        "APP_VERSION": ("version", "9.9"),
        "APP_DESCRIPTION": ("instructions", "Be brief."),
        "DEBUG": ("debug", True),
        "LOG_LEVEL": ("log_level", "WARNING"),
        "MAX_RETRY_ATTEMPTS": ("max_retry_attempts", 7),
        "RETRY_BASE_DELAY": ("retry_base_delay", 0.5),
        "RETRY_MAX_DELAY": ("retry_max_delay", 9.0),
        "RETRY_EXPONENTIAL_BASE": ("retry_exponential_base", 3.0),
    }
    with pytest.MonkeyPatch.context() as environment:
        for variable, (_, value) in older.items():
            environment.setenv(variable, str(value).lower() if value is True else str(value))
        settings = Settings()
    assert {name: getattr(settings, name) for name, _ in older.values()} == dict(older.values())


def test_our_own_variable_wins_over_the_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    monkeypatch.setenv("SKYFLO_LOG_LEVEL", "debug")
    assert Settings().log_level == "DEBUG"


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYFLO_TOOLSETS", "k8s, argo")
    assert Settings().toolsets == ("k8s", "argo")


def test_an_unknown_toolset_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        ValidationError, match="kube is no toolset; there are: k8s, helm, argo, jenkins"
    ):
        Settings(toolsets=("kube",))


def test_a_misspelt_variable_is_found() -> None:
    environment = {"SKYFLO_READONLY": "1", "SKYFLO_PORT": "1", "PATH": "/bin"}
    assert unknown_variables(environment) == ["SKYFLO_READONLY"]


def test_a_misspelt_variable_stops_the_start_with_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLO_READONLY", "1")
    assert main([]) == 2
    assert capsys.readouterr().err == (
        'skyflo-mcp: Unknown variable SKYFLO_READONLY. Did you mean "SKYFLO_READ_ONLY"?\n'
    )


def test_a_misspelt_flag_stops_the_start_with_the_nearest_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--sanbox"])
    assert ended.value.code == 2
    assert 'unrecognized arguments: --sanbox. Did you mean "--sandbox"?' in capsys.readouterr().err


def test_a_value_that_is_none_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLO_PORT", "s3cret")
    assert main([]) == 2
    said = capsys.readouterr().err
    assert said.startswith("skyflo-mcp: SKYFLO_PORT: Input should be a valid integer")
    assert "s3cret" not in said


def test_print_settings_shows_values_and_origins_and_masks_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLO_FINGERPRINT_KEY", "s3cret")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    assert main(["--print-settings", "--port", "9999"]) == 0
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert lines["port"] == ["9999", "--port"]
    assert lines["log_level"] == ["ERROR", "LOG_LEVEL"]
    assert lines["host"] == ["127.0.0.1", "default"]
    assert lines["fingerprint_key"] == ["**********", "SKYFLO_FINGERPRINT_KEY"]


def test_every_setting_is_in_the_example_file_with_its_line_of_explanation() -> None:
    example = (ROOT / ".env.example").read_text()
    for name, field in Settings.model_fields.items():
        assert f"# {field.description}\n" in example, name
        assert f"{variables(name)[0]}=" in example, name


def test_the_example_file_names_nothing_that_is_not_read() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = {found[1] for line in lines if (found := re.match(r"[# ]*(\w+)=", line))}
    assert named
    assert named <= set(all_variables())


def test_the_version_flag_needs_nothing_else() -> None:
    run = subprocess.run(
        [sys.executable, "main.py", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("skyflo-mcp ")
