"""A line of the log for each validation."""

import sys
from collections.abc import Callable
from typing import Literal, TextIO

import structlog

from autovet.domain.event import ValidationRecord


def validation_log(
    form: Literal["text", "json"], stream: TextIO = sys.stderr
) -> Callable[[ValidationRecord], None]:
    """An observer of validations that writes to the stream, as text or as JSON."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    logger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
    )

    def observe(record: ValidationRecord) -> None:
        logger.info(
            "validated",
            validation_id=record.validation_id,
            verdict=record.decision,
            path=record.path,
            project=record.project,
            lines=record.lines,
            findings=len(record.findings),
            elapsed_ms=round(record.elapsed_ms, 3),
            undecided=[c for c, status in record.statuses.items() if status == "undecided"],
        )

    return observe
