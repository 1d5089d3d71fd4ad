"""The shapes of a turn: what is asked, what the customer is sent while it is answered, the whole reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

RECOMMENDED = 3


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A customer's message. With `instrument_id` it is about this one instrument.

    `route` is where it came in: `chat`, `question` or `recommend`; `forget` are names of what was understood;
    `language` is the client's, where neither message nor conversation nor profile tells one.
    """

    message: str
    session_id: str
    route: str = "chat"
    instrument_id: int | None = None
    limit: int = RECOMMENDED
    forget: tuple[str, ...] = ()
    language: str = "en"


class Usage(TypedDict):
    """What an answer cost; None where it is not known."""

    prompt_tokens: int | None
    completion_tokens: int | None
    time_to_first_token_ms: int | None
    total_ms: int


Request = dict[str, Any]  # `method`, `path`, `body` of a request that the customer may send; an action has a `name`.
Card = dict[str, Any]  # A recommendation as the contract has it, plain data: it is kept with the message.


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The whole answer, as the contract has it."""

    session_id: str
    message_id: int
    response: str
    recommendations: list[Card]
    source: str
    model: str | None
    understood: Mapping[str, Any]
    order: Request | None
    actions: tuple[Request, ...]
    kept_until: datetime
    language: str
    created_at: datetime
    usage: Usage


@dataclass(frozen=True)
class Started:
    session_id: str


@dataclass(frozen=True)
class Recommended:
    """What is recommended, before any word of it; once more if the model chose otherwise. The last one counts."""

    recommendations: list[Card]


@dataclass(frozen=True)
class Token:
    text: str


@dataclass(frozen=True)
class Waiting:
    """No sentence became whole for a second; a stream sends a ping now, and so learns whether its client left."""


@dataclass(frozen=True)
class Done:
    reply: Reply


Event = Started | Recommended | Token | Waiting | Done
