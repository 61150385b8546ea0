"""Summaries of functions, which speak of parameters, told of the arguments of a call."""

import ast
from collections.abc import Mapping, Sequence

from autovet.checks.security.taint.frame import Summary
from autovet.checks.security.taint.shapes import fixes_host
from autovet.checks.security.taint.sinks import Sinks
from autovet.checks.security.taint.values import (
    CLEAN,
    UNKNOWN_TEXT,
    UNTRUSTED,
    Callee,
    Taint,
    Value,
    all_taints,
    constant,
    is_safe,
    is_soft,
    merge_taints,
)
from autovet.source.scopes import FunctionNode


class Told(Sinks):
    """Puts the arguments of a call into what a summary says."""

    raised: list[Value]

    def general(
        self,
        summary: Summary,
        function: FunctionNode,
        callee: Callee,
        values: Mapping[str, Value],
        node: ast.expr | None,
    ) -> Summary:
        """The summary that speaks of parameters, told of the arguments."""
        where = node or ast.Constant(None)
        parameters = callee.home.parameters(function)
        bound = {t.ident[0]: values.get(n, CLEAN) for n, v in parameters.items() for t in v.taints[:1]}  # fmt: skip
        for hit in summary.hits:
            if hit.taint.ident[0] not in bound:
                if self.analysis.program.entering:  # what the wrapper has shown counts
                    safe = self.env.safe_for(hit.taint)
                    if not is_safe(safe, hit.kind):
                        soft = hit.soft or is_soft(safe, hit.kind)
                        self.record(hit._replace(taint=hit.taint._replace(safe=safe), soft=soft))
                continue
            actual = self._walk(bound[hit.taint.ident[0]], hit.taint.ident[1:], where)
            if hit.text == UNTRUSTED and hit.kind in {"url", "redirect"} and fixes_host(actual.text):  # fmt: skip
                continue
            for taint in all_taints(actual):
                safe = self.env.safe_for(taint) | hit.taint.safe
                if is_safe(safe, hit.kind):
                    continue
                passed = self._passed(taint, hit.taint, where)._replace(safe=safe)
                self.record(hit._replace(taint=passed, soft=hit.soft or is_soft(safe, hit.kind)))
        after = {n: self._told_value(v, bound, where) for n, v in summary.after.items()}
        return Summary(
            self._told_value(summary.result, bound, where),
            (),
            summary.when_true,
            summary.when_false,
            summary.when_done,
            after,
        )

    def _passed(self, taint: Taint, inner: Taint, node: ast.AST) -> Taint:
        return taint._replace(step=self.step(node, taint.step)._replace(inside=inner.step))

    def _walk(self, value: Value, fields: Sequence[str], node: ast.expr) -> Value:
        for key in fields:
            if key.startswith("."):
                value = self.field(value, key[1:], node)
            elif key.startswith("["):
                value = self.member(value, constant(ast.literal_eval(key[1:-1])), node)
        return value

    def _told_value(self, value: Value, bound: Mapping[str, Value], node: ast.expr) -> Value:
        if not value.taints and not value.items:
            return value
        groups: list[tuple[Taint, ...]] = []
        texts: list[str | None] = []
        whole: list[Value] = []
        for taint in value.taints:
            if taint.ident[0] not in bound:
                groups.append((taint,))
                continue
            actual = self._walk(bound[taint.ident[0]], taint.ident[1:], node)
            texts.append(actual.text)
            if not taint.part and not taint.safe:
                whole.append(actual)
            groups.append(
                tuple(
                    self._passed(t, taint, node)._replace(safe=self.env.safe_for(t) | taint.safe, part=taint.part or t.part)
                    for t in all_taints(actual)
                )
            )  # fmt: skip
        taints = merge_taints(groups)
        items = value.items and {k: self._told_value(v, bound, node) for k, v in value.items.items()}  # fmt: skip
        text = value.text
        if text is not None and not taints:
            text = text.replace(UNTRUSTED, UNKNOWN_TEXT)
        elif text == UNTRUSTED and len(texts) == 1:
            text = texts[0]
        told = value._replace(taints=taints, items=items, text=text)
        if len(whole) == 1 and len(value.taints) == 1 and not value.items:
            told = told._replace(items=whole[0].items, type=told.type or whole[0].type, callees=whole[0].callees)  # fmt: skip
        return told
