import sys

import pytest

from autovet.adapters.sandbox.inside.probe import verdict

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
ALL = dict.fromkeys(
    ("namespaces", "without_namespaces", "landlock", "seccomp", "no_new_privs", "limits"), True
)


@pytest.mark.parametrize(
    ("refused", "isolated"),
    [
        ([], True),
        (["namespaces"], True),
        (["landlock", "without_namespaces"], True),
        (["namespaces", "landlock"], False),
        (["namespaces", "limits"], False),
        (["namespaces", "without_namespaces"], False),
        (["seccomp"], False),
        (["no_new_privs"], False),
    ],
)
def test_verdict(refused: list[str], isolated: bool) -> None:
    answer, reason = verdict({**ALL, **dict.fromkeys(refused, False)})
    assert answer is isolated
    assert bool(reason) is not isolated
    if "landlock" in refused and not isolated:
        assert "landlock" in reason


def test_nothing_was_found_out() -> None:
    assert verdict({})[0] is False
