"""What the shop stores of a person, as that person is told it."""

from typing import Any

from marshmallow import Schema, fields

from app.schemas.auth import UserSchema
from app.schemas.chatbot import MessageSchema, SessionSchema
from app.schemas.fields import Money
from app.schemas.rentals import RentalSchema, StepSchema


def _time(**kwargs: Any) -> fields.DateTime:
    return fields.DateTime(format="iso", required=True, **kwargs)


class ConsentSchema(Schema):
    purpose = fields.String(required=True, metadata={"example": "store_conversations"})
    given = fields.Boolean(required=True, metadata={"description": "false: it was taken back."})
    at = _time()


class StoredLoginSchema(Schema):
    created_at = _time()
    expires_at = _time()
    revoked_at = _time(allow_none=True)


class StoredMessageSchema(MessageSchema):
    model = fields.String(required=True, allow_none=True)
    usage = fields.Dict(required=True, allow_none=True)
    evidence = fields.Dict(
        required=True, allow_none=True, metadata={"description": "What the answer rested on: need and candidates."}
    )


class StoredSessionSchema(SessionSchema):
    kept_until = _time()
    need = fields.Dict(required=True, metadata={"description": "What was understood of your wish."})


class ConversationSchema(Schema):
    session = fields.Nested(StoredSessionSchema, required=True)
    messages = fields.List(fields.Nested(StoredMessageSchema), required=True)


class OccupancySchema(Schema):
    start_date = fields.Date(required=True)
    free_from = fields.Date(required=True, metadata={"description": "The first day on which the unit is free again."})
    is_out = fields.Boolean(required=True)


class PersonalRentalSchema(Schema):
    rental = fields.Nested(RentalSchema, required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)
    occupancies = fields.List(fields.Nested(OccupancySchema), required=True)


class StoredKeySchema(Schema):
    claimed_at = _time()
    status_code = fields.Integer(required=True, allow_none=True)


class StoredDemandSchema(Schema):
    asked_on = fields.Date(required=True)
    wanted = fields.String(required=True)
    size = fields.String(required=True, allow_none=True)
    location = fields.String(required=True, allow_none=True)
    start_date = fields.Date(required=True, allow_none=True)
    end_date = fields.Date(required=True, allow_none=True)
    max_daily_rate = Money(required=True, allow_none=True)
    obstacle = fields.String(required=True)


class ExportSchema(Schema):
    """All that is stored of one person."""

    exported_at = _time()
    account = fields.Nested(UserSchema, required=True)
    consents = fields.List(fields.Nested(ConsentSchema), required=True)
    logins = fields.List(fields.Nested(StoredLoginSchema), required=True)
    conversations = fields.List(fields.Nested(ConversationSchema), required=True)
    rentals = fields.List(fields.Nested(PersonalRentalSchema), required=True)
    steps_taken = fields.List(
        fields.Nested(StepSchema), required=True, metadata={"description": "By you as staff, on others' rentals."}
    )
    idempotency_keys = fields.List(fields.Nested(StoredKeySchema), required=True)
    unmet_demand = fields.List(fields.Nested(StoredDemandSchema), required=True)
