"""A tiny template engine with variables, filters, conditions and loops."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(r"({{.*?}}|{%.*?%})", re.DOTALL)

FILTERS: dict[str, Callable[[Any], Any]] = {
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
    "title": lambda value: str(value).title(),
    "length": len,
    "join": lambda value: ", ".join(map(str, value)),
}


class TemplateError(Exception):
    """The template is malformed or asks for something unknown."""


@dataclass
class Text:
    """Literal text."""

    text: str

    def render(self, context: Mapping[str, Any]) -> str:
        """Return the text as it is."""
        return self.text


@dataclass
class Variable:
    """An expression such as ``user.name|upper``."""

    expression: str

    def render(self, context: Mapping[str, Any]) -> str:
        """Return the escaped value."""
        return html.escape(str(evaluate(self.expression, context)))


@dataclass
class If:
    """A block that is rendered when its condition holds."""

    condition: str
    body: list[Any]

    def render(self, context: Mapping[str, Any]) -> str:
        """Return the body, or nothing."""
        if not evaluate(self.condition, context):
            return ""
        return render_nodes(self.body, context)


@dataclass
class For:
    """A block that is rendered for each item."""

    name: str
    items: str
    body: list[Any]

    def render(self, context: Mapping[str, Any]) -> str:
        """Return the body once for each item."""
        return "".join(
            render_nodes(self.body, {**context, self.name: item})
            for item in evaluate(self.items, context)
        )


def evaluate(expression: str, context: Mapping[str, Any]) -> Any:
    """Look up a dotted path and apply the filters behind it."""
    path, *filters = (part.strip() for part in expression.split("|"))
    first, *rest = path.split(".")
    try:
        value = context[first]
        for name in rest:
            value = value[name] if isinstance(value, Mapping) else getattr(value, name)
    except (KeyError, AttributeError) as error:
        raise TemplateError(f"unknown variable: {path}") from error
    for name in filters:
        if name not in FILTERS:
            raise TemplateError(f"unknown filter: {name}")
        value = FILTERS[name](value)
    return value


def render_nodes(nodes: list[Any], context: Mapping[str, Any]) -> str:
    """Render nodes one after another."""
    return "".join(node.render(context) for node in nodes)


def parse(tokens: Iterator[str], until: str | None = None) -> list[Any]:
    """Turn tokens into nodes, up to the closing tag."""
    nodes: list[Any] = []
    for token in tokens:
        if token.startswith("{{"):
            nodes.append(Variable(token[2:-2].strip()))
        elif token.startswith("{%"):
            words = token[2:-2].split()
            match words:
                case [tag] if tag == until:
                    return nodes
                case ["if", condition]:
                    nodes.append(If(condition, parse(tokens, "endif")))
                case ["for", name, "in", items]:
                    nodes.append(For(name, items, parse(tokens, "endfor")))
                case _:
                    raise TemplateError(f"unknown tag: {token}")
        elif token:
            nodes.append(Text(token))
    if until is not None:
        raise TemplateError(f"missing {until}")
    return nodes


def render(template: str, context: Mapping[str, Any]) -> str:
    """Render a template."""
    return render_nodes(parse(iter(TOKEN.split(template))), context)
