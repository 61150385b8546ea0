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
_KEPT_NAMES = ("instance", "instances", "singleton", "inst")  # needless-singleton names these
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
class Gate:
    _only = None

    def __new__(cls):  # <--
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

class Clocks:
    main = None

    @classmethod
    def get(cls):  # <--
        if cls.main is None:
            cls.main = Clock()
        return cls.main

class Clock:
    pass
""",
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
class Gate:
    names = None

    @classmethod
    def known(cls):
        if cls.names is None:
            cls.names = sorted(cls.__dict__)
        return cls.names

    def __new__(cls, size):
        gate = super().__new__(cls)
        gate.size = size
        return gate
""",
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
    yield from _handed_out_by_new(module)
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


def _handed_out_by_new(module: Module) -> Iterator[Finding]:
    """A constructor that returns what the class keeps: every caller gets the same object, unasked."""
    for function in module.nodes(ast.FunctionDef):
        owner = module.parent(function)
        if not isinstance(owner, ast.ClassDef):
            continue
        shared = any(
            last_name(d) in {"classmethod", "staticmethod"} for d in function.decorator_list
        )
        if function.name != "__new__" and not (shared and _makes_object_once(function)):
            continue
        holders = {"cls", owner.name}
        nodes = list(ast.walk(function))
        kept = {
            n.attr
            for n in nodes
            if isinstance(n, ast.Attribute)
            and isinstance(n.ctx, ast.Store)
            and isinstance(n.value, ast.Name)
            and n.value.id in holders
        }
        kept = {a for a in kept if not a.lower().strip("_").endswith(_KEPT_NAMES)}
        if any(
            isinstance(n, ast.Return)
            and isinstance(n.value, ast.Attribute)
            and n.value.attr in kept
            for n in nodes
        ):
            yield module.finding(
                RULE,
                function,
                f"{owner.name}.{function.name}() hands out one hidden object to everybody: build it once and pass it "
                "along",
                evidence={"name": owner.name, "used_by": owner.name},
            )


def _makes_object_once(function: ast.FunctionDef) -> bool:
    """Whether a class method sets an attribute to a new object, and only where it is not set yet."""
    for node in ast.walk(function):
        if isinstance(node, ast.If) and any(
            isinstance(t, ast.Attribute) for t in ast.walk(node.test)
        ):
            for made in node.body:
                if (
                    isinstance(made, ast.Assign)
                    and isinstance(made.targets[0], ast.Attribute)
                    and isinstance(made.value, ast.Call)
                    and last_name(made.value.func)[:1].isupper()
                ):
                    return True
    return False


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
