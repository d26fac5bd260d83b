"""Text as kubectl prints it: pure functions of Kubernetes objects and a time, no I/O.

Objects are raw JSON as the API server sent them. Nothing here reads a clock: whoever renders an age
passes ``now``, an aware ``datetime`` in UTC.
"""

from typing import Any

JsonObject = dict[str, Any]
