"""The arguments that a plain dataclass takes."""

import ast

from autovet.source.module import Module

_FIELD, _KW_ONLY = "dataclasses.field", "dataclasses.KW_ONLY"


def dataclass_signature(definition: ast.ClassDef, module: Module) -> ast.arguments | None:
    """The signature of the generated ``__init__``; None where the text does not settle it.

    Args:
        definition: a class without bases and without an ``__init__`` of its own.
        module: where it stands.
    """
    if len(definition.decorator_list) != 1:
        return None
    decorator = definition.decorator_list[0]
    call = decorator if isinstance(decorator, ast.Call) else None
    if module.qualified(call.func if call else decorator) != "dataclasses.dataclass":
        return None
    options = {k.arg: ast.unparse(k.value) for k in call.keywords} if call else {}
    if None in options or options.get("init", "True") != "True":
        return None
    keyword_only = options.get("kw_only", "False")
    if keyword_only not in {"True", "False"}:
        return None
    return _signature(definition, module, keyword_only=keyword_only == "True")


def _signature(
    definition: ast.ClassDef, module: Module, *, keyword_only: bool
) -> ast.arguments | None:
    positional: list[ast.arg] = []
    defaults: list[ast.expr] = []
    named: list[ast.arg] = []
    named_defaults: list[ast.expr | None] = []
    for statement in definition.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        kind = ast.unparse(statement.annotation)
        if "ClassVar" in kind or "InitVar" in kind:
            if "InitVar" in kind:
                return None
            continue
        if module.qualified(statement.annotation) == _KW_ONLY:
            keyword_only = True
            continue
        default, options = statement.value, dict[str | None, ast.expr]()
        if isinstance(default, ast.Call):
            if module.qualified(default.func) == _FIELD:
                options = {keyword.arg: keyword.value for keyword in default.keywords}
                default = options.get("default", options.get("default_factory"))
            elif not isinstance(default.func, (ast.Name, ast.Attribute)):
                return None
        if None in options or "kw_only" in options:
            return None
        if "init" in options and ast.unparse(options["init"]) == "False":
            continue
        argument = ast.arg(statement.target.id)
        if keyword_only:
            named.append(argument)
            named_defaults.append(default)
        elif default is not None or not defaults:
            positional.append(argument)
            defaults += [default] if default is not None else []
        else:
            return None  # Python itself refuses such a class
    return ast.arguments(
        posonlyargs=[],
        args=positional,
        vararg=None,
        kwonlyargs=named,
        kw_defaults=named_defaults,
        kwarg=None,
        defaults=defaults,
    )
