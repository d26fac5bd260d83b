"""Charts from the sources that the operator allows."""

from clients.helm.charts.chart import Chart, Dependency
from clients.helm.charts.charts import Charts, Refreshed, SearchResult
from clients.helm.charts.policy import SourcePolicy
from clients.helm.charts.repository import Repository
from clients.helm.charts.settings import ChartSettings
from clients.helm.charts.stored import Keeping

__all__ = [
    "Chart",
    "ChartSettings",
    "Charts",
    "Dependency",
    "Keeping",
    "Refreshed",
    "Repository",
    "SearchResult",
    "SourcePolicy",
]
