"""Alerts in the log of the application."""

import logging
from collections.abc import Sequence

from autovet.domain.health import Alert
from autovet.domain.severity import Severity

_LOGGER = logging.getLogger("autovet.alerts")
_LOGGER.addHandler(logging.NullHandler())  # where nobody set up logging, nothing is printed
_LEVELS = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING}


def log_alerts(raised: Sequence[Alert], cleared: Sequence[Alert]) -> None:
    """An ``AlertSink`` that writes a line for each alert."""
    for alert in raised:
        level = _LEVELS.get(alert.severity, logging.INFO)
        _LOGGER.log(level, "alert raised: %s: %s %s", alert.name, alert.message, alert.action)
    for alert in cleared:
        _LOGGER.info("alert cleared: %s", alert.name)
