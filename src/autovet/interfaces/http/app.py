"""The service: one endpoint that validates, and three for whoever looks after it."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from autovet.domain.errors import InputError
from autovet.interfaces.http.metrics import CONTENT_TYPE, exposition
from autovet.layer import AutonomousAIOrchestrationLayer

MOST_BYTES = 8 * 2**20
"""Of a request: a source of 1 MB and the files around it."""
_LOCAL = ("root", "environment")
"""Keys of a context that name places on this machine: nobody elsewhere may choose them."""


def make_app(layer: AutonomousAIOrchestrationLayer) -> Starlette:
    """The application; the layer lives as long as it does.

    ``POST /validate`` takes ``{"code": text, "context": {...}}`` and answers with the result.
    ``GET /health`` answers 200 while verdicts can be given, else 503; ``GET /status`` with the
    status of all engines; ``GET /metrics`` in Prometheus' text format.
    """

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with layer:
            yield

    async def validate(request: Request) -> Response:
        try:
            code, context = _asked(await _body(request))
            result = await layer.autonomous_orchestrate_validation(code, context)
        except InputError as error:
            return JSONResponse({"error": str(error)}, 400)
        return Response(msgspec.json.encode(result), media_type="application/json")

    async def health(_request: Request) -> Response:
        found = layer.monitoring_engine.summary()
        usable = found["overall_health"] != "unhealthy"
        return JSONResponse({"health": found["overall_health"]}, 200 if usable else 503)

    async def status(_request: Request) -> Response:
        found = await layer.get_autonomous_status()
        return Response(msgspec.json.encode(found), media_type="application/json")

    async def metrics(_request: Request) -> Response:
        engine = layer.monitoring_engine
        body = exposition(engine.counters, engine.snapshot(), engine.components())
        return Response(body, media_type=CONTENT_TYPE)

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/validate", validate, methods=["POST"]),
            Route("/health", health),
            Route("/status", status),
            Route("/metrics", metrics),
        ],
    )


async def _body(request: Request) -> bytes:
    """The body of a request.

    Raises:
        InputError: it is too long.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise InputError(f"a request may have at most {MOST_BYTES} bytes")
    return body


def _asked(body: bytes) -> tuple[str, Mapping[str, Any]]:
    """The code and the context of a request.

    Raises:
        InputError: it is no such request.
    """
    try:
        asked = json.loads(body)
    except ValueError as error:
        raise InputError(f"the body is no JSON: {error}") from error
    if not isinstance(asked, Mapping) or not isinstance(asked.get("code"), str):
        raise InputError('the body must be {"code": text, "context": {...}}')
    context = asked.get("context", {})
    if not isinstance(context, Mapping):
        raise InputError("context must be an object")
    chosen = [key for key in _LOCAL if key in context]
    if chosen:
        raise InputError(f"context.{chosen[0]} names a place on this machine; give context.files")
    return asked["code"], context
