"""What must a moderator see of one comment to decide about it?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.comments.life import DESTINATIONS, PUT_AWAY, Move
from app.comments.models import Status
from app.desk.done import STATUS_WORDS
from app.desk.marking import Piece, marked, readable
from app.desk.moments import ago
from app.desk.reasons import Item, Words, hits_of, objections, words_behind

# In the order of the buttons, with the key that does the same.
MOVES: Mapping[Move, tuple[str, str | None]] = {
    Move.APPROVE: ("Approve", "a"),
    Move.SPAM: ("Spam", "s"),
    Move.TRASH: ("Trash", "t"),
    Move.HOLD: ("Hold", None),
    Move.RESTORE: ("Restore", None),
}
_BY_HAND: Mapping[str, str] = {
    Status.PENDING: "Put back in the queue",
    Status.APPROVED: "Approved",
    Status.SPAM: "Marked as spam",
    Status.TRASH: "Put in the trash",
}
LONG = 1_200  # characters; a longer text is scrolled in its box
_TEXTS = frozenset({"content", "text"})


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be decided."""

    move: str
    label: str
    key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A comment as the desk shows it; `item` is what the API says of it."""

    item: Item
    status: str
    parent_status: str | None
    why: Sequence[str]
    history: str
    text: Sequence[Piece]
    name_is_listed: bool
    website_is_listed: bool
    buttons: Sequence[Button]
    is_long: bool


def cards_of(session: Session, items: Sequence[Item]) -> list[Card]:
    """One more statement, if a listed word was hit; none else."""
    words = words_behind(session, items)
    return [_card(item, words) for item in items]


def moves_of(status: str | None) -> list[Button]:
    """What can be decided about a comment of this status, or about comments of any (None)."""
    return [Button(move, *words) for move, words in MOVES.items() if status is None or _leads_on(Status(status), move)]


def _leads_on(status: Status, move: Move) -> bool:
    return status in PUT_AWAY if move is Move.RESTORE else DESTINATIONS[move] is not status


def _card(item: Item, words: Words) -> Card:
    comment, parent = item["comment"], item["parent"]
    fields = {hit["field"] for _, hit in hits_of(item)}
    return Card(
        item=item,
        status=STATUS_WORDS[item["status"]],
        parent_status=STATUS_WORDS[parent["status"]] if parent else None,
        why=[*_by_hand(item), *objections(item, words)],
        history=_history(item["author"]),
        text=marked(comment["source"], patterns=readable(_in_text(item, words)), html=comment["html"]),
        name_is_listed="author_name" in fields,
        website_is_listed="author_website" in fields,
        buttons=moves_of(item["status"]),
        is_long=len(comment["source"]) > LONG or comment["source"].count("\n") > LONG // 100,
    )


def _in_text(item: Item, words: Words) -> Iterable[tuple[str, str]]:
    for _, hit in hits_of(item):
        word = words.get(hit["word_id"])
        if word is not None and word.pattern is not None and hit["field"] in _TEXTS:
            yield word.pattern, word.mode


def _by_hand(item: Item) -> list[str]:
    """What a person decided comes before what the checks said."""
    if item["decided_by"] is None or item["decided_at"] is None:
        return []
    return [f"{_BY_HAND[item['status']]} by {item['decided_by']}, {ago(item['decided_at'])}."]


def _history(author: Mapping[str, Any]) -> str:
    """What became of the other comments that came under the same address."""
    known = author["history"]
    if author["is_staff"]:
        return "Staff."
    if not author["has_email"] or known is None:
        return "No e-mail address was given."
    if known["approved"] + known["refused"] == 0 and known["pending"] <= 1:
        return "The first comment under this address."
    counts = f"{known['approved']} approved, {known['refused']} refused, {known['pending']} waiting"
    since = f"; first seen {ago(known['first_seen'])}" if known["first_seen"] else ""
    return f"Under this address: {counts}{since}."
