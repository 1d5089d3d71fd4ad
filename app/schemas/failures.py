"""The one shape of every failure, as clients see it."""

from marshmallow import Schema, fields


class ErrorSchema(Schema):
    """A failure, the same on every route. 429 and 503 say in `Retry-After` after how many seconds to come again."""

    code = fields.Integer(required=True, metadata={"description": "The HTTP status.", "example": 422})
    status = fields.String(required=True, metadata={"description": "Its name.", "example": "Unprocessable Entity"})
    message = fields.String(
        required=True,
        metadata={
            "description": "A sentence to show to people.",
            "example": "Please check the fields named in errors.",
        },
    )
    errors = fields.Dict(
        required=True,
        metadata={
            "description": "What is wrong, by the place in the request and the field; empty where nothing is to name.",
            "example": {"json": {"message": ["Length must be between 1 and 2000."]}},
        },
    )
