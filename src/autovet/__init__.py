"""Autovet decides whether AI-written Python is fit to merge.

::

    from autovet import autonomous_ai_orchestration_layer

    result = await autonomous_ai_orchestration_layer.autonomous_orchestrate_validation(
        code=generated_code, context={"framework": "fastapi"}
    )

Nothing heavy is imported, and no process started, before the first call.
"""

from typing import TYPE_CHECKING, Any

from autovet.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from autovet.domain.context import Context as Context
    from autovet.domain.errors import AutovetError as AutovetError
    from autovet.domain.errors import ContextError as ContextError
    from autovet.domain.errors import InputError as InputError
    from autovet.domain.errors import SettingsError as SettingsError
    from autovet.layer import (
        AutonomousAIOrchestrationLayer as AutonomousAIOrchestrationLayer,
    )
    from autovet.layer import (
        autonomous_ai_orchestration_layer as autonomous_ai_orchestration_layer,
    )
    from autovet.layer import repair_until_valid as repair_until_valid
    from autovet.settings import Settings as Settings

_HOMES = {
    "AutonomousAIOrchestrationLayer": "autovet.layer",
    "autonomous_ai_orchestration_layer": "autovet.layer",
    "Context": "autovet.domain.context",
    "AutovetError": "autovet.domain.errors",
    "ContextError": "autovet.domain.errors",
    "InputError": "autovet.domain.errors",
    "SettingsError": "autovet.domain.errors",
    "Settings": "autovet.settings",
    "repair_until_valid": "autovet.layer",
}

__all__ = [
    "AutonomousAIOrchestrationLayer",
    "AutovetError",
    "Context",
    "ContextError",
    "InputError",
    "Settings",
    "SettingsError",
    "__version__",
    "autonomous_ai_orchestration_layer",
    "repair_until_valid",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    import importlib  # noqa: PLC0415 (kept out of ``autovet --version``)

    if name not in _HOMES:
        raise AttributeError(f"module 'autovet' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
