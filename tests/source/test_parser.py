import ast
import threading

import pytest

from autovet.source.parser import parse, parse_expression


def test_a_module_and_an_expression():
    assert isinstance(parse("x = 1\n", "a.py"), ast.Module)
    assert isinstance(parse_expression("f(1)"), ast.Call)
    with pytest.raises(SyntaxError):
        parse("x =")


def test_many_threads_parse_without_harm():
    text = "\n".join(
        f"def f{n}(a, b=[[1, (2, 3)]]):\n    return [a, {{b: {{a: b}}}}]" for n in range(150)
    )
    failures = []

    def work():
        try:
            for _ in range(15):
                parse(text)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
