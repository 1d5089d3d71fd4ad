"""The demo shop: instruments that a shop could have, customers that could come, logins to try it with."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import exists, select

from app import demo
from app.errors import Conflict
from app.extensions import db
from app.models.instrument import Instrument, Unit
from app.models.types import utc_now
from app.models.user import User
from app.services import passwords, text_search
from app.services.transactions import change
from app.vocabulary import spoken

INSTRUMENTS = Path(demo.__file__).parent / "instruments.csv"
BRANCHES = ("Harbour Street", "Old Mill", "Station Square")
PASSWORD = "a-song-for-the-demo-shop"
WEEK, MONTH = Decimal("4.5"), Decimal("13")  # Daily rates that a week and thirty days cost.


class DemoPerson(NamedTuple):
    """Somebody to try the demo shop as."""

    email: str
    name: str
    role: str
    preferences: dict[str, Any]


PEOPLE = (
    DemoPerson("mara@example.com", "Mara", "customer", {"experience_level": "beginner", "language": "en"}),
    DemoPerson(
        "jonas@example.com",
        "Jonas",
        "customer",
        {
            "experience_level": "intermediate",
            "preferred_instruments": ["electric-guitar", "guitar-amplifier"],
            "favorite_genres": ["blues", "rock"],
            "max_daily_rate": "18.00",
            "use_case": "hobby",
            "location": "Old Mill",
            "language": "de",
        },
    ),
    DemoPerson(
        "amina@example.com",
        "Amina",
        "customer",
        {
            "experience_level": "advanced",
            "preferred_instruments": ["flute", "piccolo"],
            "favorite_genres": ["classical"],
            "use_case": "professional",
            "language": "fr",
        },
    ),
    DemoPerson(
        "leo@example.com",
        "Leo",
        "customer",
        {"use_case": "event", "favorite_genres": ["pop"], "max_daily_rate": "30.00"},
    ),
    DemoPerson("staff@example.com", "Sam from the shop", "staff", {}),
    DemoPerson("admin@example.com", "Ada the admin", "admin", {}),
)


def is_empty() -> bool:
    """Whether the catalogue holds no instrument."""
    return not db.session.scalar(select(exists(select(Instrument.id))))


def people_here() -> list[DemoPerson]:
    """Those of PEOPLE who have an account here."""
    emails = [person.email for person in PEOPLE]
    found = set(db.session.scalars(select(User.email).where(User.email.in_(emails))))
    return [person for person in PEOPLE if person.email in found]


def seed(with_people: bool = True) -> tuple[int, int, int]:
    """Fills an empty catalogue in one transaction; returns the numbers of instruments, units and new logins.

    Who has an account already keeps it. The people's password is known to the world: in production there are none of
    them. Raises Conflict when there is an instrument already: a shop's own data are not mixed with a demo.
    """
    if not is_empty():
        raise Conflict("The catalogue is not empty; the demo shop is only for an empty one.")
    instruments = _instruments()
    people = _newcomers() if with_people and not is_production() else []
    with change():
        db.session.add_all([*instruments, *people])
    return len(instruments), sum(len(instrument.units) for instrument in instruments), len(people)


def is_production() -> bool:
    return str(current_app.config["FLASK_ENV"]) == "production"


def _newcomers() -> list[User]:
    password_hash = passwords.hash_password(PASSWORD)
    here = people_here()
    return [
        User(
            email=person.email,
            name=person.name,
            role=person.role,
            password_hash=password_hash,
            saved_preferences=person.preferences,
            conversations_consent_at=utc_now(),
        )
        for person in PEOPLE
        if person not in here
    ]


def _instruments() -> list[Instrument]:
    with INSTRUMENTS.open(encoding="utf-8", newline="") as file:
        return [_instrument(number, row) for number, row in enumerate(csv.DictReader(file, delimiter="|"), 1)]


def _instrument(number: int, row: dict[str, str]) -> Instrument:
    rate = Decimal(row["daily_rate"])
    instrument = Instrument(
        name=name_of(row),
        brand=row["brand"],
        model=row["model"],
        description=row["description"],
        size=row["size"] or None,
        attributes=json.loads(row["attributes"] or "{}"),
        daily_rate=rate,
        weekly_rate=rate * WEEK,
        monthly_rate=rate * MONTH,
        deposit=Decimal(row["deposit"]),
        units=list(_units(number, row["units"])),
    )
    instrument.set_category(row["category"])
    instrument.skill_levels = row["levels"].split()
    instrument.genres = row["genres"].split()
    text_search.index(instrument)
    return instrument


def name_of(row: dict[str, str]) -> str:
    """Maker, model, kind and a child's size, none of them twice: `Gewa Allegro violin 3/4`."""
    kind = spoken(row["category"])
    parts = [row["brand"], row["model"]]
    if kind.split()[-1] not in row["model"].split():
        parts.append(kind)
    if row["size"] not in ("", "4/4"):
        parts.append(row["size"])
    return " ".join(parts)


def _units(number: int, counts: str) -> Iterator[Unit]:
    """The units of each branch, the first of them new and the last of a larger number fair."""
    serial = 0
    for branch, count in zip(BRANCHES, map(int, counts.split()), strict=True):
        for _ in range(count):
            serial += 1
            condition = "new" if serial == 1 and number % 3 == 0 else "fair" if serial > 3 else "good"
            yield Unit(serial_number=f"DEMO-{number:03}-{serial:02}", condition=condition, location=branch)
