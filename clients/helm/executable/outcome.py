"""What came of a run of helm, without anything that has to stay inside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from clients.helm.executable.gateway import Passed
from clients.helm.executable.process import MOST_MEMORY_BYTES, Ended
from clients.helm.executable.secrecy import Secrecy
from clients.helm.secrecy.placeholders import Placeholders
from clients.hygiene import clean
from clients.masking import mask_free_text

MOST_REASON = 4_000
_CRASHES = ("panic: ", "fatal error: ")
# What cobra appends to a refused command line, and log lines of helm 4.
_LOGGED = ("level=", "WARNING:", "W1", "E1", "I1")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What helm printed, or why it failed; ``reason`` is empty when it did not.

    ``output`` is whole and may hold rendered secrets: it stays inside ``clients`` until masked.
    ``changes`` counts the changes that were sent; ``stopped`` says why helm was told to end,
    ``killed`` that it had no time to write down what became of the release. ``read_secrets``: a
    chart got values of Secrets; ``placeholders`` are the words it got instead. ``fit`` masks a
    text as the reason is masked.
    """

    output: str
    reason: str
    changes: int
    refusals: Sequence[str] = ()
    stopped: str = ""
    killed: bool = False
    read_secrets: bool = False
    placeholders: Placeholders | None = None
    fit: Callable[[str], str] = str

    @property
    def printed(self) -> str:
        """What helm printed, fit to be shown."""
        return mask_free_text(clean(self.output)).rstrip()


def outcome(ended: Ended, passed: Passed, secrecy: Secrecy, hidden: Sequence[str]) -> Outcome:
    """Make the outcome; what is ``hidden`` are the run's own address and directory."""
    failed = ended.status != 0
    output = ended.out.decode("utf-8", "replace")
    err = ended.err.decode("utf-8", "replace")
    reason = _reason(err) if failed else ""
    if failed and not reason:
        how = (
            "was killed by signal" if ended.status < 0 else "gave no reason, and ended with status"
        )
        reason = f"helm {how} {abs(ended.status)}"
    for text in hidden:
        output, reason = output.replace(text, ""), reason.replace(text, "")
    return Outcome(
        secrecy.without_secrets(output),
        _fit(secrecy, reason)[:MOST_REASON].strip(),
        passed.changes,
        tuple(_fit(secrecy, each) for each in passed.refusals),
        ended.stopped,
        killed=ended.status < 0 or (failed and _is_crash(err)),
        read_secrets=secrecy.has_read,
        placeholders=secrecy.placeholders,
        fit=partial(_fit, secrecy),
    )


def _fit(secrecy: Secrecy, text: str) -> str:
    """Make a reason fit to be shown."""
    shown = secrecy.placeholders.shown(secrecy.without_secrets(text))
    return mask_free_text(clean(shown))


def _is_crash(err: str) -> bool:
    return any(line.startswith(_CRASHES) for line in err.splitlines())


def _reason(err: str) -> str:
    """Take the line that begins with ``Error:`` and those after it; of a crash its first line."""
    lines = err.splitlines()
    if _is_crash(err):
        crash = next(line for line in lines if line.startswith(_CRASHES))
        if "out of memory" in crash or "cannot allocate memory" in crash:
            return f"helm wanted more than the {MOST_MEMORY_BYTES >> 20:,} MiB it may have"
        return f"helm crashed ({crash})"
    starts = [number for number, line in enumerate(lines) if line.startswith("Error:")]
    told = lines[starts[-1] :] if starts else lines[-5:]
    kept = [line for line in told if not line.startswith(_LOGGED)]
    return "\n".join(kept).removeprefix("Error:").strip()
