"""Collect statistics about GitHub repositories."""

import asyncio
import os
from dataclasses import dataclass

import httpx

GITHUB_API = "https://api.github.com"


@dataclass
class RepoStats:
    """Statistics about one repository."""

    name: str
    stars: int
    forks: int
    open_issues: int
    contributors: int
    languages: dict[str, int]
    latest_release: str | None


class GitHubClient:
    """A thin client for the GitHub API."""

    def __init__(self, token: str | None = None) -> None:
        headers = {"Accept": "application/vnd.github+json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx.AsyncClient(base_url=GITHUB_API, headers=headers, timeout=20.0)

    async def __aenter__(self) -> "GitHubClient":
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._client.aclose()

    async def get_repo(self, full_name: str) -> dict:
        """Return the repository."""
        response = await self._client.get(f"/repos/{full_name}")
        response.raise_for_status()
        return response.json()

    async def get_contributors(self, full_name: str) -> list[dict]:
        """Return the contributors of a repository."""
        response = await self._client.get(f"/repos/{full_name}/contributors")
        response.raise_for_status()
        return response.json()

    async def get_languages(self, full_name: str) -> dict[str, int]:
        """Return the bytes of code per language."""
        response = await self._client.get(f"/repos/{full_name}/languages")
        response.raise_for_status()
        return response.json()

    async def get_latest_release(self, full_name: str) -> dict | None:
        """Return the latest release, or None when there is none."""
        response = await self._client.get(f"/repos/{full_name}/releases/latest")
        if response.status_code == 404:
            return None
        response.raise_for_status()
        return response.json()


async def collect_stats(client: GitHubClient, full_name: str) -> RepoStats:
    """Collect everything about one repository."""
    repo = await client.get_repo(full_name)
    contributors = await client.get_contributors(full_name)
    languages = await client.get_languages(full_name)
    release = await client.get_latest_release(full_name)
    return RepoStats(
        name=repo["full_name"],
        stars=repo["stargazers_count"],
        forks=repo["forks_count"],
        open_issues=repo["open_issues_count"],
        contributors=len(contributors),
        languages=languages,
        latest_release=release["tag_name"] if release else None,
    )


def format_stats(stats: RepoStats) -> str:
    """Format the statistics as text."""
    total = sum(stats.languages.values()) or 1
    languages = ", ".join(
        f"{name} {100 * size / total:.0f}%" for name, size in stats.languages.items()
    )
    return (
        f"{stats.name}: {stats.stars} stars, {stats.forks} forks, "
        f"{stats.open_issues} open issues, {stats.contributors} contributors\n"
        f"  languages: {languages}\n"
        f"  latest release: {stats.latest_release or 'none'}"
    )


async def main() -> None:
    """Print the statistics of some repositories."""
    async with GitHubClient(os.getenv("GITHUB_TOKEN")) as client:
        names = ["encode/httpx", "pallets/flask", "psf/requests"]
        for stats in await asyncio.gather(*(collect_stats(client, name) for name in names)):
            print(format_stats(stats))


if __name__ == "__main__":
    asyncio.run(main())
