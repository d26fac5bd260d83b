"""What follows from changes: pods that roll, owners that put back, what is lost, powers given."""

from clients.kubernetes.impact.effects import caveats_of, effects_of, powers_of

__all__ = ["caveats_of", "effects_of", "powers_of"]
