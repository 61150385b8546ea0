"""A service or domain class that reaches for one global object instead of being given it.

Finds classes whose methods use an object that the module made at import, a gateway, client or
connection, or fetch one with ``instance()`` or ``get_instance()``.

The dependency shows in no signature. Tests must patch the module, two configurations cannot live side
by side, and importing the module already connects somewhere.

Take it in the constructor and make it where the program is put together. Loggers, settings and
constants are shared on purpose and left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("hidden-global-singleton", Category.ARCHITECTURE, confidence=0.8)

_ACTORS = ("Gateway", "Client", "Repository", "Mailer", "Connection", "Database", "Bus", "Publisher", "Store", "Sender", "Notifier", "Cache", "Queue", "Producer")  # fmt: skip
_INNER = frozenset(
    {"domain", "service", "services", "usecases", "use_cases", "application", "core", "entities"}
)
_FETCHERS = frozenset({"instance", "get_instance", "getInstance", "shared", "get_default"})
_SERVICES = (
    "Service",
    "UseCase",
    "Handler",
    "Manager",
    "Processor",
    "Calculator",
    "Checkout",
    "Policy",
)

BAD = (
    """
from parcels.gateway import ParcelGateway

gateway = ParcelGateway("key")  # <--

class DispatchService:
    def send(self, parcel):
        return gateway.send(parcel)
""",
    """
class EventBus:
    _instance = None

    @classmethod
    def instance(cls):
        cls._instance = cls._instance or cls()
        return cls._instance

class ParcelService:
    def send(self, parcel):
        EventBus.instance().publish(parcel)  # <--
""",
)

GOOD = (
    """
import logging

from parcels.gateway import ParcelGateway

log = logging.getLogger(__name__)

class Dispatch:
    def __init__(self, gateway: ParcelGateway):
        self.gateway = gateway

    def send(self, parcel):
        log.info("sending")
        return self.gateway.send(parcel)
""",
    """
from parcels.gateway import ParcelGateway

gateway = ParcelGateway("key")

def send(parcel):
    return gateway.send(parcel)
""",
)


def check(module: Module) -> Iterator[Finding]:
    """Report where the object is made, or where it is fetched."""
    if module.is_test:
        return
    inner = bool(set(module.path.split("/")[:-1]) & _INNER)
    for statement in module.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)) if (
                last_name(func).endswith(_ACTORS) and not name.isupper()
            ):
                user = _using_class(name, module)
                if user is not None and (inner or user.name.endswith(_SERVICES)):
                    yield module.finding(
                        RULE,
                        statement,
                        f"{user.name} uses this global {name} without being given it: take it in the constructor",
                        evidence={"name": name, "used_by": user.name},
                    )
    for call in module.nodes(ast.Call):
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr not in _FETCHERS or call.args:
            continue
        owner, home = last_name(func.value), module.class_of(call)
        if not owner[:1].isupper() or home is None or home.name == owner:
            continue
        if inner or home.name.endswith(_SERVICES):
            yield module.finding(
                RULE,
                call,
                f"{home.name} fetches the one {owner} for itself: take it in the constructor",
                evidence={"name": owner, "used_by": home.name},
            )


def _using_class(name: str, module: Module) -> ast.ClassDef | None:
    """The class whose methods use a variable of the module."""
    key = "hidden_global_singleton.users"
    if key not in module.memo:
        users: dict[str, ast.ClassDef] = {}
        for use in module.nodes(ast.Name):
            if use.id in module.scopes.module.bindings and isinstance(use.ctx, ast.Load):
                owner = module.class_of(use)
                if owner is None or use.id in users or module.function_of(use) is None:
                    continue
                if module.scopes.of(use).lookup(use.id) is module.scopes.module:
                    users[use.id] = owner
        module.memo[key] = users
    found: dict[str, ast.ClassDef] = module.memo[key]
    return found.get(name)
