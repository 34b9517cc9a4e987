"""The log: lines for people, or JSON objects for machines."""

from __future__ import annotations

import logging
from typing import Literal

LOGGERS = ("index", "service", "eval", "onrecord", "uvicorn")
# The build's report says what is wrong with a broken page, with the page's name.
SILENT = ("trafilatura", "htmldate", "charset_normalizer")
FIELDS = ("asctime", "levelname", "name", "message")

Format = Literal["text", "json"]


def start_logging(level: str, format: Format) -> None:
    """Send our loggers' messages of at least that level to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(format))
    logging.basicConfig(handlers=[handler], force=True)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(level)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _formatter(format: Format) -> logging.Formatter:
    if format == "text":
        return logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    from pythonjsonlogger.json import JsonFormatter

    renamed = {"asctime": "time", "levelname": "level", "name": "logger"}
    return JsonFormatter(" ".join(f"%({name})s" for name in FIELDS), rename_fields=renamed)
