"""What is measured, under which name does it stand in the tables, and in which unit?"""

from enum import StrEnum


class Unit(StrEnum):
    PER_SECOND = "/s"
    MILLISECONDS = "ms"
    SECONDS = "s"
    MEGABYTES = "MB"
    RATIO = "×"
    COUNT = ""


class Measured(StrEnum):
    """The names of all figures, in the order of the tables."""

    NGINX = "nginx, the same thread page as a file"
    READY = "thread page from ready bytes"
    READY_P50 = "thread page from ready bytes, p50"
    READY_P99 = "thread page from ready bytes, p99"
    READY_TO_NGINX = "thread page from ready bytes, to nginx"
    KNOWN = "thread page, If-None-Match (304)"
    KNOWN_TO_NGINX = "thread page, If-None-Match (304), to nginx' 200"
    ISSO_READ = "Isso, the same thread"
    READY_TO_ISSO = "thread page from ready bytes, to Isso"

    NGINX_ZIPF = "nginx, different thread pages by Zipf's law as files"
    ZIPF = "different thread pages by Zipf's law, one approve a second"
    ZIPF_P99 = "different thread pages by Zipf's law, p99"
    ZIPF_TO_NGINX = "different thread pages by Zipf's law, to nginx"
    APPROVED = "approvals meanwhile"

    FLASK = "Flask alone, a route with the same bytes"
    FRESH = "first, uncached read of 100 comments"
    FRESH_TO_FLASK = "first, uncached read of 100 comments, to Flask alone"
    FRESH_P99 = "first, uncached read of 100 comments, p99"
    FRESH_SPREAD = "first, uncached reads of different articles"

    POSTS = "comments accepted, held for a moderator (202)"
    POSTS_P99 = "comments accepted, held (202), p99"
    POSTS_SURPLUS = "comments stored but not acknowledged, held (202)"
    SHOWN_POSTS = "comments accepted, shown at once (201)"
    SHOWN_POSTS_P99 = "comments accepted, shown at once (201), p99"
    SHOWN_POSTS_SURPLUS = "comments stored but not acknowledged, shown at once (201)"
    ISSO_POSTS = "Isso, comments accepted"
    ISSO_POSTS_P99 = "Isso, comments accepted, p99"
    POSTS_TO_ISSO = "comments accepted, held (202), to Isso"
    SHOWN_POSTS_TO_ISSO = "comments accepted, shown at once (201), to Isso"

    READERS = "readers of other articles, nobody posts"
    READERS_BESIDE = "readers of other articles beside 100 held posts/s"
    READERS_RATIO = "readers beside 100 held posts/s, to without"
    READERS_SHOWN = "readers of other articles, nobody posts (shown at once)"
    READERS_BESIDE_SHOWN = "readers of other articles beside 100 posts/s shown at once"
    READERS_SHOWN_RATIO = "readers beside 100 posts/s shown at once, to without"
    OPEN_LOOP = "posts acknowledged of 100/s (held)"
    OPEN_LOOP_P99 = "posts of 100/s (held), p99 from their planned moment"
    OPEN_LOOP_SHOWN = "posts acknowledged of 100/s (shown at once)"
    OPEN_LOOP_SHOWN_P99 = "posts of 100/s (shown at once), p99 from their planned moment"

    GROWTH_THREAD = "thread page, uncached"
    GROWTH_QUEUE = "queue page of 10 comments"
    GROWTH_COUNTS = "counts of 10 articles, uncached"
    GROWTH_POST = "post"
    GROWTH_APPROVE = "approve"
    DEEP_FIRST = "first page of a very long thread, uncached"
    DEEP_PAGE = "page deep in it, uncached"
    DEEP_RATIO = "page deep in it, to the first"

    LOADER = "bulk loader"
    LOADER_WITH_ARTICLES = "bulk loader, with the articles"
    START = "start to first answer"
    PROCESSES = "processes"
    REST_RSS = "largest process at rest, RSS"
    REST_PSS = "all processes at rest, PSS"
    CRAWL_RSS = "largest process after a crawl, RSS"
    CRAWL_AGAIN_RSS = "largest process after a second crawl, RSS"
    CRAWL_RATIO = "largest process after the second crawl, to after the first"


GROWTH = (
    Measured.GROWTH_THREAD,
    Measured.GROWTH_QUEUE,
    Measured.GROWTH_COUNTS,
    Measured.GROWTH_POST,
    Measured.GROWTH_APPROVE,
)
