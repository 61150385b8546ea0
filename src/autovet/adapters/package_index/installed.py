"""What an environment holds, read from its metadata; nothing of it is imported or run."""

import csv
import email.parser
import os
import sys
import sysconfig
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.utils import canonicalize_name

_MODULE_SUFFIXES = (".py", ".pyd", ".so")


@dataclass(frozen=True, slots=True)
class Installed:
    """Top-level modules with the distributions that provide them, and the versions."""

    modules: Mapping[str, tuple[str, ...]]
    versions: Mapping[str, str]

    def without(self, modules: Collection[str]) -> "Installed":
        """The same but for some top-level modules and the distributions that provide them."""
        if not modules:
            return self
        providers = {name for module in modules for name in self.modules.get(module, ())}
        return Installed(
            {module: names for module, names in self.modules.items() if module not in modules},
            {name: text for name, text in self.versions.items() if name not in providers},
        )


def united(parts: Iterable[Installed]) -> Installed:
    """What several directories hold together; the version found first wins."""
    modules: dict[str, tuple[str, ...]] = {}
    versions: dict[str, str] = {}
    for part in parts:
        for module, names in part.modules.items():
            modules[module] = tuple(sorted({*modules.get(module, ()), *names}))
        for name, version in part.versions.items():
            versions.setdefault(name, version)
    return Installed(modules, versions)


@dataclass(slots=True)
class _Contents:
    modules: dict[str, set[str]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


def site_directories(environment: str | None) -> list[Path]:
    """The directories that hold the packages of an environment.

    Args:
        environment: a virtual environment's directory, an interpreter in it, a directory that
            itself holds packages, or None for the environment that Autovet runs in.
    """
    if environment is None or not environment.strip():
        paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        found = [Path(path) for path in sorted(paths)]
        if sys.prefix != sys.base_prefix:
            found += _system_site(Path(sys.prefix))
        return [path for path in found if path.is_dir()]
    try:
        return _of_environment(Path(environment))
    except (OSError, ValueError):
        return []  # no path at all: too long, or with a NUL in it


def _of_environment(root: Path) -> list[Path]:
    if root.is_file() or root.is_symlink():
        root = root.parent.parent if root.parent.name in {"bin", "Scripts"} else root.parent
    if not root.is_dir():
        return []
    inside = (above for above in list(root.parents)[:3] if (above / "pyvenv.cfg").is_file())
    found = _below(root) + _system_site(root)
    if not found and (whole := next(inside, None)) is not None:
        found = _below(whole) + _system_site(whole)
    return found or ([root] if any(root.glob("*.dist-info")) else [])


def _below(prefix: Path) -> list[Path]:
    patterns = (
        "lib/python3*/site-packages",
        "lib64/python3*/site-packages",
        "Lib/site-packages",
        "local/lib/python3*/dist-packages",
        "lib/python3*/dist-packages",
        "lib/python3/dist-packages",
    )
    found: dict[Path, Path] = {}
    for pattern in patterns:
        for path in sorted(prefix.glob(pattern)):
            found.setdefault(path.resolve(), path)
    return list(found.values())


def _system_site(venv: Path) -> list[Path]:
    """The base interpreter's packages, where the virtual environment lets them in."""
    try:
        lines = (venv / "pyvenv.cfg").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    settings = {k.strip().lower(): v.strip() for k, _, v in (line.partition("=") for line in lines)}
    if settings.get("include-system-site-packages", "").lower() != "true":
        return []
    home = settings.get("home")
    return _below(Path(home).parent) if home else []


def read_directory(directory: Path) -> Installed:
    """Read one directory of packages.

    Raises:
        OSError: the directory cannot be listed.
    """
    found = _Contents()
    for entry in sorted(os.scandir(directory), key=lambda e: e.name):
        stem, _, kind = entry.name.rpartition(".")
        if kind in {"dist-info", "egg-info"} and stem:
            _read_metadata(Path(entry.path), stem, found)
        elif kind in {"egg-link", "pth"}:
            _read_link(Path(entry.path), kind, found)
        elif (name := _module_name(entry)) is not None:
            found.modules.setdefault(name, set())
    modules = {module: tuple(sorted(names)) for module, names in found.modules.items()}
    return Installed(modules, found.versions)


def _module_name(entry: "os.DirEntry[str]") -> str | None:
    name = entry.name
    if entry.is_dir():
        return name if name.isidentifier() and name != "__pycache__" else None
    if name.endswith(_MODULE_SUFFIXES):
        stem = name.partition(".")[0]
        return stem if stem.isidentifier() else None
    return None


def _read_metadata(path: Path, stem: str, found: _Contents) -> None:
    name, _, version = stem.partition("-")
    try:
        file = path / ("METADATA" if path.suffix == ".dist-info" else "PKG-INFO")
        with (file if path.is_dir() else path).open(encoding="utf-8", errors="replace") as text:
            headers = email.parser.HeaderParser().parse(text)
        name, version = headers.get("Name") or name, headers.get("Version") or version
    except OSError:
        version = version.partition("-py")[0]
    distribution = canonicalize_name(name)
    found.versions.setdefault(distribution, version)
    modules = set(_listed(path)) or {name.replace("-", "_")}
    for module in modules:
        found.modules.setdefault(module, set()).add(distribution)


def _listed(path: Path) -> Iterator[str]:
    """The top-level modules that a distribution's metadata names."""
    try:
        with (path / "RECORD").open(encoding="utf-8", errors="replace", newline="") as record:
            for row in csv.reader(record):
                yield from _top_of(row[0] if row else "")
    except OSError:
        pass
    try:
        text = (path / "top_level.txt").read_text("utf-8", "replace")
        yield from (line.strip() for line in text.splitlines() if line.strip().isidentifier())
    except OSError:
        pass


def _top_of(recorded: str) -> Iterator[str]:
    first, slash, rest = recorded.partition("/")
    if slash:
        code = rest.endswith((*_MODULE_SUFFIXES, ".pyi", "py.typed"))
        if first.isidentifier() and first != "__pycache__" and code:
            yield first
    elif first.endswith(_MODULE_SUFFIXES) and not first.startswith("__editable__"):
        stem = first.partition(".")[0]
        if stem.isidentifier():
            yield stem


def _read_link(path: Path, kind: str, found: _Contents) -> None:
    """Development installs: a file that names the directory with the sources."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines[: 1 if kind == "egg-link" else None]:
        target = Path(line.strip())
        if line.startswith(("import ", "import\t", "#")) or not line.strip():
            continue
        target = target if target.is_absolute() else path.parent / target
        try:
            names = [_module_name(entry) for entry in os.scandir(target)]
        except OSError:
            continue
        for name in names:
            if name is not None:
                found.modules.setdefault(name, set())
