"""From flows to findings."""

import ast
import re
from collections.abc import Iterator

from autovet.checks.security.taint.flows import flows_of
from autovet.checks.security.taint.frame import Hit
from autovet.checks.security.taint.relevance import is_fragment
from autovet.checks.security.taint.shapes import in_value_position, is_command, is_composed, is_sql
from autovet.checks.security.taint.values import Step, steps_of
from autovet.domain.errors import CannotDecideError
from autovet.domain.finding import Finding
from autovet.domain.rule import Rule
from autovet.domain.severity import Severity
from autovet.domain.span import Span
from autovet.project.project import Project
from autovet.source.module import Module

_MAX_PATH = 12
_NEAR = 8
_BUILDS = {"format", "join", "joinpath", "resolve", "absolute"}
_BUILT = {"sql", "shell", "path", "url"}
_MAX_CODE = 120
_MILD = {"path/probe": 0.7, "trust": 0.6, "header": 0.6, "log": 0.5}
_OF_DRAWS = "token"
_CALLED = {"parameter": "a caller's value", "random": "a predictable number"}
_SHELL_CALLS = frozenset({"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell"})  # fmt: skip
_QUERIES = {
    "xpath": re.compile(r"[=,(]\s*['\"]\x01"),
    "ldap": re.compile(r"\([\w.;-]+[~<>]?=\*?\x01"),
}
_OF_USERS = re.compile(r"user|login|passw|e?mail$|^uid$|account|search|term$|quer", re.IGNORECASE)
_IN_A_FOLDER = re.compile(r"[^\x01\s].*\x01|\x01.*/.*\x01", re.DOTALL)
_FOLDER = re.compile(r"dir|folder|root|base|prefix|^(?:out|output|dest|target|src|source|path)(?:_path)?$|cache|config", re.IGNORECASE)  # fmt: skip
_WEIGHT = {"request": 0, "random": 0, "cli": 1, "environment": 2, "parameter": 3}
_LOCAL_KINDS = {"sql", "shell", "code", "template"}  # what a user may not even do to himself
_BODY_NAMES = ("body", "payload", "data", "json", "form", "changes", "updates", "attributes", "attrs", "fields", "values", "params")  # fmt: skip


def flow_findings(
    module: Module, rule: Rule, kind: str, harm: str, project: Project | None = None
) -> Iterator[Finding]:
    """The findings of one kind of sink: the most certain flow into each place.

    Args:
        module: the module.
        rule: the rule that they are findings of.
        kind: the kind of sink.
        harm: what the flow allows and what to do, as the end of a sentence.
        project: the modules around it, through which data is followed as well.

    Raises:
        CannotDecideError: the data was not followed to its end.
    """
    flows = flows_of(module, project)
    best: dict[int, tuple[int, Hit, Severity, float]] = {}
    for hit in flows.hits:
        if hit.kind.partition("/")[0] != kind:
            continue
        if hit.home != module.path and _last_here(hit, module) is module.tree:
            continue  # source and sink are both in other files
        judged = _judge(hit, module)
        if judged is None:
            continue
        rank = _WEIGHT[hit.taint.origin.kind] * 2 + hit.soft
        known = best.get(id(hit.node))
        if known is None or rank < known[0]:
            best[id(hit.node)] = (rank, hit, *judged)
    for _, hit, severity, confidence in best.values():
        origin = hit.taint.origin
        what = _CALLED.get(origin.kind, "untrusted data")
        yield module.finding(
            rule,
            _where(hit, module),
            f"{what} from {origin.what} reaches {hit.what}{'()' if isinstance(hit.node, ast.Call) else ''}: {harm}",
            severity=severity,
            confidence=confidence,
            evidence=_evidence(hit, module, project),
        )
    if flows.cut_short and kind == "sql":  # said once, by the first of the flow rules
        raise CannotDecideError(flows.cut_short)


def _evidence(hit: Hit, module: Module, project: Project | None) -> dict[str, object]:
    origin = hit.taint.origin
    source: dict[str, object] = {"line": origin.line, "what": origin.what, "kind": origin.kind}
    sink: dict[str, object] = {"line": getattr(hit.node, "lineno", 1), "what": hit.what}
    for place, home in ((source, origin.home), (sink, hit.home)):
        if home not in {"", module.path}:
            place["path"] = home
    evidence: dict[str, object] = {"source": source, "sink": sink, "path": _path(hit, module, project)}  # fmt: skip
    if hit.why:
        evidence["guard"] = hit.why
    return evidence


def _where(hit: Hit, module: Module) -> ast.AST | Span:
    """The sink, together with the statement just before that built what goes into it."""
    if hit.home != module.path:
        return _last_here(hit, module)
    last = hit.taint.step.node if hit.taint.step else None
    if (
        hit.kind not in _BUILT
        or not isinstance(last, ast.Assign)
        or not hasattr(hit.node, "lineno")
    ):
        return hit.node
    end, start = module.span(hit.node), module.span(last)
    near = 0 < end.line - start.end_line <= _NEAR
    if not near or module.function_of(last) is not module.function_of(hit.node):
        return hit.node
    value: ast.expr = last.value
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _BUILDS:  # fmt: skip
        value = value.func.value
        if not isinstance(value, ast.Call):
            break
    if not (isinstance(value, (ast.BinOp, ast.JoinedStr)) or value is not last.value):
        return hit.node
    return Span(start.line, start.column, end.end_line, end.end_column)


def _last_here(hit: Hit, module: Module) -> ast.AST:
    """Where the data leaves this file for the one that the sink stands in."""
    here = [s.node for s in steps_of(hit.taint) if s.home == module.path and hasattr(s.node, "lineno")]  # fmt: skip
    return here[-1] if here else module.tree


def _judge(hit: Hit, module: Module) -> tuple[Severity, float] | None:
    origin = hit.taint.origin.kind
    if (origin == "random") is not (hit.kind == _OF_DRAWS):
        return None
    if origin == "random":
        return None if module.is_test else (Severity.WARNING, 0.7)
    if hit.kind == "log/lazy":
        return (Severity.INFO, 0.4) if origin == "request" and not hit.soft else None
    if origin == "request" and hit.kind in _MILD:
        return (Severity.INFO, 0.3) if hit.soft else (Severity.WARNING, _MILD[hit.kind])
    if origin == "request":
        return (Severity.INFO, 0.3) if hit.soft else (Severity.ERROR, 0.75 if hit.taint.origin.assumed else 0.9)  # fmt: skip
    if module.is_test or hit.soft:
        return None
    if origin == "cli" and hit.kind == "shell" and not is_composed(hit.text):
        return None  # the user runs what the user typed
    if origin == "cli" and hit.kind == "code" and hit.what not in {"eval", "exec"}:
        return None  # loading what the user names is what such programs are for
    if origin == "cli":
        return (Severity.WARNING, 0.5) if hit.kind in _LOCAL_KINDS else None
    if origin == "environment":
        return (Severity.INFO, 0.3) if hit.kind in {"shell", "code"} else None
    if hit.kind == "sql" and is_composed(hit.text) and is_sql(hit.text):
        return (Severity.WARNING, 0.7) if in_value_position(hit.text or "") else (Severity.INFO, 0.4)  # fmt: skip
    if hit.kind == "shell" and is_composed(hit.text) and is_command(hit.text):
        return (Severity.WARNING, 0.6)
    if hit.kind == "attribute" and _is_body(hit):
        return (Severity.WARNING, 0.6)
    if hit.kind in _QUERIES and is_composed(hit.text) and _QUERIES[hit.kind].search(hit.text or ""):
        names_user = _OF_USERS.search(hit.taint.ident[0].rpartition(":")[2])
        return (Severity.WARNING, 0.6) if names_user or is_fragment(module) else None
    return _judge_fragment(hit) if origin == "parameter" and is_fragment(module) else None


def _judge_fragment(hit: Hit) -> tuple[Severity, float] | None:
    """Where nobody shows who calls a function, what its parameters allow is worth a word."""
    name = hit.taint.ident[0].rpartition(":")[2]
    is_part = is_composed(hit.text)
    match hit.kind:
        case "code" if hit.what in {"eval", "exec"}:
            return (Severity.WARNING, 0.5)
        case "deserialize" if hit.what != "shelve.open":
            return (Severity.WARNING, 0.5)
        case "shell" if _runs_a_shell(hit):
            return (Severity.WARNING, 0.5)
        case "template" | "html/returned" if is_part:
            return (Severity.WARNING, 0.5)
        case "path" if _IN_A_FOLDER.search(hit.text or "") and not _FOLDER.search(name):
            return (Severity.WARNING, 0.5)
    return None


def _runs_a_shell(hit: Hit) -> bool:
    if not hit.what.startswith("subprocess.") or "getoutput" in hit.what:
        return hit.what in _SHELL_CALLS
    return isinstance(hit.node, ast.Call) and any(k.arg == "shell" for k in hit.node.keywords)


def _is_body(hit: Hit) -> bool:
    name = hit.taint.ident[0].rpartition(":")[2].lower()
    step = next(steps_of(hit.taint), None)
    first = step.node if step else None
    annotation = ast.unparse(first.annotation) if isinstance(first, ast.arg) and first.annotation else ""  # fmt: skip
    is_mapping = annotation.startswith(("dict", "Dict", "Mapping", "typing.", "MutableMapping"))
    return is_mapping and name.endswith(_BODY_NAMES)


def _path(hit: Hit, module: Module, project: Project | None) -> list[dict[str, object]]:
    places: list[dict[str, object]] = []
    steps = [*steps_of(hit.taint), Step(hit.node, None, hit.home)]
    for node, home in ((s.node, s.home) for s in steps):
        line = getattr(node, "lineno", 0)
        elsewhere = home if home not in {"", module.path} else None
        if not line or (places and (places[-1]["line"], places[-1].get("path")) == (line, elsewhere)):  # fmt: skip
            continue
        owner = module if elsewhere is None else project.module(elsewhere) if project else None
        code = owner.lines.line(line).strip()[:_MAX_CODE] if owner else ""
        places.append({"line": line, "code": code} | ({"path": elsewhere} if elsewhere else {}))
    if len(places) > _MAX_PATH:
        places = [*places[: _MAX_PATH // 2], *places[-_MAX_PATH // 2 :]]
    return places
