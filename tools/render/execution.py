"""A command's outputs and how it ended, as one text."""

import signal
from dataclasses import dataclass

_SIGNALLED = 128


@dataclass(frozen=True, slots=True)
class Output:
    """The beginning of an output and, with something left out between, its end."""

    head: str
    tail: str = ""
    left_out: int = 0

    @property
    def text(self) -> str:
        """Both parts, and how much is missing between them."""
        if not self.left_out:
            return self.head
        return f"{self.head.rstrip()}\n… {self.left_out:,} bytes left out …\n{self.tail.lstrip()}"


def execution(stdout: Output, stderr: Output, ending: str) -> str:
    """Print standard output, standard error under its name, and the ending where it says more."""
    parts = [stdout.text.rstrip("\n")]
    if stderr.text.strip():
        parts.append(f"stderr:\n{stderr.text.rstrip()}")
    return "\n".join(filter(None, [*parts, ending]))


def exit_code(code: int) -> str:
    """Say an exit code, and the signal that it stands for."""
    if code <= _SIGNALLED:
        return f"exit code {code}"
    try:
        name = signal.Signals(code - _SIGNALLED).name
    except ValueError:
        return f"exit code {code}"
    memory = "; often out of memory" if name == "SIGKILL" else ""
    return f"exit code {code} ({name}{memory})"
