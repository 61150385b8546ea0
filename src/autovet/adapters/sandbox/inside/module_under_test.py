"""Lays out the files of a job, and imports the module under test from them."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from types import ModuleType


class ModuleUnderTest:
    """The module's text, the files around it, and where they lie.

    Attributes:
        name: its dotted import name.
        file: its file, once laid out.
    """

    def __init__(
        self,
        code: str,
        path: str,
        files: Mapping[str, str],
        root: "str | None",
        libraries: Collection[str] = (),
    ) -> None:
        parts = _parts(path, root)
        if not parts or not parts[-1].endswith(".py"):
            parts = [*parts[:-1], (parts[-1] if parts else "module") + ".py"]
        self._parts = parts
        self._code = code
        self._files = {"/".join(_parts(p, root)): text for p, text in files.items()}
        self._root = root
        self.file = ""
        self.name = _dotted(parts)
        self._libraries = libraries
        top = self.name.partition(".")[0]
        # "json.py" must not take the place of the loaded one.
        if self.name in sys.modules and top not in libraries:
            self.name += "_"

    def lay_out(self, directory: str) -> None:
        """Write the files below ``directory``, and make them importable before all others."""
        texts = {**self._files, "/".join(self._parts): self._code}
        overlay = {}
        for relative, text in texts.items():
            if not relative:
                continue
            path = os.path.join(directory, relative)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
                file.write(text)
            if relative.endswith(".py"):
                overlay[_dotted(relative.split("/"))] = path
        self.file = os.path.join(directory, *self._parts)
        overlay.pop(_dotted(self._parts), None)
        overlay[self.name] = self.file
        tops = [directory, self._root] if self._root else [directory]
        places = [place for top in tops for place in (os.path.join(top, "src"), top)]
        self._forget_shadowed_libraries(places)
        sys.path[:0] = places
        sys.meta_path.insert(0, _Overlay(overlay))

    def _forget_shadowed_libraries(self, places: Sequence[str]) -> None:
        """Without the zygote's imports, the project's own module of that name would be found."""
        found = {entry.removesuffix(".py") for place in places for entry in _entries(place)}
        shadowed = found.intersection(self._libraries)
        if not shadowed:
            return  # looking at every module's name would copy the memory they lie in
        for name in list(sys.modules):
            if name.partition(".")[0] in shadowed:
                del sys.modules[name]

    def load(self) -> ModuleType:
        """Run the module's text once; raises whatever it raises."""
        parent = self.name.rpartition(".")[0]
        if parent:
            importlib.import_module(parent)
        # A package around it may have imported it already.
        return sys.modules.get(self.name) or importlib.import_module(self.name)


def _entries(directory: str) -> "list[str]":
    try:
        return os.listdir(directory)
    except OSError:
        return []


class _Overlay(importlib.abc.MetaPathFinder):
    """Finds the job's files, also where the rest of their package lies elsewhere."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def find_spec(
        self,
        fullname: str,
        path: "Sequence[str] | None",  # noqa: ARG002 (the protocol's)
        target: "ModuleType | None" = None,  # noqa: ARG002 (the protocol's)
    ) -> "importlib.machinery.ModuleSpec | None":
        file = self._files.get(fullname)
        if file is None:
            return None
        places = [os.path.dirname(file)] if os.path.basename(file) == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, file, submodule_search_locations=places
        )


def _parts(path: str, root: "str | None") -> "list[str]":
    """The path below the project's directory; what leads out of it is left away."""
    if root is not None and path.startswith(root.rstrip("/") + "/"):
        path = path[len(root.rstrip("/")) :]
    elif path.startswith("/"):
        path = os.path.basename(path)
    parts = path.replace("\\", "/").replace("\0", "").split("/")
    return [part for part in parts if part not in ("", ".", "..")]


def _dotted(parts: Sequence[str]) -> str:
    names = [*parts[:-1], parts[-1].removesuffix(".py")]
    if len(names) > 1 and names[0] == "src":
        names = names[1:]
    if len(names) > 1 and names[-1] == "__init__":
        names = names[:-1]
    return ".".join(names)
