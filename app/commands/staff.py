"""How do staff get in for the first time, or again?"""

from datetime import timedelta
from typing import Any

import click
from marshmallow import Schema, ValidationError

from app.accounts import actions, passwords, store
from app.accounts.schemas import NewModeratorSchema, NewTokenSchema
from app.commands.opening import application
from app.ground import clock
from app.ground.errors import InvalidRequest, field_problems
from app.permissions import STAFF_ROLES, Role

_ROLE = click.Choice([str(role) for role in STAFF_ROLES])


@click.group()
def moderator() -> None:
    """Add staff, and give them new passwords."""


@moderator.command()
@click.argument("name")
@click.option("--email", required=True, help="Their e-mail address; readers never see it.")
@click.option("--role", type=_ROLE, default=str(Role.MODERATOR), show_default=True, help="What they may do.")
def add(name: str, email: str, role: str) -> None:
    """Add NAME to the staff, and print their one-time password."""
    with application():
        typed = _checked(NewModeratorSchema(), {"name": name, "email": email, "role": role})
        made, password = actions.add_moderator(
            actions.COMMAND_LINE, name=typed["name"], email=typed["email"], role=Role(typed["role"])
        )
        click.echo(f"{made.name} is {made.role}. Their one-time password is shown this once:", err=True)
        click.echo(password)


@moderator.command("reset-password")
@click.argument("login")
def reset_password(login: str) -> None:
    """Print a new one-time password for the account with the name or e-mail address LOGIN, and end its log-ins."""
    with application() as app:
        found = store.by_login(login)
        if found is None:
            raise click.ClickException("There is no account with this name or e-mail address.")
        password = passwords.one_time()
        change = actions.ModeratorChange(new_password=password)
        # Who types this means the account as it is now.
        with app.test_request_context(headers={"If-Match": "*"}):
            actions.change_moderator(actions.COMMAND_LINE, found.id, change)
        click.echo(f"{found.name} has a new one-time password, shown this once:", err=True)
        click.echo(password)


@click.group()
def token() -> None:
    """Create API tokens."""


@token.command()
@click.option("--role", type=_ROLE, required=True, help="What its holder may do.")
@click.option("--name", required=True, help="What it is for: the log names it.")
@click.option("--expires-in-days", type=int, help="After how many days it ends; without this, never.")
def create(role: str, name: str, expires_in_days: int | None) -> None:
    """Print a new API token, and nothing else."""
    with application():
        typed = _checked(NewTokenSchema(), {"role": role, "name": name, "expires_in_days": expires_in_days})
        days = typed["expires_in_days"]
        expires_at = clock.now() + timedelta(days=days) if days else None
        _, secret = actions.create_token(
            actions.COMMAND_LINE, name=typed["name"], role=Role(typed["role"]), expires_at=expires_at
        )
        click.echo(secret)


def _checked(schema: Schema, typed: dict[str, object]) -> dict[str, Any]:
    """What was typed, held to the rules of the API. Raises InvalidRequest."""
    try:
        loaded: dict[str, Any] = schema.load(typed)
    except ValidationError as error:
        raise InvalidRequest(*field_problems(error.messages)) from None
    return loaded
