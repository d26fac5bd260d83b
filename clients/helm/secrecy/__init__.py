"""What of a release may be shown: values, manifest, notes and descriptions without its secrets."""

from clients.helm.secrecy.of_release import Secrecy

__all__ = ["Secrecy"]
