"""What the older declaration files of a project say: setup.cfg, setup.py and Pipfile."""

import ast
import configparser
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from autovet.source.module import Module


@dataclass(frozen=True, slots=True)
class SetupFiles:
    """The requirements found there, as text; None where no file declares any.

    Attributes:
        runtime: needed to run.
        further: extras.
        development: for tests and the like.
        python: the demanded Python versions, such as ``">=3.9"``.
    """

    runtime: tuple[str, ...] | None
    further: tuple[str, ...]
    development: tuple[str, ...]
    python: str | None


def read_setup_files(texts: Mapping[str, str], setup: Module | None) -> SetupFiles:
    """Read the files, as far as they state literals; nothing of them is run."""
    sections = _sections(texts.get("setup.cfg", ""))
    options = sections.get("options", {})
    runtime = _lines(options.get("install_requires"))
    further = [
        line
        for group in sections.get("options.extras_require", {}).values()
        for line in _lines(group) or ()
    ]
    development = list(_lines(options.get("tests_require")) or ())
    python = options.get("python_requires")
    stated = _setup_arguments(setup) if setup is not None else {}
    runtime = runtime if runtime is not None else _texts(stated.get("install_requires"))
    extras = stated.get("extras_require")
    if isinstance(extras, dict):
        further += [line for group in extras.values() for line in _texts(group) or ()]
    development += _texts(stated.get("tests_require")) or ()
    wanted = stated.get("python_requires")
    python = python or (wanted if isinstance(wanted, str) else None)
    pipfile = _pipfile(texts.get("Pipfile", ""))
    if runtime is None and "packages" in pipfile:
        runtime = list(pipfile["packages"])
    development += pipfile.get("dev-packages", ())
    return SetupFiles(
        None if runtime is None else tuple(runtime), tuple(further), tuple(development), python
    )


def _sections(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _lines(value: str | None) -> list[str] | None:
    if value is None or value.strip().startswith("file:"):
        return None
    parts = (line.partition("#")[0].strip() for line in value.replace(";\n", "\n").splitlines())
    return [part for part in parts if part]


def _setup_arguments(setup: Module) -> dict[str, object]:
    """The literal keyword arguments of the call of ``setup``."""
    found: dict[str, object] = {}
    for call in setup.nodes(ast.Call):
        if getattr(call.func, "attr", getattr(call.func, "id", "")) != "setup":
            continue
        for keyword in call.keywords:
            value = setup.assigned(keyword.value) or keyword.value
            try:
                found[keyword.arg or ""] = ast.literal_eval(value)
            except (ValueError, TypeError, SyntaxError, RecursionError):
                continue
    return found


def _texts(value: object) -> list[str] | None:
    if isinstance(value, str):
        return [value]
    return [v for v in value if isinstance(v, str)] if isinstance(value, (list, tuple)) else None


def _pipfile(text: str) -> dict[str, list[str]]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
    return {name: list(table) for name, table in tables.items() if isinstance(table, dict)}
