"""Tools that look at charts: search, and their default values."""

from typing import Annotated

from pydantic import Field

from tools.dependencies import Helm
from tools.helm.fields import ChartName, ChartVersion
from tools.helm.permissions import LOGINS, READ_KEPT
from tools.helm.toolset import helm
from tools.render.helm.charts import not_searched, search_table
from tools.results import Answer

Keyword = Annotated[str, Field(description="In name, description or keywords; default: all")]
EveryVersion = Annotated[bool, Field(description="Not only the newest of each chart")]
ColumnWidth = Annotated[int, Field(ge=0, le=1000, description="0: uncut")]


@helm.read("Search Helm Repositories", needs=[READ_KEPT, LOGINS], deadline=150)
async def helm_search_repo(
    clients: Helm,
    keyword: Keyword = "",
    version: ChartVersion = None,
    max_col_width: ColumnWidth = 50,
    versions: EveryVersion = False,
) -> Answer:
    """Search the added chart repositories."""
    result = await clients.charts.search(keyword, version, every_version=versions)
    rows = [
        (each.name, each.entry.version, each.entry.app_version, each.entry.description)
        for each in result.found
    ]
    missing = not_searched(
        (each.repository.name, each.repository.url, 0, each.failure) for each in result.failures
    )
    text = "\n".join([search_table(rows, max_col_width, result.instead), *missing])
    return Answer(text, narrow="keyword", error=bool(missing) and not result.searched)


@helm.read("Show Helm Chart Default Values", needs=[READ_KEPT, LOGINS], deadline=150)
async def helm_show_values(
    clients: Helm, chart: ChartName, version: ChartVersion = None
) -> Answer | str:
    """Show a chart's values.yaml with its comments."""
    found = await clients.charts.obtain(chart, version)
    if not found.values_text.strip():
        return f"Chart {found.name} {found.version} has no default values."
    return found.values_text
