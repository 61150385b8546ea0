"""``autovet serve``."""

from typing import Annotated

import typer

from autovet.domain.errors import SettingsError
from autovet.interfaces.cli.targets import make_layer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port to listen on.")] = 8765,
) -> int:
    """Validate over HTTP: POST /validate, GET /health, /status and /metrics."""
    try:
        import uvicorn  # noqa: PLC0415 (an extra)

        from autovet.interfaces.http.app import make_app  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"serve needs {error.name}: install it with  pip install 'autovet[serve]'"
        ) from error
    uvicorn.run(make_app(make_layer()), host=host, port=port, log_level="warning")
    return 0
