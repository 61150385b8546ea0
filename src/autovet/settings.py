"""What a user can set: ``[tool.autovet]`` in pyproject.toml, ``AUTOVET_*``, then arguments."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    PyprojectTomlConfigSettingsSource,
    SettingsConfigDict,
)

from autovet.domain.errors import SettingsError


class Settings(BaseSettings):
    """Settings of one layer; arguments win over the environment, that over pyproject.toml.

    pyproject.toml is read only where a person runs the command in a project of their own
    (``load_settings``): code under validation never sets the rules that it is judged by.
    """

    model_config = SettingsConfigDict(env_prefix="AUTOVET_", extra="forbid", frozen=True)

    store_url: str | None = Field(default=None, description="SQLAlchemy URL of the store")
    workers: int | None = Field(default=None, ge=1, le=64, description="processes for our checks")
    execute: bool = Field(default=True, description="run examples in the sandbox")
    allow_unisolated: bool = Field(default=False, description="run code where nothing isolates it")
    heal: Literal["none", "fast", "full"] = "fast"
    fail_on: Literal["error", "warning"] = "error"
    select: tuple[str, ...] = Field(default=(), description="only these rules or categories")
    ignore: tuple[str, ...] = Field(default=(), description="not these rules or categories")
    baseline: Path | None = Field(default=None, description="findings that are known already")
    environment: str | None = Field(default=None, description="interpreter or venv that counts")
    knowledge: Path | None = Field(
        default=None, description="directory of indexed libraries and newer lists of names"
    )
    taint_models: Path | None = Field(
        default=None, description="TOML file with sources, sinks and sanitizers of your own"
    )
    alert_webhook: str | None = Field(default=None, description="address that alerts are sent to")
    alert_webhook_secret: SecretStr | None = Field(default=None, description="signs the alerts")
    log: Literal["none", "text", "json"] = Field(
        default="none", description="a line on standard error for each validation"
    )
    telemetry: bool = Field(default=False, description="traces and metrics for OpenTelemetry")
    store_mb: int = Field(default=200, ge=10, description="room for the record, in megabytes")
    repairer_url: str | None = Field(
        default=None, description="endpoint of a model that may propose repairs (OpenAI protocol)"
    )
    repairer_model: str | None = Field(default=None, description="the model's name there")
    repairer_key: SecretStr | None = Field(default=None, description="the key for it")
    background: bool = Field(default=True, description="run the three loops")
    monitoring_interval_s: float = Field(default=60.0, gt=0)
    optimization_loss: float = Field(
        default=0.0, ge=0, le=0.1, description="share of validations that may lack a finding"
    )
    optimization_interval_s: float = Field(default=300.0, gt=0)
    learning_interval_s: float = Field(default=600.0, gt=0)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment; nothing is read from files here."""
        del settings_cls, dotenv_settings, file_secret_settings
        return init_settings, env_settings


class _ProjectSettings(Settings):
    """The same settings with the project's file behind them."""

    model_config = SettingsConfigDict(
        env_prefix="AUTOVET_",
        extra="forbid",
        frozen=True,
        pyproject_toml_table_header=("tool", "autovet"),
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, the environment, then ``[tool.autovet]`` of the nearest pyproject.toml."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, PyprojectTomlConfigSettingsSource(settings_cls)


def load_settings(*, pyproject: bool = False, **given: Any) -> Settings:
    """Read the settings.

    Args:
        pyproject: also read ``[tool.autovet]`` of the pyproject.toml here or above.
        given: settings by name; None means not given.

    Raises:
        SettingsError: a setting is unknown or has an unusable value; the message names it.
    """
    wanted = {name: value for name, value in given.items() if value is not None}
    try:
        return _ProjectSettings(**wanted) if pyproject else Settings(**wanted)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise SettingsError(f"setting {name!r}: {first['msg']}") from error


def default_store_url() -> str:
    """The embedded database in the user's state directory."""
    from platformdirs import user_state_path  # noqa: PLC0415 (needed here alone)

    return f"sqlite+aiosqlite:///{Path(user_state_path('autovet')) / 'autovet.db'}"
