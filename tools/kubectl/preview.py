"""k8s_preview: what a changing tool would do now, without doing it."""

from typing import Annotated, Any

from pydantic import Field

from clients.errors import InvalidError
from clients.kubernetes.names import shown
from clients.suggestions import did_you_mean
from tools.arguments import prepared
from tools.changing import ChangingTool
from tools.kubectl.toolset import k8s
from tools.needs import READ_ANYTHING
from tools.results import Answer
from tools.toolset import REGISTERED

ToolName = Annotated[str, Field(description="A tool that changes something")]
Arguments = Annotated[dict[str, Any], Field(description="As that tool takes them")]


@k8s.read("Preview Change", needs=[READ_ANYTHING], deadline=120)
async def k8s_preview(tool: ToolName, arguments: Arguments) -> Answer:
    """Show what a call would change now: diff, dry-run verdict of the API server, effects."""
    changing = _changing(tool)
    return await changing.previewed(prepared(tool, changing.parameters, arguments))


def _changing(name: str) -> ChangingTool:
    tool = REGISTERED.get(name)
    if isinstance(tool, ChangingTool):
        return tool
    if tool is not None:
        raise InvalidError(f"{name} changes nothing; call it.")
    names = [name for name, tool in REGISTERED.items() if isinstance(tool, ChangingTool)]
    raise InvalidError(f"Unknown tool {shown(name)}.{did_you_mean(name, names)}")
