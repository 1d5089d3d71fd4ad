"""Facts that only some kinds of instruments have, as clients write and ask for them."""

import math
import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.schemas.fields import Text

NAME = r"[a-z][a-z0-9_]{0,39}"
MOST, LONGEST, LARGEST = 30, 100, 10**9


class AttributeValue(fields.Field[str | int | float | bool]):
    """A short text, a number, true or false."""

    def __init__(self, **kwargs: Any):
        kinds = [{"type": "string", "minLength": 1, "maxLength": LONGEST}, {"type": "number"}, {"type": "boolean"}]
        super().__init__(metadata={"oneOf": kinds}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | int | float | bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return _number(value)
        text: str = Text(LONGEST).deserialize(value)
        return text


def _number(value: int | float) -> int | float:
    """A number without an idle fraction: 88.0 is 88, so that it is found as such."""
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise ValidationError(f"Write a number from -{LARGEST} to {LARGEST}.")
    return int(value) if value == int(value) else value


def _are_few(attributes: Mapping[str, Any]) -> None:
    if len(attributes) > MOST:
        raise ValidationError(f"Write at most {MOST}.")


class Attributes(fields.Dict):
    """A small object of them: `{"handedness": "left", "keys": 88, "weighted_keys": true}`."""

    def __init__(self, **kwargs: Any):
        told = {
            "example": {"keys": 88, "weighted_keys": True},
            "maxProperties": MOST,
            **kwargs.pop("metadata", {}),
        }
        name = validate.Regexp(rf"{NAME}\Z", error="Write a name like weighted_keys: a to z, 0 to 9, underscores.")
        super().__init__(
            keys=fields.String(validate=name),
            values=AttributeValue(),
            validate=_are_few,
            metadata=told,
            **kwargs,
        )


class AttributeWanted(fields.String):
    """`handedness:left` in a query: the pair of a name and a value."""

    def __init__(self, **kwargs: Any):
        super().__init__(metadata={"pattern": f"^{NAME}:.+$", "example": "handedness:left"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        said = Text(LONGEST + 41).deserialize(value)
        name, _, wanted = said.partition(":")
        if not re.fullmatch(NAME, name) or not wanted.strip():
            raise ValidationError("Write a name and a value, like handedness:left.")
        return name, wanted.strip()
