"""What the tests of the code show about untrusted data."""

import ast
import re

from autovet.checks.security.taint.compared import (
    argument_nodes,
    is_foreign,
    is_foreign_host,
    is_host,
    is_inside,
    is_sent,
)
from autovet.checks.security.taint.environment import Facts, Target
from autovet.checks.security.taint.expressions import Expressions
from autovet.checks.security.taint.fact_sets import both, either
from autovet.checks.security.taint.patterns import is_strict
from autovet.checks.security.taint.values import ALL, CLEAN, Callee, Value, all_taints

_NONE: Facts = {}
_FIXED_HOST = re.compile(r"https?://[^/\x00\x01]+/")
_TRUSTED_NAME = re.compile(
    r"(?:^|_)(?:is|check|validate|verify|ensure|assert|allowed?|safe|valid|trusted|permitted)(?:_|$)",
    re.IGNORECASE,
)
_SAME = frozenset({"builtins.str", "os.fspath", "builtins.bytes"})
_DIRECTORY_PARTS = frozenset({"os.path.dirname", "ntpath.dirname", "posixpath.dirname"})
_COMMON = frozenset({"os.path.commonpath", "os.path.commonprefix"})
_HOSTS = frozenset({"url", "redirect"})
_SETS = frozenset({"builtins.set", "builtins.frozenset"})
_RESOLVING = frozenset({"resolve", "absolute"})
_RESOLVED = frozenset({"os.path.realpath", "os.path.abspath"})
_QUOTES = ("'", '"')
_PREFIXES = {"//": "redirect/one-slash", "/\\": "redirect/one-slash"}
_ABSENT = {
    "..": {"path/no-dots"},
    "/": {"path", "redirect"},
    "\\": {"path"},
    "//": {"redirect/one-slash"},
    "://": {"redirect/one-slash"},
    "<": {"html"},
    "'": {"xpath"},
    "(": {"ldap"},
}


class Guards(Expressions):
    """Works out facts from tests that were just evaluated."""

    def facts(self, test: ast.expr, holds: bool) -> Facts:
        """What a test shows about sources and variables when it holds, or when it does not."""
        match test:
            case ast.UnaryOp(op=ast.Not()):
                return self.facts(test.operand, not holds)
            case ast.BoolOp():
                found = [self.facts(operand, holds) for operand in test.values]
                return both(found) if isinstance(test.op, ast.And) is holds else either(found)
            case ast.Compare(ops=[op], comparators=[right]):
                return self._comparison(test.left, op, right, holds)
            case ast.Call():
                return self._predicate(test, holds)
            case ast.NamedExpr():
                return both([self.facts(test.value, holds), self.facts(test.target, holds)])
            case ast.Name():
                kept = self.env.tests.get(test.id)
                if kept is not None:
                    told = self.facts(kept[0], holds)
                    return told if holds else both([told, self.shown(test, ALL)])
                told = self.env.implied.get(test.id, {}).get(holds, _NONE)
                return told if holds else both([told, self.shown(test, ALL)])
            case ast.Attribute(attr="netloc" | "hostname"):
                return _NONE if holds else self.shown(test.value, frozenset({"redirect"}))
            case ast.Attribute() | ast.Subscript():
                return _NONE if holds else self.shown(test, ALL)
        return _NONE

    def shown(self, node: ast.expr, kinds: frozenset[str]) -> Facts:
        """The fact that an expression is safe for these kinds, told of all that it stands for."""
        value = self.values.get(node) or CLEAN
        found: dict[Target, frozenset[str]] = {}
        if isinstance(node, ast.Call) and len(node.args) == 1 and self.analysis.name_of(node.func) in _SAME:  # fmt: skip
            found.update(self.shown(node.args[0], kinds))
        if isinstance(node, ast.NamedExpr):
            found.update(self.shown(node.target, kinds))
        if (copied := self._resolved_of(node)) is not None:
            found.update(self.shown(copied, kinds))
        for taint in value.taints:
            if taint.part == "":
                found["source", taint.ident] = kinds
            elif taint.part == "host":
                hosts = frozenset({"url", "redirect"})
                found["source", taint.ident] = hosts if "*" in kinds else kinds & hosts
        if isinstance(node, ast.Name) and value.taints:
            found["name", (node.id,)] = kinds
        if isinstance(node, ast.Attribute) and node.attr in {"netloc", "hostname"}:
            parsed = node.value
            if isinstance(parsed, ast.Name):
                kept = self.env.tests.get(parsed.id)
                parsed = kept[0] if kept is not None else parsed
            if (
                isinstance(parsed, ast.Call)
                and parsed.args
                and isinstance(parsed.args[0], ast.Name)
            ):
                found["name", (parsed.args[0].id,)] = frozenset({"url", "redirect"})
        return found

    def _resolved_of(self, node: ast.expr) -> ast.expr | None:
        """The path of which an expression is the absolute form, in whatever way it was made."""
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Attribute) and node.func.attr in _RESOLVING and not node.args:
            return node.func.value
        if len(node.args) == 1 and self.analysis.name_of(node.func) in _RESOLVED:
            return node.args[0]
        return None

    def _value(self, node: ast.expr) -> Value:
        return self.values.get(node) or CLEAN

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, holds: bool) -> Facts:
        a, b = self._value(left), self._value(right)
        if isinstance(op, (ast.In, ast.NotIn)):
            return self._membership(left, right, isinstance(op, ast.In) is holds)
        if isinstance(op, (ast.LtE, ast.Lt)) and holds and not is_foreign(b):
            return self._characters_of(left)
        if isinstance(op, (ast.Is, ast.IsNot)) and isinstance(right, ast.Constant):
            is_it = isinstance(op, ast.Is) is holds
            if right.value is None:
                return both([self.facts(left, False), self.shown(left, ALL)]) if is_it else self.facts(left, True)  # fmt: skip
            if isinstance(right.value, bool):
                return self.facts(left, right.value is is_it)
        if isinstance(op, (ast.Eq, ast.NotEq)) and isinstance(op, ast.Eq) is holds:
            for side, other in ((left, b), (right, a)):
                foreign = is_sent(other) if self._is_common_path(side) else is_foreign(other)
                if foreign and is_host(side, self._value(side)):
                    foreign = is_foreign_host(other)
                if not foreign and (facts := self._equal(side)):
                    return facts
        return _NONE

    def _characters_of(self, node: ast.expr) -> Facts:
        """Of ``set(text)`` within a set of the program's own: every character is a known one."""
        if isinstance(node, ast.Call) and node.args and self.analysis.name_of(node.func) in _SETS:
            return self.shown(node.args[0], ALL)
        return _NONE

    def _is_common_path(self, side: ast.expr) -> bool:
        return isinstance(side, ast.Call) and bool(side.args) and self.analysis.name_of(side.func) in _COMMON  # fmt: skip

    def _equal(self, side: ast.expr) -> Facts:
        if isinstance(side, ast.Call) and self._is_common_path(side):
            taints = all_taints(self._value(side.args[0]))
            if all("path/resolved" in t.safe for t in taints):
                found: dict[Target, frozenset[str]] = {("source", t.ident): frozenset({"path"}) for t in taints}  # fmt: skip
                parts = side.args[0].elts if isinstance(side.args[0], (ast.List, ast.Tuple)) else []
                for part in parts:
                    found.update(self.shown(part, frozenset({"path"})))
                return found
        return self.shown(side, ALL)

    def _membership(self, left: ast.expr, right: ast.expr, inside: bool) -> Facts:
        a, b = self._value(left), self._value(right)
        if inside:
            if isinstance(right, ast.Attribute) and right.attr == "parents":
                return self.if_resolved(right.value)
            foreign = is_foreign_host(b) if is_host(left, a) else is_foreign(b)
            if not foreign and not isinstance(b.const, str):
                return self.shown(left, ALL)
        elif isinstance(a.const, str) and a.const:
            kinds = {k for mark, ks in _ABSENT.items() if a.const in {mark, f"{mark}/"} for k in ks}
            if a.const in _QUOTES and isinstance(right, ast.Subscript) and is_inside(right.slice):
                return self.shown(right.value, frozenset({"code/no-quote-inside"}))
            return self.shown(right, frozenset(kinds))
        return _NONE

    def if_resolved(self, node: ast.expr) -> Facts:
        """The fact that a resolved path stays in its directory."""
        taints = self._value(node).taints
        if taints and all("path/resolved" in t.safe for t in taints):
            return self.shown(node, frozenset({"path"}))
        return _NONE

    def _predicate(self, call: ast.Call, holds: bool) -> Facts:
        ran = self.called.get(call)
        if ran is not None:
            return self.told(ran[0], call, ran[1].when_true if holds else ran[1].when_false)
        name = self.analysis.name_of(call.func)
        if isinstance(call.func, ast.Attribute):
            found = self._method(call, call.func, holds)
            if found is not None:
                return found
        first = call.args[0] if call.args else call.keywords[0].value if call.keywords else None
        if not holds:
            # without a part before the name it stays in the directory that it is joined to
            if first is None or name not in _DIRECTORY_PARTS:
                return _NONE
            return self.shown(first, frozenset({"path"}))
        if name and name in self.analysis.models.predicates and first is not None:
            return self.shown(first, self.analysis.models.predicates[name])
        if name == "builtins.isinstance" and len(call.args) == 2 and first is not None:
            if self.is_clean_type(call.args[1]):
                return self.shown(first, ALL)
            is_text = self.analysis.name_of(call.args[1]) == "builtins.str"
            return self.shown(first, frozenset({"nosql"})) if is_text else _NONE
        if name in {"re.fullmatch", "re.match"} and len(call.args) > 1:
            return self._matched(
                self._value(call.args[0]), call.args[1], name.endswith("fullmatch")
            )
        if name == "builtins.all" and isinstance(first, ast.GeneratorExp):
            return self.shown(first.generators[0].iter, ALL)
        if name == "builtins.any" and isinstance(first, ast.GeneratorExp):
            return self._one_of(first)
        return self.trusted_name(call)

    def _one_of(self, tests: ast.GeneratorExp) -> Facts:
        """``any(text == known for known in KNOWN)``."""
        match tests.elt, tests.generators:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]), [ast.comprehension(target=ast.Name(id=name), iter=iterated)]:  # fmt: skip
                sides = [s for s in (left, right) if not (isinstance(s, ast.Name) and s.id == name)]
                if len(sides) == 1 and not is_foreign(self._value(iterated)):
                    return self.shown(sides[0], ALL)
        return _NONE

    def trusted_name(self, call: ast.Call) -> Facts:
        """What the name alone of an unknown function promises about its arguments."""
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")  # fmt: skip
        if not _TRUSTED_NAME.search(called):
            return _NONE
        return both([self.shown(a, frozenset({"soft"})) for a in call.args])

    def told(self, callee: Callee, call: ast.Call, facts: Facts) -> Facts:
        """What a function of the project has shown about its parameters, told of the arguments."""
        if not facts or not isinstance(callee.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return facts if isinstance(callee.node, ast.Lambda) else _NONE
        nodes = argument_nodes(callee, call)
        symbols = {
            t.ident: name
            for name, value in callee.home.parameters(callee.node).items()
            for t in value.taints
            if t.origin.kind == "parameter" or len(t.ident) == 1
        }
        found: list[Facts] = []
        for (kind, key), kinds in facts.items():
            name = key[0] if kind == "name" else symbols.get(key)
            if name is not None and name in nodes:
                found.append(self.shown(nodes[name], kinds))
            elif kind == "source":
                found.append({(kind, key): kinds})
        return both(found)

    def _method(self, call: ast.Call, func: ast.Attribute, holds: bool) -> Facts | None:
        receiver = func.value
        kinds = self.analysis.models.predicates.get(f".{func.attr}")
        if kinds is not None:
            return self.shown(receiver, kinds) if holds else _NONE
        match func.attr, call.args:
            case "endswith", [suffix] if self._value(suffix).const in _QUOTES:
                return self.shown(receiver, frozenset({"code/closing-quote"})) if holds else _NONE
            case "endswith", [suffix] if is_host(receiver, self._value(receiver)):
                ending = self._value(suffix).const
                is_domain = isinstance(ending, str) and ending.startswith(".") and len(ending) > 3
                return self.shown(receiver, _HOSTS) if holds and is_domain else _NONE
            case "issubset", [known] if not is_foreign(self._value(known)):
                return self._characters_of(receiver) if holds else _NONE
            case "issuperset", [subject] if not is_foreign(self._value(receiver)) and self._value(receiver).items is not None:  # fmt: skip
                return self.shown(subject, ALL) if holds else _NONE
            case "startswith", [prefix]:
                return self._prefix(receiver, prefix, holds)
            case "is_relative_to", [_]:
                return self.if_resolved(receiver) if holds else _NONE
            case "fullmatch" | "match", [subject] if self._value(receiver).type == "re.Pattern":
                pattern = self._value(receiver)
                whole = func.attr == "fullmatch"
                return self._matched(pattern, subject, whole) if holds else _NONE
            case "fullmatch", [subject] if self.analysis.name_of(func) != "re.fullmatch":
                return self.shown(subject, ALL) if holds else _NONE
        return None

    def _matched(self, pattern: Value, subject: ast.expr, whole: bool) -> Facts:
        text = pattern.text if pattern.text is not None else pattern.const
        if isinstance(text, str) and not is_strict(text, whole):
            return _NONE
        return self.shown(subject, ALL) if isinstance(text, str) or whole else _NONE

    def _prefix(self, receiver: ast.expr, prefix: ast.expr, holds: bool) -> Facts:
        value = self._value(prefix)
        given = [v.const for v in value.items.values()] if value.items else [value.const]
        texts = [t for t in given if isinstance(t, str)]
        if not holds:
            kinds = {_PREFIXES[t] for t in texts if t in _PREFIXES}
            kinds |= {"path/no-root"} if "/" in texts else set()
            return self.shown(receiver, frozenset(kinds)) if kinds else _NONE
        if texts and all(t in _QUOTES for t in texts):
            return self.shown(receiver, frozenset({"code/opening-quote"}))
        resolved = self.if_resolved(receiver)
        if resolved and not is_sent(value):
            return resolved
        if texts and len(texts) == len(given):
            if all(_FIXED_HOST.match(t) for t in texts):
                return self.shown(receiver, frozenset({"url", "redirect"}))
            if all(t.startswith("/") for t in texts):
                kinds = {"redirect/slash"} if "/" in texts else {"redirect"}
                return self.shown(receiver, frozenset(kinds))
        return _NONE
