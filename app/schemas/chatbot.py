"""The assistant, as clients see it."""

from marshmallow import Schema, fields, validate

from app.schemas.attributes import Attributes
from app.schemas.fields import Id, Money, Text, Whole

SESSION_ID = validate.Regexp(r"^[A-Za-z0-9._:-]{1,100}$(?!\n)", error="1 to 100 of A-Z a-z 0-9 . _ : - are allowed.")


def _session_id() -> fields.String:
    return fields.String(
        validate=SESSION_ID,
        metadata={"description": "Your name for the conversation; left out, the server chooses one."},
    )


def _text() -> fields.String:
    return fields.String(required=True, allow_none=True)


class PartSchema(Schema):
    """One of several different things that are wanted."""

    categories = fields.List(fields.String(), required=True)
    quantity = fields.Integer(required=True, allow_none=True)
    size = _text()
    age = fields.Integer(required=True, allow_none=True, metadata={"description": "The player's, in years."})
    skill_level = _text()
    brand = _text()
    attributes = Attributes(required=True)
    max_daily_rate = Money(required=True, allow_none=True)


UnderstoodSchema = Schema.from_dict(
    {
        "categories": fields.List(fields.String(), required=True),
        "refused": fields.List(fields.String(), required=True),
        "min_daily_rate": Money(required=True, allow_none=True),
        "max_daily_rate": Money(required=True, allow_none=True),
        "skill_level": _text(),
        "genres": fields.List(fields.String(), required=True),
        "size": _text(),
        "location": _text(),
        "brand": _text(),
        "quantity": fields.Integer(required=True, allow_none=True, metadata={"description": "null: one, or any."}),
        "attributes": Attributes(required=True),
        "from": fields.Date(required=True, allow_none=True),
        "to": fields.Date(required=True, allow_none=True),
        "parts": fields.List(
            fields.Nested(PartSchema),
            required=True,
            metadata={"description": "Empty unless several different things are wanted."},
        ),
        "unread": fields.List(
            fields.String(),
            required=True,
            metadata={"description": "Words of the wish that nothing here could use."},
        ),
    },
    name="UnderstoodSchema",  # `from` is no name for an attribute of a class.
)


TOLD = tuple(UnderstoodSchema().fields)


def _forget() -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.OneOf(TOLD)),
        load_default=list,
        validate=validate.Length(max=len(TOLD)),
        metadata={"description": "Names out of `understood` that no longer hold."},
    )


class ChatSchema(Schema):
    session_id = _session_id()
    forget = _forget()
    message = Text(2000, required=True)


class QuestionSchema(Schema):
    session_id = _session_id()
    forget = _forget()
    message = Text(2000, required=True)
    instrument_id = Id(allow_none=True)


class RecommendSchema(Schema):
    session_id = _session_id()
    forget = _forget()
    message = Text(2000)
    limit = Whole(1, 10, load_default=3)


def _day() -> fields.String:
    return fields.String(required=True, allow_none=True, metadata={"format": "date"})


class ReservationSchema(Schema):
    """The request that reserves a recommendation; send it with the customer's own token."""

    method = fields.String(required=True, metadata={"example": "POST"})
    path = fields.String(required=True, metadata={"example": "/api/rentals"})
    body = fields.Dict(required=True)


RecommendationSchema = Schema.from_dict(
    {
        "instrument_id": fields.Integer(required=True),
        "name": fields.String(required=True),
        "category": fields.String(required=True),
        "daily_rate": Money(required=True),
        "currency": fields.String(required=True),
        "reason": fields.String(required=True),
        "units_available": fields.Integer(required=True, metadata={"description": "On these days; else today."}),
        "url": fields.String(required=True),
        "total": Money(required=True, allow_none=True, metadata={"description": "Of all `days`."}),
        "days": fields.Integer(required=True, allow_none=True),
        "from": _day(),
        "to": _day(),
        # Answers that were kept by a release before 0.7.0 do not tell these three.
        "deposit": Money(required=True, allow_none=True, dump_default=None),
        "image_url": fields.String(required=True, allow_none=True, dump_default=None),
        "attributes": Attributes(required=True, dump_default=dict),
        # Nor do those that were kept before 0.8.0 tell these two.
        "quantity": fields.Integer(required=True, dump_default=1, metadata={"description": "How many are wanted."}),
        "part": fields.Integer(
            required=True,
            allow_none=True,
            dump_default=None,
            metadata={"description": "Which of `understood.parts` it serves, from 0 on; null where there is one wish."},
        ),
        "reserve": fields.Nested(
            ReservationSchema,
            required=True,
            allow_none=True,
            metadata={"description": "null until both days are known"},
        ),
    },
    name="RecommendationSchema",
)


class ActionSchema(ReservationSchema):
    """A request that does what was asked for; send it with the customer's own token."""

    name = fields.String(required=True, metadata={"example": "extend"})


class OrderSchema(ReservationSchema):
    """The one request that reserves the first choice of every part."""

    total = Money(required=True)
    deposit = Money(required=True)


class UsageSchema(Schema):
    prompt_tokens = fields.Integer(required=True, allow_none=True)
    completion_tokens = fields.Integer(required=True, allow_none=True)
    time_to_first_token_ms = fields.Integer(required=True, allow_none=True)
    total_ms = fields.Integer(required=True, allow_none=True)


class ReplySchema(Schema):
    session_id = fields.String(required=True)
    message_id = fields.Integer(required=True)
    response = fields.String(required=True)
    recommendations = fields.List(fields.Nested(RecommendationSchema), required=True)
    source = fields.String(required=True, validate=validate.OneOf(["llm", "catalog"]))
    model = fields.String(required=True, allow_none=True)
    understood = fields.Nested(UnderstoodSchema, required=True)
    stored = fields.Constant(True, required=True, metadata={"type": "boolean", "description": "Always true."})
    kept_until = fields.DateTime(
        format="iso",
        required=True,
        metadata={"description": "Then the conversation lapses, unless more is said in it."},
    )
    order = fields.Nested(OrderSchema, required=True, allow_none=True)
    actions = fields.List(
        fields.Nested(ActionSchema),
        required=True,
        metadata={"description": "What the customer may do about own rentals that were asked about."},
    )
    language = fields.String(required=True, metadata={"description": "Of the answer: en, de, fr, es, it or ar."})
    created_at = fields.DateTime(format="iso", required=True)
    usage = fields.Nested(UsageSchema, required=True)


class FeedbackGivenSchema(Schema):
    rating = fields.String(required=True)
    comment = fields.String(required=True, allow_none=True)


class MessageSchema(Schema):
    id = fields.Integer(required=True)
    role = fields.String(required=True, validate=validate.OneOf(["user", "assistant"]))
    content = fields.String(required=True)
    recommendations = fields.List(fields.Nested(RecommendationSchema), required=True)
    source = fields.String(required=True, allow_none=True)
    interrupted = fields.Boolean(required=True)
    feedback = fields.Nested(FeedbackGivenSchema, required=True, allow_none=True)
    created_at = fields.DateTime(format="iso", required=True)


class SessionSchema(Schema):
    session_id = fields.String(required=True)
    title = fields.String(required=True)
    started_at = fields.DateTime(format="iso", required=True)
    last_message_at = fields.DateTime(format="iso", required=True)
    message_count = fields.Integer(required=True)


class ClearedSchema(Schema):
    deleted_count = fields.Integer(required=True)


class FeedbackSchema(Schema):
    rating = fields.String(required=True, validate=validate.OneOf(["up", "down"]))
    comment = Text(1000, allow_none=True)
