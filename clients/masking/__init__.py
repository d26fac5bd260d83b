"""Credentials out, before anything else sees them; equal ones stay recognisable.

Objects are masked where they enter, in the Kubernetes reader, so that no tool can forget it: a
Secret's values, secret-looking environment values and fields, Helm's stored releases, the
last-applied annotation. Text (logs, events, errors, our own log) goes through ``mask_text``.

A masked value reads ``<redacted 16 bytes, fingerprint 3fa9c1>``: a keyed hash, it tells equality
and nothing else.
"""

from clients.masking.arguments import mask_arguments
from clients.masking.forms import mask_text
from clients.masking.names import is_secret_field, names_a_secret
from clients.masking.objects import LAST_APPLIED, Masking
from clients.masking.texts import mask_free_text, may_need_masking, secrets_told_by

__all__ = [
    "LAST_APPLIED",
    "Masking",
    "is_secret_field",
    "mask_arguments",
    "mask_free_text",
    "mask_text",
    "may_need_masking",
    "names_a_secret",
    "secrets_told_by",
]
