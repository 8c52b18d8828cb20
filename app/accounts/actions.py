"""What happens to accounts, tokens and sessions?"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import config
from app.accounts import passwords, store
from app.accounts.models import ApiToken, Moderator, StaffSession
from app.ground import clock
from app.ground.audit import Act, record
from app.ground.db import transaction
from app.ground.errors import Conflict, FieldProblem, Forbidden, InvalidRequest, NotFound, Unauthorized
from app.ground.preconditions import require_match
from app.ground.sealing import keyring, token_hash
from app.permissions import Actor, Role, is_admin

COMMAND_LINE = Actor(role=Role.ADMIN, ref="command-line", name="command line")
TOKEN_PREFIX = "rj_"  # noqa: S105 (a prefix by which scanners find leaked tokens, no secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratorChange:
    """What is to be different; None leaves a thing as it is."""

    name: str | None = None
    email: str | None = None
    role: Role | None = None
    active: bool | None = None
    new_password: str | None = None


def log_in(login: str, password: str) -> tuple[Moderator, str]:
    """The account and the secret of its new session's cookie. Raises Unauthorized."""
    moderator = store.by_login(login)
    is_right = passwords.is_right(password, moderator.password_hash if moderator else None)
    if moderator is None or not moderator.active or not is_right:
        raise Unauthorized("This account and password do not fit together.", code="log_in_failed")
    cookie = secrets.token_urlsafe(32)
    now = clock.now()
    with transaction() as session:
        session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))
        session.add(
            StaffSession(
                token_hash=token_hash(cookie),
                moderator_id=moderator.id,
                created_at=now,
                expires_at=now + timedelta(hours=config.current().session_hours),
            )
        )
        record(session, _act(Actor(ref=moderator.ref, name=moderator.name), "log_in", moderator))
    return moderator, cookie


def log_out(actor: Actor) -> None:
    with transaction() as session:
        session.execute(delete(StaffSession).where(StaffSession.id == actor.session_id))


def add_moderator(actor: Actor, *, name: str, email: str, role: Role) -> tuple[Moderator, str]:
    """The new account and its one-time password. Raises Conflict (409, `already_there`)."""
    password = passwords.one_time()
    hashed = passwords.hashed(password)
    now = clock.now()
    with transaction() as session:
        _refuse_taken(session, name=name, email=email)
        moderator = Moderator(
            name=name.strip(),
            name_key=name.strip().casefold(),
            email_sealed=keyring().seal(email.strip(), purpose=store.EMAIL),
            email_fingerprint=keyring().fingerprint(email.strip().lower(), purpose=store.EMAIL),
            role=role,
            password_hash=hashed,
            created_at=now,
            changed_at=now,
            changed_by=actor.name,
        )
        session.add(moderator)
        session.flush()
        record(session, _act(actor, "moderator_added", moderator, to_state=role))
    return moderator, password


def change_moderator(actor: Actor, moderator_id: int, change: ModeratorChange) -> Moderator:
    """Change an account as an admin. Raises NotFound, PreconditionFailed, Conflict (409, `last_admin`)."""
    hashed = passwords.hashed(change.new_password) if change.new_password else None
    with transaction() as session:
        moderator = session.get(Moderator, moderator_id, with_for_update=True)
        if moderator is None:
            raise NotFound
        require_match(moderator.version, changed_by=moderator.changed_by, changed_at=moderator.changed_at.isoformat())
        _apply(session, actor, moderator, change, hashed=hashed)
    return moderator


def change_own_account(actor: Actor, *, current_password: str | None, change: ModeratorChange) -> Moderator:
    """Change one's own name, address or password, which asks for the current password.

    Raises Forbidden (403, `wrong_password`). A new password ends every other session.
    """
    hashed = passwords.hashed(change.new_password) if change.new_password else None
    with transaction() as session:
        moderator = session.get(Moderator, actor.account_id, with_for_update=True)
        if moderator is None:
            raise NotFound
        if not passwords.is_right(current_password or "", moderator.password_hash):
            raise Forbidden("The current password is not this one.", code="wrong_password")
        _apply(session, actor, moderator, change, hashed=hashed)
        if hashed is not None:
            moderator.password_change_due = False
    return moderator


def _apply(
    session: Session, actor: Actor, moderator: Moderator, change: ModeratorChange, *, hashed: str | None
) -> None:
    loses_power = change.active is False or (change.role is not None and change.role is not Role.ADMIN)
    if loses_power and store.is_last_admin(session, moderator):
        raise Conflict("Somebody must stay admin.", code="last_admin")
    changed = [
        name for name in ("name", "email", "role", "active", "new_password") if getattr(change, name) is not None
    ]
    _rename(session, moderator, change)
    if change.role is not None:
        moderator.role = change.role
    if change.active is not None:
        moderator.active = change.active
    if hashed is not None:
        moderator.password_hash = hashed
        moderator.password_change_due = True
    if hashed is not None or change.active is False:
        others = delete(StaffSession).where(StaffSession.moderator_id == moderator.id)
        session.execute(others.where(StaffSession.id != (actor.session_id or 0)))
    moderator.version += 1
    moderator.changed_at, moderator.changed_by = clock.now(), actor.name
    record(session, _act(actor, "moderator_changed", moderator, details={"fields": changed}))


def _rename(session: Session, moderator: Moderator, change: ModeratorChange) -> None:
    ring = keyring()
    email = change.email or ring.open(moderator.email_sealed, purpose=store.EMAIL)
    _refuse_taken(session, name=change.name or moderator.name, email=email, but=moderator.id)
    if change.name is not None:
        moderator.name, moderator.name_key = change.name.strip(), change.name.strip().casefold()
    if change.email is not None:
        moderator.email_sealed = ring.seal(change.email.strip(), purpose=store.EMAIL)
        moderator.email_fingerprint = ring.fingerprint(change.email.strip().lower(), purpose=store.EMAIL)


def _refuse_taken(session: Session, *, name: str, email: str, but: int | None = None) -> None:
    if field := store.is_taken(session, name=name, email=email, but=but):
        raise Conflict(f"Another account has this {field}.", code="already_there", field=field)


def create_token(actor: Actor, *, name: str, role: Role, expires_at: datetime | None) -> tuple[ApiToken, str]:
    """A new bearer token, told this once. Raises InvalidRequest (422) for a role above one's own."""
    if role.rank > actor.role.rank:
        message = f"A {actor.role} cannot give a token more than they have."
        raise InvalidRequest(FieldProblem("role", "role_above_own", message))
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with transaction() as session:
        token = ApiToken(
            name=name.strip(),
            role=role,
            token_hash=token_hash(secret),
            moderator_id=actor.account_id,
            created_at=clock.now(),
            created_by=actor.ref,
            expires_at=expires_at,
        )
        session.add(token)
        session.flush()
        act = Act(actor=actor.ref, actor_name=actor.name, action="token_created", object_type="token",
                  object_id=token.id, to_state=role)  # fmt: skip
        record(session, act)
    return token, secret


def revoke_token(actor: Actor, token_id: int) -> None:
    """Raises NotFound for a token that is not there or not one's own."""
    with transaction() as session:
        token = session.scalar(select(ApiToken).where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None)))
        is_own = token is not None and (
            token.id == actor.token_id or (token.moderator_id is not None and token.moderator_id == actor.account_id)
        )
        is_above = token is not None and Role(token.role).rank > actor.role.rank
        if token is None or is_above or not (is_own or is_admin(actor)):
            raise NotFound
        session.execute(update(ApiToken).where(ApiToken.id == token_id).values(revoked_at=clock.now()))
        act = Act(
            actor=actor.ref, actor_name=actor.name, action="token_revoked", object_type="token", object_id=token_id
        )
        record(session, act)


def _act(actor: Actor, action: str, moderator: Moderator, *, to_state: str | None = None,
         details: dict[str, object] | None = None) -> Act:  # fmt: skip
    return Act(
        actor=actor.ref,
        actor_name=actor.name,
        action=action,
        object_type="moderator",
        object_id=moderator.id,
        to_state=to_state,
        details=details or {},
    )
