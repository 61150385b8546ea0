"""The keys of ``context.constraints`` that a check looks at."""

FORBIDDEN_IMPORTS = "forbidden_imports"
FORBIDDEN_CALLS = "forbidden_calls"
MAX_FUNCTION_LINES = "max_function_lines"
MAX_LINE_LENGTH = "max_line_length"
MAX_PARAMETERS = "max_parameters"
MAX_COMPLEXITY = "max_complexity"
REQUIRED_DOCSTRINGS = "required_docstrings"
REQUIRED_TYPE_HINTS = "required_type_hints"
REQUIRE_DOCSTRINGS = "require_docstrings"
REQUIRE_TYPE_HINTS = "require_type_hints"
ASYNC_ONLY = "async_only"
ALLOWED_LICENCES = ("allowed_licenses", "allowed_licences")

CHECKED = frozenset(
    {
        FORBIDDEN_IMPORTS,
        FORBIDDEN_CALLS,
        MAX_FUNCTION_LINES,
        MAX_LINE_LENGTH,
        MAX_PARAMETERS,
        MAX_COMPLEXITY,
        REQUIRED_DOCSTRINGS,
        REQUIRED_TYPE_HINTS,
        REQUIRE_DOCSTRINGS,
        REQUIRE_TYPE_HINTS,
        ASYNC_ONLY,
        *ALLOWED_LICENCES,
    }
)


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
