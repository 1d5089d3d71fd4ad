"""The field types that our shapes share."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

# Control characters (but for tab and line ends) and lone surrogates: PostgreSQL refuses NUL, UTF-8 the surrogates.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


MAX_ID = 2**31 - 1


class Text(fields.String):
    """A trimmed text of `low` to `high` characters without control characters."""

    def __init__(self, high: int, low: int = 1, **kwargs: Any):
        super().__init__(validate=[validate.Length(low, high), *kwargs.pop("validate", [])], **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        if UNPRINTABLE.search(text):
            raise ValidationError("Contains characters that are no text.")
        return text


class Password(fields.String):
    """A password, taken as it is: not trimmed, 1 to 128 characters. The rule for new ones is in `passwords`."""

    def __init__(self, **kwargs: Any):
        super().__init__(validate=validate.Length(1, 128), load_only=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        password = super()._deserialize(value, attr, data, **kwargs)
        if UNPRINTABLE.search(password):
            raise ValidationError("Contains characters that are no text.")
        return password


class Money(fields.Decimal):
    """Goes out as a string with two places; comes in as such a string or as a number with at most two places.

    `digits` bounds the whole part. A daily rate has two fewer than the rates of longer periods that follow from it.
    """

    def __init__(self, digits: int = 9, **kwargs: Any):
        self._pattern = rf"^[0-9]{{1,{digits}}}(\.[0-9]{{1,2}})?$"
        told = {"type": "string", "pattern": self._pattern, "example": "14.50", **kwargs.pop("metadata", {})}
        super().__init__(places=None, as_string=True, metadata=told, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if not isinstance(value, str | int | float | Decimal) or isinstance(value, bool):
            raise self.make_error("invalid")
        if not re.fullmatch(self._pattern, str(value)):
            raise ValidationError("Write an amount like 14.50, not negative, with at most two places.")
        return Decimal(str(value)).quantize(Decimal("0.01"))

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(Decimal(value).quantize(Decimal("0.01")))


class Day(fields.Date):
    """A date as `YYYY-MM-DD`, and nothing else that looks like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValidationError("Write a date like 2027-05-03.")
        return super()._deserialize(value, attr, data, **kwargs)


class Whole(fields.Integer):
    """A JSON number without a fraction: no text, no true and false."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool | str):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)

    def __init__(self, low: int, high: int | None, **kwargs: Any):
        super().__init__(strict=True, validate=[validate.Range(low, high), *kwargs.pop("validate", [])], **kwargs)


def is_storable(number: int) -> None:
    """Refuses what no row can bear as its id. How large one may grow is this server's affair, and not documented."""
    if number > MAX_ID:
        raise ValidationError("There is no such id.")


class Id(Whole):
    """An id that a client names in a body."""

    def __init__(self, **kwargs: Any):
        super().__init__(1, None, validate=[is_storable], **kwargs)


class YesNo(fields.Boolean):
    """JSON's true or false, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class QuerySchema(Schema):
    """A query string. Names that mean nothing here are refused, but for the pagination's own."""

    class Meta:
        unknown = EXCLUDE

    @validates_schema(pass_original=True)
    def refuse_unknown(self, data: Any, original: Any, **_: Any) -> None:
        known = {field.data_key or name for name, field in self.fields.items()}
        unknown = set(original) - known - {"page", "page_size"}
        if unknown:
            raise ValidationError({name: ["Unknown field."] for name in sorted(unknown)})
