"""A docstring describes parameters in another style than the project's docstrings.

Finds docstrings with reST fields (``:param x:``), Google sections (``Args:``) or NumPy sections
(underlined headings) where the project's others, or the convention set for its linter, are of
another one of these styles. The documentation generator renders only the one it is set up for.

Rewrite the docstring in the project's style.

Leave it when the module is copied from elsewhere and is to stay comparable.
"""

import ast
from collections.abc import Iterator

from autovet.checks.example import Example
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.project.conventions.convention import convention_of
from autovet.project.conventions.docstrings import declared_style, docstring_styles
from autovet.project.project import Project
from autovet.source.module import Module

RULE = Rule("docstring-style", Category.CONSISTENCY, confidence=0.9)

_GOOGLE = '''
def add(a, b):
    """Add.

    Args:
        a: One.
        b: Other.
    """
    return a + b

def half(a):
    """Halve.

    Returns:
        The half.
    """
    return a / 2

def double(a):
    """Double.

    Args:
        a: One.

    Returns:
        The double.
    """
    return a * 2
'''
BAD = (
    Example(
        '''
def third(a):
    """Divide by three.  # <--

    :param a: The number.
    :returns: A third of it.
    """
    return a / 3
''',
        files={"shop/numbers.py": _GOOGLE},
    ),
    Example(
        '''
def third(a):
    """Divide by three.  # <--

    Args:
        a: The number.
    """
    return a / 3
''',
        context={"pyproject": '[tool.ruff.lint.pydocstyle]\nconvention = "numpy"\n'},
    ),
)
GOOD = (
    Example(
        '''
def third(a):
    """Divide by three.

    Returns:
        A third.
    """
    return a / 3

def plain(a):
    """Return it: nothing else happens."""
    return a
''',
        files={"shop/numbers.py": _GOOGLE},
    ),
    '''
def third(a):
    """Divide by three.

    :param a: The number.
    """
    return a / 3
''',
)


def check(module: Module, project: Project) -> Iterator[Finding]:
    """Report docstrings of another style."""
    own = docstring_styles(module)
    if not own:
        return
    declared = declared_style(project)
    convention = None if declared else convention_of(project, docstring_styles)
    usual = declared or (convention.value if convention else None)
    if usual is None:
        return
    evidence = convention.evidence if convention else {"convention": usual, "declared": True}
    whose = (
        f"the project's {convention.support} others are" if convention else "the linter is set to"
    )
    for observation in own:
        if observation.value != usual:
            statement = observation.node
            if isinstance(statement, ast.stmt):
                yield module.finding(
                    RULE,
                    statement,
                    f"this docstring is in {observation.value} style, {whose} {usual}",
                    evidence=evidence,
                )
