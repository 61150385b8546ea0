"""What a test compares: whose value it is, whether it is a host, where arguments go."""

import ast

from autovet.checks.security.taint.values import Callee, Value, all_taints

_OWN_HOST = frozenset({".host", ".get_host", ".host_url", ".base_url", ".url_root"})


def is_foreign(value: Value) -> bool:
    """Whether callers have a say in a value; what runs the program is on its own side."""
    return any(t.origin.kind in {"request", "parameter"} for t in all_taints(value))


def is_host(node: ast.expr, value: Value) -> bool:
    """Whether an expression is the host of an address."""
    if isinstance(node, ast.Attribute) and node.attr in {"netloc", "hostname"}:
        return True
    return bool(value.taints) and all(t.part == "host" for t in value.taints)


def is_foreign_host(value: Value) -> bool:
    """Whether a host to compare with is anything but the one that the request was sent to."""
    taints = [t for t in all_taints(value) if t.origin.kind in {"request", "parameter"}]
    return any(_OWN_HOST.isdisjoint(t.ident) for t in taints)


def is_sent(value: Value) -> bool:
    """Whether somebody outside has a say in a value; a caller is not outside."""
    return any(t.origin.kind == "request" for t in all_taints(value))


def is_inside(cut: ast.expr) -> bool:
    """Whether a slice is ``[1:-1]``."""
    return isinstance(cut, ast.Slice) and cut.step is None and [ast.unparse(b) if b else "" for b in (cut.lower, cut.upper)] == ["1", "-1"]  # fmt: skip


def argument_nodes(callee: Callee, call: ast.Call) -> dict[str, ast.expr]:
    """The expressions that a call gives for the parameters of a function, by name."""
    if not isinstance(callee.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return {}
    arguments = callee.node.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    names = names[(callee.bound is not None) + len(callee.given) :]
    nodes = {k.arg: k.value for k in call.keywords if k.arg}
    for name, node in zip(names, call.args, strict=False):
        if isinstance(node, ast.Starred):
            break
        nodes[name] = node
    return nodes
