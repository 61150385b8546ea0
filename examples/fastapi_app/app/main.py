"""One endpoint that answers whether posted code is fit to merge.

Run it from this directory: ``uvicorn app.main:app`` (``pip install fastapi uvicorn``).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

from app.services.ai_orchestration_layer import autonomous_ai_orchestration_layer
from autovet import InputError


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Keep the layer warm while the application runs, and close it with it."""
    async with autonomous_ai_orchestration_layer:
        await autonomous_ai_orchestration_layer.warm()
        yield


app = FastAPI(title="Is it fit to merge?", lifespan=lifespan)


class Submission(BaseModel):
    """Code and what is known about the project it is meant for."""

    code: str = Field(max_length=1_000_000)
    context: dict[str, Any] = Field(default_factory=dict)


@app.post("/validate")
async def validate(submission: Submission) -> dict[str, Any]:
    """Judge the code in eleven categories."""
    # a caller from outside may describe a project, but not point into this machine's files
    context = {
        key: value
        for key, value in submission.context.items()
        if key not in {"root", "environment"}
    }
    try:
        return await autonomous_ai_orchestration_layer.autonomous_orchestrate_validation(
            code=submission.code, context=context
        )
    except InputError as error:
        raise HTTPException(status_code=422, detail=str(error)) from error
