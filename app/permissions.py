"""Who may do what?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.ground.errors import Forbidden, Unauthorized


class Role(StrEnum):
    """Each role has what the one before it has."""

    GUEST = "guest"
    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {role: rank for rank, role in enumerate(Role)}
STAFF_ROLES = tuple(role for role in Role if role is not Role.GUEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking; `ref` names the account or the token for the audit log, such as `moderator:3`."""

    role: Role = Role.GUEST
    ref: str = "guest"
    name: str = ""
    account_id: int | None = None
    token_id: int | None = None
    session_id: int | None = None


GUEST = Actor()


def is_anybody(_actor: Actor) -> bool:
    return True


def is_moderator(actor: Actor) -> bool:
    return actor.role.rank >= Role.MODERATOR.rank


def is_editor(actor: Actor) -> bool:
    return actor.role.rank >= Role.EDITOR.rank


def is_admin(actor: Actor) -> bool:
    return actor.role is Role.ADMIN


def has_account(actor: Actor) -> bool:
    return actor.account_id is not None


class Permission(StrEnum):
    READ = "read"
    REPLY = "reply"
    REPLY_UNCHECKED = "reply_unchecked"
    MODERATE = "moderate"
    REVEAL_ADDRESSES = "reveal_addresses"
    DELETE_FOR_EVER = "delete_for_ever"
    MANAGE_WORDS = "manage_words"
    SEE_SETTINGS = "see_settings"
    CHANGE_SETTINGS = "change_settings"
    EDIT_ARTICLES = "edit_articles"
    CHANGE_OWN_ACCOUNT = "change_own_account"
    MANAGE_OWN_TOKENS = "manage_own_tokens"
    MANAGE_MODERATORS = "manage_moderators"


TABLE: Mapping[Permission, Callable[[Actor], bool]] = {
    Permission.READ: is_anybody,
    Permission.REPLY: is_anybody,
    Permission.REPLY_UNCHECKED: is_moderator,
    Permission.MODERATE: is_moderator,
    Permission.REVEAL_ADDRESSES: is_moderator,
    Permission.DELETE_FOR_EVER: is_moderator,
    Permission.MANAGE_WORDS: is_moderator,
    Permission.SEE_SETTINGS: is_anybody,
    Permission.CHANGE_SETTINGS: is_admin,
    Permission.EDIT_ARTICLES: is_editor,
    Permission.CHANGE_OWN_ACCOUNT: has_account,
    Permission.MANAGE_OWN_TOKENS: is_moderator,
    Permission.MANAGE_MODERATORS: is_admin,
}


def may(actor: Actor, permission: Permission) -> bool:
    return TABLE[permission](actor)


def permit(actor: Actor, permission: Permission) -> None:
    """Raises Unauthorized (401) for a guest, Forbidden (403) for an actor without the right."""
    if may(actor, permission):
        return
    if actor.role is Role.GUEST:
        raise Unauthorized
    raise Forbidden(f"A {actor.role} may not do this.", needs=permission.value)
