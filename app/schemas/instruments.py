"""The catalogue, as clients see it."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.schemas.attributes import Attributes, AttributeWanted
from app.schemas.fields import Day, Money, QuerySchema, Text
from app.vocabulary import CATEGORIES, CONDITIONS, FAMILIES, SIZES, SKILL_LEVELS, UNIT_STATUSES

SORTS = ("relevance", "daily_rate", "-daily_rate", "name", "newest")


def _one_of(values: Sequence[str], **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(values), **kwargs)


class InstrumentSchema(Schema):
    """An entry of the catalogue: the instrument's own facts, and what depends on days, which the offer tells."""

    OF_OFFER = {"total", "units_total", "units_available", "available", "all_locations"}

    id = fields.Integer(required=True)
    name = fields.String(required=True, metadata={"example": "Yamaha P-145 digital piano"})
    brand = fields.String(required=True)
    model = fields.String(required=True)
    category = _one_of(CATEGORIES, required=True)
    family = _one_of(tuple(FAMILIES), required=True)
    description = fields.String(required=True)
    skill_levels = fields.List(_one_of(SKILL_LEVELS), required=True)
    genres = fields.List(fields.String(), required=True)
    size = fields.String(required=True, allow_none=True, metadata={"description": f"One of {', '.join(SIZES)}."})
    attributes = Attributes(required=True)
    daily_rate = Money(required=True)
    weekly_rate = Money(required=True)
    monthly_rate = Money(required=True)
    total = Money(
        required=True, allow_none=True, metadata={"description": "Of the days asked for; null where none were."}
    )
    deposit = Money(required=True)
    currency = fields.String(required=True, metadata={"example": "EUR"})
    image_url = fields.String(required=True, allow_none=True)
    units_total = fields.Integer(required=True)
    units_available = fields.Integer(required=True)
    available = fields.Boolean(required=True)
    locations = fields.List(fields.String(), attribute="all_locations", required=True)
    created_at = fields.DateTime(format="iso", required=True)
    updated_at = fields.DateTime(format="iso", required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        return super().get_attribute(obj.offer if attr in self.OF_OFFER else obj.instrument, attr, default)


class UnitSchema(Schema):
    id = fields.Integer(dump_only=True)
    serial_number = Text(60, required=True)
    condition = _one_of(CONDITIONS, load_default="good")
    location = Text(60, required=True)
    status = _one_of(UNIT_STATUSES, load_default="in_service")


class UnitChangeSchema(Schema):
    condition = _one_of(CONDITIONS)
    location = Text(60)
    status = _one_of(UNIT_STATUSES)


class _InstrumentFields(Schema):
    description = Text(4000, low=0)
    skill_levels = fields.List(_one_of(SKILL_LEVELS), validate=validate.Length(max=3))
    genres = fields.List(Text(40), validate=validate.Length(max=20))
    size = fields.String(allow_none=True, validate=validate.OneOf(SIZES))
    attributes = Attributes(metadata={"description": "All of them: those that are left out are gone."})
    weekly_rate = Money(metadata={"description": "Seven days; if left out, seven times the daily rate."})
    monthly_rate = Money(metadata={"description": "Thirty days; if left out, thirty times the daily rate."})
    deposit = Money()
    image_url = fields.Url(schemes={"http", "https"}, allow_none=True, validate=validate.Length(max=500))


class InstrumentCreateSchema(_InstrumentFields):
    name = Text(120, required=True)
    brand = Text(60, required=True)
    model = Text(60, required=True)
    category = _one_of(CATEGORIES, required=True)
    daily_rate = Money(digits=7, required=True)
    units = fields.List(fields.Nested(UnitSchema), load_default=list, validate=validate.Length(max=200))


class InstrumentChangeSchema(_InstrumentFields):
    name = Text(120)
    brand = Text(60)
    model = Text(60)
    category = _one_of(CATEGORIES)
    daily_rate = Money(digits=7)


class InstrumentQuerySchema(QuerySchema):
    q = Text(
        200,
        metadata={"description": "Words that all occur in name, brand, model, category, description or attributes."},
    )
    category = _one_of(CATEGORIES)
    family = _one_of(tuple(FAMILIES))
    skill_level = _one_of(SKILL_LEVELS)
    genre = Text(40)
    size = _one_of(SIZES)
    location = Text(60)
    min_daily_rate = Money()
    max_daily_rate = Money()
    attributes = fields.List(
        AttributeWanted(),
        data_key="attribute",
        load_default=(),
        validate=validate.Length(max=10),
        metadata={"description": "`handedness:left`, `keys:88`, `weighted_keys:true`; several must all hold."},
    )
    available_from = Day(metadata={"description": "Free from this day; alone, on this day."})
    available_to = Day(metadata={"description": "Free up to this day, which is included; alone, from today on."})
    sort = _one_of(SORTS, load_default="relevance")

    @validates_schema
    def check_rates(self, data: dict[str, Any], **_: Any) -> None:
        low, high = data.get("min_daily_rate"), data.get("max_daily_rate")
        if low is not None and high is not None and low > high:
            raise ValidationError("Must not exceed max_daily_rate.", "min_daily_rate")


class CategoryCountSchema(Schema):
    category = fields.String(required=True)
    count = fields.Integer(required=True)


class FamilyCountSchema(Schema):
    family = fields.String(required=True)
    count = fields.Integer(required=True)
    categories = fields.List(fields.Nested(CategoryCountSchema), required=True)


class AvailabilityQuerySchema(QuerySchema):
    first = Day(data_key="from", metadata={"description": "Left out: today."})
    last = Day(data_key="to", metadata={"description": "Included; left out: thirty days from the first."})


class DayAvailabilitySchema(Schema):
    date = fields.Date(required=True)
    units_available = fields.Integer(required=True)


class BlockSchema(Schema):
    id = fields.Integer(dump_only=True)
    unit_id = fields.Integer(dump_only=True)
    start_date = Day(required=True)
    end_date = Day(required=True, metadata={"description": "The last blocked day."})
    reason = Text(200, allow_none=True)


class UnmetDemandSchema(Schema):
    """Wishes of one kind that nothing met."""

    wanted = fields.String(required=True, metadata={"description": "Categories, or a kind that the shop lacks."})
    size = fields.String(required=True, allow_none=True)
    location = fields.String(required=True, allow_none=True)
    obstacle = fields.String(required=True, metadata={"description": "The limit that stood in the way."})
    times = fields.Integer(required=True)
    max_daily_rate = Money(required=True, allow_none=True, metadata={"description": "The most that was offered."})
    first_date = fields.Date(required=True, allow_none=True)
    last_date = fields.Date(required=True, allow_none=True)
    last_asked_on = fields.Date(required=True)
