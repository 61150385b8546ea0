"""The value of attributes and members: of records, requests, containers and instances."""

import ast
from abc import abstractmethod

from autovet.checks.security.taint.binding import Arguments
from autovet.checks.security.taint.environment import Facts
from autovet.checks.security.taint.folding import fold_subscript
from autovet.checks.security.taint.frame import Frame, Summary
from autovet.checks.security.taint.values import (
    ANY,
    CLEAN,
    UNKNOWN,
    UNTRUSTED,
    Callee,
    Origin,
    Taint,
    Value,
    constant,
    join,
    join_all,
    reduced,
    with_safe,
)

_HOST = frozenset({"hostname", "netloc", "host"})
_PARTS = frozenset({".match_info", ".path_params", ".view_args"})
_MAX_DEPTH = 6


def extended(value: Value, key: str) -> Value:
    """A field of a record of untrusted fields: a source of its own."""
    taints = tuple(
        t._replace(ident=(*t.ident, key)) if len(t.ident) < _MAX_DEPTH else t for t in value.taints
    )
    return Value(taints, text=UNTRUSTED, record=True)


def hashable(key: object) -> bool:
    """Whether a constant can be the key of a container."""
    return isinstance(key, (str, int, float, bytes, bool, type(None), tuple))


class Fields(Frame):
    """Looks up attributes and members."""

    @abstractmethod
    def evaluate(self, node: ast.expr) -> Value:
        """The value of an expression."""

    @abstractmethod
    def facts(self, test: ast.expr, holds: bool) -> Facts:
        """What a test shows when it holds, or when it does not."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Value, where: ast.AST) -> None:
        """Bind a target."""

    @abstractmethod
    def call(self, node: ast.Call) -> Value:
        """The value of a call."""

    @abstractmethod
    def invoke(self, callee: Callee, arguments: Arguments, node: ast.expr | None) -> Summary | None:
        """What a call of a function does."""

    @abstractmethod
    def run_method(self, receiver: Value, method: Callee, node: ast.expr) -> Value:
        """The value of calling a method without arguments."""

    def is_clean_type(self, annotation: ast.expr) -> bool:
        """Whether an annotation leaves no room for harmful text."""
        return self.analysis.is_clean_type(annotation)

    def source(self, node: ast.expr, name: str) -> Value | None:
        """The value of a name that the models know as a source."""
        found = self.analysis.models.sources.get(name)
        if found is None:
            return None
        assumed = found.type == "request" and self.analysis.is_unbound(node)
        origin = Origin(found.kind, name.removeprefix("builtins."), node.lineno, assumed, self.analysis.module.path)  # fmt: skip
        taint = Taint((name,), origin, step=self.step(node, None))
        return Value((taint,), text=UNTRUSTED, type=found.type, record=True)

    def attribute(self, node: ast.Attribute) -> Value:
        """The value of an attribute as an expression."""
        if name := self.analysis.name_of(node):
            found = self.source(node, name) or self.analysis.imported(name)
            if found is not None:
                return found
            if name in self.analysis.models.callable_names:
                return Value(callees=(Callee(name=name),))
        base = self.evaluate(node.value)
        is_plain = node.attr == "request" and not base.items and not base.taints
        if is_plain and _is_self(node.value) and not self.analysis.entrances.stores_request(node):
            taint = Taint(
                ("request",),
                Origin("request", "self.request", node.lineno, home=self.analysis.module.path),
            )
            return Value((taint,), type="request", record=True)
        return self.field(base, node.attr, node)

    def field(self, base: Value, attribute: str, node: ast.expr) -> Value:
        """The value of an attribute of a value."""
        key = f".{attribute}"
        if base.items is not None and key in base.items:
            return base.items[key]
        if base.type == "request":
            return self.request_field(base, attribute, node)
        inherited = self.inherited_field(base, attribute, node)
        if inherited is not None:
            return inherited
        owned = self._owned_field(base, attribute, node)
        if owned is not None:
            return owned
        if not base.taints:
            return CLEAN
        if base.type == "pathlib.Path" and attribute in {"name", "stem", "parent"}:
            if attribute == "parent":
                return base
            return Value(with_safe(base, frozenset({"path"})).taints, text=UNTRUSTED)
        if base.record:
            if self._is_clean_field(base.type, attribute):
                return CLEAN
            return self._validated(extended(base, key), base.type, attribute)
        return reduced(base, "host" if attribute in _HOST else "other")

    def _validated(self, value: Value, type_name: str, attribute: str) -> Value:
        """A field of a model after the methods that look at it first."""
        program = self.analysis.program
        owner = program.class_named(type_name)
        for validator in program.validators_of(owner, attribute) if owner is not None else ():
            outcome = self.invoke(validator, Arguments((value,)), None)
            if outcome is not None:
                value = outcome.result
        return value

    def _field_of_form(self, base: Value, owner: Callee, name: str, node: ast.expr) -> Value:
        """What a form hands out for one of its fields, after the form's own method for it."""
        program = self.analysis.program
        if program.is_harmless_form_field(owner, name):
            return CLEAN
        raw = extended(base, f"[{name!r}]")
        method = program.method(owner, f"clean_{name}")
        if method is None:
            return raw
        cleaned = Value(items={name: raw}, type="builtins.dict")
        return self.run_method(
            Value(items={".cleaned_data": cleaned}, type=base.type), method, node
        )

    def inherited_field(self, base: Value, attribute: str, node: ast.expr) -> Value | None:
        """Request data that the class of a library puts into its heirs; what a form made of it."""
        program = self.analysis.program
        owner = program.class_named(base.type)
        if owner is None:
            return None
        if attribute in self.analysis.models.form_results and base.taints:
            names = dict.fromkeys(n for n, _, _, _ in program.classes.fields(owner))
            items: dict[object, Value] = {
                n: self._field_of_form(base, owner, n, node) for n in names
            }
            return Value(items=items, type="builtins.dict")
        models = self.analysis.models
        if not models.form_bases.isdisjoint(program.library_bases(owner)) and any(n == attribute for n, _, _, _ in program.classes.fields(owner)):  # fmt: skip
            if program.is_harmless_form_field(owner, attribute):
                return Value(items={".data": CLEAN})
            entered = Value((Taint(("form",), Origin("request", f"{attribute}.data", getattr(node, "lineno", 0), home=self.analysis.module.path), step=self.step(node, None)),), record=True)  # fmt: skip
            return Value(items={".data": extended(entered, f".{attribute}")})
        if not any(attribute in models.inherited.get(b, ()) for b in program.library_bases(owner)):
            return None
        origin = Origin("request", f"self.{attribute}", getattr(node, "lineno", 0), home=self.analysis.module.path)  # fmt: skip
        taint = Taint(("self", f".{attribute}"), origin, step=self.step(node, None))
        return Value((taint,), text=UNTRUSTED, record=True)

    def _owned_field(self, base: Value, attribute: str, node: ast.expr) -> Value | None:
        """An attribute of an instance or class of the project: property, method or class value."""
        program = self.analysis.program
        classes = [c for c in base.callees if isinstance(c.node, ast.ClassDef)]
        if classes:
            owner = program.class_of(classes[0])
            found = program.method(owner, attribute) if owner else None
            if found is not None:
                bound = None if program.is_static(found) else base if program.is_class_method(found) else None  # fmt: skip
                return Value(callees=(found._replace(bound=bound),))
            return program.class_field(owner, attribute) if owner else None
        owner = program.class_named(base.type)
        if owner is None:
            return None
        found = program.method(owner, attribute)
        if found is None:
            return None if base.taints else program.class_field(owner, attribute)
        if program.is_property(found):
            return self.run_method(base, found, node)
        bound = None if program.is_static(found) else base
        return Value(callees=(found._replace(bound=bound),))

    def request_field(self, base: Value, attribute: str, node: ast.expr) -> Value:
        """A field of the request object."""
        if attribute not in self.analysis.models.fields["request"]:
            return CLEAN
        if attribute in {"path", "url_rule"} and self.has_static_route:
            return self.route_text  # the route itself says what it is
        found = extended(base, f".{attribute}")
        taints = tuple(
            t._replace(
                origin=t.origin._replace(
                    what=f"request.{attribute}", line=node.lineno, home=self.analysis.module.path
                ),
                step=self.step(node, None),
            )
            for t in found.taints
        )
        return found._replace(taints=taints)

    def _is_clean_field(self, type_name: str, attribute: str) -> bool:
        owner = self.analysis.program.class_named(type_name)
        return owner is not None and self.analysis.program.is_clean_field(owner, attribute)

    def subscript(self, node: ast.Subscript) -> Value:
        """The value of a member as an expression."""
        base = self.evaluate(node.value)
        if isinstance(node.slice, ast.Slice):
            return self._sliced(base, node.slice)
        return self.member(base, self.evaluate(node.slice), node)

    def _sliced(self, base: Value, cut: ast.Slice) -> Value:
        bounds = [self.evaluate(b).const if b is not None else None for b in (cut.lower, cut.upper, cut.step)]  # fmt: skip
        numbers = [b for b in bounds if b is None or isinstance(b, int)]
        known = len(numbers) == len(bounds)
        if known and isinstance(base.const, (str, bytes, tuple)):
            return constant(base.const[slice(*numbers)])
        if known and base.items is not None and list(base.items) == list(range(len(base.items))):
            part = list(base.items.values())[slice(*numbers)]
            return Value(base.taints, items=dict(enumerate(part)))
        if base.items is not None:
            return base._replace(items={ANY: join_all(base.items.values())}, ref=0)
        return reduced(base)

    def member(self, base: Value, index: Value, node: ast.expr) -> Value:
        """A member of a container, by its key."""
        key = index.const
        if base.items is not None and key is not UNKNOWN:
            loose = base.items.get(ANY)
            if hashable(key) and key in base.items:
                found = base.items[key]
                return found if loose is None or base.type == "re.Match" else join(found, loose)
            if isinstance(key, int) and key < 0 and loose is None and len(base.items) + key in base.items:  # fmt: skip
                return base.items[len(base.items) + key]
            if loose is not None:
                return loose
        if base.type == "request":
            return self.request_field(base, "values", node)
        folded = fold_subscript(base, index)
        if folded is not UNKNOWN:
            return constant(folded)
        if not base.taints:
            if base.items and key is UNKNOWN:
                return join_all(v for k, v in base.items.items() if not _is_field(k))
            return CLEAN
        if base.record and key is not UNKNOWN:
            if key in self.restricted and base.taints and base.taints[0].ident[-1] in _PARTS:
                return CLEAN
            return extended(base, f"[{key!r}]")
        found = reduced(base)
        return found._replace(record=base.record)

    def element(self, value: Value) -> Value:
        """What iterating over a value gives."""
        program = self.analysis.program
        iterates = program.method_of_instance(value, "__iter__")
        if iterates is not None:
            iterator = self.run_method(value, iterates, ast.Constant(None))
            if iterator.type != value.type:
                return self.element(iterator)
            following = program.method_of_instance(value, "__next__")
            return self.run_method(iterator, following, ast.Constant(None)) if following else CLEAN
        inside = CLEAN
        if value.items and value.type == "builtins.dict":
            inside = join_all(CLEAN if k is ANY else constant(k) for k in value.items)
        elif value.items:
            inside = join_all(v for k, v in value.items.items() if not _is_field(k))
        if isinstance(value.const, str):
            return Value(text=value.const[:1])
        if not value.taints:
            return inside
        own = reduced(Value(value.taints, text=value.text))
        own = own._replace(record=value.record, text=UNTRUSTED if value.record else own.text)
        return join(inside, own) if value.items else own


def _is_field(key: object) -> bool:
    return isinstance(key, str) and key.startswith(".")


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"
