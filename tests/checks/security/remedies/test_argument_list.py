import ast

import pytest

from autovet.checks.security.remedies.argument_list import argument_list
from autovet.source.edits import apply_edits
from autovet.source.module import Module
from autovet.source.parsing import parse_module


def fixed(code: str) -> str | None:
    module = parse_module("app.py", code)
    assert isinstance(module, Module)
    call = module.nodes(ast.Call)[0]
    fix = argument_list(module.span(call), module)
    if fix is None:
        return None
    after = apply_edits(code, fix.edits)
    ast.parse(after)
    return after


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("""subprocess.run(f"git log -n {n} -- {path}", shell=True, check=True)""",
         """subprocess.run(["git", "log", "-n", n, "--", path], shell=False, check=True)"""),
        ("""subprocess.check_output("ping -c1 " + host, shell=True)""",
         """subprocess.check_output(["ping", "-c1", host], shell=False)"""),
        ("""os.system('cp "%s" "%s.bak"' % (source, source))""",
         """subprocess.call(["cp", source, str(source) + ".bak"])"""),
        ("""os.system("say 'two words' --as={}".format(voice))""",
         """subprocess.call(["say", "two words", "--as=" + str(voice)])"""),
    ],
)  # fmt: skip
def test_words_become_elements(call: str, expected: str) -> None:
    head = "import os\nimport subprocess\n"
    assert fixed(head + call + "\n") == head + expected + "\n"


@pytest.mark.parametrize(
    "call",
    [
        """os.system(f"ls {folder} | wc -l")""",
        """os.system(f"rm {folder}/*.tmp")""",
        """os.system(f"cd {folder}")""",
        """os.system(f"{program} --version")""",
        """os.system(f"echo '{text}")""",
        """os.popen(f"ls {folder}")""",
        """subprocess.run(f"ls {folder}", shell=loud)""",
    ],
)
def test_what_needs_the_shell_is_left(call: str) -> None:
    assert fixed(call + "\n") is None


def test_the_module_is_imported_where_nothing_does() -> None:
    assert fixed('import os\nos.system(f"sync {disk}")\n') == (
        'import subprocess\nimport os\nsubprocess.call(["sync", disk])\n'
    )
