"""Install, upgrade, roll back, uninstall: each can be planned, and done."""

from clients.helm.operations.carrying_out import Done, Tools
from clients.helm.operations.comparing import Comparing, Comparison
from clients.helm.operations.following import Trouble
from clients.helm.operations.going_back import Rollback, Uninstall
from clients.helm.operations.installing import Install
from clients.helm.operations.locks import STALE_AFTER
from clients.helm.operations.source import Source

__all__ = [
    "STALE_AFTER",
    "Comparing",
    "Comparison",
    "Done",
    "Install",
    "Rollback",
    "Source",
    "Tools",
    "Trouble",
    "Uninstall",
]
