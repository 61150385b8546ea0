"""A class builds one of its collaborators itself instead of being given it.

Finds classes that create an adapter (mail, database, remote client) where the
project already has a Protocol or abstract class that the adapter fulfils, or where the class takes
its other collaborators as parameters. The rules are then tied to one implementation: they cannot be
tested without the mail server, and another adapter means changing the class.

Take the collaborator as a parameter, annotated with the Protocol, and build the adapter where the
application is put together.

Leave it in the place that is there to put the application together.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.checks.vocabulary.annotations import annotated_type
from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.local_calls import own_calls
from autovet.checks.vocabulary.project_classes import class_named, is_interface, methods_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("dependency-built-inside", Category.ARCHITECTURE, confidence=0.8)

BAD = (
    Example(
        """
import redis

class Visits:
    def count(self, page):
        return redis.Redis(host="counts").incr(page)  # <--
""",
        path="zoo/domain/visits.py",
    ),
    Example(
        """
from zoo.adapters.sms import SmsSender

class Alarm:
    def __init__(self, animals):
        self._animals = animals
        self._sender = SmsSender("gateway.example")  # <--

    def ring(self):
        self._sender.send("+49 1", f"{self._animals.count()} animals are out")
""",
        path="zoo/service/alarm.py",
        files={
            "zoo/ports.py": "from typing import Protocol\n\nclass Sender(Protocol):\n    def send(self, number, text): ...\n",
            "zoo/adapters/sms.py": "class SmsSender:\n    def __init__(self, host): ...\n    def send(self, number, text): ...\n",
        },
    ),
    Example(
        """
from zoo.adapters.sms import SmsSender

class Alarm:
    def ring(self, number):
        sender = SmsSender("gateway.example")  # <--
        sender.send(number, "the animals are out")
""",
        path="zoo/domain/alarm.py",
        files={
            "zoo/ports.py": "from typing import Protocol\n\nclass Sender(Protocol):\n    def send(self, number, text): ...\n",
            "zoo/adapters/sms.py": "class SmsSender:\n    def __init__(self, host): ...\n    def send(self, number, text): ...\n",
        },
    ),
    Example(
        """
import boto3
from zoo.ports import Animals

class PhotoService:
    def __init__(self, animals: Animals) -> None:
        self._animals = animals
        self._bucket = boto3.client("s3")  # <--
""",
        path="zoo/services/photos.py",
        files={
            "zoo/ports.py": "from typing import Protocol\n\nclass Animals(Protocol):\n    def all(self): ...\n"
        },
    ),
)

GOOD = (
    Example(
        """
from zoo.ports import Animals, Sender

class Alarm:
    def __init__(self, animals: Animals, sender: Sender) -> None:
        self._animals = animals
        self._sender = sender
        self._rung = []
""",
        path="zoo/service/alarm.py",
        files={
            "zoo/ports.py": "from typing import Protocol\n\nclass Sender(Protocol):\n    def send(self, number, text): ...\n"
        },
    ),
    Example(
        """
import httpx

class WeatherClient:
    def __init__(self, base_url: str, client: httpx.Client | None = None) -> None:
        self._client = client or httpx.Client(base_url=base_url)

class TidesClient:
    def __init__(self, base_url: str) -> None:
        self._client = httpx.Client(base_url=base_url)
""",
        path="zoo/weather.py",
    ),
)

_OUTER = frozenset({"infrastructure", "infra", "adapters", "clients", "gateways", "persistence", "db", "database", "repositories"})  # fmt: skip
_WIRING = ("wiring", "main", "container", "bootstrap", "app", "factory", "composition", "dependencies", "deps", "config")  # fmt: skip
_CLIENTS = frozenset({"httpx.Client", "httpx.AsyncClient", "requests.Session", "boto3.client", "boto3.resource", "smtplib.SMTP", "redis.Redis", "sqlalchemy.create_engine", "sqlite3.connect", "pymongo.MongoClient", "psycopg2.connect", "psycopg.connect", "stripe.StripeClient", "aiohttp.ClientSession", "elasticsearch.Elasticsearch", "boto3.Session", "redis.StrictRedis", "redis.from_url", "redis.asyncio.Redis", "pika.BlockingConnection", "kafka.KafkaProducer", "confluent_kafka.Producer", "smtplib.SMTP_SSL", "mysql.connector.connect", "pymysql.connect", "asyncpg.connect", "asyncpg.create_pool", "twilio.rest.Client", "slack_sdk.WebClient", "openai.OpenAI", "anthropic.Anthropic", "motor.motor_asyncio.AsyncIOMotorClient", "google.cloud.storage.Client", "paramiko.SSHClient", "sqlalchemy.ext.asyncio.create_async_engine"})  # fmt: skip
_TECHNOLOGIES = (
    "Smtp",
    "SMTP",
    "Sql",
    "SQL",
    "Postgres",
    "Redis",
    "Http",
    "HTTP",
    "S3",
    "Mongo",
    "Kafka",
    "Rabbit",
    "Stripe",
    "Twilio",
    "File",
    "Sqlite",
)
_INNERMOST = frozenset({"domain", "entities", "domain_model"})
_INNER = frozenset({"domain", "service", "services", "usecases", "use_cases", "application", "core", "entities"})  # fmt: skip


def check(owner: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    """Report adapters that a class creates in its ``__init__``."""
    if module.is_test:
        return
    folders = set(module.path.split("/")[:-1])
    if module.path.rpartition("/")[2].removesuffix(".py").endswith(_WIRING) or folders & _OUTER:
        return
    if folders & _INNER and project.known:
        yield from _built_in_methods(owner, module, project)
    if folders & _INNERMOST:
        yield from _clients(owner, module)
    if not project.known:
        return
    init = methods_of(owner).get("__init__")
    if init is None:
        return
    for statement in (s for s in ast.walk(init) if isinstance(s, (ast.Assign, ast.AnnAssign))):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        built = statement.value
        if not isinstance(target, ast.Attribute) or not isinstance(built, ast.Call):
            continue
        name = module.qualified(built.func)
        port = _port_for(name, module, project)
        foreign = name in _CLIENTS or (port is not None and _is_adapter(name, module))
        if name is None or not foreign:
            continue
        injected = [a.arg for a in init.args.args[1:] if _is_collaborator(a, module, project)]
        if port is None and not (injected and folders & _INNER):
            continue
        why = (
            f"although {port} describes what it needs"
            if port
            else f"although it is given {injected[0]}"
        )
        yield module.finding(
            RULE,
            statement,
            f"{owner.name} builds its own {name.rpartition('.')[2]} {why}; take it as a parameter",
            evidence={"builds": name, "port": port, "injected": injected},
        )


def _clients(owner: ast.ClassDef, module: Module) -> Iterator[Finding]:
    """Clients of the network, of a database or of a cloud that a class of the domain makes itself."""
    for method in methods_of(owner).values():
        for call in own_calls(method):
            built = module.qualified(call.func)
            if built in _CLIENTS:
                yield module.finding(
                    RULE,
                    call,
                    f"{owner.name} belongs to the domain and makes its own {built}; take what it needs as a "
                    "parameter, described by an interface",
                    evidence={"builds": built, "port": None, "injected": []},
                )


def _built_in_methods(owner: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    """Adapters that fulfil a known interface and are created where they are used."""
    for name, method in methods_of(owner).items():
        if name == "__init__" or any(last_name(d) in {"classmethod", "staticmethod"} for d in method.decorator_list):  # fmt: skip
            continue
        for call in own_calls(method):
            built = module.qualified(call.func)
            if built is None or not set(built.split(".")[:-1]) & _OUTER:
                continue
            port = _port_for(built, module, project)
            if port is not None:
                yield module.finding(
                    RULE,
                    call,
                    f"{owner.name}.{name}() builds its own {built.rpartition('.')[2]} although {port} "
                    "describes what it needs; take it as a parameter",
                    evidence={"builds": built, "port": port, "injected": []},
                )


def _is_adapter(name: str | None, module: Module) -> bool:
    """Whether a class belongs to the outside, or stands outside of an inner layer that builds it."""
    home, _, own = (name or "").rpartition(".")
    if set(home.split(".")) & _OUTER or own.startswith(_TECHNOLOGIES):
        return True
    return bool(set(module.path.split("/")[:-1]) & _INNER) and home not in {"", module.name}


def _port_for(qualified: str | None, module: Module, project: Project) -> str | None:
    """The interface of the project whose methods the built class all has."""
    found = class_named(qualified, module, project)
    if found is None:
        return None
    built, home = found
    if is_interface(built, home):
        return None
    offered = {n for n in methods_of(built) if not n.startswith("_")}
    for place in (module, *project.others()):
        for name, wanted in _interfaces(place):
            if wanted <= offered:
                return name
    return None


def _interfaces(place: Module) -> list[tuple[str, set[str]]]:
    """The interfaces of a module with the public methods that they demand."""
    if "interfaces" not in place.memo:
        classes = [n for n in place.tree.body if isinstance(n, ast.ClassDef)]
        wanted = [
            (c.name, {m for m in methods_of(c) if not m.startswith("_")})
            for c in classes
            if is_interface(c, place)
        ]
        place.memo["interfaces"] = [(name, methods) for name, methods in wanted if methods]
    found: list[tuple[str, set[str]]] = place.memo["interfaces"]
    return found


def _is_collaborator(argument: ast.arg, module: Module, project: Project) -> bool:
    kind = annotated_type(argument.annotation, module)
    return class_named(kind, module, project) is not None
