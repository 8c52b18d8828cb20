"""Was this very request already carried out?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.ground import clock
from app.ground.db import Base, insert_or
from app.ground.errors import FieldProblem, InvalidRequest
from app.ground.sealing import keyring

KEPT = timedelta(hours=24)
LONGEST_KEY = 255


class IdempotentRequest(Base):
    __tablename__ = "idempotent_request"

    key: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    status: Mapped[int | None]
    resource_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Replay:
    """What the first request of this key answered: its HTTP status and the id of what it made."""

    status: int
    resource_id: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request holds until its transaction ends."""

    key: str | None

    def remember(self, session: Session, *, status: int, resource_id: int) -> None:
        """Keep the answer with what it made, in the same transaction; a refusal is never kept."""
        if self.key is None:
            return
        row = update(IdempotentRequest).where(IdempotentRequest.key == self.key)
        session.execute(row.values(status=status, resource_id=resource_id))


def claim(session: Session, *, scope: str) -> Claim | Replay:
    """Take the request's Idempotency-Key, or give what the same key and body made before in this scope.

    An insert waits for a transaction that holds the same key, so a request still running is waited for. Raises
    InvalidRequest (422, `idempotency_key_reused`) where another body came under the key. Source: the IETF draft
    "The Idempotency-Key HTTP Header Field".
    """
    typed = request.headers.get("Idempotency-Key")
    if typed is None:
        return Claim(None)
    if not 0 < len(typed) <= LONGEST_KEY:
        raise _refused("idempotency_key_invalid", f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
    ring = keyring()
    identity = f"{scope}\n{request.method}\n{request.path}\n{typed}"
    body = f"{request.mimetype}\n{request.get_data(cache=True).hex()}"
    key = ring.fingerprint(identity, purpose="idempotency key")
    _take(session, key=key, body=ring.fingerprint(body, purpose="idempotency body"))
    known = ring.fingerprints(identity, purpose="idempotency key")
    first = session.scalar(
        select(IdempotentRequest).where(IdempotentRequest.key.in_(known), IdempotentRequest.status.is_not(None))
    )
    if first is None:
        return Claim(key)
    if first.body not in ring.fingerprints(body, purpose="idempotency body"):
        raise _refused("idempotency_key_reused", "This Idempotency-Key came before with another request.")
    return Replay(first.status or 0, first.resource_id or 0)


def _take(session: Session, *, key: str, body: str) -> None:
    session.execute(delete(IdempotentRequest).where(_is_old()))
    row = {"key": key, "body": body, "created_at": clock.now()}
    session.execute(insert_or(IdempotentRequest).values(row).on_conflict_do_nothing(index_elements=["key"]))


def _is_old() -> ColumnElement[bool]:
    return IdempotentRequest.created_at < clock.now() - KEPT


def _refused(code: str, message: str) -> InvalidRequest:
    return InvalidRequest(FieldProblem("Idempotency-Key", code, message))
