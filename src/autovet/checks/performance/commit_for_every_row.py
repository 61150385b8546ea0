"""A commit, or a single insert of an ORM object with its commit, for every row of a loop.

Finds ``commit()`` on a connection or session inside a loop over data.

A commit waits for the disk. A thousand rows wait a thousand times, and when the job dies half of the
rows are in.

Commit once after the loop, or once for each batch. Workers that take one job at a time, and loops
that skip what fails, commit on purpose and are left alone.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name
from autovet.checks.vocabulary.repetition import repetitions_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("commit-for-every-row", Category.PERFORMANCE, confidence=0.85)

_HOLDERS = ("conn", "connection", "session", "db", "con", "database", "cnx", "sess")
_BATCHES = ("batch", "chunk", "page", "job", "task", "message", "event", "migration", "part")

BAD = (
    """
def load(connection, people):
    for person in people:
        connection.execute("INSERT INTO people VALUES (?)", (person,))
        connection.commit()  # <--
""",
    """
class Importer:
    def run(self, rows):
        for number, row in enumerate(rows):
            self.db.session.add(row)
            self.db.session.commit()  # <--
            print(number)
""",
)

GOOD = (
    """
def load(connection, people):
    for person in people:
        connection.execute("INSERT INTO people VALUES (?)", (person,))
    connection.commit()
    for batch in people.batches(100):
        connection.executemany("INSERT INTO people VALUES (?)", batch)
        connection.commit()
""",
    """
def work(session, jobs, rows, log):
    while job := jobs.get():
        job.run()
        session.commit()
    for row in rows:
        try:
            session.add(row)
            session.commit()
        except ValueError:
            session.rollback()
    for number, row in enumerate(rows):
        session.add(row)
        if number % 100 == 0:
            session.commit()
""",
)


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report the commit."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr != "commit" or call.args or module.is_test:
        return
    if not last_name(func.value).lstrip("_").lower().endswith(_HOLDERS):
        return
    loop = module.loop_of(call)
    if (
        not isinstance(loop, (ast.For, ast.AsyncFor))
        or module.parent(module.statement_of(call)) is not loop
    ):
        return
    repetitions = repetitions_of(call, module)
    if not repetitions or not repetitions[0].is_long:
        return
    if any(word in name.lower() for name in repetitions[0].targets for word in _BATCHES):
        return
    yield module.finding(
        RULE,
        call,
        f"every row waits for a commit of its own; commit once after the loop in line {loop.lineno}",
        evidence={"loop_line": loop.lineno},
    )
