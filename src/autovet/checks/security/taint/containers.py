"""The value of lists, dictionaries and comprehensions."""

import ast
from collections.abc import Sequence

from autovet.checks.security.taint.fields import hashable
from autovet.checks.security.taint.texts import Texts
from autovet.checks.security.taint.values import (
    ANY,
    CLEAN,
    MAX_ITEMS,
    UNKNOWN,
    Taint,
    Value,
    all_taints,
    join,
    merge_taints,
)


class Containers(Texts):
    """Evaluates displays of containers, and comprehensions."""

    def sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        """The value of a list, tuple or set."""
        items: dict[object, Value] = {}
        taints: list[tuple[Taint, ...]] = []
        for element in node.elts:
            value = self.evaluate(element)
            if isinstance(element, ast.Starred):
                taints.append(value.taints)
                members = list((value.items or {}).items())
                if any(k is ANY for k, _ in members) or len(items) + len(members) > MAX_ITEMS:
                    for _, member in members:
                        items[ANY] = join(items[ANY], member) if ANY in items else member
                else:
                    items.update({len(items) + i: m for i, (_, m) in enumerate(members)})
            elif len(items) >= MAX_ITEMS or ANY in items:
                items[ANY] = join(items[ANY], value) if ANY in items else value
            else:
                items[len(items)] = value
        ref = 0 if isinstance(node, ast.Tuple) else self.analysis.program.new_object()
        return Value(merge_taints(taints), items=items, ref=ref)

    def dictionary(self, node: ast.Dict) -> Value:
        """The value of a dictionary."""
        items: dict[object, Value] = {}
        spread: list[tuple[Taint, ...]] = []
        record = False
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.evaluate(value_node)
            if key_node is None:
                spread.append(value.taints)
                record = record or value.record
                items.update(value.items or {})
                continue
            key = self.evaluate(key_node)
            if key.const is UNKNOWN or not hashable(key.const) or len(items) >= MAX_ITEMS:
                spread.append(all_taints(key))
                items[ANY] = join(items[ANY], value) if ANY in items else value
            else:
                items[key.const] = value
        ref = self.analysis.program.new_object()
        return Value(merge_taints(spread), items=items, type="builtins.dict", record=record, ref=ref)  # fmt: skip

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> Value:
        """The value of a comprehension."""
        before = self.env
        self.env = before.copy()
        for generator in node.generators:
            element = self.element(self.evaluate(generator.iter))
            self.assign(generator.target, element, generator.target)
            for test in generator.ifs:
                self.evaluate(test)
                self.env.learn(self.facts(test, True))
        parts: Sequence[ast.expr] = (
            (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        )
        values = [self.env.settle(self.evaluate(p), before.cleared) for p in parts]
        self.env = before
        ref = self.analysis.program.new_object()
        if isinstance(node, ast.DictComp):
            # what a model's attributes are called is decided by the keys alone
            return Value(all_taints(values[0]), items={ANY: values[1]}, type="builtins.dict", ref=ref)  # fmt: skip
        return Value(items={ANY: values[0] if values else CLEAN}, ref=ref)
