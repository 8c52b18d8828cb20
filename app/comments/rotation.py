"""How do readers' addresses get under a new key?"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, update

from app.comments.models import Comment
from app.ground.db import db, transaction
from app.ground.sealing import Unsealable, keyring
from app.site.matching import email_key
from app.site.words import EMAIL


@dataclass(frozen=True, slots=True)
class Resealed:
    """How far a chunk went: the last comment's id, how many are sealed anew, and how many no key opens."""

    last_id: int
    done: int
    unsealable: int


def under_older_keys() -> int:
    """How many comments have an address that the current key did not seal."""
    return db.session().scalar(select(func.count()).select_from(Comment).where(_is_older())) or 0


def reseal_some(*, after: int, limit: int) -> Resealed | None:
    """Seal the next addresses under the current key; None where there is nothing left."""
    rows = (
        db.session()
        .execute(
            select(Comment.id, Comment.email_sealed)
            .where(Comment.id > after, _is_older(), Comment.email_sealed.is_not(None))
            .order_by(Comment.id)
            .limit(limit)
        )
        .all()
    )
    db.session().rollback()
    if not rows:
        return None
    fresh = [(row.id, row.email_sealed, _sealed(str(row.email_sealed))) for row in rows]
    with transaction() as session:
        for comment_id, before, values in fresh:
            if values is None:
                continue
            # Whoever blanked it meanwhile has the last word.
            here = update(Comment).where(Comment.id == comment_id, Comment.email_sealed == before)
            session.execute(here.values(values), execution_options={"synchronize_session": False})
    unsealable = sum(1 for *_, values in fresh if values is None)
    return Resealed(rows[-1].id, len(rows) - unsealable, unsealable)


def _sealed(before: str) -> dict[str, str] | None:
    ring = keyring()
    try:
        email = ring.open(before, purpose=EMAIL)
    except Unsealable:
        return None
    return {
        "email_sealed": ring.seal(email, purpose=EMAIL),
        "email_fingerprint": ring.fingerprint(_key(email), purpose=EMAIL),
    }


def _key(email: str) -> str:
    try:
        return email_key(email)
    except ValueError:  # an account's, which keeps to other rules
        return email.lower()


def _is_older() -> ColumnElement[bool]:
    prefix = keyring().prefix
    sealed = ~Comment.email_sealed.startswith(prefix, autoescape=True)
    return or_(sealed, ~Comment.email_fingerprint.startswith(prefix, autoescape=True))
