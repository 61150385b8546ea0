"""A password is stored or compared as it was typed.

Finds comparisons of an account's password with the one that was entered, and queries that look an account up by
name and password. Both only work when the passwords are kept in clear text: whoever reads the table, a
backup or a log has them all, and people use them elsewhere too.

Store a slow hash (``hashlib.scrypt``, argon2, bcrypt), look the account up by its name alone and verify the
password against the hash.

Leave it for the confirmation of a new password, which compares two entries of one form.
"""

import ast
import re
from collections.abc import Iterator

from autovet.checks.vocabulary.database_calls import database_call, sql_text
from autovet.checks.vocabulary.expressions import last_name
from autovet.domain.category import Category
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.source.module import Module

RULE = Rule("plaintext-password", Category.SECURITY, confidence=0.75, cwe=256)

_PASSWORD = re.compile(r"^(?:password|passwd|pass_?word|pwd)$", re.IGNORECASE)
_ENTERED = re.compile(r"^(?:(?:entered|given|input|submitted|raw|plain|login|user|form|provided)_?)?(?:password|passwd|pwd)$", re.IGNORECASE)  # fmt: skip
_ACCOUNT = re.compile(r"user|account|member|customer|admin|person|profile|record|row|stored|employee|client|db_", re.IGNORECASE)  # fmt: skip
_FORM = re.compile(r"form|data|body|payload|request|args|input|fields|schema|self|cls|config|settings|options|url|parsed", re.IGNORECASE)  # fmt: skip
_CONDITION = re.compile(r"\bWHERE\b.*\b(?:password|passwd|pwd)\s*=", re.IGNORECASE | re.DOTALL)
_WRITTEN = re.compile(
    r"\bINSERT\s+(?:OR\s+\w+\s+)?INTO\b[^(]*\([^)]*\b(?:password|passwd|pwd)\b[^)]*\)|\bSET\b.*\b(?:password|passwd|pwd)\s*=",
    re.IGNORECASE | re.DOTALL,
)
_INSERTS = frozenset({"insert_one", "insert", "update_one", "replace_one"})
_HASHES = re.compile(
    r"hash|digest|verify|crypt|derive|encode|encrypt|hexdigest|salt", re.IGNORECASE
)

BAD = (
    """
def sign_in(users, name, password):
    user = users.get(name)
    if user and user.password == password:  # <--
        return user
    return None
""",
    """
def sign_in(session, form):
    password = form["password"]
    return session.query(User).filter_by(name=form["name"], password=password).first()  # <--

def add(connection, name, password):
    connection.execute("INSERT INTO members (name, password) VALUES (?, ?)", (name, password))  # <--

def found(cursor, name, password):
    return cursor.execute("SELECT id FROM users WHERE name = ? AND password = ?", (name, password))  # <--
""",
)

GOOD = (
    """
from werkzeug.security import check_password_hash

def sign_in(users, name, password):
    user = users.get(name)
    if user and check_password_hash(user.password, password):
        return user
    return None

def add(connection, name, password):
    row = (name, generate_password_hash(password))
    connection.execute("INSERT INTO members (name, password) VALUES (?, ?)", row)
    connection.execute("INSERT INTO members (name, password) VALUES (?, ?)", (name, digest(password)))
    connection.execute("UPDATE members SET asked = ? WHERE name = ?", (password is None, name))

def confirmed(form):
    return form.password == form.repeated_password
""",
    """
import hashlib

def sign_in(session, name, password, salt):
    password = hashlib.scrypt(password, salt=salt, n=2**14, r=8, p=1)
    user = session.query(User).filter_by(name=name, password=password).first()
    return user or session.query(User).filter_by(name=name).first()

class Address:
    def __eq__(self, other):
        return self.user == other.user and self.password == other.password
""",
)


def check(node: ast.Compare | ast.Call, module: Module) -> Iterator[Finding]:
    """Report comparisons and look-ups with the password itself."""
    if module.is_test:
        return
    if isinstance(node, ast.Compare):
        if len(node.ops) != 1 or not isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            return
        left, right = node.left, node.comparators[0]
        if any(_is_stored(a) and _is_entered(b, module) for a, b in ((left, right), (right, left))):  # fmt: skip
            yield _finding(node, module)
        return
    if _looks_up_by_password(node, module):
        yield _finding(node, module)
    if _stores_password(node, module):
        yield module.finding(
            RULE,
            node,
            "the password is stored as it was typed: whoever reads the table has it; store a slow hash",
        )
    if isinstance(node.func, ast.Attribute) and node.func.attr in {"filter_by", "filter", "get"}:
        names = {k.arg for k in node.keywords if k.arg}
        for keyword in node.keywords:
            if keyword.arg and _PASSWORD.search(keyword.arg) and len(names) > 1 and _is_entered(keyword.value, module):  # fmt: skip
                yield _finding(node, module)


def _looks_up_by_password(call: ast.Call, module: Module) -> bool:
    """Whether a statement has a condition on the password, and takes what was entered."""
    sent = database_call(call, module)
    text = sql_text(sent.statement, module) if sent is not None and sent.kind == "read" else None
    if text is None or not _CONDITION.search(text):
        return False
    values = [n for a in call.args[1:] for n in ast.walk(a) if isinstance(n, ast.expr)]
    return any(_is_entered(v, module) for v in values)


def _stores_password(call: ast.Call, module: Module) -> bool:
    """Whether what was entered goes into the column or the field for the password."""
    if last_name(call.func) in _INSERTS and call.args and isinstance(call.args[0], ast.Dict):
        pairs = zip(call.args[0].keys, call.args[0].values, strict=True)
        return any(isinstance(k, ast.Constant) and _PASSWORD.search(str(k.value)) and _is_entered(v, module) for k, v in pairs)  # fmt: skip
    sent = database_call(call, module)
    text = sql_text(sent.statement, module) if sent is not None and sent.kind != "read" else None
    if text is None or not _WRITTEN.search(text) or len(call.args) < 2:
        return False
    values = [n for a in call.args[1:] for n in _members(a)]
    return any(_is_entered(v, module) for v in values)


def _members(node: ast.expr) -> list[ast.expr]:
    """The values of a row as it is given: a hash of one of them is none of them."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return list(node.elts)
    return list(node.values) if isinstance(node, ast.Dict) else [node]


def _is_stored(node: ast.expr) -> bool:
    """``user.password`` or ``row["password"]`` of something that is named as an account."""
    match node:
        case ast.Attribute(attr=name, value=holder):
            owner = last_name(holder)
        case ast.Subscript(slice=ast.Constant(value=str(name)), value=holder):
            owner = last_name(holder)
            if isinstance(holder, ast.Subscript):
                owner = last_name(holder.value)
        case _:
            return False
    return bool(_PASSWORD.search(name) and _ACCOUNT.search(owner) and not _FORM.search(owner))


def _is_entered(node: ast.expr, module: Module) -> bool:
    match node:
        case ast.Name(id=name):
            bound = module.scopes.of(node).lookup(name)
            values = [p.value for b in (bound.bindings[name] if bound else []) if isinstance(p := module.parent(b), ast.Assign)]  # fmt: skip
            hashed = any(_HASHES.search(last_name(n)) for v in values for n in ast.walk(v))
            return bool(_ENTERED.search(name)) and not hashed
        case ast.Attribute(attr=name, value=holder):
            return bool(_PASSWORD.search(name) and _FORM.search(last_name(holder))) and last_name(holder) != "self"  # fmt: skip
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return bool(_PASSWORD.search(name))
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return bool(_PASSWORD.search(name))
    return False


def _finding(where: ast.AST, module: Module) -> Finding:
    return module.finding(
        RULE,
        where,
        "this works only with passwords kept in clear text; store a slow hash and verify against it",
    )
