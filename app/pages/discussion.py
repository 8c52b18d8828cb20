"""What is drawn of an article's discussion: which page of its thread, which links, and which form?

The article page draws it, and so does the embedded thread, from the same template.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlencode, urljoin

from sqlalchemy.orm import Session

from app.articles.opening import Discussed, discussed
from app.articles.store import sections_shown
from app.articles.topics import topic_of
from app.comments import thread
from app.comments.form import Requirements, reply_form
from app.comments.models import Status
from app.comments.shown import ANONYMOUS, Shown
from app.ground.errors import NotFound
from app.ground.prepared import Row
from app.pages.asked import Asked
from app.pages.conversations import Found, each_of, find
from app.pages.respond import About, Answered, Respond, Typed
from app.pages.words import Words
from app.site.choices import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where a discussion is drawn: in our own pages, or in one of another site, whose links need `base` in front.

    `base` is an origin, such as `https://talk.example`.
    """

    base: str = ""

    def article(self, slug: str) -> str:
        return _article(self.base, slug)


@lru_cache(maxsize=256)
def _article(base: str, slug: str) -> str:
    """The links of a page nearly all begin with it."""
    return f"{base}/articles/{quote(slug, safe='')}"


OUR_PAGES = Frame()


def place_of(slug: str, comment_id: int) -> str:
    """The page of the thread that holds a comment, on our own pages."""
    return f"{OUR_PAGES.article(slug)}?comment={comment_id}#comment-{comment_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses of one discussion; they keep the order, the section and the receipt, but for what changes."""

    frame: Frame
    slug: str
    asked: Asked

    def to(self, fragment: str, **changes: object) -> str:
        asked = self.asked
        query = {"sort": asked.sort, "section": asked.section, "receipt": asked.receipt} | changes
        given = urlencode({name: value for name, value in query.items() if value is not None})
        return f"{self.frame.article(self.slug)}{'?' if given else ''}{given}#{fragment}"

    def place(self, comment: Shown) -> str:
        """Where a comment is found: on our own pages always on the page of the thread that holds it."""
        if self.frame.base:
            return urljoin(f"{self.frame.base}/", str(comment["permalink"]))
        return place_of(self.slug, comment["id"])

    def avatar(self, comment: Shown) -> str:
        return f"{self.frame.base}{comment['author']['avatar']}"

    def section(self, anchor: str) -> str:
        fragment = f"#{quote(anchor)}"
        return f"{self.frame.article(self.slug)}{fragment}" if self.frame.base else fragment

    def here(self, fragment: str, **changes: object) -> str:
        """The very page that was asked for, with another form."""
        page = {"cursor": self.asked.cursor, "comment": self.asked.comment, "conversation": self.asked.conversation}
        return self.to(fragment, **(page | changes))

    def reply_to(self, comment: Shown) -> str:
        return self.here("respond", reply_to=comment["id"])

    def answered(self, comment_id: int) -> str:
        return self.to(f"comment-{comment_id}", comment=comment_id)

    def more(self, comment: Shown) -> str:
        return self.to(f"comment-{comment['id']}", conversation=comment["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    text: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """Everything that `pages/discussion.html` draws. `notice` says why not everything is shown."""

    article_id: int
    slug: str
    say: Words
    api: str
    links: Links
    total: int
    comments: Sequence[Shown]
    names: Mapping[int, str]
    orders: Sequence[Choice]
    notice: str | None
    all_href: str
    next_href: str | None
    can_answer: bool
    respond: Respond
    closes_at: datetime | None

    @property
    def is_answering_here(self) -> bool:
        """Whether the form answers a comment of this page, and stands under it."""
        return self.respond.parent is not None and self.respond.parent.id in self.names

    @property
    def topic(self) -> str:
        """What it depends on; and when time itself changes it, `closes_at` says."""
        return topic_of(self.article_id)


def discussion_of(
    session: Session,
    slug: str,
    asked: Asked,
    *,
    language: str,
    frame: Frame = OUR_PAGES,
    typed: Typed | None = None,
) -> Discussion:
    """The discussion of a public article: two statements, and one for each comment or section that was asked for.

    `typed` is what somebody sent that was refused. Raises NotFound, Moved, and InvalidRequest for a cursor that is
    none.
    """
    article = discussed(session, slug)
    say, links = Words(language), Links(frame=frame, slug=slug, asked=asked)
    section, about = _sections(session, article, asked)
    found = find(session, article, asked, slug=slug, section_id=section.id if section else None)
    return Discussion(
        article_id=article.article_id,
        slug=slug,
        say=say,
        api=f"{frame.base}/api/v1",
        links=links,
        total=section.reply_count if section else article.visible,
        comments=found.comments,
        names={node["id"]: node["author"]["name"] for node in each_of(found.comments) if "author" in node},
        orders=_orders(asked.sort or article.settings.order, links, say),
        notice=_notice(asked, found, section, say),
        all_href=links.to("comments", section=None),
        next_href=links.to("comments", conversation=found.conversation, cursor=found.next) if found.next else None,
        can_answer=article.opening.open and article.settings.threaded,
        respond=_respond(session, article, links, about=about, language=language, typed=typed or Typed()),
        closes_at=article.opening.closes_at if article.opening.open else None,
    )


def _sections(session: Session, article: Discussed, asked: Asked) -> tuple[Row | None, Row | None]:
    """The section that the comments shown are about, and the one that the form is about. Raises NotFound."""
    if asked.section is None and asked.about is None:
        return None, None
    by_anchor = {section.anchor: section for section in sections_shown(session, article.article_id)}
    section = by_anchor.get(asked.section or "")
    if asked.section is not None and section is None:
        raise NotFound
    return section, by_anchor.get(asked.about or "", section)


def _orders(current: Order, links: Links, say: Words) -> list[Choice]:
    return [
        Choice(text=say(f"order.{order}"), href=links.to("comments", sort=order), is_current=order is current)
        for order in Order
    ]


def _notice(asked: Asked, found: Found, section: Row | None, say: Words) -> str | None:
    if section is not None:
        return say("filtered", heading=section.heading)
    if asked.conversation is not None:
        return say("conversation")
    return None if found.is_beginning else say("middle")


def _respond(
    session: Session, article: Discussed, links: Links, *, about: Row | None, language: str, typed: Typed
) -> Respond:
    return Respond(
        form=reply_form(
            language=language,
            requirements=Requirements.of_site(require_name_and_email=article.settings.name_and_email_required),
            opening=article.opening,
        ),
        action=links.here("rj-errors"),
        parent=_answered(session, article, links),
        about=About(about.anchor, about.heading, links.to("respond", section=None)) if about else None,
        cancel_href=links.here("respond"),
        typed=typed,
    )


def _answered(session: Session, article: Discussed, links: Links) -> Answered | None:
    """Who is answered, while that can be answered."""
    if links.asked.reply_to is None:
        return None
    place = thread.place_of(session, links.asked.reply_to)
    if place is None or place.article_id != article.article_id or place.status != Status.APPROVED:
        return None
    return Answered(place.id, place.author_name or ANONYMOUS)
