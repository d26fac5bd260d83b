"""Fail when a test was skipped for a reason that is not on the short list below.

Reads the JUnit files named as arguments, which `pytest --junitxml=FILE` writes. A test that skips
itself silently is a test that nobody runs; so each reason is agreed on here, once.
"""

import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

ALLOWED = (
    "no helm for this platform",  # scripts/fetch_helm.py has one for Linux on x86-64 only
    "no tokenizer for this Python",  # rs-bpe has no wheel for 3.14
    "no containerd to give an image to",  # a cluster that is elsewhere; E2E_IMAGE names its image
)


def skips(report: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of each test that was skipped or failed as expected, and the reason given."""
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it
        for skipped in case.iter("skipped"):
            reason = f"{skipped.get('message', '')} {skipped.text or ''}".strip()
            yield f"{case.get('classname')}.{case.get('name')}", reason


def complaints(report: Path) -> list[str]:
    """Say of each skip that is not allowed which test it was and what reason it gave."""
    return [
        f"{test} was skipped for a reason that scripts/check_skips.py does not allow: {reason}"
        for test, reason in skips(report)
        if not any(allowed in reason for allowed in ALLOWED)
    ]


def main() -> int:
    """Print nothing and return 0, or print every complaint and return 1."""
    found = [complaint for name in sys.argv[1:] for complaint in complaints(Path(name))]
    sys.stderr.writelines(f"{complaint}\n" for complaint in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
