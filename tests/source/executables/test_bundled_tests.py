from autovet.domain.context import Context
from autovet.source.executables import bundled_tests_of
from autovet.source.parsing import parse_module

CODE = """
import unittest
import pytest

def fee(n):
    return n

@pytest.fixture
def amount():
    return 3

def test_plain():
    assert fee(1) == 1

@pytest.mark.parametrize("n, due", [(1, 1), (2, fee(2))])
def test_rows(n, due):
    assert fee(n) == due

def test_fixture(amount):
    assert fee(amount)

def test_borrowed(tmp_path):
    assert tmp_path

@pytest.mark.skip
def test_skipped():
    assert False

class TestPlain:
    def test_it(self):
        assert fee(2)

class UnitTest(unittest.TestCase):
    def test_it(self):
        self.assertEqual(fee(1), 1)

class WithSetUp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.n = 1

    def test_it(self):
        assert fee(self.n)
"""


def found(code: str, **context: object) -> list[tuple[str, str, tuple[str, ...]]]:
    module = parse_module("shop/fees.py", code)
    assert module is not None
    given = Context(path="shop/fees.py", **context)  # type: ignore[arg-type] # a test's own
    return [(t.call, t.function, t.setup) for t in bundled_tests_of(module, given)]


def test_tests_in_the_same_file() -> None:
    assert [call for call, _, _ in found(CODE)] == [
        "test_plain()",
        "test_rows(n=1, due=1)",
        "test_rows(n=2, due=fee(2))",
        "test_fixture(amount=amount())",
        "TestPlain().test_it()",
        "UnitTest('test_it').debug()",
    ]
    assert {function for _, function, _ in found(CODE)} == {"fee"}


def test_tests_in_the_files_around_it() -> None:
    files = {
        "tests/test_fees.py": "from shop.fees import fee\n\ndef test_fee():\n    assert fee(1)\n",
        "tests/test_other.py": "from shop.other import fee\n\ndef test_fees():\n    assert fee(1)\n",
        "tests/conftest.py": "from shop.fees import fee\n\ndef test_no():\n    pass\n",
    }
    assert found("def fee(n):\n    return n\n", files=files) == [
        ("test_fee()", "fee", ("from tests.test_fees import test_fee",))
    ]
    assert found(CODE, root="/nowhere") == []
