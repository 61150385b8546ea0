"""Where modules lie: in directories of packages and in the standard library."""

import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_EXTENSIONS = ("*.so", "*.pyd")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, from 1."""

    path: Path
    line: int


@dataclass(frozen=True)
class SearchPath:
    """Directories in the order in which Python looks into them.

    Attributes:
        sites: directories that hold packages, of an environment or of unpacked wheels.
        project: directories of the project's own code, which come first.
    """

    sites: Sequence[Path]
    project: Sequence[Path] = ()

    @cached_property
    def standard_library(self) -> Path:
        """The library's sources of the Python that we run on."""
        return Path(sysconfig.get_path("stdlib"))

    def site_of(self, path: Path) -> Path | None:
        """The directory of packages or project that holds a file, if it is one of ours."""
        for site in (*self.sites, *self.project):
            if path.is_relative_to(site):
                return site
        return None

    def is_standard(self, path: Path) -> bool:
        """Whether a file is a source or stub of the standard library."""
        return self.site_of(path) is None and (
            "stdlib" in path.parts
            or path.is_relative_to(self.standard_library)
            or any(part.startswith("python3") for part in path.parts[:-1])
        )

    def is_of_project(self, path: Path) -> bool:
        """Whether a path lies in the project and in no directory of packages."""
        return not any(map(path.is_relative_to, self.sites)) and any(
            map(path.is_relative_to, self.project)
        )

    def package(self, top: str) -> Path | None:
        """The directory or file of a top-level module."""
        for site in (*self.project, *self.sites):
            for found in (site / top, site / f"{top}.py"):
                if found.exists():
                    return found
        return None

    def files(self, module: str) -> Iterator[Path]:
        """The sources and stubs of an absolute module, sources first."""
        relative = module.replace(".", "/")
        for base in (*self.project, *self.sites, self.standard_library):
            found = list(_files(base / relative))
            if found:
                yield from found
                return

    def extension(self, module: str) -> Path | None:
        """The compiled file of an absolute module of an installed package."""
        *parents, last = module.split(".")
        for site in self.sites:
            for kind in _EXTENSIONS:
                for pattern in (f"{last}{kind[1:]}", f"{last}.{kind}"):
                    found = next(site.joinpath(*parents).glob(pattern), None)
                    if found is not None:
                        return found
        return None

    def relative_files(self, module: str, importer: Path) -> Iterator[Path]:
        """The same for a module as an import statement of some file names it."""
        name = module.lstrip(".")
        level = len(module) - len(name)
        if level == 0:
            yield from self.files(name)
            return
        base = importer.parent
        for _ in range(level - 1):
            base = base.parent
        target = base / name.replace(".", "/") if name else base
        yield from _files(target)

    def twins(self, path: Path) -> Iterator[Path]:
        """The source of a stub, or the stub of a source."""
        other = path.with_suffix(".py" if path.suffix == ".pyi" else ".pyi")
        if other.is_file():
            yield other
        parts = path.parts
        if "stdlib" in parts:  # a stub that the type checker brings along
            inner = parts[len(parts) - parts[::-1].index("stdlib") :]
            source = self.standard_library.joinpath(*inner).with_suffix(".py")
            if inner and source.is_file():
                yield source


def has_submodule(package: Path, name: str) -> bool:
    """Whether a package, given by its ``__init__`` file, holds a module of this name."""
    if package.stem != "__init__":
        return False
    target = package.parent / name
    return target.is_dir() or any(_files(target)) or _is_extension(target)


def _files(target: Path) -> Iterator[Path]:
    for suffix in (".py", ".pyi"):
        for file in (target.with_name(target.name + suffix), target / f"__init__{suffix}"):
            if file.is_file():
                yield file


def _is_extension(target: Path) -> bool:
    return any(
        any(target.parent.glob(f"{target.name}{kind[1:]}"))
        or any(target.parent.glob(f"{target.name}.{kind}"))
        for kind in _EXTENSIONS
    )
