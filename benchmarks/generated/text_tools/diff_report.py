"""Compare two text files and write an HTML report of the differences."""

import argparse
import difflib
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Summary:
    """How much two files differ."""

    added: int
    removed: int
    changed: int
    ratio: float

    @property
    def identical(self) -> bool:
        """Whether there is no difference at all."""
        return self.added == self.removed == self.changed == 0


def read_lines(path: Path, ignore_blank: bool = False) -> list[str]:
    """Read the lines of a file."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if ignore_blank:
        lines = [line for line in lines if line.strip()]
    return lines


def summarize(old: list[str], new: list[str]) -> Summary:
    """Count the lines that were added, removed and changed."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    added = removed = changed = 0
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "insert":
            added += new_end - new_start
        elif tag == "delete":
            removed += old_end - old_start
        elif tag == "replace":
            changed += max(old_end - old_start, new_end - new_start)
    return Summary(added, removed, changed, matcher.ratio())


def html_report(old: Path, new: Path, old_lines: list[str], new_lines: list[str]) -> str:
    """Render the differences side by side."""
    return difflib.HtmlDiff(wrapcolumn=80).make_file(
        old_lines, new_lines, fromdesc=str(old), todesc=str(new), context=True, numlines=3
    )


def main(argv: list[str] | None = None) -> int:
    """Run from the command line; return 1 when the files differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="write an HTML report")
    parser.add_argument("--ignore-blank", action="store_true", help="ignore empty lines")
    args = parser.parse_args(argv)

    try:
        old_lines = read_lines(args.old, args.ignore_blank)
        new_lines = read_lines(args.new, args.ignore_blank)
    except OSError as error:
        print(f"cannot read {error.filename}: {error.strerror}", file=sys.stderr)
        return 2

    summary = summarize(old_lines, new_lines)
    print(
        f"{summary.added} added, {summary.removed} removed, {summary.changed} changed, "
        f"{summary.ratio:.0%} alike"
    )
    if args.output:
        report = html_report(args.old, args.new, old_lines, new_lines)
        args.output.write_text(report, encoding="utf-8")
        print(f"report written to {args.output}")
    return 0 if summary.identical else 1


if __name__ == "__main__":
    sys.exit(main())
