"""Changes made in several files become patterns, and patterns become edits."""

import json

from autovet.engines.learning.fix_patterns.book import FixBook
from autovet.engines.learning.fix_patterns.changes import revision
from autovet.engines.learning.fix_patterns.generalising import common, predicted
from autovet.engines.learning.fix_patterns.tree import text_of
from autovet.source.edits import apply_edits


def the_change(before, after):
    (change,) = revision(before, after).changes
    return change


def test_two_changes_have_in_common_what_they_share():
    one = the_change("x = super(Shop, self).load(1)\n", "x = super().load(1)\n")
    other = the_change("super(Cart, self).save()\n", "super().save()\n")
    shared = common(one, other)
    assert text_of(shared.before) == "super($0, self)"
    assert text_of(shared.after) == "super()"


def test_a_part_that_only_the_new_code_has_is_no_pattern():
    one = the_change("x = f(1)\n", "x = f(1, mode='a')\n")
    other = the_change("x = f(2)\n", "x = f(2, mode=other)\n")
    assert common(one, other) is None


def test_the_same_hole_stands_for_the_same_code():
    one = the_change("y = a and b or c\n", "y = b if a else c\n")
    other = the_change("y = f(1) and g or h\n", "y = g if f(1) else h\n")
    shared = common(one, other)
    asked = the_change("r = ready and go() or None\n", "r = go() if ready else None\n")
    assert predicted(shared, asked.before) == asked.after
    assert predicted(shared, the_change("r = a or b\n", "r = b\n").before) is None


def book_of(count=4):
    book = FixBook()
    for number in range(count):
        book.learn(
            f"part_{number}.py",
            f"if value_{number} == None:\n    pass\n",
            f"if value_{number} is None:\n    pass\n",
            ["compared-to-none"],
        )
    return book


def test_a_pattern_needs_three_files():
    assert book_of(2).patterns() == []
    (pattern,) = book_of(3).patterns()
    assert (pattern.before, pattern.after, pattern.support) == ("$0 == None", "$0 is None", 3)
    assert pattern.rules == ("compared-to-none",)


def test_a_pattern_suggests_an_edit_where_code_looks_like_it():
    text = "def f(räume):\n    a = 'ä'; ok = räume.next == None\n    return ok == 1\n"
    (fix,) = book_of().suggest(text, 2, 2, "compared-to-none")
    assert apply_edits(text, fix.edits) == text.replace("räume.next == None", "räume.next is None")
    assert book_of().suggest(text, 3, 3) == []
    assert book_of().suggest("def f(:\n", 1, 1) == []


def test_what_looked_alike_and_stayed_speaks_against_a_pattern():
    book = book_of(3)
    for number in range(30):
        unchanged = "".join(f"if v{n} == None:\n    pass\n" for n in range(5))
        book.learn(f"more_{number}.py", f"{unchanged}x == None\n", f"{unchanged}x is None\n")
    assert all(p.before != "$0 == None" for p in book.patterns())


def test_success_is_counted_and_state_survives_json():
    book = book_of()
    (pattern,) = book.patterns()
    book.tell(pattern.id, kept=True)
    book.tell(pattern.id, kept=False)
    book.tell(pattern.id, kept=False)
    again = FixBook()
    again.restore(json.loads(json.dumps(book.as_state())))
    (restored,) = again.patterns()
    assert (restored.kept, restored.reverted, restored.support) == (1, 2, 4)
    assert restored.success_rate == 0.4
    assert again.suggest("z == None\n", 1, 1)
