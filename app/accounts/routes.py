"""Which URLs are about who is asking?"""

from datetime import timedelta
from typing import Any

from flask import Response, jsonify, request

from app import limits
from app.accounts import actions, store
from app.accounts.door import COOKIE, actor_of, csrf_token, current_actor, let_in, show_out, staff
from app.accounts.models import Moderator
from app.accounts.schemas import (
    AddedModeratorSchema,
    CreatedTokenSchema,
    LogInSchema,
    MeSchema,
    ModeratorChangeSchema,
    ModeratorSchema,
    ModeratorsSchema,
    NewModeratorSchema,
    NewTokenSchema,
    OwnChangeSchema,
    TokenSchema,
    TokensSchema,
)
from app.ground import clock
from app.ground.db import db
from app.ground.errors import Unauthorized
from app.ground.openapi import ENTITY, PREFIX, Routes, no_store
from app.ground.preconditions import etag_of
from app.ground.sealing import keyring
from app.permissions import Actor, Permission, Role, is_admin, may

routes = Routes("accounts", __name__, url_prefix=PREFIX, description="Who is asking: staff, tokens, sessions.")


@routes.route("/session", methods=["POST"])
@no_store
@limits.logins
@limits.login
@routes.arguments(LogInSchema)
@routes.response(200, MeSchema)
@routes.problems(400, 401, 415, 429)
def log_in(body: dict[str, str]) -> Response:
    """Log in a browser: sets the session's cookie and tells the CSRF token."""
    moderator, cookie = actions.log_in(body["login"], body["password"])
    response = jsonify(MeSchema().dump(_me(actor_of(moderator), cookie)))
    let_in(response, moderator, cookie)
    return response


@routes.route("/session", methods=["DELETE"])
@no_store
@routes.response(204)
@routes.problems(401)
def log_out() -> Response:
    """Log out this browser."""
    actor = current_actor()
    if actor.session_id is None:
        raise Unauthorized("There is no session here (or its CSRF token is missing).")
    actions.log_out(actor)
    response = Response(status=204)
    show_out(response)
    return response


@routes.route("/me", methods=["GET"])
@staff(routes, Permission.MANAGE_OWN_TOKENS)
@routes.response(200, MeSchema)
def show_me() -> dict[str, object]:
    """Who is asking, and what they may do."""
    actor = current_actor()
    return _me(actor, request.cookies.get(COOKIE) if actor.session_id else None)


@routes.route("/me", methods=["PATCH"])
@staff(routes, Permission.CHANGE_OWN_ACCOUNT)
@limits.own_password
@routes.arguments(OwnChangeSchema)
@routes.response(200, ModeratorSchema)
@routes.problems(400, 409, 415)
def change_me(body: dict[str, Any]) -> dict[str, object]:
    """Change one's own name, address or password."""
    actor = current_actor()
    current_password = body.pop("current_password")
    change = actions.ModeratorChange(**body)
    moderator = actions.change_own_account(actor, current_password=current_password, change=change)
    limits.forgive()
    return _shown(moderator)


@routes.route("/tokens", methods=["GET"])
@staff(routes, Permission.MANAGE_OWN_TOKENS)
@routes.response(200, TokensSchema)
def list_tokens() -> dict[str, object]:
    """One's own tokens; an admin's list has everybody's."""
    actor = current_actor()
    return {"items": store.tokens_of(None if is_admin(actor) else actor.account_id or 0)}


@routes.route("/tokens", methods=["POST"])
@staff(routes, Permission.MANAGE_OWN_TOKENS)
@routes.arguments(NewTokenSchema)
@routes.response(201, CreatedTokenSchema)
@routes.problems(400, 415)
def create_token(body: dict[str, Any]) -> dict[str, object]:
    """A new bearer token; its secret is told this once."""
    actor = current_actor()
    days = body["expires_in_days"]
    expires_at = clock.now() + timedelta(days=days) if days else None
    token, secret = actions.create_token(actor, name=body["name"], role=Role(body["role"]), expires_at=expires_at)
    return {name: getattr(token, name) for name in TokenSchema().fields} | {"token": secret}


@routes.route(f"/tokens/<{ENTITY}:token_id>", methods=["DELETE"])
@staff(routes, Permission.MANAGE_OWN_TOKENS)
@routes.response(204)
@routes.problems(404)
def revoke_token(token_id: int) -> None:
    """Revoke a token at once."""
    actions.revoke_token(current_actor(), token_id)


@routes.route("/moderators", methods=["GET"])
@staff(routes, Permission.MANAGE_MODERATORS)
@routes.response(200, ModeratorsSchema)
def list_moderators() -> dict[str, object]:
    """All members of staff."""
    return {"items": [_shown(moderator) for moderator in store.moderators()]}


@routes.route("/moderators", methods=["POST"])
@staff(routes, Permission.MANAGE_MODERATORS)
@routes.arguments(NewModeratorSchema)
@routes.response(201, AddedModeratorSchema)
@routes.problems(400, 409, 415)
def add_moderator(body: dict[str, Any]) -> tuple[dict[str, object], int, dict[str, str]]:
    """A new member of staff; the one-time password is told this once."""
    actor = current_actor()
    moderator, password = actions.add_moderator(actor, name=body["name"], email=body["email"], role=Role(body["role"]))
    return _shown(moderator) | {"password": password}, 201, {"ETag": etag_of(moderator.version)}


@routes.route(f"/moderators/<{ENTITY}:moderator_id>", methods=["PATCH"])
@staff(routes, Permission.MANAGE_MODERATORS)
@routes.arguments(ModeratorChangeSchema)
@routes.response(200, ModeratorSchema)
@routes.problems(400, 404, 409, 412, 415, 428)
def change_moderator(
    change: actions.ModeratorChange, moderator_id: int
) -> tuple[dict[str, object], int, dict[str, str]]:
    """Change a member of staff: role, name, address, a new one-time password, or out of service."""
    actor = current_actor()
    moderator = actions.change_moderator(actor, moderator_id, change)
    return _shown(moderator), 200, {"ETag": etag_of(moderator.version)}


def _shown(moderator: Moderator) -> dict[str, object]:
    email = keyring().open(moderator.email_sealed, purpose=store.EMAIL)
    return {
        "id": moderator.id,
        "name": moderator.name,
        "email": email,
        "role": moderator.role,
        "active": moderator.active,
        "password_change_due": moderator.password_change_due,
        "created_at": moderator.created_at,
        "version": moderator.version,
    }


def _me(actor: Actor, cookie: str | None) -> dict[str, object]:
    account = db.session.get(Moderator, actor.account_id) if actor.account_id else None
    return {
        "ref": actor.ref,
        "name": actor.name,
        "role": actor.role,
        "account": _shown(account) if account else None,
        "csrf_token": csrf_token(cookie) if cookie else None,
        "permissions": [permission for permission in Permission if may(actor, permission)],
    }
