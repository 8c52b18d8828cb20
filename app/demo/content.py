"""Which articles and comments are there to see before anybody has written anything?"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from flask import current_app, g
from sqlalchemy import select

from app.accounts.actions import COMMAND_LINE
from app.articles.importing import ImportedPage, PageFormat, decode_page, read_page
from app.articles.intake import Publishing, import_page
from app.articles.models import Article, Section
from app.comments.actions import leave_reply
from app.comments.life import Move
from app.comments.models import Comment
from app.comments.rules import Submission
from app.comments.schemas import Reply
from app.comments.texts import DEFAULT_LANGUAGE
from app.ground import clock
from app.ground.db import db
from app.moderation.items import Seen
from app.moderation.operations import decide_about
from app.permissions import GUEST

FOLDER = Path(__file__).parent
NEWEST_DAYS, APART_DAYS = 2, 6  # how old the newest article is, and how far the others are apart
FIRST_HOURS = 3  # from an article to its first comment
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Outcome(StrEnum):
    """What has become of a demo comment."""

    APPROVED = "approved"
    PENDING = "pending"
    SPAM = "spam"


_MOVES = {Outcome.APPROVED: Move.APPROVE, Outcome.SPAM: Move.SPAM}


@dataclass(frozen=True, slots=True)
class Done:
    articles: int
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoComment:
    """A comment of comments.json: `section` counts its article's headings from 0, `parent` the comments of the file."""

    article: str
    section: int | None
    parent: int | None
    author_name: str
    author_email: str
    author_website: str | None
    outcome: Outcome
    text: str


def put_in_demo() -> Done:
    """Publish the demo articles as files are imported, and post their comments as readers do, all in past weeks.

    An article that is there is left alone, and so are its comments.
    """
    now = clock.now()
    missing = [page for page in _pages() if _slug(page) not in _known_slugs()]
    ages = [timedelta(days=NEWEST_DAYS + APART_DAYS * place) for place in range(len(missing))]
    for page, age in zip(missing, ages, strict=True):
        with _at(now - age):
            import_page(COMMAND_LINE, replace(page, published_at=now - age), publishing=Publishing.PUBLISH)
    return Done(len(missing), _post_comments({_slug(page) for page in missing}, until=now))


def _pages() -> list[ImportedPage]:
    """The newest first."""
    files = sorted((FOLDER / "articles").glob("*.md"))
    pages = [read_page(decode_page(file.read_bytes()), format=PageFormat.MARKDOWN) for file in files]
    return sorted(pages, key=lambda page: str(page.published_at), reverse=True)


def _slug(page: ImportedPage) -> str:
    if page.slug is None:
        raise ValueError("a demo article names its slug, for its comments")
    return page.slug


def _known_slugs() -> set[str]:
    return set(db.session().scalars(select(Article.slug)))


def demo_comments() -> list[DemoComment]:
    stored = json.loads((FOLDER / "comments.json").read_text(encoding="utf-8"))
    return [DemoComment(**{**each, "outcome": Outcome(each["outcome"])}) for each in stored]


def _post_comments(slugs: set[str], *, until: datetime) -> int:
    """Post them in the order of time, whatever the order of the file."""
    comments = demo_comments()
    plan = sorted(
        (moment, place) for place, moment in _moments(comments, until).items() if comments[place].article in slugs
    )
    anchors = {slug: _anchors(slug) for slug in slugs}
    ids: dict[int, int] = {}
    for moment, place in plan:
        comment = comments[place]
        with _at(moment), _as_reader(place):
            ids[place] = _post(
                comment, anchors[comment.article], parent_id=None if comment.parent is None else ids[comment.parent]
            )
    return len(plan)


def _moments(comments: Sequence[DemoComment], until: datetime) -> dict[int, datetime]:
    """Of each article's comments evenly from a few hours after it to now, an answer after what it answers."""
    published = {row.slug: row.published_at for row in db.session().execute(select(Article.slug, Article.published_at))}
    moments: dict[int, datetime] = {}
    for slug in {comment.article for comment in comments} & published.keys():
        places = [place for place, comment in enumerate(comments) if comment.article == slug]
        first = published[slug] + timedelta(hours=FIRST_HOURS)
        step = (until - first) / len(places)
        moments |= {place: first + number * step for number, place in enumerate(places)}
    return moments


def _anchors(slug: str) -> Sequence[str]:
    """Of the headings, as they follow one another."""
    here = select(Section.anchor).join(Article, Section.article_id == Article.id).where(Article.slug == slug)
    return db.session().scalars(here.where(Section.retired_at.is_(None)).order_by(Section.position)).all()


def _post(comment: DemoComment, anchors: Sequence[str], *, parent_id: int | None) -> int:
    reply = Reply(
        submission=Submission(
            content=comment.text,
            author_name=comment.author_name,
            author_email=comment.author_email,
            author_website=comment.author_website,
        ),
        parent_id=parent_id,
        section=None if comment.section is None else anchors[comment.section],
        receipt=None,
        language=DEFAULT_LANGUAGE,
    )
    comment_id: int = leave_reply(GUEST, comment.article, reply).comment.id
    if move := _MOVES.get(comment.outcome):
        version = db.session().scalar(select(Comment.version).where(Comment.id == comment_id)) or 0
        decide_about(COMMAND_LINE, move, [Seen(comment_id, version)], None)
    return comment_id


@contextmanager
def _as_reader(number: int) -> Iterator[None]:
    """Come from an address of one's own, of a network that documentation may use."""
    g.pop("address_fingerprint", None)
    address = {"REMOTE_ADDR": f"198.51.100.{number % 254 + 1}"}
    with current_app.test_request_context(headers={"User-Agent": BROWSER}, environ_overrides=address):
        yield
    g.pop("address_fingerprint", None)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    """Let it be this moment."""
    clock.use(lambda: moment)
    try:
        yield
    finally:
        clock.use(None)
