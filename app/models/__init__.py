"""Tables, and the rules that a row can keep by itself. Imported whole, so that migrations see every table."""

from app.models.chat_message import ChatMessage, ChatSession
from app.models.instrument import Instrument, InstrumentGenre, InstrumentLevel, Unit
from app.models.token import Login
from app.models.user import User
from app.models.vector import InstrumentVector

__all__ = [
    "ChatMessage",
    "ChatSession",
    "Instrument",
    "InstrumentGenre",
    "InstrumentLevel",
    "InstrumentVector",
    "Login",
    "Unit",
    "User",
]
