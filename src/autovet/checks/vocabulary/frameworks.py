"""Frameworks of which a project uses one of a kind."""

WEB, CLI, ORM, HTTP = "web framework", "command-line framework", "database layer", "HTTP client"
FRAME, QUEUE, LOG, MODEL, TEST = (
    "data-frame library", "task queue", "logging library", "data-model library", "test framework",
)  # fmt: skip

KINDS: dict[str, frozenset[str]] = {
    WEB: frozenset({
        "fastapi", "flask", "django", "starlette", "aiohttp.web", "sanic", "bottle", "tornado",
        "falcon", "quart", "litestar", "starlite", "pyramid", "cherrypy", "robyn", "blacksheep",
        "rest_framework", "flask_restful", "flask_restx", "ninja", "web",
    }),
    CLI: frozenset({"click", "typer", "fire", "docopt", "cyclopts", "plumbum", "cleo", "cliff"}),
    ORM: frozenset({
        "sqlalchemy", "django.db", "peewee", "tortoise", "pony", "sqlmodel", "ormar", "piccolo",
        "mongoengine", "beanie", "flask_sqlalchemy", "gino", "orator", "masonite",
    }),
    HTTP: frozenset({"requests", "httpx", "aiohttp", "urllib3", "pycurl", "httplib2", "treq"}),
    FRAME: frozenset({"pandas", "polars", "dask", "vaex", "modin"}),
    QUEUE: frozenset({"celery", "rq", "dramatiq", "huey", "arq", "taskiq", "procrastinate"}),
    LOG: frozenset({"structlog", "loguru", "logbook"}),
    MODEL: frozenset({"pydantic", "marshmallow", "cerberus", "voluptuous", "schematics"}),
    TEST: frozenset({"pytest", "nose", "nose2", "testify"}),
}  # fmt: skip

# a framework to those that it is built on or made to go with: using both is no rivalry
GOES_WITH: dict[str, frozenset[str]] = {
    "fastapi": frozenset({"starlette"}),
    "litestar": frozenset({"starlette"}),
    "typer": frozenset({"click"}),
    "flask": frozenset({"click", "flask_restful", "flask_restx"}),
    "quart": frozenset({"click", "flask"}),
    "celery": frozenset({"click"}),
    "sqlmodel": frozenset({"sqlalchemy", "pydantic"}),
    "ormar": frozenset({"sqlalchemy", "pydantic"}),
    "gino": frozenset({"sqlalchemy"}),
    "flask_sqlalchemy": frozenset({"sqlalchemy"}),
    "django": frozenset({"rest_framework", "ninja", "django.db"}),
    "django.db": frozenset({"django", "mongoengine"}),
    "rest_framework": frozenset({"django"}),
    "ninja": frozenset({"django"}),
    "requests": frozenset({"urllib3"}),
    "dask": frozenset({"pandas"}),
    "modin": frozenset({"pandas"}),
    "beanie": frozenset({"pydantic"}),
}

# a web framework that brings its own database layer or command line
BRINGS: dict[str, frozenset[str]] = {
    "django": frozenset({"django.db"}),
    "flask": frozenset({"click"}),
    "aiohttp": frozenset({"aiohttp.web"}),
}


def kind_of(module: str) -> tuple[str, str] | None:
    """The kind of framework that an imported module belongs to, and the framework's name."""
    parts = module.split(".")
    for length in (2, 1):
        name = ".".join(parts[:length])
        for kind, members in KINDS.items():
            if name in members and len(parts) >= length:
                return kind, name
    return None


def may_join(newcomer: str, own: str) -> bool:
    """Whether a project that uses ``own`` uses ``newcomer`` beside it as a matter of course.

    What is built on another brings it along, never the other way round: typer is built on click,
    so a typer application may import click, but not a click application typer.
    """
    return newcomer in GOES_WITH.get(own, ()) or newcomer.partition(".")[0] == own.partition(".")[0]
