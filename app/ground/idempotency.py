"""Was this very request already carried out?"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, request
from sqlalchemy import Executable, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.ground import clock
from app.ground.db import Base, UtcDateTime, insert_or
from app.ground.errors import FieldProblem, InvalidRequest
from app.ground.prepared import Prepared, Row
from app.ground.sealing import keyring

KEPT = timedelta(hours=24)
KEPT_ITSELF = timedelta(minutes=1)
LONGEST_KEY = 255
FIELD = "idempotency_key"  # where a page's form says it, which can send no header
_LEFT_OUT = "fields_left_out_of_its_own_key"


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
        _REMEMBER.run(session, of=self.key, status=status, resource_id=resource_id)


def _taking() -> Executable:
    row = insert_or(IdempotentRequest)
    fresh = {"body": row.excluded.body, "created_at": row.excluded.created_at, "status": None, "resource_id": None}
    return row.on_conflict_do_update(
        index_elements=["key"], set_=fresh, where=IdempotentRequest.created_at < bindparam("since", type_=UtcDateTime())
    ).returning(IdempotentRequest.key)


# A key is free, or held, or so old that it means nothing: the timer has not yet come by.
_TAKE = Prepared(_taking)
_REMEMBER = Prepared(
    lambda: (
        update(IdempotentRequest)
        .where(IdempotentRequest.key == bindparam("of"))
        .values(status=bindparam("status"), resource_id=bindparam("resource_id"))
    )
)
_ANSWERED = Prepared(
    lambda: select(IdempotentRequest.body, IdempotentRequest.status, IdempotentRequest.resource_id).where(
        IdempotentRequest.key == bindparam("key"),
        IdempotentRequest.status.is_not(None),
        IdempotentRequest.created_at >= bindparam("since", type_=UtcDateTime()),
    )
)


def let_it_be_its_own_key(*, secret: Collection[str]) -> None:
    """Take what this form sends as its key, for a minute: so long may a button be pressed twice.

    A page that everybody gets alike can hold no key. The `secret` fields make no difference: whoever guesses one, in
    the same network and the same minute, must get the same answer for a wrong guess and for a right one.
    """
    setattr(g, _LEFT_OUT, frozenset(secret))


def claim(session: Session, *, scope: str) -> Claim | Replay:
    """Take the request's Idempotency-Key, or give what the same key and body made before in this scope.

    An insert waits for a transaction that holds the same key, so a request still running is waited for. Raises
    InvalidRequest (422, `idempotency_key_reused`) where another body came under the key. Source: the IETF draft
    "The Idempotency-Key HTTP Header Field".
    """
    typed = _typed()
    if typed is None:
        return Claim(None)
    ring = keyring()
    body = f"{request.mimetype}\n{_body()}"
    identity = f"{scope}\n{request.method}\n{request.path}\n{typed or body}"
    key = ring.fingerprint(identity, purpose="idempotency key")
    now = clock.now()
    since = now - (KEPT if typed else KEPT_ITSELF)
    row = {"key": key, "body": ring.fingerprint(body, purpose="idempotency body"), "status": None, "resource_id": None}
    _TAKE.all(session, **row, created_at=now, since=since)
    for known in ring.fingerprints(identity, purpose="idempotency key"):
        first = _ANSWERED.first(session, key=known, since=since)
        if first is not None:
            return _replay(first, ring.fingerprints(body, purpose="idempotency body"))
    return Claim(key)


def _typed() -> str | None:
    """The key of the request, if it has one; empty where what is sent is its own."""
    typed = request.headers.get("Idempotency-Key")
    if typed is None and not request.is_json:
        typed = request.form.get(FIELD)
    if typed is None:
        return "" if _LEFT_OUT in g else None
    if not 0 < len(typed) <= LONGEST_KEY:
        raise _refused("idempotency_key_invalid", f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
    return typed


def _body() -> str:
    # A form's bytes are gone once its fields are read.
    if request.mimetype == "application/x-www-form-urlencoded":
        secret = g.get(_LEFT_OUT, ())
        return json.dumps({name: texts for name, texts in request.form.lists() if name not in secret})
    return request.get_data(cache=True).hex()


def _replay(first: Row, bodies: Sequence[str]) -> Replay:
    if first.body not in bodies:
        raise _refused("idempotency_key_reused", "This Idempotency-Key came before with another request.")
    return Replay(first.status, first.resource_id)


def _refused(code: str, message: str) -> InvalidRequest:
    return InvalidRequest(FieldProblem("Idempotency-Key", code, message))
