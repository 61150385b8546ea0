"""What becomes of findings from one version of a file to the next."""

from dataclasses import replace

from record_examples import validation

from autovet.domain.event import FindingRecord
from autovet.domain.fingerprint import Fingerprint
from autovet.engines.learning.following import Following, scope_marks


def finding(name, scope="load"):
    mark = Fingerprint(scope, exact=f"e-{name}", bound=f"b-{name}")
    return FindingRecord(name, "leak", "code_quality", "warning", "a.py", 3, fingerprint=mark)


class File:
    def __init__(self):
        self.following = Following()
        self.number = 0

    def version(self, *findings, scopes=("load",), **more):
        self.number += 1
        record = replace(
            validation(self.number, *findings),
            source_sha256=str(self.number),
            scopes=scope_marks(scopes),
            **more,
        )
        said = self.following.observe(record)
        return [(o.finding_id, o.verdict, o.origin) for o in said]


def test_gone_while_its_function_is_there_is_fixed():
    file = File()
    assert file.version(finding("a"), finding("b")) == []
    assert file.version(finding("b")) == [("a", "useful", "fixed")]
    assert file.version(finding("b")) == [("b", "left", "left")]
    assert file.version(finding("b")) == []


def test_gone_with_its_function_says_nothing():
    file = File()
    file.version(finding("a"))
    assert file.version(scopes=("other",)) == []


def test_a_renamed_local_is_the_same_finding():
    file = File()
    file.version(finding("a"))
    mark = Fingerprint("load", exact="other", bound="b-a")
    assert file.version(replace(finding("new"), fingerprint=mark)) == []


def test_a_comment_that_silences_it_is_a_dismissal():
    file = File()
    file.version(finding("a"))
    assert file.version(suppressed=("a",)) == [("a", "not-useful", "suppressed")]


def test_a_fix_that_is_kept_was_useful_and_one_taken_back_was_not():
    file = File()
    file.version(finding("a"), healed_findings=("a",))
    assert file.version() == [("a", "useful", "healed")]
    assert file.version() == []
    assert file.version(finding("a")) == [("a", "not-useful", "healed")]


def test_an_undecided_validation_says_nothing():
    file = File()
    file.version(finding("a"))
    assert file.version(decision="indeterminate") == []
    assert file.version() == [("a", "useful", "fixed")]
