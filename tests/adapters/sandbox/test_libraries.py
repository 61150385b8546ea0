from autovet.adapters.sandbox.libraries import wanted_libraries
from autovet.domain.execution import Job


def test_names_what_is_neither_standard_nor_the_jobs_own() -> None:
    code = "import os, numpy\nimport numpy.linalg as la\nfrom pydantic import BaseModel\nfrom . import x\n"
    files = {"src/shop/a.py": "def f():\n    import yaml\n", "util.py": "import shop, util\n"}
    assert wanted_libraries(Job(code, "m.py", (), files=files)) == {"numpy", "pydantic", "yaml"}


def test_a_flood_of_names_is_cut() -> None:
    code = "".join(f"import lib{n}\n" for n in range(100_000))
    assert len(wanted_libraries(Job(code, "m.py", ()))) == 50
