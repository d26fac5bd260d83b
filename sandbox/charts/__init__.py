"""A small chart repository over real HTTP: two versions of the chart `hello`.

`running_repository` serves it; `ChartRepository` is what it yields: `url`, `files` to serve more,
`requests` to see what was asked of it.
"""

from sandbox.charts.packing import index, package
from sandbox.charts.serving import ChartRepository, running_repository

__all__ = ["ChartRepository", "index", "package", "running_repository"]
