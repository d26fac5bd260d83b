"""A skipped test needs a reason from the list."""

import sys
from pathlib import Path

import pytest

from scripts.check_skips import ALLOWED, main

SKIPPED = """\
<testsuites><testsuite name="pytest">
  <testcase classname="tests.unit.test_a" name="test_runs"/>
  <testcase classname="tests.unit.test_a" name="test_waits">
    <skipped type="pytest.skip" message="{reason}">tests/unit/test_a.py:3: {reason}</skipped>
  </testcase>
</testsuite></testsuites>"""

MODULE_SKIPPED = """\
<testsuites><testsuite name="pytest">
  <testcase classname="" name="tests.unit.test_b">
    <skipped message="collection skipped">('tests/unit/test_b.py', 3, 'Skipped: {reason}')</skipped>
  </testcase>
</testsuite></testsuites>"""


def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: str, reason: str = "") -> int:
    (tmp_path / "report.xml").write_text(report.format(reason=reason))
    monkeypatch.setattr(sys, "argv", ["check_skips.py", str(tmp_path / "report.xml")])
    return main()


@pytest.mark.parametrize("reason", ALLOWED)
@pytest.mark.parametrize("report", [SKIPPED, MODULE_SKIPPED])
def test_a_reason_from_the_list_passes_silently(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    report: str,
    reason: str,
) -> None:
    assert check(tmp_path, monkeypatch, report, reason) == 0
    assert capsys.readouterr() == ("", "")


def test_any_other_reason_fails_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path, monkeypatch, SKIPPED, "it is flaky") == 1
    assert capsys.readouterr().err == (
        "tests.unit.test_a.test_waits was skipped for a reason that scripts/check_skips.py"
        " does not allow: it is flaky tests/unit/test_a.py:3: it is flaky\n"
    )


def test_a_module_that_skips_itself_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check(tmp_path, monkeypatch, MODULE_SKIPPED, "no time") == 1


def test_a_run_without_skips_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(tmp_path, monkeypatch, "<testsuites><testcase name='a'/></testsuites>") == 0
