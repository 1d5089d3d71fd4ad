"""Health, as operators see it."""

from marshmallow import Schema, fields


class HealthSchema(Schema):
    status = fields.String(required=True, metadata={"example": "ok"})


class ReadinessSchema(Schema):
    status = fields.String(required=True, metadata={"description": "ok, degraded or unavailable"})
    database = fields.String(
        required=True,
        metadata={
            "description": "ok, unavailable, or empty: it has no account, though the backups have some. Restore it."
        },
    )
    migrations = fields.String(
        required=True, metadata={"description": "at head, ahead (a newer release came), behind, unknown"}
    )
    language_model = fields.String(required=True, metadata={"description": "ok, loading (into memory) or unavailable"})
