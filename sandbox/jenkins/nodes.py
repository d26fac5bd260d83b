"""The computers that build."""

from dataclasses import dataclass, field


@dataclass
class Node:
    """A node with executors; the built-in one has no other place than the controller."""

    name: str
    executors: int = 1
    labels: tuple[str, ...] = ()
    offline: bool = False
    reason: str = ""
    description: str = field(default="")

    @property
    def built_in(self) -> bool:
        """Tell whether this is the controller's own node."""
        return self.name == "built-in"

    @property
    def display_name(self) -> str:
        """Return the name that people read."""
        return "Built-In Node" if self.built_in else self.name

    def serves(self, label: str) -> bool:
        """Tell whether jobs that ask for a label may run here."""
        return not label or label == self.name or label in self.labels
