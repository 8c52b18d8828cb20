"""What became of the comments that an author wrote before?"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from app.comments.life import PUT_AWAY
from app.comments.models import Comment, Status
from app.ground.prepared import Prepared, Row, each_text
from app.ground.sealing import Unsealable, keyring
from app.site.matching import email_key
from app.site.words import EMAIL

NEWEST = 20  # comments of an author that are looked at: a page of the queue costs the same on a site of any size

History = dict[str, Any]
_SPACE: Any = literal_column("' '")


def _looking() -> Executable:
    """By an index alone: what became of the newest, and when the first came."""
    fingerprint = each_text("fingerprints")
    of_author, first = aliased(Comment, name="of_author"), aliased(Comment, name="first")
    newest = select(of_author.status).where(of_author.email_fingerprint == fingerprint.c.value)
    newest = newest.order_by(of_author.created_at.desc(), of_author.id.desc()).limit(NEWEST).correlate(fingerprint)
    statuses = select(func.aggregate_strings(newest.subquery("newest").c.status, _SPACE)).scalar_subquery()
    first_seen = select(func.min(first.created_at)).where(first.email_fingerprint == fingerprint.c.value)
    return select(
        fingerprint.c.value.label("fingerprint"),
        statuses.label("statuses"),
        first_seen.scalar_subquery().label("first_seen"),
    )


_LOOK = Prepared(_looking)


def histories(session: Session, comments: Sequence[Row]) -> dict[str | None, History]:
    """What became of the newest that these comments' authors wrote, by the fingerprint at a comment: one statement."""
    same = {each.email_fingerprint: _fingerprints(each) for each in comments if each.email_fingerprint}
    wanted = sorted({fingerprint for known in same.values() for fingerprint in known})
    found = {row.fingerprint: row for row in _LOOK.all(session, fingerprints=wanted) if row.statuses}
    return {own: _history([found[each] for each in known if each in found]) for own, known in same.items()}


def _history(found: Sequence[Row]) -> History:
    number = Counter(status for each in found for status in each.statuses.split())
    return {
        "approved": number[Status.APPROVED],
        "refused": sum(number[status] for status in PUT_AWAY),
        "pending": number[Status.PENDING],
        "first_seen": min((each.first_seen for each in found), default=None),
    }


def _fingerprints(comment: Row) -> set[str]:
    """This author's address under every key: after a rotation older comments may still carry an older one."""
    ring, own = keyring(), comment.email_fingerprint or ""
    if len(ring.keys.keys) == 1 or comment.email_sealed is None:
        return {own}
    try:
        plain = ring.open(comment.email_sealed, purpose=EMAIL)
        return {own, *ring.fingerprints(email_key(plain), purpose=EMAIL)}
    except (Unsealable, ValueError):
        return {own}
