"""A parameter, or a field of an options class, that nothing reads.

Finds optional parameters of functions and constructors that the body never mentions, and fields with
defaults of a class of options of which the module reads others but not these.

Callers set it and nothing happens. Readers believe that retries, encodings or limits are taken care
of.

Take it out, or do what it promises. What an interface prescribes is left alone: overriding methods,
decorated functions, callbacks, and names that begin with an underscore.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.project import Project
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("unused-parameter", Category.PRACTICALITY, confidence=0.83)

_OPTIONS = ("Options", "Config", "Settings", "Params", "Parameters", "Configuration")
_FEWEST_READ = 2

BAD = (
    """
def send(server, letter, retries=3, encoding="utf-8"):  # <--
    return server.send(letter)

send(None, "x")
""",
    """
from dataclasses import dataclass

class Press:
    def __init__(self, paper, ink="black", fold=False):  # <--
        self.paper = paper
        self.ink = ink

@dataclass
class PrintOptions:
    colour: str = "black"
    copies: int = 1
    staple: bool = False  # <--

def run(options: PrintOptions):
    return options.colour * options.copies

class Folder:
    def __init__(self, size, twice=False):  # <--
        self._size = size
        self._twice = twice

    def fold(self):
        return self._size / 2
""",
)

GOOD = (
    """
def on_event(sender, payload=None):
    print(sender)

connect(on_event)

def plan(size, _unused=None, **options):
    return size

def stub(size, colour="red"):
    \"\"\"Comes from the interface.\"\"\"
    raise NotImplementedError

def around(size, scale=1):
    return locals()
""",
    """
from dataclasses import dataclass

class Base:
    def draw(self, size, scale=1):
        return size

class Round(Base):
    def draw(self, size, scale=1):
        return size

@dataclass
class PrintOptions:
    colour: str = "black"
    staple: bool = False

def run(options: PrintOptions):
    return vars(options), options.colour
""",
)


def check(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, module: Module, project: Project
) -> Iterator[Finding]:
    """Report the function at its header, or the field."""
    if module.is_test:
        return
    if isinstance(node, ast.ClassDef):
        yield from _unread_fields(node, module, project)
        return
    if not node.args.defaults and not node.args.kw_defaults:
        return
    unused = _unused(node)
    if node.name == "__init__" and not unused:
        unused = _kept_for_nothing(node, module, project)
    if not unused or not _is_free(node, module):
        return
    yield module.finding(
        RULE,
        module.header_span(node),
        f"{node.name}() never uses {', '.join(unused)}: whoever sets it gets nothing; take it out",
        evidence={"parameters": unused},
    )


def _unused(node: FunctionNode) -> list[str]:
    positional = [*node.args.posonlyargs, *node.args.args]
    optional = positional[len(positional) - len(node.args.defaults) :]
    optional += [
        a for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is not None
    ]
    names = {a.arg for a in optional if not a.arg.startswith("_")}
    for part in node.body:
        for inner in ast.walk(part):
            if isinstance(inner, ast.Name):
                names.discard(inner.id)
                if inner.id in {"locals", "vars", "eval", "exec", "super"}:
                    return []
    return [a.arg for a in optional if a.arg in names]


def _kept_for_nothing(node: FunctionNode, module: Module, project: Project) -> list[str]:
    """Optional parameters that are stored in private attributes which nothing ever reads."""
    optional = {a.arg for a in node.args.args[len(node.args.args) - len(node.args.defaults) :]}
    optional |= {
        a.arg
        for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if d is not None
    }
    kept: dict[str, str] = {}
    for statement in node.body:
        match statement:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id="self"), attr=attribute)],
                value=ast.Name(id=given),
            ) if given in optional and attribute.startswith("_"):
                uses = sum(isinstance(n, ast.Name) and n.id == given for n in ast.walk(node))
                if uses == 1:
                    kept[attribute] = given
    if not kept or any(
        word in module.text for word in ("getattr(", "__dict__", "vars(", "__slots__")
    ):
        return []
    for place in (module, *project.others()):
        for read in place.nodes(ast.Attribute):
            if isinstance(read.ctx, ast.Load) and read.attr in kept:
                del kept[read.attr]
                if not kept:
                    return []
    return list(kept.values())


def _is_free(node: FunctionNode, module: Module) -> bool:
    """Whether nobody prescribes the signature, and the body is a real one."""
    if node.decorator_list or node.args.kwarg or node.args.vararg:
        return False
    if node.name.startswith("__") and node.name != "__init__":
        return False
    body = [
        s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    trivial = (ast.Raise, ast.Pass)
    if (
        not body
        or isinstance(body[0], trivial)
        or (len(body) == 1 and _is_constant_return(body[0]))
    ):
        return False
    owner = module.parent(node)
    if isinstance(owner, ast.ClassDef):
        if owner.bases or owner.keywords or _is_base(owner, module):
            return False
        return not any(path_of(d).endswith("abstractmethod") for d in node.decorator_list)
    if not isinstance(owner, ast.Module):
        return False
    return not _is_passed_on(node.name, module)


def _is_constant_return(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Return) and (
        statement.value is None or isinstance(statement.value, (ast.Constant, ast.Name))
    )


def _is_base(owner: ast.ClassDef, module: Module) -> bool:
    return any(path_of(b) == owner.name for c in module.nodes(ast.ClassDef) for b in c.bases)


def _is_passed_on(name: str, module: Module) -> bool:
    """Whether the function itself is handed around, so that somebody else calls it."""
    for plain in module.nodes(ast.Name):
        if plain.id == name and isinstance(plain.ctx, ast.Load):
            parent = module.parent(plain)
            if not (isinstance(parent, ast.Call) and parent.func is plain):
                return True
    return False


def _unread_fields(node: ast.ClassDef, module: Module, project: Project) -> Iterator[Finding]:
    if not node.name.endswith(_OPTIONS) or not any(
        "dataclass" in ast.unparse(d) for d in node.decorator_list
    ):
        return
    fields = {
        s.target.id: s
        for s in node.body
        if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name) and s.value is not None
    }
    modules = [module, *project.others()]
    read: set[str] = set()
    for place in modules:
        read |= {a.attr for a in place.nodes(ast.Attribute) if isinstance(a.ctx, ast.Load)}
        if any(
            n in place.text
            for n in ("asdict", "vars(", "fields(", "__dict__", "getattr(", "astuple")
        ):
            return
    unread = [name for name in fields if name not in read]
    if not unread or len(fields) - len(unread) < _FEWEST_READ:
        return
    for name in unread:
        yield module.finding(
            RULE,
            fields[name],
            f"nothing reads {name} of {node.name}: whoever sets it gets nothing; take it out",
            evidence={"field": name},
        )
