"""A method of the module's own class is replaced from outside.

Finds assignments to ``SomeClass.method`` at run time where the class and the method are defined in the same
module. Who reads the class sees code that does not run; checks and guards of the first version are silently
gone.

Change the method, or derive a class that overrides it.

Leave it in tests, where a replacement is put back afterwards.
"""

import ast
from collections.abc import Iterator

from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("method-replaced-at-run-time", Category.MAINTAINABILITY, confidence=0.75)

BAD = (
    """
class Till:
    def pay(self, amount):
        self.check(amount)
        return self.book(amount)

def pay_quickly(self, amount):
    return self.book(amount)

Till.pay = pay_quickly  # <--
""",
    """
class Mailer:
    async def send(self, letter):
        return await self.link.send(letter)

def quiet():
    Mailer.send = lambda self, letter: None  # <--
""",
)

GOOD = (
    """
class Till:
    limit = 5

    def pay(self, amount):
        return self.book(amount)

Till.limit = 7
Till.pay_all = Till.pay

class QuickTill(Till):
    def pay(self, amount):
        return self.book(amount)
""",
    """
class Till:
    def pay(self, amount):
        return self.book(amount)

    Pay = pay

Till.pay.__doc__ = "Books an amount."
""",
)


def check(node: ast.Assign, module: Module) -> Iterator[Finding]:
    """Report assignments over a method."""
    if module.is_test:
        return
    for target in node.targets:
        if not isinstance(target, ast.Attribute):
            continue
        owner = module.definition(target.value)
        if not isinstance(owner, ast.ClassDef):
            continue
        methods = [n for n in owner.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
        replaced = next((m for m in methods if m.name == target.attr), None)
        if replaced is None or _wraps(node.value, target, module):
            continue
        yield module.finding(
            RULE,
            node,
            f"{owner.name}.{target.attr} is replaced, so the one in line {replaced.lineno} never runs; change it or derive a class",
            evidence={"defined": replaced.lineno},
        )


def _wraps(value: ast.expr, target: ast.Attribute, module: Module) -> bool:
    """Whether the new method is made of the old one."""
    old = module.segment(target)
    return any(isinstance(n, ast.Attribute) and module.segment(n) == old for n in ast.walk(value))
