"""What do accounts, tokens and sessions look like to the outside?"""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from marshmallow import Schema, ValidationError, fields, post_load, validate

from app.accounts import passwords
from app.accounts.actions import ModeratorChange
from app.ground.errors import FieldProblem
from app.ground.openapi import Body, Text, TrueOrFalse
from app.permissions import STAFF_ROLES, Role


def _email(value: str) -> None:
    try:
        validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValidationError([FieldProblem("email", "email_invalid", "This is no e-mail address.")]) from None


def _address(**options: Any) -> Text:
    return Text(validate=_email, metadata={"format": "email", "maxLength": 254}, **options)


def _name(**options: Any) -> Text:
    return Text(validate=[validate.Length(1, 100), validate.Regexp(r"\s*\S")], **options)


def _password(**options: Any) -> Text:
    return Text(validate=validate.Length(passwords.SHORTEST, passwords.LONGEST), load_only=True, **options)


class LogInSchema(Body):
    """A log-in by the account's name or e-mail address."""

    login = Text(required=True, validate=validate.Length(1, 320))
    password = Text(required=True, validate=validate.Length(1, passwords.LONGEST))


class ModeratorSchema(Schema):
    """A member of staff, as admins and they themselves see it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True)
    active = fields.Boolean(required=True)
    password_change_due = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class NewModeratorSchema(Body):
    name = _name(required=True)
    email = _address(required=True)
    role = fields.String(load_default=Role.MODERATOR, validate=validate.OneOf([str(role) for role in STAFF_ROLES]))


class AddedModeratorSchema(ModeratorSchema):
    password = fields.String(required=True, metadata={"description": "One-time password, told once."})


class ModeratorChangeSchema(Body):
    """What an admin changes of an account; what is left out stays."""

    name = _name()
    email = _address()
    role = fields.String(validate=validate.OneOf([str(role) for role in STAFF_ROLES]))
    active = TrueOrFalse()
    new_password = _password()

    @post_load
    def _change(self, data: dict[str, Any], **_options: Any) -> ModeratorChange:
        if "role" in data:
            data["role"] = Role(data["role"])
        return ModeratorChange(**data)


class OwnChangeSchema(Body):
    """What staff change of their own account."""

    current_password = Text(required=True, validate=validate.Length(1, passwords.LONGEST))
    name = _name()
    email = _address()
    new_password = _password()


class MeSchema(Schema):
    """Who is asking."""

    ref = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    account = fields.Nested(ModeratorSchema, allow_none=True, required=True)
    csrf_token = fields.String(allow_none=True, required=True)
    permissions = fields.List(fields.String(), required=True)


class TokenSchema(Schema):
    """A bearer token, without its secret."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    last_used_at = fields.AwareDateTime(required=True, allow_none=True)


class NewTokenSchema(Body):
    name = _name(required=True)
    role = fields.String(required=True, validate=validate.OneOf([str(role) for role in STAFF_ROLES]))
    expires_in_days = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 3650))


class CreatedTokenSchema(TokenSchema):
    token = fields.String(required=True, metadata={"description": "The bearer token, told once."})


class TokensSchema(Schema):
    items = fields.List(fields.Nested(TokenSchema), required=True)


class ModeratorsSchema(Schema):
    items = fields.List(fields.Nested(ModeratorSchema), required=True)
