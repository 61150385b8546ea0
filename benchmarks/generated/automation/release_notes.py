"""Generate release notes from the git history."""

import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

SECTIONS = {
    "feat": "Features",
    "fix": "Bug fixes",
    "perf": "Performance",
    "docs": "Documentation",
}
COMMIT_PATTERN = re.compile(
    r"^(?P<type>\w+)(?:\((?P<scope>[^)]+)\))?(?P<breaking>!)?: (?P<subject>.+)$"
)
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Commit:
    """A commit that follows the conventional format."""

    sha: str
    type: str
    scope: str | None
    subject: str
    breaking: bool


def git(*args: str) -> str:
    """Run git and return its output.

    Raises:
        subprocess.CalledProcessError: git failed.
    """
    result = subprocess.run(["git", *args], check=True, capture_output=True, text=True)
    return result.stdout.strip()


def latest_tag() -> str | None:
    """Return the latest tag, or None when there is none."""
    try:
        return git("describe", "--tags", "--abbrev=0")
    except subprocess.CalledProcessError:
        return None


def parse_commit(line: str) -> Commit | None:
    """Parse one line of the log, or None when it does not follow the format."""
    sha, _, message = line.partition(SEPARATOR)
    match = COMMIT_PATTERN.match(message)
    if match is None:
        return None
    return Commit(
        sha=sha,
        type=match["type"],
        scope=match["scope"],
        subject=match["subject"],
        breaking=match["breaking"] is not None,
    )


def commits_since(tag: str | None) -> list[Commit]:
    """Return the commits since a tag, newest first."""
    revisions = f"{tag}..HEAD" if tag else "HEAD"
    log = git("log", revisions, f"--format=%h{SEPARATOR}%s")
    return [commit for line in log.splitlines() if (commit := parse_commit(line))]


def format_commit(commit: Commit) -> str:
    """Format one commit as a list item."""
    scope = f"**{commit.scope}:** " if commit.scope else ""
    return f"- {scope}{commit.subject} ({commit.sha})"


def render(version: str, commits: list[Commit]) -> str:
    """Render the notes of a release as Markdown."""
    groups: dict[str, list[Commit]] = defaultdict(list)
    for commit in commits:
        groups[commit.type].append(commit)

    lines = [f"## {version}", ""]
    breaking = [commit for commit in commits if commit.breaking]
    if breaking:
        lines += ["### Breaking changes", "", *map(format_commit, breaking), ""]
    for kind, title in SECTIONS.items():
        if groups[kind]:
            lines += [f"### {title}", "", *map(format_commit, groups[kind]), ""]
    return "\n".join(lines)


def prepend(path: Path, notes: str) -> None:
    """Put the notes at the top of a changelog."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{notes}\n{old}", encoding="utf-8")


if __name__ == "__main__":
    prepend(Path("CHANGELOG.md"), render("Unreleased", commits_since(latest_tag())))
