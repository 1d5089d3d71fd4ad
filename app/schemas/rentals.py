"""Rentals, as clients see them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.schemas.fields import Day, Id, Money, QuerySchema, Text, is_storable
from app.vocabulary import CONDITIONS, RENTAL_STATUSES, RENTAL_STEPS


class QuoteRequestSchema(Schema):
    instrument_id = Id(required=True)
    start_date = Day(required=True)
    end_date = Day(required=True, metadata={"description": "The last day; it belongs to the rental."})


class QuoteSchema(Schema):
    days = fields.Integer(required=True)
    total = Money(required=True, metadata={"description": "The cheapest mix of monthly, weekly and daily rates."})
    deposit = Money(required=True)
    currency = fields.String(required=True)
    available = fields.Boolean(required=True)


class RentalCreateSchema(QuoteRequestSchema):
    location = Text(60, metadata={"description": "Only units there; left out, your own place comes first."})


class RentalSchema(Schema):
    id = fields.Integer(required=True)
    user_id = fields.Integer(required=True, allow_none=True)
    instrument_id = fields.Integer(required=True)
    instrument_name = fields.String(required=True)
    unit_id = fields.Integer(required=True)
    location = fields.String(required=True, metadata={"description": "Where it is collected."})
    start_date = fields.Date(required=True)
    end_date = fields.Date(required=True)
    days = fields.Integer(required=True)
    total = Money(required=True)
    deposit = Money(required=True)
    currency = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(RENTAL_STATUSES))
    late_fee = Money(required=True)
    created_at = fields.DateTime(format="iso", required=True)


class StepSchema(Schema):
    step = fields.String(required=True, validate=validate.OneOf(RENTAL_STEPS))
    at = fields.DateTime(format="iso", required=True)
    actor_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "null: the shop's timer, or an erased person"}
    )
    from_status = fields.String(required=True, allow_none=True)
    to_status = fields.String(required=True)
    amount = fields.Decimal(
        places=2, as_string=True, required=True, metadata={"description": "All add up to total + late_fee."}
    )
    detail = fields.Dict(required=True)


class ExtensionSchema(Schema):
    end_date = Day(required=True)


class ReturnSchema(Schema):
    condition = fields.String(validate=validate.OneOf(CONDITIONS))


class ExchangeSchema(Schema):
    instrument_id = Id(metadata={"description": "Left out: another unit of the same instrument."})
    unit_id = Id(metadata={"description": "Left out: the best free one."})
    location = Text(60)
    condition = fields.String(
        validate=validate.OneOf(CONDITIONS), metadata={"description": "Of the unit that came back (staff)."}
    )


class RentalQuerySchema(QuerySchema):
    status = fields.String(validate=validate.OneOf(RENTAL_STATUSES))
    first = Day(data_key="from", metadata={"description": "Rentals that end on this day or later."})
    last = Day(data_key="to", metadata={"description": "Rentals that begin on this day or earlier."})
    user_id = fields.Integer(validate=[validate.Range(1), is_storable])

    @validates_schema
    def check_days(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            raise ValidationError("Must not be before from.", "to")


class CalendarLinkSchema(Schema):
    url = fields.String(required=True, metadata={"example": "/api/rentals/calendar.ics?token=…"})


class CalendarTokenSchema(QuerySchema):
    token = Text(300, low=0, load_default="")
