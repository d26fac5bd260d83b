"""What each tool says it needs, one permission at a time."""

from dataclasses import dataclass

from tests.e2e.roles.scenes import SCENES
from tools.needs import Need, rbac_names
from tools.tool import PlatformTool
from tools.toolsets import TOOLSETS

TOOLS = {tool.name: tool for toolset in TOOLSETS for tool in toolset if tool.name in SCENES}
# The cluster gives these to everybody who is signed in; without them the server knows no types.
EVERYBODYS = "selfsubject"


@dataclass(frozen=True)
class Permission:
    """One verb on one resource of one group."""

    verb: str
    group: str
    resource: str

    def __str__(self) -> str:
        return f"{self.verb} {self.full}"

    @property
    def full(self) -> str:
        return f"{self.resource}.{self.group}" if self.group else self.resource


def needs_of(tool: PlatformTool) -> list[Need]:
    """Return what a tool needs, and what it borrows from the tool it calls."""
    borrowed = SCENES[tool.name].borrows
    return [*tool.needs, *(TOOLS[borrowed].needs if borrowed else ())]


def is_wide(need: Need) -> bool:
    return any(rbac_names(resource)[0] == "*" for resource in need.resources)


def needed(tool: PlatformTool) -> list[Permission]:
    """Return every single permission, the wide ones on what the scene touches."""
    narrow = [need for need in needs_of(tool) if not is_wide(need)]
    found = [
        Permission(verb, *rbac_names(resource))
        for need in (*narrow, *SCENES[tool.name].touched)
        for resource in need.resources
        for verb in need.verbs
    ]
    return list(dict.fromkeys(each for each in found if not each.resource.startswith(EVERYBODYS)))


ALL = {name: needed(tool) for name, tool in TOOLS.items()}
