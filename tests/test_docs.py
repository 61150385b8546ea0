"""The documentation that is generated says what the code says."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_rule_pages_are_current() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from docs.generate import RULES, pages
    finally:
        sys.path.remove(str(ROOT))
    wanted = pages()
    found = {path.name: path.read_text(encoding="utf-8") for path in RULES.glob("*.md")}
    stale = sorted(name for name in wanted | found if wanted.get(name) != found.get(name))
    assert stale == [], "run `make docs`"
