"""Labelled corpora measure; nothing here knows their files, comments or helpers by name."""

from pathlib import Path

import autovet

NAMES = (
    "BenchmarkTest", "escape_for_html", "ThingFactory", "createThing", "doSomething", "separate_request",
    "request_wrapper", "get_form_parameter", "get_query_parameter", "get_safe_value", "mysession", "TESTFILES_DIR",
    "commandOutput", "noCookieValueSupplied", "rememberMe", "employees.xml", "This_should_always_happen",
)  # fmt: skip


def test_no_name_of_a_corpus_occurs_in_the_source() -> None:
    root = Path(autovet.__file__).parent
    files = [p for p in root.rglob("*") if p.suffix in {".py", ".toml", ".json"}]
    assert len(files) > 100
    found = [
        (path.relative_to(root).as_posix(), name)
        for path in files
        for name in NAMES
        if name in path.read_text(encoding="utf-8")
    ]
    assert found == []
