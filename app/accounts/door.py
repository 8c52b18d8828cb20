"""Who is at the door?"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, g, request
from sqlalchemy import select, update

from app import config, limits
from app.accounts.models import ApiToken, Moderator, StaffSession
from app.ground import clock
from app.ground.db import db, transaction
from app.ground.openapi import STAFF_ONLY, Routes, no_store
from app.ground.sealing import keyring, token_hash
from app.permissions import GUEST, Actor, Permission, Role, permit

COOKIE = "rejoinder_session"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"  # where a page's form says it, which can send no header
_SAFE = {"GET", "HEAD", "OPTIONS"}
View = TypeVar("View", bound=Callable[..., Any])
_TOUCHED_EVERY = timedelta(minutes=1)


def current_actor() -> Actor:
    """Who is asking, found out once a request. Whatever does not prove itself is a guest."""
    if "actor" not in g:
        g.actor = _by_token() if "Authorization" in request.headers else _by_session()
    return cast(Actor, g.actor)


def limited_to(permission: Permission) -> Callable[[View], View]:
    """Open a view to actors with this permission only, under the limit of staff.

    Whoever may not enter is told so (401, 403) before anything they sent is looked at.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def permitted(*args: object, **kwargs: object) -> object:
            permit(current_actor(), permission)
            return view(*args, **kwargs)

        limited = limits.moderation(permitted)

        @wraps(permitted)
        def known(*args: object, **kwargs: object) -> object:
            current_actor()  # so that the limit counts the actor, not the address
            return limited(*args, **kwargs)

        return cast(View, known)

    return guard


def staff(routes: Routes, permission: Permission) -> Callable[[View], View]:
    """Open a route of the API to actors with this permission only, out of every cache."""

    def guard(view: View) -> View:
        limited = limited_to(permission)(view)
        return no_store(routes.doc(security=STAFF_ONLY)(routes.problems(401, 403, 429)(limited)))

    return guard


def actor_of(owner: Moderator, *, session_id: int | None = None) -> Actor:
    return Actor(role=owner.as_role, ref=owner.ref, name=owner.name, account_id=owner.id, session_id=session_id)


def let_in(response: Response, moderator: Moderator, cookie: str) -> None:
    """Give this browser the cookie of a session that was just begun; what was counted against it is forgiven."""
    limits.forgive()
    g.actor = actor_of(moderator)
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=timedelta(hours=config.current().session_hours),
        secure=config.current().is_https or request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def show_out(response: Response) -> None:
    """Take the session's cookie from this browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax")


def csrf_token(cookie: str) -> str:
    """What a page of ours must send along to show that the request is its own."""
    return keyring().sign(token_hash(cookie), purpose="csrf")


def _by_token() -> Actor:
    scheme, _, token = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer":
        return GUEST
    found = db.session.execute(
        select(ApiToken, Moderator)
        .outerjoin(Moderator, ApiToken.moderator_id == Moderator.id)
        .where(ApiToken.token_hash == token_hash(token.strip()), ApiToken.revoked_at.is_(None))
    ).first()
    if found is None:
        return GUEST
    row, owner = cast(tuple[ApiToken, Moderator | None], tuple(found))
    now = clock.now()
    if row.expires_at is not None and row.expires_at <= now:
        return GUEST
    if owner is not None and not owner.active:
        return GUEST
    actor = _token_actor(row, owner)
    if row.last_used_at is None or now - row.last_used_at > _TOUCHED_EVERY:
        _touch_token(row.id)
    return actor


def _token_actor(row: ApiToken, owner: Moderator | None) -> Actor:
    role = Role(row.role)
    if owner is None:
        return Actor(role=role, ref=f"token:{row.id}", name=row.name, token_id=row.id)
    # A token never has more than its owner has now.
    role = min(role, owner.as_role, key=lambda each: each.rank)
    return Actor(role=role, ref=owner.ref, name=owner.name, account_id=owner.id, token_id=row.id)


def _touch_token(token_id: int) -> None:
    with transaction() as session:
        session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=clock.now()))


def _by_session() -> Actor:
    # Werkzeug goes through all headers to find that there is no cookie, which is so for nearly every post.
    cookie = request.cookies.get(COOKIE) if "HTTP_COOKIE" in request.environ else None
    if not cookie:
        return GUEST
    if request.method not in _SAFE and not _has_csrf_token(cookie):
        return GUEST
    now = clock.now()
    found = db.session.execute(
        select(StaffSession, Moderator)
        .join(Moderator, StaffSession.moderator_id == Moderator.id)
        .where(StaffSession.token_hash == token_hash(cookie), StaffSession.expires_at > now, Moderator.active)
    ).first()
    if found is None:
        return GUEST
    row, owner = cast(tuple[StaffSession, Moderator], tuple(found))
    actor = actor_of(owner, session_id=row.id)
    lasting = timedelta(hours=config.current().session_hours)
    if now + lasting - row.expires_at > _TOUCHED_EVERY:
        with transaction() as session:
            session.execute(update(StaffSession).where(StaffSession.id == row.id).values(expires_at=now + lasting))
    return actor


def _has_csrf_token(cookie: str) -> bool:
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    return keyring().is_signed(token_hash(cookie), sent, purpose="csrf")
