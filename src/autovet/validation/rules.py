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
    Rule(
        "unannounced-crash",
        _LOGIC,
        Severity.WARNING,
        0.8,
        doc="""A call that the code itself allows ends in an exception that nothing announces.

Finds functions that only compute and that, run in the sandbox on made-up inputs, end in a division
by zero, an index or key of their own making, an unbound local, a method of None or endless
recursion. Inputs keep to annotations, guards, asserts and what the docstring asks for; a ``raise``
is an answer and no crash. An error where the module itself makes the call, where None is admitted
in so many words or where usual inputs fail; a warning where an annotation admits the input.

Say what the answer is for that input, or raise an error that says what is asked; or state in the
docstring that such input is not allowed. ``evidence.reproducer`` is a pytest test.

Leave it when no caller passes such input, and say so in the docstring.""",
    ),
    Rule(
        "broken-property",
        _LOGIC,
        Severity.ERROR,
        0.85,
        doc="""A result contradicts what the docstring or the name of the function states.

Finds functions whose docstring is a formula or a well-known meaning ("Return the sum of the
numbers", "Check whether n is prime"), that are named as the inverse of a sibling, or that are said
to be symmetric, idempotent or to keep the length, and whose result on made-up inputs is otherwise.

Compare the call, its result and what was due; ``evidence.reproducer`` is a pytest test.

Leave it when the sentence means something else, and say so in the docstring.""",
    ),
    Rule(
        "mutated-argument",
        _LOGIC,
        Severity.ERROR,
        0.85,
        doc="""A function changes an argument that it promises to leave alone.

Finds functions whose docstring ("returns a new list", "without modifying") or name
(``sorted_copy``) promises that the argument stays as it is, and that change it when run. The caller
goes on with data that changed behind its back.

Work on a copy.

Leave it when the change is meant, and say so in the docstring.""",
    ),
    Rule(
        "result-depends-on-earlier-calls",
        _LOGIC,
        Severity.WARNING,
        0.85,
        doc="""The same call gives another result the second time: a default value is shared.

Finds functions with a list, dict or set as a default whose second call with the same arguments
gives something else than the first. The default is made once and keeps what earlier calls put in.

Use ``None`` as the default and make the value inside.

Leave it when the default is meant as a cache.""",
    ),
    Rule(
        "broken-contract",
        _LOGIC,
        Severity.ERROR,
        0.9,
        doc="""A result breaks a condition that the code itself states.

Finds conditions on results (``icontract.ensure``, ``deal.post``, an annotated bound) that are false
for an input which the conditions on arguments allow.

Make the code keep the condition, or restate it; ``evidence.reproducer`` is a pytest test.

Leave it when inputs are restricted in a way that the conditions do not say, and say it there.""",
    ),
    Rule(
        "changed-behaviour",
        _LOGIC,
        Severity.WARNING,
        0.7,
        doc="""A call gives something else than before the change, and nothing says that it should.

Finds functions whose signature and docstring stayed the same while the same call, run on the text
before the change and on the new one, comes out otherwise.

Look at the call and both outcomes; if the change is meant, say what it does in the docstring.

Leave it when the old result was the mistake that the change repairs.""",
    ),
    Rule(
        "failing-test",
        _LOGIC,
        Severity.ERROR,
        0.95,
        doc="""A test that comes with the code fails.

Finds test functions in the same file, or in the context's files where they import it, whose
assertion does not hold when they are run in the sandbox.

Correct the code, or the test where that is what is wrong.

Leave it when the test needs something that the sandbox does not have.""",
    ),
    Rule(
        "contradictory-example",
        _LOGIC,
        Severity.WARNING,
        0.8,
        doc="""An example in a docstring cannot be right, whatever the code does.

Finds examples that say of one call two different results, or whose result is of another type than
that of all other examples of the function, which hold.

Correct the example: readers and tools take it at its word.

Leave it when the example shows the form of an output rather than its value.""",
    ),
)
