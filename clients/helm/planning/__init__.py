"""What an operation would do to each object, tried on the API server without doing it."""

from clients.helm.planning.hooks import note_hooks
from clients.helm.planning.lost import lost_for_good
from clients.helm.planning.objects import identity, objects_of
from clients.helm.planning.plan import Plan, record

__all__ = ["Plan", "identity", "lost_for_good", "note_hooks", "objects_of", "record"]
