"""Modules that a dependency brings along and that are commonly imported beside it."""

_BROUGHT: dict[str, frozenset[str]] = {
    "fastapi": frozenset({"starlette", "pydantic", "typing_extensions"}),
    "starlette": frozenset({"anyio"}),
    "flask": frozenset({"werkzeug", "jinja2", "click", "markupsafe", "itsdangerous", "blinker"}),
    "typer": frozenset({"click", "rich"}),
    "requests": frozenset({"urllib3", "certifi"}),
    "httpx": frozenset({"httpcore", "anyio"}),
    "pydantic": frozenset({"pydantic_core", "annotated_types", "typing_extensions"}),
    "pydantic-settings": frozenset({"pydantic", "dotenv"}),
    "sqlmodel": frozenset({"sqlalchemy", "pydantic"}),
    "flask-sqlalchemy": frozenset({"sqlalchemy", "flask"}),
    "sqlalchemy": frozenset({"typing_extensions"}),
    "alembic": frozenset({"sqlalchemy", "mako"}),
    "pandas": frozenset({"numpy", "dateutil", "pytz"}),
    "scikit-learn": frozenset({"numpy", "scipy", "joblib"}),
    "scipy": frozenset({"numpy"}),
    "matplotlib": frozenset({"numpy", "mpl_toolkits", "pylab", "PIL"}),
    "seaborn": frozenset({"matplotlib", "pandas", "numpy"}),
    "torch": frozenset({"numpy"}),
    "boto3": frozenset({"botocore", "s3transfer"}),
    "aiohttp": frozenset({"multidict", "yarl"}),
    "django": frozenset({"asgiref", "sqlparse"}),
    "djangorestframework": frozenset({"django"}),
    "pytest": frozenset({"_pytest", "pluggy"}),
    "celery": frozenset({"kombu", "billiard", "vine"}),
    "scrapy": frozenset({"twisted", "parsel", "itemadapter", "w3lib"}),
    "jinja2": frozenset({"markupsafe"}),
    "attrs": frozenset({"attr"}),
    "textual": frozenset({"rich"}),
    "pymongo": frozenset({"bson", "gridfs"}),
    "setuptools": frozenset({"pkg_resources", "distutils"}),
    "openai": frozenset({"httpx", "pydantic"}),
    "anthropic": frozenset({"httpx", "pydantic"}),
    "psycopg2-binary": frozenset({"psycopg2"}),
}


def brought_along(module: str, declared: frozenset[str]) -> bool:
    """Whether one of the declared distributions (normalised names) brings the module along."""
    root = module.partition(".")[0]
    return any(root in _BROUGHT.get(name, ()) for name in declared)
