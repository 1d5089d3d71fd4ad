"""What Swagger UI and curl send when somebody tries an operation: it works as it stands on the demo shop.

Made anew each time the document is asked for, because days pass and an e-mail can be registered once. What only exists
after another call (a rental's id, a message's id) has no example: the answer of that call tells it.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.services import clock, demo_service

SESSION = {"session_id": "home-1"}
ONE = {"instrument_id": 1}
ONE_UNIT = {**ONE, "unit_id": 1}
NEWCOMERS_PASSWORD = "a long and private sentence"


@dataclass(frozen=True)
class Example:
    """The body of an operation, and its parameters by their names."""

    body: Mapping[str, Any] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


def examples() -> dict[str, Example]:
    """Examples by operationId. What has neither body nor parameters needs none."""
    rented = _days(within=(7, 180))
    later = {**rented, "end_date": str(date.fromisoformat(rented["end_date"]) + timedelta(days=7))}
    demo = demo_service.PASSWORD
    return {
        "register": Example(
            {
                "email": f"guest-{_anything()}@example.com",
                "password": NEWCOMERS_PASSWORD,
                "name": "Nora",
                "store_conversations": True,
            }
        ),
        "login": Example({"email": demo_service.PEOPLE[0][0], "password": demo}),
        "change_profile": Example({"preferences": {"experience_level": "beginner", "favorite_genres": ["folk"]}}),
        "change_password": Example({"current_password": demo, "new_password": demo}),
        "delete_account": Example({"password": NEWCOMERS_PASSWORD}),
        "create_instrument": Example(_instrument()),
        "get_instrument": Example(parameters=ONE),
        "change_instrument": Example({"description": "Freshly set up, with new strings."}, ONE),
        "add_unit": Example(_unit(), ONE),
        "change_unit": Example({"condition": "good"}, ONE_UNIT),
        "get_availability": Example(parameters=ONE),
        "list_blocks": Example(parameters=ONE_UNIT),
        "block_unit": Example({**_days(within=(200, 700)), "reason": "New strings"}, ONE_UNIT),
        "unblock_unit": Example(parameters=ONE_UNIT),
        "quote_rental": Example({**ONE, **rented}),
        "reserve_rental": Example({**ONE, **rented}),
        "extend_rental": Example({"end_date": later["end_date"]}),
        "exchange_rental": Example({"instrument_id": 2}),
        "take_back_rental": Example({"condition": "good"}),
        "chat": Example({**SESSION, "message": "A quiet piano, under 20 a day, from Friday for two weeks"}),
        "ask_instrument_question": Example({**SESSION, "message": "Is this one right for a beginner?", **ONE}),
        "recommend_for_me": Example({**SESSION, "message": "Something for the garden party", "limit": 3}),
        "get_history": Example(parameters=SESSION),
        "clear_session": Example(parameters=SESSION),
        "give_feedback": Example({"rating": "up", "comment": "Just what I was looking for."}),
    }


def _instrument() -> dict[str, Any]:
    return {
        "name": "Cordoba C5 classical guitar",
        "brand": "Cordoba",
        "model": "C5",
        "category": "classical-guitar",
        "daily_rate": "7.50",
        "weekly_rate": "34.00",
        "deposit": "90.00",
        "skill_levels": ["beginner"],
        "genres": ["classical"],
        "description": "A cedar top, light to hold.",
        "attributes": {"strings": 6, "pickup": False},
        "units": [_unit()],
    }


def _unit() -> dict[str, str]:
    return {"serial_number": f"EX-{_anything()}", "condition": "new", "location": demo_service.BRANCHES[0]}


def _days(within: tuple[int, int]) -> dict[str, str]:
    """A week that begins so many days from now, another one each time, so that many readers can try it."""
    first = clock.today() + timedelta(days=within[0] + secrets.randbelow(within[1] - within[0]))
    return {"start_date": str(first), "end_date": str(first + timedelta(days=6))}


def _anything() -> str:
    return secrets.token_hex(4)
