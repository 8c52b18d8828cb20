"""Which comments stand on the page of a thread that was asked for?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.articles.opening import Discussed
from app.comments import shown, thread
from app.comments.shown import Frame, Shown
from app.ground.cursors import encode
from app.ground.errors import NotFound
from app.ground.prepared import Row
from app.pages.asked import Asked


@dataclass(frozen=True, slots=True)
class Found:
    """Conversations as trees, and the cursor of what follows: in the thread, or in the one `conversation`."""

    comments: Sequence[Shown]
    next: str | None
    conversation: int | None = None
    is_beginning: bool = False  # of the thread

    def holds(self, comment_id: int) -> bool:
        return any(node["id"] == comment_id for node in each_of(self.comments))


def find(session: Session, article: Discussed, asked: Asked, *, slug: str, section_id: int | None) -> Found:
    """Raises NotFound for a conversation that is not there; a comment that is not there is no reason to."""
    place = _place(session, article, asked.conversation or asked.comment)
    if asked.conversation is not None:
        if place is None:
            raise NotFound
        return _conversation(session, article, place, asked.cursor)
    order = asked.sort or article.settings.order
    selection = thread.Selection(
        article_id=article.article_id,
        section_id=section_id,
        order=order,
        limit=article.settings.page_size,
        cursor=asked.cursor,
    )
    found = _page(session, article, selection, slug=slug)
    if place is None or found.holds(place.id):
        return found
    if asked.cursor is None:
        begun = replace(selection, cursor=thread.cursor_at(place, order))
        found = _page(session, article, begun, slug=slug)
        if found.holds(place.id):
            return found
    # It stands too far down in a long conversation, or its conversation is about another section.
    return _conversation(session, article, _root_of(session, place), encode(place.id - 1))


def _page(session: Session, article: Discussed, selection: thread.Selection, *, slug: str) -> Found:
    page = thread.read_tree(session, selection, Frame.under(article.settings), slug=slug)
    return Found(_with_what_is_cut(page.items), page.next, is_beginning=selection.cursor is None)


def each_of(comments: Iterable[Shown]) -> Iterator[Shown]:
    """These comments and all under them."""
    for comment in comments:
        yield comment
        yield from each_of(comment.get("replies", ()))


def _place(session: Session, article: Discussed, comment_id: int | None) -> Row | None:
    place = thread.place_of(session, comment_id) if comment_id is not None else None
    return place if place is not None and place.article_id == article.article_id else None


def _conversation(session: Session, article: Discussed, root: Row, cursor: str | None) -> Found:
    """What stands under a comment from the cursor on; without one, with the comment itself."""
    frame = Frame.under(article.settings)
    page = thread.read_replies(session, root, frame, limit=article.settings.page_size, cursor=cursor)
    first = [shown.shown(root, frame, slug=root.slug)] if cursor is None else []
    return Found(_as_trees([*first, *page.items]), page.next, conversation=root.id)


def _root_of(session: Session, place: Row) -> Row:
    return place if place.parent_id is None else thread.place_of(session, place.root_id) or place


def _as_trees(flat: Iterable[Shown]) -> list[Shown]:
    """Comments under those of the same page that they answer; parents come before their replies."""
    placed: dict[int, Shown] = {}
    roots: list[Shown] = []
    for comment in flat:
        comment["replies"] = []
        placed[comment["id"]] = comment
        above = placed.get(comment["parent_id"])
        (above["replies"] if above else roots).append(comment)
    return roots


def _with_what_is_cut(conversations: Sequence[Shown]) -> Sequence[Shown]:
    """How many visible replies a conversation has that are not shown here; of a tombstone that is not known."""
    for root in conversations:
        if "more_replies" in root:
            seen = sum(1 for node in each_of(root["replies"]) if node["state"] == "visible")
            root["more"] = max(1, root.get("reply_count", 0) - seen)
    return conversations
