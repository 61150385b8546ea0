"""Assignments: to variables, attributes, members, and changes of objects in place."""

import ast
import re

from autovet.checks.security.taint.calls import Calls
from autovet.checks.security.taint.fields import hashable
from autovet.checks.security.taint.values import (
    ANY,
    CLEAN,
    UNKNOWN,
    Value,
    extended_index,
    join,
    join_all,
)

_SESSION = re.compile(r"sessions?$|cookies?$|tokens?$", re.IGNORECASE)
_TOKEN = re.compile(r"token|session_?id|remember_?me|csrf|nonce|otp|password|api_?key|secret", re.IGNORECASE)  # fmt: skip
_MAX_UNPACKED = 40


class Stores(Calls):
    """Binds targets."""

    def assign(self, target: ast.expr, value: Value, where: ast.AST) -> None:
        """Bind a target to a value; parts of records become sources of their own."""
        match target:
            case ast.Name():
                if value.taints and isinstance(where, ast.stmt):
                    value = value._replace(taints=tuple(t if t.step and t.step.node is where else t._replace(step=self.step(where, t.step)) for t in value.taints))  # fmt: skip
                self.bind(target.id, value)
            case ast.Tuple() | ast.List():
                self._unpack(target, value, where)
            case ast.Starred():
                self.assign(target.value, value, where)
            case ast.Attribute():
                self._store(target.value, f".{target.attr}", value, where)
            case ast.Subscript():
                self._store_member(target, value, where)
            case _:
                pass

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, where: ast.AST) -> None:
        starred = next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        items = value.items
        known = items is not None and ANY not in items and list(items) == list(range(len(items)))
        for position, part in enumerate(target.elts[:_MAX_UNPACKED]):
            if starred is not None and position >= starred and known and items is not None:
                after = len(target.elts) - starred - 1
                if position == starred:
                    taken = [items[i] for i in range(starred, max(starred, len(items) - after))]
                    self.assign(part, Value(items=dict(enumerate(taken))), where)
                else:
                    index = len(items) - (len(target.elts) - position)
                    self.assign(part, items.get(index, CLEAN), where)
            elif items is not None and position in items and known:
                self.assign(part, items[position], where)
            elif items:
                self.assign(part, self.element(value), where)
            else:
                self.assign(part, extended_index(value, position), where)

    def _store(self, base_node: ast.expr, key: str, value: Value, where: ast.AST) -> None:
        base = self.evaluate(base_node)
        new = base._replace(items={**(base.items or {}), key: value})
        owner = self.analysis.program.class_named(base.type)
        if owner is not None and owner.node is not None and not base.ref:
            owner.home.write_field(owner.node, key[1:], value)
        for callee in base.callees:
            if isinstance(callee.node, ast.ClassDef):
                callee.home.write_field(callee.node, key[1:], value)
        if value.taints or value.items:
            self.check_attribute_store(base, key[1:], value, where)
        self.change(base_node, base, new, where)

    def _store_member(self, target: ast.Subscript, value: Value, where: ast.AST) -> None:
        base = self.evaluate(target.value)
        items = dict(base.items or {})
        if isinstance(target.slice, ast.Slice):
            items = {ANY: join_all([*items.values(), self.element(value)])}
            self.change(target.value, base, base._replace(items=items), where)
            return
        index = self.evaluate(target.slice)
        self.check_member_store(target, base, index, value, where)
        key = index.const
        if key is not UNKNOWN and hashable(key):
            if isinstance(key, int) and key < 0 and len(items) + key in items:
                key = len(items) + key
            items[key] = value
        elif value.taints or value.items or value.callees:
            items[ANY] = join(items[ANY], value) if ANY in items else value
        else:
            return
        self.change(target.value, base, base._replace(items=items), where)

    def change(self, target: ast.expr, old: Value, new: Value, where: ast.AST) -> None:
        """An object that an expression stands for was changed in place."""
        if isinstance(target, ast.Name):
            self.replace_object(target.id, old, new)
        elif isinstance(target, ast.Attribute):
            self._store(target.value, f".{target.attr}", new, where)
            self.env.changed(old, new)
        elif isinstance(target, ast.Subscript):
            self._store_member(target, new, where)
            self.env.changed(old, new)
        elif isinstance(target, ast.Call):
            self.env.changed(old, new)  # what ``d.setdefault(k, [])`` gave is what ``d`` holds

    def check_member_store(
        self, target: ast.Subscript, base: Value, index: Value, value: Value, where: ast.AST
    ) -> None:
        """Record the flows into what a store to a member does."""
        name = self.analysis.name_of(target.value)
        sink = self.analysis.models.stores.get(name or "")
        if sink is None and base.type:
            sink = self.analysis.models.stores.get(base.type)
        if sink is not None:
            self.reach(sink.kind, sink.what, where, value)
            if "key" in sink.keywords:
                self.reach(sink.kind, sink.what, where, index)
        called = target.value.attr if isinstance(target.value, ast.Attribute) else getattr(target.value, "id", "")  # fmt: skip
        if _SESSION.search(called) or _TOKEN.search(str(index.text or "")):
            self.reach("token", called, where, value)
        if called == "headers" and not base.taints:
            self.reach("header", "a header", where, value)

    def check_attribute_store(
        self, base: Value, attribute: str, value: Value, where: ast.AST
    ) -> None:
        """Record the flows into what a store to an attribute does."""
        sink = self.analysis.models.stores.get(f"{base.type}.{attribute}") if base.type else None
        if sink is not None:
            self.reach(sink.kind, sink.what, where, value)
