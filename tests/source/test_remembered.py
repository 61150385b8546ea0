import ast
import gc
import weakref

from autovet.source.module import Module
from autovet.source.parsing import parse_module
from autovet.source.remembered import by_module, by_part


def parsed(text: str = "x = 1\ny = 2\n") -> Module:
    module = parse_module("app/m.py", text)
    assert module is not None
    return module


def test_the_work_is_done_once_for_each_module() -> None:
    done: list[Module] = []

    @by_module
    def lines(module: Module) -> int:
        done.append(module)
        return len(module.lines)

    first, second = parsed(), parsed("x = 1\n")
    assert [lines(first), lines(first), lines(second)] == [2, 2, 1]
    assert done == [first, second]


def test_the_work_is_done_once_for_each_part() -> None:
    done: list[ast.stmt] = []

    @by_part
    def text(statement: ast.stmt, module: Module) -> str:
        done.append(statement)
        return module.segment(statement)

    module = parsed()
    assert [text(s, module) for s in [*module.tree.body, *module.tree.body]] == [
        "x = 1",
        "y = 2",
    ] * 2
    assert done == module.tree.body


def test_nothing_keeps_a_module_alive() -> None:
    @by_module
    def size(module: Module) -> int:
        return len(module.text)

    @by_part
    def line(node: ast.stmt, module: Module) -> int:
        return node.lineno

    module = parsed()
    size(module)
    line(module.tree.body[0], module)
    gone = weakref.ref(module)
    del module
    gc.collect()
    assert gone() is None


def test_the_observations_of_checks_keep_no_module_alive() -> None:
    from autovet.checks.context_awareness._likeness import profile_of
    from autovet.checks.vocabulary.name_uses import used_names
    from autovet.project.conventions.naming import function_names
    from autovet.project.conventions.parameters import parameter_lists

    module = parsed("def make_it(a, b):\n    return a.b(b)\n")
    function_names(module)
    parameter_lists(module)
    used_names(module)
    profile_of(module.functions[0], module)
    gone = weakref.ref(module)
    del module
    gc.collect()
    assert gone() is None
