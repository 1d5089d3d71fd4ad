"""Tables, and the rules that a row can keep by itself. Imported whole, so that migrations see every table."""

from app.models.chat_message import ChatMessage, ChatSession
from app.models.consent import Consent
from app.models.demand import UnmetDemand
from app.models.idempotency import IdempotencyKey
from app.models.instrument import Instrument, InstrumentGenre, InstrumentLevel, Unit
from app.models.model_usage import ModelUsage
from app.models.rental import Occupancy, Rental, RentalStep
from app.models.token import Login
from app.models.user import User
from app.models.vector import InstrumentVector

__all__ = [
    "ChatMessage",
    "ChatSession",
    "Consent",
    "IdempotencyKey",
    "Instrument",
    "InstrumentGenre",
    "InstrumentLevel",
    "InstrumentVector",
    "Login",
    "ModelUsage",
    "Occupancy",
    "Rental",
    "RentalStep",
    "Unit",
    "UnmetDemand",
    "User",
]
