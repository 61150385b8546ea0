"""A function whose name promises less, or something else, than it does.

Finds functions that are called ``get_``, ``find_``, ``is_``, ``count_``, ``calculate_`` and the
like and that delete or overwrite what is stored, predicates that return something other than a
truth value, and getters that return nothing.

Whoever reads a call trusts the name: a question asked in a log line or a debugger should change
nothing. The harm is done by the second caller, who did not read the body.

Rename the function after what it does, or move the change into a function of its own. Filling a
cache, and names that say both ("get_or_create"), are left alone.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.syntax.own_nodes import own_nodes
from autovet.checks.vocabulary.expressions import last_name, path_of
from autovet.checks.vocabulary.value_types import type_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module
from autovet.source.scopes import FunctionNode

RULE = Rule("misleading-name", Category.MAINTAINABILITY, confidence=0.88)

_ASKING = ("get_", "find_", "is_", "has_", "can_", "count_", "calculate_", "compute_", "list_", "fetch_", "lookup_", "search_", "show_", "read_", "select_", "query_", "estimate_", "validate_", "should_", "contains_", "exists_", "check_")  # fmt: skip
_QUESTIONS = (
    "is_",
    "has_",
    "can_",
    "should_",
    "check_",
    "count_",
    "calculate_",
    "compute_",
    "estimate_",
)
_CONTAINERS = frozenset({"builtins.list", "builtins.dict", "builtins.str", "builtins.set"})
_TAKING = frozenset({"pop", "clear", "remove", "discard"})
_PREDICATES = ("is_", "has_", "can_", "should_")
_SAYS_BOTH = re.compile(
    r"_(or|and|then)_|pop|delet|remov|clear|reset|evict|expire|purge|updat|creat|sav|writ|stor|insert|consum|next|clean|drain|flush|set"
)
_CHANGING_SQL = re.compile(
    r"\s*(delete\s+from|update\s+\S+\s+set|drop\s+table|truncate|insert\s+(or\s+\w+\s+)?into)\b",
    re.IGNORECASE,
)
_CHANGING_DOC = re.compile(
    r"(delete|remove|drop|purge|erase|send|save|overwrite|insert|reset|destroy|wipe|discard)s?\b",
    re.IGNORECASE,
)
_DESTROYERS = frozenset({
    "os.remove", "os.unlink", "os.rmdir", "os.rename", "os.replace", "os.truncate", "shutil.rmtree", "shutil.move",
})  # fmt: skip
_MAKING = frozenset(
    {"open", "mkstemp", "mkdtemp", "NamedTemporaryFile", "mkdir", "makedirs", "symlink", "touch"}
)
_EXECUTING = frozenset({"execute", "executemany", "executescript", "exec_driver_sql"})
_STORE_METHODS = frozenset({"unlink", "rmdir", "write_text", "write_bytes", "rename"})
_FILE_WRITES = frozenset({"write_text", "write_bytes"})
_JUDGING_NAMES = ("is_", "has_", "can_", "should_", "validate_", "check_", "count_", "calculate_", "compute_", "estimate_")  # fmt: skip
_FINDING = ("get_", "find_", "lookup_", "search_", "list_", "select_")
_CACHES = re.compile(r"cache|memo|known|seen|loaded|instances|pool|registry", re.IGNORECASE)
_PLAIN_CALLS = frozenset(
    {"min", "max", "round", "int", "float", "str", "len", "sum", "abs", "bool", "divmod", "sorted"}
)
_MAILING = frozenset({"send_message", "sendmail"})
_STORES = ("session", "db", "repo", "repository", "store", "storage", "orm")
_STORE_WRITES = frozenset(
    {
        "delete",
        "commit",
        "save",
        "remove",
        "destroy",
        "insert",
        "update_one",
        "delete_one",
        "delete_many",
        "insert_one",
    }
)

BAD = (
    """
class Herd:
    def get_animal(self, name):  # <--
        animal = self.animals.get(name)
        if animal is None:
            animal = Animal(name)
            self.animals[name] = animal
        return animal

    def find_keeper(self, name):  # <--
        keeper = self.keepers[name]
        keeper.calls += 1
        return keeper

    def set_weight(self, hay):  # <--
        return min(9, self.weight + hay)

def is_tag(text) -> str | None:  # <--
    return text.strip() or None

def has_key(keeper, door):  # <--
    if door not in keeper.keys:
        return "no"
    return keeper.keys[door].name

def validate_form(form, target):  # <--
    target.write_text(form.text)
    return bool(form.text)
""",
    """
class Carts:
    def get_open_carts(self, now):  # <--
        self.db.execute("DELETE FROM carts WHERE closed < ?", (now,))
        return self.db.total_changes

    def is_empty(self, cart) -> str:  # <--
        return "yes" if not cart.items else "no"

    def has_room(self, cart):  # <--
        problems = []
        return problems

    def is_stale(self, key):  # <--
        return self.carts.pop(key, None) is None

    def get_owner(self, cart):  # <--
        cart.owner = self.owner
""",
    """
import os

def count_reports(folder):  # <--
    \"\"\"Remove old reports; the number of them is returned.\"\"\"
    done = [drop(path) for path in folder]
    return len(done)

def find_stale(paths):  # <--
    for path in paths:
        if path.stale:
            os.remove(path)
    return paths
""",
)

GOOD = (
    """
class Herd:
    def get_animal(self, name):
        if name not in self._animals:
            self._animals[name] = Animal(name)
        self.calls += 1
        return self._animals[name]

    def set_weight(self, hay):
        self.weight = min(9, hay)
        return self.weight + 1

    def set_name(self, name):
        return self.with_changes(name=name)

    def get_picture(self, name):
        if name not in self.picture_cache:
            self.picture_cache[name] = Picture(name)
        return self.picture_cache[name]

def is_tag(text) -> bool | None:
    return None if text is None else bool(text)
""",
    """
class Carts:
    def get_cart(self, key):
        if key not in self._carts:
            self._carts[key] = self.db.execute("SELECT * FROM carts WHERE id = ?", (key,))
        return self._carts[key]

    def get_or_create_cart(self, key):
        self.db.execute("INSERT INTO carts VALUES (?)", (key,))
        return key

    def is_open(self, cart) -> bool:
        return bool(cart.items)

    def delete_closed(self):
        \"\"\"Remove closed carts.\"\"\"
        self.db.execute("DELETE FROM carts")

    def get_owner(self, cart):
        raise NotImplementedError

    def get_names(self):
        yield from self._carts
""",
    """
from typing import TypeGuard

def is_text(value) -> "TypeGuard[str]":
    return isinstance(value, str)

def has_changes(old, new):
    if old is None:
        return None
    return old != new

def get_sender():
    \"\"\"Sender of the queued mails.\"\"\"
    return Sender()

def find_first(items):
    for item in items:
        if item:
            return item
""",
)


def check(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> Iterator[Finding]:
    """Report the function at its ``def`` line, to the end of its body."""
    name = node.name.lstrip("_")
    if name.startswith("set_") and not module.is_test and _sets_nothing(node):
        yield module.finding(
            RULE,
            node,
            f"{node.name}() sets nothing and returns a value: name it for what it returns",
            evidence={"name": node.name, "effect": None},
        )
        return
    if not name.startswith(_ASKING) or _SAYS_BOTH.search(name) or module.is_test:
        return
    verb = name.partition("_")[0]
    nodes = list(own_nodes(node.body))
    effect = _effect(node, nodes, module)
    if effect:
        message = (
            f"{node.name}() {effect}, which a name with {verb!r} denies: name it for what it does"
        )
    elif name.startswith(_PREDICATES) and (kind := _answers_no_bool(node, nodes, module)):
        message = f"{node.name}() asks a yes-or-no question and returns {kind}: name it for what it returns"
    elif (
        name.startswith("get_")
        and _answers_nothing(node, nodes)
        and not _is_handed_on(node, module)
    ):
        message = f"{node.name}() returns nothing: name it for what it does"
    else:
        return
    yield module.finding(RULE, node, message, evidence={"name": node.name, "effect": effect})


def _sets_nothing(node: FunctionNode) -> bool:
    """Whether a method only works a plain value out: it stores nothing and calls nothing for its effect."""
    if node.decorator_list or not node.args.args or node.args.args[0].arg != "self":
        return False
    answers = False
    for part in own_nodes(node.body):
        if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(
            part.ctx, (ast.Store, ast.Del)
        ):
            return False
        if isinstance(part, (ast.Raise, ast.Yield, ast.Await, ast.Global, ast.With)):
            return False
        if isinstance(part, ast.Call) and last_name(part.func) not in _PLAIN_CALLS:
            return False
        answers |= isinstance(part, ast.Return) and isinstance(
            part.value, (ast.BinOp, ast.Call, ast.Compare)
        )
    return answers


def _effect(node: FunctionNode, nodes: list[ast.AST], module: Module) -> str | None:
    """What the function changes outside of itself."""
    makes_files = any(isinstance(n, ast.Call) and last_name(n.func) in _MAKING for n in nodes)
    predicate = node.name.lstrip("_").startswith(_PREDICATES)
    if changed := _changed_argument(node, nodes):
        return f"changes {changed}"
    for call in nodes:
        if predicate and _forgets(call):
            return "removes what it is asked about"
        if made := _makes_entry(node, call):
            return made
        if not isinstance(call, ast.Call):
            continue
        qualified = module.qualified(call.func)
        if qualified in _DESTROYERS and not makes_files:
            return f"calls {qualified}()"
        if not isinstance(call.func, ast.Attribute):
            continue
        method, holder = call.func.attr, last_name(call.func.value).lstrip("_")
        if method in _EXECUTING and call.args and _CHANGING_SQL.match(_text(call.args[0], module)):
            return "changes the database"
        if method in _STORE_METHODS and type_of(call.func.value, module) == "pathlib.Path":
            return f"calls {method}()"
        if method in _FILE_WRITES and node.name.lstrip("_").startswith(_JUDGING_NAMES):
            return f"calls {method}()"
        if method in _MAILING or (method == "unlink" and not call.args and not makes_files):
            return f"calls {method}()"
        if method in _STORE_WRITES and holder.endswith(_STORES):
            return f"calls {holder}.{method}()"
    if node.name.lstrip("_").startswith("check_"):  # "check and act" is a common reading
        return None
    doc = ast.get_docstring(node) or ""
    if (match := _CHANGING_DOC.match(doc)) and " and return" not in doc.partition("\n")[0]:
        return f"says that it {match.group(1).lower()}s something"
    return None


def _changed_argument(node: FunctionNode, nodes: list[ast.AST]) -> str:
    """The public attribute of an argument that a question gives another value."""
    if not node.name.lstrip("_").startswith(_QUESTIONS):
        return ""
    parameters = {a.arg for a in node.args.args} - {"self", "cls"}
    if node.name.lstrip("_").startswith("check_"):  # a check may take a note of what it found
        nodes = [n.target for n in nodes if isinstance(n, ast.AugAssign)]
    for part in nodes:
        match part:
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute, ctx=ast.Store()) if (
                owner in parameters and not attribute.startswith("_")
            ):
                return f"{owner}.{attribute}"
    return ""


def _makes_entry(node: FunctionNode, part: ast.AST) -> str | None:
    """A getter that puts a new object into a public collection, or counts on an object that it finds.

    What is kept in a private attribute is taken for a cache.
    """
    if not node.name.lstrip("_").startswith(_FINDING) or _CACHES.search(node.name):
        return None
    match part:
        case ast.AugAssign(target=ast.Attribute(value=ast.Name(id=owner), attr=attribute)) if (
            owner not in {"self", "cls"} and not attribute.startswith("_")
        ):
            return f"changes {owner}.{attribute}"
        case ast.Assign(
            targets=[
                ast.Subscript(value=ast.Attribute(value=ast.Name(id="self"), attr=kept)),
            ],
            value=value,
        ) if not kept.startswith("_") and not _CACHES.search(kept):
            named = isinstance(value, ast.Name) and _made_here(value.id, node)
            if named or _is_new_object(value):
                return f"puts a new entry into {kept}"
    return None


def _made_here(name: str, node: FunctionNode) -> bool:
    """Whether one of the values that a name is given is a new object."""
    return any(
        isinstance(n, ast.Assign)
        and isinstance(n.targets[0], ast.Name)
        and n.targets[0].id == name
        and _is_new_object(n.value)
        for n in ast.walk(node)
    )


def _is_new_object(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func)[:1].isupper()


def _text(node: ast.expr, module: Module) -> str:
    """The constant start of a string expression, also inside a call such as ``text("...")``."""
    node = module.assigned(node) or node
    if isinstance(node, ast.Call) and node.args:
        node = node.args[0]
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    if isinstance(node, ast.BinOp):
        node = node.left
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _answers_no_bool(node: FunctionNode, nodes: list[ast.AST], module: Module) -> str | None:
    """What a predicate returns instead of a truth value, where that is certain."""
    returns = node.returns
    if isinstance(returns, ast.BinOp) and isinstance(returns.right, ast.Constant):
        returns = returns.left  # a value or None
    base = returns.value if isinstance(returns, ast.Subscript) else returns
    if isinstance(base, ast.Name) and base.id in {
        "str",
        "int",
        "float",
        "list",
        "dict",
        "set",
        "tuple",
        "bytes",
    }:
        return f"a {base.id}"
    if returns is not None:
        return None
    values = [n.value for n in nodes if isinstance(n, ast.Return) and n.value is not None]
    texts = [
        v for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str) and v.value
    ]
    truths = (ast.Compare, ast.BoolOp, ast.UnaryOp)
    if texts and not any(
        isinstance(v, truths) or (isinstance(v, ast.Constant) and not isinstance(v.value, str))
        for v in values
    ):
        return f"text ({texts[0].value!r}, which is always true)"
    kinds = {type_of(value, module) for value in values}
    if len(kinds) == 1 and (kind := kinds.pop()) in _CONTAINERS:
        return f"a {kind.removeprefix('builtins.')}"
    return None


def _forgets(node: ast.AST) -> bool:
    """Takes something out of what the object keeps."""
    if isinstance(node, ast.Delete):
        return any(
            isinstance(t, ast.Subscript) and path_of(t.value).startswith("self.")
            for t in node.targets
        )
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _TAKING
    ):
        return path_of(node.func.value).startswith("self.")
    return False


def _is_handed_on(node: FunctionNode, module: Module) -> bool:
    """Whether the function is somebody's callback, so that its shape is prescribed."""
    return any(
        isinstance(n.ctx, ast.Load)
        and n.id == node.name
        and not (isinstance(parent := module.parent(n), ast.Call) and parent.func is n)
        for n in module.nodes(ast.Name)
    )


def _answers_nothing(node: FunctionNode, nodes: list[ast.AST]) -> bool:
    """Whether a function with a real body never returns, yields or raises anything."""
    telling = (ast.Return, ast.Yield, ast.YieldFrom, ast.Raise)
    if any(isinstance(n, telling) and getattr(n, "value", True) is not None for n in nodes):
        return False
    if node.decorator_list:
        return False
    real = [
        s
        for s in node.body
        if not isinstance(s, ast.Pass)
        and not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    return (
        any(isinstance(s, (ast.Assign, ast.AugAssign)) for s in real)
        and not node.args.vararg
        and bool(real)
    )
