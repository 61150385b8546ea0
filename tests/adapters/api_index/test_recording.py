"""The record of a file holds what it defines."""

from autovet.adapters.api_index.recording import record_of
from autovet.adapters.api_index.records import ModuleRecord

SOURCE = """
import os.path
import json as codec
from .parts import Wheel, Door as Exit
from .more import *
import sys

LIMIT = 3
alias = Wheel

if sys.version_info >= (3, 13):
    newer = 1

if sys.platform == "win32":
    windows_only = 1


def drive(car, /, speed, *, gear=1, **options):
    return car.speed


class Car(Wheel[int], base.Thing):
    __slots__ = ("hidden",)
    doors: int
    seats, belts = 4, 4

    def __init__(self, name):
        self.name = name

    @staticmethod
    def build():
        pass

    class Engine:
        power = 1


Car.extra = 1
setattr(Car, "more", 2)
"""


def recorded(text: str) -> ModuleRecord:
    record = record_of(text)
    assert record is not None
    return record


def test_names_and_where_they_come_from() -> None:
    record = recorded(SOURCE)
    assert record.names["os"] == "os|"
    assert record.names["codec"] == "json|"
    assert record.names["Exit"] == ".parts|Door"
    assert record.names["alias"] == "Wheel"
    assert record.names["drive"] == ""
    assert record.stars == (".more",)
    assert set(record.gates) >= {"newer", "windows_only"}
    assert "LIMIT" not in record.gates


def test_signatures() -> None:
    [drive] = recorded(SOURCE).functions["drive"]
    assert drive.names == {"speed", "gear"}
    assert drive.takes_any
    assert not drive.takes_more
    assert drive.text == "car, /, speed, *, gear=1, **options"


def test_members_of_a_class() -> None:
    record = recorded(SOURCE)
    car = record.classes["Car"]
    assert car.bases == ("Wheel", "base.Thing")
    assert set(car.members) == {
        "__slots__", "hidden", "doors", "seats", "belts", "__init__", "name", "build", "Engine",
        "extra", "more",
    }  # fmt: skip
    assert car.members["build"][0].static
    assert "power" in record.classes["Car.Engine"].members
    assert not car.open


def test_attributes_that_callers_name_leave_a_class_open() -> None:
    given = "class A:\n    def __init__(self, **k):\n        for n, v in k.items():\n            setattr(self, n, v)\n"
    own = "class A:\n    def f(self):\n        for n in self.parts:\n            setattr(self, n, 1)\n"
    assert recorded(given).classes["A"].open
    assert not recorded(own).classes["A"].open


def test_names_that_are_bound_at_run_time_leave_a_module_open() -> None:
    assert recorded("for n in 'ab':\n    globals()[n] = 1\n").open
    assert recorded("def f():\n    names = globals()\n    names['a'] = 1\n").open
    assert not recorded("x = globals().get('y')\n").open


def test_what_is_no_python_has_no_record() -> None:
    assert record_of("def (:\n") is None
