"""Conversations of strangers with the benchmark's shop, each by a customer who has rented what the case states."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import delete, select

from app.extensions import db
from app.models import Instrument, User
from app.models.rental import Occupancy
from app.services import auth_service, rental_service
from benchmarks.assistant import shop
from benchmarks.assistant.cases import TODAY, Case
from benchmarks.assistant.labels import Rented
from benchmarks.assistant.statements import Mine
from benchmarks.assistant.told import Told

STAFF = "staff@example.com"


def talk(app: Flask, cases: Iterable[Case]) -> Iterator[Told]:
    """Each case in a session of its own; whose affairs are asked about, of a customer of its own."""
    items = shop.items_by_id(app)
    client = app.test_client()
    known = shop.login(client, shop.EMAIL)
    for number, case in enumerate(cases):
        session = f"strangers{case.language}-{number}"
        if case.kind != "own":
            yield Told(case, tuple(shop.say(client, known, case, session)), items)
            continue
        with app.app_context():
            mine = _rent(app, f"{session}@example.net", case.rented, items)
        headers = shop.login(client, f"{session}@example.net")
        yield Told(case, tuple(shop.say(client, headers, case, session)), items, mine)
        with app.app_context():
            _free(mine)


def _rent(app: Flask, email: str, rented: tuple[Rented, ...], items: dict[int, Any]) -> tuple[Mine, ...]:
    """A new customer, who has rented these."""
    customer = auth_service.register(email=email, password=shop.PASSWORD, name="C", store_conversations=True)
    mine = []
    for one in rented:
        rental = _reserve(app, customer, one)
        mine.append(
            Mine(rental.id, items[rental.instrument_id], rental.start_date, rental.end_date, Decimal(rental.total))
        )
    return tuple(mine)


def _reserve(app: Flask, customer: User, one: Rented) -> Any:
    """Reserved on the first day or today, whichever is sooner; what has begun is collected on its first day."""
    with _on(app, min(one.first, TODAY)):
        days = {"start_date": one.first, "end_date": one.last}
        rental = rental_service.reserve(customer, instrument_id=_instrument(one), **days)
        if one.first <= TODAY:
            staff = db.session.scalars(select(User).where(User.email == STAFF)).one()
            rental_service.hand_out(staff, rental.id)
    return rental


def _instrument(one: Rented) -> int:
    """The first of the catalogue of this kind and size."""
    query = select(Instrument.id).where(Instrument.category == one.category).order_by(Instrument.id)
    sizes = [one.size] if one.size else [None, "4/4"]
    fitting = Instrument.size.is_(None) | Instrument.size.in_([size for size in sizes if size])
    return db.session.scalars(query.where(fitting)).first() or 0


class _on:
    """The shop's clock on another day, for a while."""

    def __init__(self, app: Flask, day: date):
        self.app, self.day = app, day
        self.before: Callable[[], datetime] = app.extensions["clock"]

    def __enter__(self) -> None:
        self.app.extensions["clock"] = lambda: datetime.combine(self.day, time(12), UTC)

    def __exit__(self, *raised: object) -> None:
        self.app.extensions["clock"] = self.before


def _free(mine: tuple[Mine, ...]) -> None:
    """What these rentals hold is free for the next customer, as the judge expects it to be."""
    ids = [rental.id for rental in mine]
    db.session.execute(delete(Occupancy).where(Occupancy.rental_id.in_(ids)))
    db.session.commit()
    db.session.remove()
