"""The header under which a client may send the same request twice."""

from marshmallow import EXCLUDE, Schema, validate

from app.schemas.fields import Text


class IdempotencyHeaderSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    key = Text(
        255,
        data_key="Idempotency-Key",
        validate=[validate.Regexp(r"^[\x21-\x7e]+$", error="Visible ASCII characters, please.")],
        metadata={"description": "The same key with the same body gives the first answer again."},
    )
