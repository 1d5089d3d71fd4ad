"""Builds what a test needs through the HTTP door, with as few words as possible."""

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from app.rental.offer import Offer
from app.rental.pricing import Rates

PASSWORD = "a private sentence for tests"
_numbers = itertools.count(1)


@dataclass
class Clock:
    """Noon of a day that a test chooses; calling it tells the time."""

    today: date = date(2027, 3, 1)

    def __call__(self) -> datetime:
        return datetime.combine(self.today, time(12), UTC)

    def pass_days(self, days: int) -> None:
        self.today += timedelta(days=days)

    def day(self, days: int) -> str:
        """The date so many days from today, as the API writes it."""
        return str(self.today + timedelta(days=days))


@dataclass
class Person:
    """A signed-in user, who calls the API as a client does."""

    client: FlaskClient
    id: int
    email: str
    access_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}

    def get(self, path: str, **query: Any):
        return self.client.get(path, query_string=query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str):
        return self.client.post(path, json=body, headers={**self.headers, **headers})

    def patch(self, path: str, body: Any, **headers: str):
        return self.client.patch(path, json=body, headers={**self.headers, **headers})

    def delete(self, path: str):
        return self.client.delete(path, headers=self.headers)

    def ask(self, message: str, session_id: str = "s1"):
        return self.post("/api/chatbot/chat", {"message": message, "session_id": session_id})


def unit(location: str = "Harbour Street", condition: str = "good") -> dict[str, str]:
    """One unit, as part of the body that makes an instrument."""
    return {"serial_number": f"T-{next(_numbers)}", "condition": condition, "location": location}


def sign_up(
    client: FlaskClient, role: str = "customer", store_conversations: bool = True, **preferences: Any
) -> Person:
    email = f"person{next(_numbers)}@example.com"
    account = {"email": email, "password": PASSWORD, "name": "Someone", "store_conversations": store_conversations}
    if role == "customer":
        created = client.post("/api/auth/register", json=account)
        assert created.status_code == 201, created.text
    else:
        options = ["--email", email, "--password", PASSWORD]
        result = client.application.test_cli_runner().invoke(args=["create-admin-user", *options])
        assert result.exit_code == 0, (result.output, result.exception)
    person = sign_in(client, email)
    if preferences:
        assert person.patch("/api/auth/profile", {"preferences": preferences}).status_code == 200
    return person


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> Person:
    answer = client.post("/api/auth/login", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    body = answer.json
    return Person(client, body["user"]["id"], body["user"]["email"], body["access_token"], body["refresh_token"])


def instrument(**facts: Any) -> dict[str, Any]:
    """The body of a POST that makes an instrument with one unit at Harbour Street."""
    number = next(_numbers)
    return {
        "name": f"Yamaha P-{number} digital piano",
        "brand": "Yamaha",
        "model": f"P-{number}",
        "category": "digital-piano",
        "daily_rate": "12.50",
        "weekly_rate": "60.00",
        "monthly_rate": "170.00",
        "deposit": "200.00",
        "skill_levels": ["beginner"],
        "genres": ["classical"],
        "description": "Plays well.",
        "units": [unit()],
        **facts,
    }


def candidate(number: int = 1, **facts: Any) -> Offer:
    """An offer of a piano; `daily_rate`, `weekly_rate` and `monthly_rate` make its rates."""
    usual: dict[str, Any] = {
        "name": f"Yamaha P-{number}45 digital piano",
        "brand": "Yamaha",
        "model": f"P-{number}45",
        "category": "digital-piano",
        "deposit": Decimal("200.00"),
        "currency": "EUR",
        "units_available": 2,
        "locations": ("Harbour Street",),
    }
    rates = {"daily": "12.50", "weekly": "60.00", "monthly": "170.00"}
    per = {name: Decimal(facts.pop(f"{name}_rate", rate)) for name, rate in rates.items()}
    return Offer(instrument_id=number, rates=Rates(**per), **{**usual, **facts})
