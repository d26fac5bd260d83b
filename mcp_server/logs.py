"""Our own log: JSON in a container, readable on a terminal, always on standard error, masked."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import stamina
import structlog
from structlog.typing import Processor

from clients.masking import mask_free_text, names_a_secret

Event = MutableMapping[str, Any]
QUIET = (
    "aiohttp.access",
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "asyncio",
    "kubernetes_asyncio",
    "mcp",
    "fastmcp",
    "FastMCP",
    "httpx",  # they log addresses, headers and cookies
    "httpcore",
)


def configure(level: str, format_: Literal["auto", "json", "console"]) -> None:
    """Send everything, the libraries' lines too, through one masked handler."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _masked,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(format_),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:  # our own line per call says more than theirs
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    stamina.instrumentation.set_on_retry_hooks([])  # ours says it in the answer


def _renderer(format_: str) -> Any:
    if format_ == "console" or (format_ == "auto" and sys.stderr.isatty()):
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer()


def _masked(_: Any, __: str, event: Event) -> Event:
    """Mask every text of the line, at any depth."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = _masked_value(value)
    return event


def _masked_value(value: Any) -> Any:
    match value:
        case str():
            return mask_free_text(value)
        case dict():
            return {
                key: "<redacted>" if names_a_secret(str(key)) else _masked_value(item)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_masked_value(item) for item in value]
    return value
