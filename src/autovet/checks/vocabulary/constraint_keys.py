"""The keys of ``context.constraints`` that a check looks at, with their other spellings."""

import re
from collections.abc import Mapping
from typing import Any

FORBIDDEN_IMPORTS = "forbidden_imports"
FORBIDDEN_CALLS = "forbidden_calls"
ALLOWED_IMPORTS = "allowed_imports"
MAX_FUNCTION_LINES = "max_function_lines"
MAX_FILE_LINES = "max_file_lines"
MAX_CLASS_LINES = "max_class_lines"
MAX_METHODS = "max_methods"
MAX_NESTING = "max_nesting"
MAX_LINE_LENGTH = "max_line_length"
MAX_PARAMETERS = "max_parameters"
MAX_COMPLEXITY = "max_complexity"
REQUIRED_DOCSTRINGS = "required_docstrings"
REQUIRED_TYPE_HINTS = "required_type_hints"
REQUIRE_DOCSTRINGS = "require_docstrings"
REQUIRE_TYPE_HINTS = "require_type_hints"
ASYNC_ONLY = "async_only"
SYNC_ONLY = "sync_only"
STDLIB_ONLY = "stdlib_only"
ALLOWED_LICENCES = ("allowed_licenses", "allowed_licences")

LIMITS = frozenset(
    {MAX_FUNCTION_LINES, MAX_FILE_LINES, MAX_CLASS_LINES, MAX_METHODS, MAX_NESTING, MAX_LINE_LENGTH,
     MAX_PARAMETERS, MAX_COMPLEXITY}
)  # fmt: skip
LISTS = frozenset({FORBIDDEN_IMPORTS, FORBIDDEN_CALLS, ALLOWED_IMPORTS})

_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    FORBIDDEN_IMPORTS: (
        "forbidden_modules", "forbidden_packages", "forbidden_libraries", "forbidden_dependencies",
        "banned_imports", "banned_modules", "disallowed_imports", "denied_imports", "blocked_imports",
    ),
    FORBIDDEN_CALLS: (
        "forbidden_functions", "forbidden_methods", "forbidden_builtins", "banned_calls",
        "banned_functions", "disallowed_calls", "disallowed_functions", "denied_calls",
    ),
    ALLOWED_IMPORTS: (
        "allowed_modules", "allowed_packages", "allowed_libraries", "permitted_imports", "import_allowlist",
    ),
    MAX_FUNCTION_LINES: (
        "max_function_length", "max_lines_per_function", "max_method_lines", "function_length",
        "max_func_lines",
    ),
    MAX_FILE_LINES: ("max_module_lines", "max_lines", "max_file_length", "max_lines_per_file", "max_module_length"),
    MAX_CLASS_LINES: ("max_class_length", "max_lines_per_class"),
    MAX_METHODS: ("max_class_methods", "max_methods_per_class", "max_public_methods"),
    MAX_NESTING: ("max_nesting_depth", "max_depth", "max_nested_blocks", "max_indentation_levels", "nesting_depth"),
    MAX_LINE_LENGTH: ("line_length", "max_line_chars", "max_columns"),
    MAX_PARAMETERS: (
        "max_arguments", "max_args", "max_params", "max_function_parameters", "max_function_arguments",
    ),
    MAX_COMPLEXITY: ("max_cyclomatic_complexity", "complexity", "cyclomatic_complexity", "max_branches"),
    REQUIRED_DOCSTRINGS: (REQUIRE_DOCSTRINGS, "docstrings_required", "docstrings", "must_have_docstrings"),
    REQUIRED_TYPE_HINTS: (
        REQUIRE_TYPE_HINTS, "type_hints_required", "type_hints", "require_annotations",
        "require_type_annotations", "required_annotations", "fully_typed", "typed",
    ),
    ASYNC_ONLY: ("async_io_only", "require_async", "asyncio_only", "non_blocking", "no_blocking_calls"),
    SYNC_ONLY: ("no_async", "synchronous_only"),
    STDLIB_ONLY: (
        "no_third_party", "no_dependencies", "no_external_dependencies", "standard_library_only",
        "stdlib_imports_only", "no_third_party_imports", "no_external_packages",
    ),
    ALLOWED_LICENCES[0]: (ALLOWED_LICENCES[1], "licenses", "licences", "permitted_licenses"),
}  # fmt: skip
_CANONICAL = {
    spelling: key for key, spellings in _SPELLINGS.items() for spelling in (key, *spellings)
}
CHECKED = frozenset(_CANONICAL)

_DENIAL = re.compile(r"(no|forbid|disallow|deny|ban|without|avoid|forbidden|banned)_(\w+)")
_PERMISSION = re.compile(r"(?:allow|permit)_(\w+)|(\w+)_(?:allowed|permitted)")


def canonical(key: str) -> str:
    """The key under which a check looks for a constraint that was spelt in another way."""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])|[-\s]+", "_", key.strip()).lower()
    return _CANONICAL.get(plain, plain)


def stated(constraints: Mapping[str, Any], key: str) -> Any:
    """The value of a constraint, however its key is spelt; None when it is not there."""
    if not constraints:
        return None
    return next((v for k, v in constraints.items() if canonical(k) == key), None)


def forbidden_concept(key: str, value: object) -> str | None:
    """``print`` for ``no_print: True`` and ``allow_print: False``; None for anything else."""
    plain = canonical(key)
    denial = _DENIAL.fullmatch(plain)
    if denial is not None:
        return denial[2] if value is True else None
    permission = _PERMISSION.fullmatch(plain)
    if permission is not None and value is False:
        return permission[1] or permission[2]
    return None


def names_in(value: object) -> tuple[str, ...]:
    """The names that a constraint lists; a single name may stand without a list."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(sorted(v for v in value if isinstance(v, str)))
    return ()


def limit_in(value: object) -> int | None:
    """The number that a constraint sets; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
