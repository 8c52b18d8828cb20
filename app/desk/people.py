"""On which pages are members of staff, their tokens and one's own account managed?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request

from app import limits
from app.accounts import actions, passwords, store
from app.accounts.door import current_actor
from app.accounts.models import ApiToken, Moderator
from app.accounts.schemas import ModeratorChangeSchema, NewModeratorSchema, NewTokenSchema, OwnChangeSchema
from app.desk.forms import MENDABLE, Refusal, Wrong, goes_on_from, number, refusal_of, sent
from app.desk.frame import back_to, desk_page, open_to, sayings
from app.ground import clock
from app.ground.db import db, fresh_read
from app.ground.errors import NotFound
from app.ground.openapi import ENTITY, loaded
from app.ground.sealing import keyring
from app.permissions import Permission, Role, is_admin, may

routes = Blueprint("people", __name__)

PEOPLE = "/desk/people"
PERSON = f"{PEOPLE}/<{ENTITY}:moderator_id>"
TOKENS = "/desk/tokens"
ACCOUNT = "/desk/account"
ROLES = {
    Role.MODERATOR: "Moderator: comments",
    Role.EDITOR: "Editor: comments and articles",
    Role.ADMIN: "Admin: all that, people and settings",
}
MAY: Mapping[Permission, str] = {
    Permission.MODERATE: "decide about comments",
    Permission.MANAGE_WORDS: "change the lists of words",
    Permission.REVEAL_ADDRESSES: "see a reader's address, which the log tells",
    Permission.DELETE_FOR_EVER: "delete comments for ever",
    Permission.EDIT_ARTICLES: "write and publish articles",
    Permission.CHANGE_SETTINGS: "change the discussion settings",
    Permission.MANAGE_MODERATORS: "manage people",
}
sayings(
    {
        "person_changed": "The account is changed.",
        "account_changed": "Your account is changed.",
        "token_revoked": "The token is revoked. Who still uses it is a guest now.",
    }
)


# --- Members of staff ------------------------------------------------------------------------------------------------


@routes.get(PEOPLE)
@open_to(Permission.MANAGE_MODERATORS)
def list_people() -> Response:
    return _people(typed={"role": Role.MODERATOR})


@routes.post(PEOPLE)
@open_to(Permission.MANAGE_MODERATORS)
def add_person() -> Response:
    """The one-time password is on this page and nowhere else, so the answer is the page and leads nowhere."""
    try:
        body = loaded(NewModeratorSchema(), sent("name", "email", "role"))
        made, password = actions.add_moderator(
            current_actor(), name=body["name"], email=body["email"], role=Role(body["role"])
        )
    except MENDABLE as problem:
        return _people(typed=request.form, refusal=refusal_of(problem), status=problem.status)
    return _people(typed={"role": Role.MODERATOR}, status=201, password=password, whose=made.name)


@routes.get(PERSON)
@open_to(Permission.MANAGE_MODERATORS)
def show_person(moderator_id: int) -> Response:
    person = _person(moderator_id)
    return _shown(person, typed=_as_typed(person))


@routes.post(PERSON)
@open_to(Permission.MANAGE_MODERATORS)
def change_person(moderator_id: int) -> Response:
    before = _person(moderator_id)
    change = _different(before, sent("name", "email", "role"))
    if ("active" in request.form) != before.active:
        change["active"] = not before.active
    try:
        actions.change_moderator(current_actor(), moderator_id, loaded(ModeratorChangeSchema(), change))
    except MENDABLE as problem:
        person = _person(moderator_id)
        return _shown(person, typed=request.form, refusal=refusal_of(problem), status=problem.status)
    return back_to(PEOPLE, said="person_changed")


@routes.post(f"{PERSON}/password")
@open_to(Permission.MANAGE_MODERATORS)
def renew_password(moderator_id: int) -> Response:
    """A new one-time password, told on this page alone; it ends the account's log-ins."""
    password = passwords.one_time()
    try:
        actions.change_moderator(current_actor(), moderator_id, actions.ModeratorChange(new_password=password))
    except MENDABLE as problem:
        person = _person(moderator_id)
        return _shown(person, typed=_as_typed(person), refusal=refusal_of(problem), status=problem.status)
    person = _person(moderator_id)
    return _shown(person, typed=_as_typed(person), password=password)


# --- Tokens ----------------------------------------------------------------------------------------------------------


@routes.get(TOKENS)
@open_to(Permission.MANAGE_OWN_TOKENS)
def list_tokens() -> Response:
    return _tokens(typed={"role": Role.MODERATOR})


@routes.post(TOKENS)
@open_to(Permission.MANAGE_OWN_TOKENS)
def create_token() -> Response:
    """The secret is on this page and nowhere else, so the answer is the page and leads nowhere."""
    actor = current_actor()
    typed: dict[str, Any] = sent("name", "role")
    typed |= {name: number(value) for name, value in sent("expires_in_days").items()}
    try:
        body = loaded(NewTokenSchema(), typed)
        days = body["expires_in_days"]
        ends = clock.now() + timedelta(days=days) if days else None
        token, secret = actions.create_token(actor, name=body["name"], role=Role(body["role"]), expires_at=ends)
    except MENDABLE as problem:
        return _tokens(typed=request.form, refusal=refusal_of(problem), status=problem.status)
    return _tokens(typed={"role": Role.MODERATOR}, status=201, secret=secret, whose=token.name)


@routes.post(f"{TOKENS}/<{ENTITY}:token_id>/revoke")
@open_to(Permission.MANAGE_OWN_TOKENS)
def revoke_token(token_id: int) -> Response:
    actions.revoke_token(current_actor(), token_id)
    return back_to(TOKENS, said="token_revoked")


# --- One's own account -----------------------------------------------------------------------------------------------


@routes.get(ACCOUNT)
@open_to(Permission.CHANGE_OWN_ACCOUNT)
def show_account() -> Response:
    own = _person(current_actor().account_id)
    return _account(own, typed=_as_typed(own))


@routes.post(ACCOUNT)
@open_to(Permission.CHANGE_OWN_ACCOUNT)
@limits.own_password
def change_account() -> Response:
    own = _person(current_actor().account_id)
    try:
        body = loaded(
            OwnChangeSchema(), sent("current_password") | _different(own, sent("name", "email", "new_password"))
        )
        current_password = body.pop("current_password")
        change = actions.ModeratorChange(**body)
        actions.change_own_account(current_actor(), current_password=current_password, change=change)
    except MENDABLE as problem:
        return _account(own, typed=request.form, refusal=refusal_of(problem), status=problem.status)
    limits.forgive()
    return back_to(ACCOUNT, said="account_changed")


# --- The pages -------------------------------------------------------------------------------------------------------


def _people(*, typed: Mapping[str, str], status: int = 200, refusal: Refusal | None = None,
            password: str | None = None, whose: str = "") -> Response:  # fmt: skip
    fresh_read()
    return desk_page(
        "desk/people.html",
        status=status,
        people=[(person, _email(person)) for person in store.moderators()],
        roles=ROLES.items(),
        typed=typed,
        refusal=refusal,
        password=password,
        whose=whose,
    )


def _shown(person: Moderator, *, typed: Mapping[str, str], status: int = 200, refusal: Refusal | None = None,
           password: str | None = None) -> Response:  # fmt: skip
    return desk_page(
        "desk/person.html",
        status=status,
        person=person,
        seen=goes_on_from(person.version, refusal),
        roles=ROLES.items(),
        typed=typed,
        refusal=refusal,
        password=password,
    )


def _tokens(*, typed: Mapping[str, str], status: int = 200, refusal: Refusal | None = None,
            secret: str | None = None, whose: str = "") -> Response:  # fmt: skip
    actor = current_actor()
    fresh_read()
    names = {person.id: person.name for person in store.moderators()}
    tokens = store.tokens_of(None if is_admin(actor) else actor.account_id or 0)
    return desk_page(
        "desk/tokens.html",
        status=status,
        tokens=[(token, _owner(token, names)) for token in tokens],
        roles=[(role, words) for role, words in ROLES.items() if role.rank <= actor.role.rank],
        typed=typed,
        refusal=refusal,
        secret=secret,
        whose=whose,
    )


def _account(own: Moderator, *, typed: Mapping[str, str], status: int = 200,
             refusal: Refusal | None = None) -> Response:  # fmt: skip
    if refusal is not None and refusal.code == "wrong_password":
        refusal = replace(refusal, problems=[Wrong("current_password", refusal.message)])
    return desk_page(
        "desk/account.html",
        status=status,
        own=own,
        role=ROLES[own.as_role],
        shortest=passwords.SHORTEST,
        allowed=[words for permission, words in MAY.items() if may(current_actor(), permission)],
        typed=typed,
        refusal=refusal,
    )


def _owner(token: ApiToken, names: Mapping[int, str]) -> str:
    return names.get(token.moderator_id or 0, "") or "the site"


def _person(moderator_id: int | None) -> Moderator:
    """Raises NotFound."""
    fresh_read()
    person = db.session.get(Moderator, moderator_id or 0, populate_existing=True)
    if person is None:
        raise NotFound
    return person


def _email(person: Moderator) -> str:
    return keyring().open(person.email_sealed, purpose=store.EMAIL)


def _as_typed(person: Moderator) -> dict[str, str]:
    typed = {"name": person.name, "email": _email(person), "role": person.role}
    return typed | ({"active": "true"} if person.active else {})


def _different(person: Moderator, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a form changes: the log names the fields that somebody changed, not those that a form has."""
    before = _as_typed(person)
    return {name: value for name, value in typed.items() if value != before.get(name)}
