"""Real wheels, good and bad, made on the spot."""

import zipfile
from collections.abc import Mapping
from pathlib import Path


def make_wheel(
    folder: Path,
    name: str,
    version: str,
    files: Mapping[str, str | bytes],
    *,
    metadata: str | None = None,
) -> Path:
    """A wheel with these files; ``metadata`` replaces what it says about itself."""
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    said = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\ntext\n"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
        archive.writestr(f"{name}-{version}.dist-info/METADATA", metadata or said)
        tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{name}-{version}.dist-info/WHEEL", tag)
        archive.writestr(f"{name}-{version}.dist-info/RECORD", "../../elsewhere.py,,\n")
    return wheel
