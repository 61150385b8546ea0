"""An asynchronous crawler that collects the links of a web site."""

import asyncio
import time
from urllib.parse import urljoin, urlparse

import aiohttp
import requests
from bs4 import BeautifulSoup


class Crawler:
    """Crawls all pages of one host."""

    def __init__(self, start_url, max_pages=100, concurrency=5):
        self.start_url = start_url
        self.max_pages = max_pages
        self.concurrency = concurrency
        self.host = urlparse(start_url).netloc
        self.visited = []
        self.to_visit = [start_url]
        self.broken = []

    async def fetch(self, url):
        """Fetch a page and return its HTML."""
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as response:
                if response.status == 200:
                    return await response.text()
                else:
                    self.broken.append((url, response.status))
                    return None

    def parse_links(self, html, base_url):
        """Return the links of a page that stay on the host."""
        soup = BeautifulSoup(html, "html.parser")
        links = []
        for tag in soup.find_all("a", href=True):
            link = urljoin(base_url, tag["href"]).split("#")[0]
            if urlparse(link).netloc == self.host:
                if link not in links:
                    links.append(link)
        return links

    async def allowed_by_robots(self, url):
        """Whether robots.txt allows the page."""
        robots_url = f"{urlparse(url).scheme}://{self.host}/robots.txt"
        response = requests.get(robots_url, timeout=5)
        if response.status_code != 200:
            return True
        for line in response.text.splitlines():
            if line.lower().startswith("disallow:"):
                path = line.split(":", 1)[1].strip()
                if path and urlparse(url).path.startswith(path):
                    return False
        return True

    async def crawl_page(self, url):
        """Crawl one page."""
        if not await self.allowed_by_robots(url):
            return
        try:
            html = await self.fetch(url)
        except aiohttp.ClientError as e:
            print(f"Error fetching {url}: {e}")
            self.broken.append((url, str(e)))
            return
        if html:
            for link in self.parse_links(html, url):
                if link not in self.visited and link not in self.to_visit:
                    self.to_visit.append(link)

    async def crawl(self):
        """Crawl until there is nothing left to do."""
        start = time.time()
        while self.to_visit and len(self.visited) < self.max_pages:
            batch = []
            while self.to_visit and len(batch) < self.concurrency:
                url = self.to_visit.pop(0)
                self.visited.append(url)
                batch.append(url)
            await asyncio.gather(*[self.crawl_page(url) for url in batch])
            time.sleep(0.5)
        print(f"Crawled {len(self.visited)} pages in {time.time() - start:.1f} seconds")
        return self.visited


async def main():
    """Crawl an example site."""
    crawler = Crawler("https://example.com")
    pages = await crawler.crawl()
    for page in pages:
        print(page)


if __name__ == "__main__":
    asyncio.run(main())
