"""How are staff found?"""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import ApiToken, Moderator
from app.ground.db import db
from app.ground.sealing import keyring
from app.permissions import Role

EMAIL = "staff email"


def email_fingerprints(email: str) -> list[str]:
    return keyring().fingerprints(email.strip().lower(), purpose=EMAIL)


def by_login(login: str) -> Moderator | None:
    """The account with this name or e-mail address."""
    name = login.strip().casefold()
    return db.session.scalar(
        select(Moderator).where(
            or_(Moderator.name_key == name, Moderator.email_fingerprint.in_(email_fingerprints(login)))
        )
    )


def is_taken(session: Session, *, name: str, email: str, but: int | None = None) -> str | None:
    """The field (`name` or `email`) that another account already has."""
    query = select(Moderator).where(
        or_(Moderator.name_key == name.strip().casefold(), Moderator.email_fingerprint.in_(email_fingerprints(email)))
    )
    other = session.scalar(query.where(Moderator.id != (but or 0)).limit(1))
    if other is None:
        return None
    return "name" if other.name_key == name.strip().casefold() else "email"


def moderators() -> Sequence[Moderator]:
    return db.session.scalars(select(Moderator).order_by(Moderator.id)).all()


def is_last_admin(session: Session, moderator: Moderator) -> bool:
    query = select(func.count()).where(Moderator.role == Role.ADMIN, Moderator.active, Moderator.id != moderator.id)
    return moderator.role == Role.ADMIN and session.scalar(query) == 0


def tokens_of(account_id: int | None) -> Sequence[ApiToken]:
    """The tokens of one account, or everybody's."""
    query = select(ApiToken).where(ApiToken.revoked_at.is_(None)).order_by(ApiToken.id)
    if account_id is not None:
        query = query.where(ApiToken.moderator_id == account_id)
    return db.session.scalars(query).all()
