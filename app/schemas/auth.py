"""Accounts, as clients see them."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.schemas.fields import Money, Password, Text, YesNo
from app.vocabulary import CATEGORIES, ROLES, SKILL_LEVELS, USE_CASES

LANGUAGE = validate.Regexp(
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", error="Write a BCP 47 language tag, like en or de-CH."
)


class PreferencesSchema(Schema):
    """What the shop may assume when a message says nothing else. All optional, each nullable."""

    experience_level = fields.String(allow_none=True, validate=validate.OneOf(SKILL_LEVELS))
    preferred_instruments = fields.List(
        fields.String(validate=validate.OneOf(CATEGORIES)), allow_none=True, validate=validate.Length(max=20)
    )
    favorite_genres = fields.List(Text(40), allow_none=True, validate=validate.Length(max=20))
    max_daily_rate = Money(allow_none=True)
    use_case = fields.String(allow_none=True, validate=validate.OneOf(USE_CASES))
    location = Text(60, allow_none=True)
    language = Text(35, allow_none=True, validate=[LANGUAGE])


class EmailField(fields.Email):
    """An e-mail address, compared case-blind."""

    def __init__(self, **kwargs: Any):
        super().__init__(validate=validate.Length(max=254), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value.strip().lower() if isinstance(value, str) else value, attr, data, **kwargs)


class UserSchema(Schema):
    id = fields.Integer(required=True)
    email = fields.Email(required=True)
    name = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    store_conversations = fields.Boolean(required=True)
    preferences = fields.Nested(PreferencesSchema, required=True)
    created_at = fields.DateTime(format="iso", required=True)


class RegisterSchema(Schema):
    email = EmailField(required=True)
    password = Password(required=True)
    name = Text(100, required=True)
    phone = Text(32, allow_none=True)
    store_conversations = YesNo(
        load_default=False, metadata={"description": "Consent to keep my conversations longer."}
    )


class LoginSchema(Schema):
    email = EmailField(required=True)
    password = Password(required=True)


class TokensSchema(Schema):
    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    token_type = fields.String(required=True, metadata={"example": "Bearer"})
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds that the access token lives."})
    user = fields.Nested(UserSchema, required=True)


class ProfileChangeSchema(Schema):
    name = Text(100)
    phone = Text(32, allow_none=True)
    preferences = fields.Nested(PreferencesSchema)
    store_conversations = YesNo()


class ErasureSchema(Schema):
    password = Password(required=True, metadata={"description": "Your password, so that nobody else does this."})


class PasswordChangeSchema(Schema):
    current_password = Password(required=True)
    new_password = Password(required=True)
