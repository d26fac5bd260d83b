"""A program in helm's place, which does what a test says and leaves behind what it was given."""

import json
from dataclasses import dataclass
from pathlib import Path

_PROGRAM = """#!/bin/sh
here="{folder}"
if [ "$1" = version ]; then printf '{version}'; exit 0; fi
[ "$1" = show ] || printf '%s\\0' "$@" > "$here/arguments"
env -0 > "$here/environment"
readlink /proc/$$/fd/0 > "$here/stdin-is"
stat -c '%a %n' . "$KUBECONFIG" "$(dirname "$KUBECONFIG")" > "$here/modes"
ls -A . > "$here/working-directory"
cat "$KUBECONFIG" > "$here/kubeconfig"
{does}
"""


@dataclass
class FakeHelm:
    """Where it is, and what it saw when it was last run."""

    folder: Path
    version: str = "v4.2.3"

    @property
    def path(self) -> str:
        return str(self.folder / "helm")

    def does(self, script: str) -> None:
        """Say what it does, as a shell script; ``$here`` is a folder that the test looks into."""
        text = _PROGRAM.format(folder=self.folder, version=self.version, does=script)
        program = Path(self.path)
        program.write_text(text)
        program.chmod(0o755)

    def prints(self, text: str) -> None:
        (self.folder / "printed").write_text(text)
        self.does('cat > /dev/null; cat "$here/printed"')

    def fails(self, message: str) -> None:
        (self.folder / "message").write_text(message)
        self.does('cat > /dev/null; cat "$here/message" >&2; exit 1')

    @property
    def was_run(self) -> bool:
        return (self.folder / "arguments").exists()

    @property
    def arguments(self) -> list[str]:
        return self.left("arguments").split("\0")[:-1]

    @property
    def environment(self) -> dict[str, str]:
        pairs = (entry.partition("=") for entry in self.left("environment").split("\0") if entry)
        return {name: value for name, _, value in pairs}

    @property
    def kubeconfig(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.left("kubeconfig"))
        return found

    def left(self, name: str) -> str:
        return (self.folder / name).read_text()


def fake_helm(folder: Path, version: str = "v4.2.3") -> FakeHelm:
    """Put one into a folder; it does nothing, successfully."""
    folder.mkdir(exist_ok=True)
    helm = FakeHelm(folder, version)
    helm.does("true")
    return helm
