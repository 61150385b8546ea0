"""A JUnit file: one test suite a file, one test case a category."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from autovet.domain.category import Category


def junit_report(report: Mapping[str, Any], seconds: float) -> str:
    """Failed categories are failures, undecided ones errors."""
    root = ET.Element("testsuites", name="autovet", time=f"{seconds:.3f}")
    for path, result in report["files"].items():
        statuses = [result[category]["status"] for category in Category]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=path,
            tests=str(len(statuses)),
            failures=str(statuses.count("failed")),
            errors=str(statuses.count("undecided")),
            time=f"{result['meta']['elapsed_ms'] / 1000:.3f}",
        )
        for category in Category:
            answer = result[category]
            elapsed = f"{answer['elapsed_ms'] / 1000:.3f}"
            case = ET.SubElement(suite, "testcase", classname=path, name=category, time=elapsed)
            if answer["status"] != "passed":
                kind = "failure" if answer["status"] == "failed" else "error"
                problem = ET.SubElement(case, kind, message=_xml(answer["reason"] or ""))
                problem.text = "\n".join(
                    _xml(f"{f['line']}:{f['column']} {f['rule']}: {f['message']}")
                    for f in answer["findings"]
                )
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    """Leave out the control characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or ord(c) >= 0x20)
