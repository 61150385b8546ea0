"""An environment with other libraries in it than are installed, as ty can be told of one.

ty knows one environment and reads the ``.pth`` files of its directory of packages. So a directory
with such a file stands for both: the indexed libraries first, then what is installed. As extra
search paths they would come before the project's own modules and the standard library. Where a
package is to be hidden, a directory of links to all others stands for the installed ones.
"""

import shutil
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from autovet.adapters.ty.environment import Environment
from autovet.adapters.ty.scratch import Scratch
from autovet.domain.libraries import Libraries


class IndexedEnvironments:
    """Makes each combination once; they go away with ``remove``."""

    def __init__(self) -> None:
        self._scratch: Scratch | None = None
        self._made: dict[tuple[Environment, Libraries], Environment] = {}

    def change(self, environment: Environment, libraries: Libraries) -> Environment:
        """The environment with these libraries; itself where they change nothing."""
        if not libraries:
            return environment
        key = (environment, libraries)
        if key not in self._made:
            self._made[key] = self._make(environment, libraries)
        return self._made[key]

    def remove(self) -> None:
        """Take all of them away."""
        if self._scratch is not None:
            self._scratch.remove()
            self._scratch = None
        self._made.clear()

    def _make(self, environment: Environment, libraries: Libraries) -> Environment:
        if self._scratch is None:
            self._scratch = Scratch()
        root = self._scratch.path / f"environment-{len(self._made)}"
        packages = root / "lib" / _version_of(environment) / "site-packages"
        packages.mkdir(parents=True)
        python = Path(environment.python)
        settings = (python if python.is_dir() else python.parent.parent) / "pyvenv.cfg"
        if settings.is_file():  # names the version and whether the system's packages count
            shutil.copyfile(settings, root / settings.name)
        indexed = tuple(map(Path, libraries.indexed))
        installed = shown = environment.site_packages
        if libraries.hidden:
            shown = tuple(root / f"installed-{number}" for number, _ in enumerate(installed))
            for site, place in zip(installed, shown, strict=True):
                _link(site, place, libraries.hidden)
        lines = [*map(str, (*indexed, *shown)), *_linked(installed)]
        (packages / "autovet.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return replace(environment, python=str(root), site_packages=(*indexed, *installed))


def _version_of(environment: Environment) -> str:
    """The directory's name that tells ty the version, such as ``python3.12``."""
    names = (path.parent.name for path in environment.site_packages)
    own = f"python3.{sys.version_info.minor}"
    return next((name for name in names if name.startswith("python3.")), own)


def _link(site: Path, place: Path, hidden: Collection[str]) -> None:
    """Link everything in a directory of packages but the modules to be hidden."""
    place.mkdir()
    for entry in site.iterdir():
        if entry.name.partition(".")[0] not in hidden:
            (place / entry.name).symlink_to(entry)


def _linked(sites: tuple[Path, ...]) -> Iterator[str]:
    """Where development installs lie: ``.pth`` files are not read from linked directories."""
    for site in sites:
        for file in sorted(site.glob("*.pth")):
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                if line.strip() and not line.startswith(("import ", "import\t", "#")):
                    yield str(site / line.strip())
