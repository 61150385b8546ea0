"""A message leaves before the change that it tells of is committed.

Finds events that are published, jobs that are queued and mails that are sent in the same block before
the ``commit()`` of the transaction whose result they announce.

When the commit fails the others act on something that never happened; when it succeeds they may
still look before it is visible, and not find it.

Commit first and publish afterwards; where the message must not be lost either, write it to an outbox
table in the same transaction.

Leave it where the message goes into that outbox.
"""

import ast
from collections.abc import Iterator

from autovet.checks.vocabulary.expressions import last_name, path_of
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("event-before-commit", Category.INTEGRATION, confidence=0.85)

BAD = (
    """
class Admissions:
    def admit(self, animal):
        self.session.add(animal)
        self.bus.publish("admitted", animal.name)  # <--
        self.session.commit()
""",
    """
from zoo.tasks import send_welcome

async def join(db, member):
    await db.execute("INSERT INTO members VALUES (?)", (member.name,))
    send_welcome.delay(member.name)  # <--
    await db.commit()
""",
)

GOOD = (
    """
class Admissions:
    def admit(self, animal):
        self.session.add(animal)
        self.outbox.publish("admitted", animal.name)
        self.session.commit()
        self.bus.publish("admitted", animal.name)

    def close(self, consumer, message):
        self.bus.publish("closed", message)
        consumer.commit()
""",
    """
def announce(bus, session, text):
    bus.publish("news", text)
    session.add(text)
    session.commit()
""",
)

_LEAVING = frozenset({"publish", "delay", "apply_async", "send_task", "enqueue", "dispatch", "send_message", "sendmail", "send_mail", "produce", "send_and_wait", "basic_publish", "send_event", "publish_event"})  # fmt: skip
_BY_RECEIVER = frozenset({"send", "emit", "notify", "put", "post", "push"})
_CARRIERS = ("bus", "broker", "producer", "publisher", "queue", "mailer", "notifier", "events", "emitter", "topic", "signals", "sns", "sqs", "channel")  # fmt: skip
_WRITING = frozenset({"add", "add_all", "delete", "merge", "flush", "execute", "executemany", "bulk_save_objects", "insert"})  # fmt: skip
_STREAMS = ("consumer", "kafka", "index", "writer", "repo_git")


def check(call: ast.Call, module: Module) -> Iterator[Finding]:
    """Report what is sent between the writes and their commit."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "commit" or module.is_test:
        return
    connection = path_of(call.func.value)
    if not connection or connection.lower().rpartition(".")[2].endswith(_STREAMS):
        return
    statement = module.statement_of(call)
    block = _block_of(statement, module)
    if block is None:
        return
    written = False
    for earlier in block[: block.index(statement)]:
        found = _own_call(earlier)
        if found is None:
            continue
        receiver = path_of(found.func.value) if isinstance(found.func, ast.Attribute) else ""
        name = last_name(found.func)
        if name == "commit":
            written = False
        elif name in _WRITING and (receiver == connection or "cursor" in receiver or not receiver):
            written = True
        elif written and _leaves(name, receiver):
            yield module.finding(
                RULE,
                earlier,
                f"{name}() tells others of a change that {connection}.commit() has not made yet, and may never "
                "make: commit first",
                evidence={"sent_by": name, "connection": connection},
            )


def _block_of(statement: ast.stmt, module: Module) -> list[ast.stmt] | None:
    """The statements among which one stands."""
    parent = module.parent(statement)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and statement in block:
            return block
    return None


def _own_call(statement: ast.stmt) -> ast.Call | None:
    """The call that a statement is, awaited or assigned."""
    value = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    if isinstance(value, ast.Await):
        value = value.value
    return value if isinstance(value, ast.Call) else None


def _leaves(name: str, receiver: str) -> bool:
    """Whether a call sends something away at once."""
    owner = receiver.lower().rpartition(".")[2]
    if "outbox" in receiver.lower() or "session" in owner:
        return False
    return name in _LEAVING or (name in _BY_RECEIVER and owner.endswith(_CARRIERS))
