"""What does Rejoinder take: to start, at rest, and after somebody has read everything?"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.client import Client
from bench.names import Measured, Unit
from bench.rejoinder import API, Server, Site, serving
from bench.stand import Notebook, Stand

REST_SECONDS = 3
CRAWLERS = 4
# Of each article, in this order.
PAGES = ("/comments", "", "/sections", "/reply-form", "/comments?view=flat&limit=100", "/comments?sort=newest")


def measure_start(stand: Stand, notes: Notebook, site: Site) -> None:
    started: list[float] = []
    for _ in range(stand.plan.starts):
        with serving(site) as server:
            started.append(server.started_in)
    notes.write(Measured.START, Unit.SECONDS, started, "from the command to the first page of articles")


def measure_memory(stand: Stand, notes: Notebook, server: Server) -> None:
    """At rest, then after so many different pages, then after as many others."""
    server.reader().get(f"{API}/articles")
    time.sleep(REST_SECONDS)
    rest = server.child.memory()
    notes.write(Measured.PROCESSES, Unit.COUNT, [rest.processes])
    notes.write(Measured.REST_RSS, Unit.MEGABYTES, [rest.largest_rss])
    notes.write(Measured.REST_PSS, Unit.MEGABYTES, [rest.pss])
    pages = _different_pages(server)
    after = []
    for name in (Measured.CRAWL_RSS, Measured.CRAWL_AGAIN_RSS):
        asked = _crawl(server, pages, stand.plan.crawl)
        after.append(server.child.memory().largest_rss)
        notes.write(name, Unit.MEGABYTES, after[-1:], f"{asked:,} different pages")
    notes.write(Measured.CRAWL_RATIO, Unit.RATIO, [after[1] / after[0]])


def _different_pages(server: Server) -> Iterator[str]:
    """Pages of every article, then the same under new URLs."""
    slugs = server.slugs(2_000)
    for turn in itertools.count():
        for slug, page in itertools.product(slugs, PAGES):
            more = f"{'&' if '?' in page else '?'}crawl={turn}" if turn else ""
            yield f"{API}/articles/{slug}{page}{more}"


def _crawl(server: Server, pages: Iterator[str], count: int) -> int:
    """How many were answered. Raises NotMeasured where one was not."""
    lock, is_over = threading.Lock(), threading.Event()
    wanted = itertools.islice(pages, count)

    def crawl_some() -> int:
        client = Client(server.base)
        for answered in itertools.count():
            with lock:
                page = next(wanted, None)
            if page is None or is_over.is_set():
                return answered
            client.get(page)
        return 0

    with ThreadPoolExecutor(CRAWLERS) as crawlers:
        crawling = [crawlers.submit(crawl_some) for _ in range(CRAWLERS)]
        try:
            return sum(each.result() for each in crawling)
        finally:
            is_over.set()  # Ctrl-C does not wait for the last page
