"""The rules that no check holds: what running the code shows, and what the parser says."""

from autovet.domain.category import Category
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity

_LOGIC = Category.BUSINESS_LOGIC

RULES = (
    Rule(
        "syntax-error",
        Category.CODE_QUALITY,
        Severity.ERROR,
        1.0,
        doc="""The text is no valid Python, so nothing else could be analysed.

Finds what the parser refuses, confirmed by an engine that knows newer syntax than this process.
Code that does not compile cannot run at all.

Correct the line that the parser names; the fault often stands at the end of the line before.

There is no case in which to leave it.""",
    ),
    Rule(
        "failing-example",
        _LOGIC,
        Severity.ERROR,
        0.98,
        doc="""An example that the caller gave does not hold when the code is run.

Finds examples of the context whose call returned something else, raised, or did not raise. They say
what the code is for, so the code is wrong (or the example is).

Compare the call, what came out and what was expected; ``evidence.reproducer`` is a pytest test.

Leave it when the example itself is wrong, and correct the example.""",
    ),
    Rule(
        "failing-doctest",
        _LOGIC,
        Severity.ERROR,
        0.9,
        doc="""An example in the documentation does not hold when the code is run.

Finds doctests and other written examples (``f(2) == 4``, ``Input:``/``Output:``) whose call gives
something else. A reader believes the documentation, and so does whoever wrote the caller.

Correct the code, or the example where that is what is wrong; ``evidence.reproducer`` is a test.

Leave it when the example shows the form of an output rather than its value.""",
    ),
    Rule(
        "broken-business-rule",
        _LOGIC,
        Severity.ERROR,
        0.97,
        doc="""A rule that the caller stated does not hold for a call that was run.

Finds executable business rules (an expression over the arguments and ``result``) that are false for
one of the examples. The sentence of the rule stands in the message.

Make the code keep the rule; the call that breaks it is in the evidence.

Leave it when the rule is stated too strictly, and restate the rule.""",
    ),
    Rule(
        "non-terminating-call",
        _LOGIC,
        Severity.ERROR,
        0.9,
        doc="""A documented call does not come to an end.

Finds calls that used up the time of the sandbox, many times what loading the module took. A loop
whose end is never reached holds a worker for ever.

Look at the loop's condition and at what each round changes.

Leave it when the call is meant to take longer than the budget, and raise the budget.""",
    ),
    Rule(
        "module-does-not-import",
        _LOGIC,
        Severity.ERROR,
        0.9,
        doc="""The module raises while it is loaded, so none of it can be used.

Finds exceptions at module level that do not come from the environment (missing packages, files and
variables are listed as unverified instead).

Correct the statement that the finding points at.

Leave it when the module needs a set-up before it is loaded that the sandbox does not have.""",
    ),
)
