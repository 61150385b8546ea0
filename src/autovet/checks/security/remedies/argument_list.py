"""A command for a shell becomes a list of arguments without one."""

import ast

from autovet.checks.security.remedies.composed_text import Part, parts_of
from autovet.checks.syntax.added_import import added_import
from autovet.checks.vocabulary.arguments import is_constant
from autovet.domain.fix import Fix
from autovet.domain.span import Span
from autovet.source.module import Module

_RUNS = frozenset(f"subprocess.{n}" for n in ("run", "call", "check_call", "check_output", "Popen"))
_SHELL_ONLY = frozenset("|&;<>$`*?()[]{}~#!\\\n")
_BUILTINS = frozenset({"cd", "export", "source", ".", "set", "unset", "alias", "eval", "exec", "ulimit", "umask", "dir", "copy", "del", "type"})  # fmt: skip


def argument_list(where: Span, module: Module) -> Fix | None:
    """The fix for the call that ends where a finding ends; None where the shell is needed."""
    call = next((c for c in module.nodes(ast.Call) if module.span(c).end == where.end and c.args), None)  # fmt: skip
    if call is None:
        return None
    name = module.qualified(call.func)
    command = call.args[0]
    composed = module.assigned(command) if isinstance(command, ast.Name) else command
    parts = parts_of(composed, module) if composed is not None else None
    words = _words(parts, module) if parts else None
    if words is None:
        return None
    listed = f"[{', '.join(words)}]"
    if name == "os.system" and len(call.args) == 1 and not call.keywords:
        local, imports = added_import("subprocess", module)
        edit = module.replace(call, f"{local}.call({listed})")
        return Fix((edit, *imports), "hand the arguments over as a list, without a shell")
    shell = next((k for k in call.keywords if k.arg == "shell"), None)
    if name not in _RUNS or shell is None or not is_constant(shell.value, True, module):
        return None
    edits = (module.replace(command, listed), module.replace(shell.value, "False"))
    return Fix(edits, "hand the arguments over as a list, without a shell")


def _words(parts: list[Part], module: Module) -> list[str] | None:
    """The words of a command as source text; None where only a shell understands it."""
    words: list[list[Part]] = [[]]
    quote = ""
    for part in parts:
        if not isinstance(part, str):
            words[-1].append(part)
            continue
        if set(part) & _SHELL_ONLY:
            return None
        for character in part:
            if quote:
                words[-1] += [] if character == quote else [character]
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
            elif character.isspace():
                words.append([])
            else:
                words[-1].append(character)
    first = words[0]
    program = "".join(p for p in first if isinstance(p, str))
    if quote or len(program) != len(first) or not program or program in _BUILTINS:
        return None
    return [_written(word, module) for word in words if word]


def _written(word: list[Part], module: Module) -> str:
    """One argument: a literal, a value, or the two joined."""
    pieces: list[str] = []
    text = ""
    for part in [*word, None]:
        if isinstance(part, str):
            text += part
            continue
        if text:
            pieces.append(f'"{text}"')
            text = ""
        if part is not None:
            pieces.append(module.segment(part))
    if len(pieces) == 1:
        return pieces[0]
    return " + ".join(p if p.startswith('"') else f"str({p})" for p in pieces)
