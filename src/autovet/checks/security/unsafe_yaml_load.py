"""YAML is loaded in a way that lets the document build any object.

Finds ``yaml.load`` and ``load_all`` without a safe loader, ``unsafe_load`` and ruamel's unsafe mode. A
document with a tag such as ``!!python/object/apply:os.system`` runs a command while it is read, and
configuration files come from more people than one thinks.

Use ``yaml.safe_load``, or pass ``Loader=yaml.SafeLoader``; register constructors for own tags.

Leave it where the program wrote the document itself, nobody else can write there, and it needs objects.
"""

import ast
from collections.abc import Iterator

from autovet.checks.security.remedies.safe_yaml import safe_yaml
from autovet.checks.security.taint.flows import flows_of
from autovet.checks.vocabulary.arguments import argument, constant_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("unsafe-yaml-load", Category.SECURITY, confidence=0.9, cwe=502)

_LOADS = frozenset({"yaml.load", "yaml.load_all", "ruamel.yaml.load", "ruamel.yaml.load_all"})
_UNSAFE_LOADS = frozenset({"yaml.unsafe_load", "yaml.unsafe_load_all"})
_UNSAFE_LOADERS = frozenset({"Loader", "UnsafeLoader", "CLoader"})

BAD = (
    """
import yaml

def settings(path):
    with open(path) as file:
        return yaml.load(file)  # <--
""",
    """
import yaml

def documents(text):
    first = yaml.unsafe_load(text)  # <--
    return [first, *yaml.load_all(text, Loader=yaml.Loader)]  # <--
""",
)

GOOD = (
    """
import yaml

def settings(path, loader):
    with open(path) as file:
        return yaml.load(file, Loader=loader)

def documents(text):
    return [*yaml.safe_load_all(text), yaml.load(text, yaml.CSafeLoader), yaml.load(text, Loader=yaml.BaseLoader)]
""",
    """
from ruamel.yaml import YAML

yaml = YAML(typ="safe")

def settings(path):
    return yaml.load(path)
""",
)


def check(call: ast.Call, module: Module, project: Project) -> Iterator[Finding]:
    """Report loads that can build any object."""
    name = module.qualified(call.func) or ""
    if not _is_unsafe(call, name, module):
        return
    if any(h.node is call and h.taint.origin.kind == "request" for h in flows_of(module, project).hits):  # fmt: skip
        return  # what a request sends is reported as such
    yield module.finding(
        RULE,
        call,
        f"{name} without a safe loader builds whatever object the document asks for, also a running command; use safe_load",
        evidence={"call": name},
        fix=safe_yaml(call, module),
    )


def _is_unsafe(call: ast.Call, name: str, module: Module) -> bool:
    if name == "ruamel.yaml.YAML":
        return bool(constant_of(argument(call, None, "typ"), module) == "unsafe")
    if name in _UNSAFE_LOADS:
        return True
    if name not in _LOADS:
        return False
    loader = argument(call, 1, "Loader", "loader")
    if loader is None:
        return not any(k.arg is None for k in call.keywords)
    chosen = module.qualified(loader) or ""
    return chosen.rpartition(".")[2] in _UNSAFE_LOADERS and "yaml" in chosen
