"""One way to change the database: whole or not at all, also where a service calls another; a refusal leaves nothing."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.errors import Conflict
from app.extensions import db
from app.models import Login, User
from app.models.types import utc_now
from app.services import demand_service, idempotency_service, rental_service
from app.services.idempotency_service import Answer, Claim
from app.services.transactions import change, end_reading, lock

APP = Path(__file__).parent.parent / "app"
RENTALS = "/api/rentals"


@pytest.fixture
def context(app):
    with app.app_context():
        yield


@pytest.fixture
def body(shop, clock):
    return {"instrument_id": shop()["id"], "start_date": clock.day(0), "end_date": clock.day(2)}


def add(name: str) -> None:
    db.session.add(User(email=f"{name}@example.com", name=name, password_hash="-"))


def names() -> list[str]:
    """Those that are kept, as anybody else sees them."""
    with db.engine.connect() as connection:
        return list(connection.scalars(select(User.name).order_by(User.name)))


@change("This name is taken.")
def service(name: str) -> None:
    add(name)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k-1"}], ids=["without a key", "with a key"])
def test_a_refusal_after_a_row_was_added_leaves_nothing(customer, body, monkeypatch, headers):
    def refuse(*args, **kwargs):
        raise Conflict("We thought better of it.")

    monkeypatch.setattr(rental_service, "_record", refuse)
    assert customer.post(RENTALS, body, **headers).status_code == 409
    assert customer.get(RENTALS).json == []
    monkeypatch.undo()
    assert customer.post(RENTALS, body).status_code == 201


def test_keeping_an_answer_keeps_nothing_else(context):
    add("left over")
    db.session.flush()
    idempotency_service.keep(Claim(1, b"Z" * 43 + b"="), Answer(409, "{}"))
    assert names() == []


def test_a_chat_is_kept_with_the_wish_that_nothing_met_or_not_at_all(customer, shop, monkeypatch):
    def fails(*_):
        raise ZeroDivisionError

    shop()
    monkeypatch.setattr(demand_service, "record", fails)
    assert customer.ask("a tuba").status_code == 500
    assert customer.get("/api/chatbot/history/s1").status_code == 404
    monkeypatch.undo()
    assert customer.ask("a tuba").status_code == 200
    assert len(customer.get("/api/chatbot/history/s1").json) == 2


def test_a_change_is_kept_at_its_end(context):
    with change():
        add("Ann")
        db.session.flush()
        assert names() == []
    assert names() == ["Ann"]


@pytest.mark.parametrize("failure", [Conflict, ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_nothing_is_kept(context, failure):
    with pytest.raises(failure), change():
        add("Ann")
        db.session.flush()
        raise failure
    assert names() == []
    service("Bea")
    assert names() == ["Bea"]


def test_a_service_that_another_one_calls_commits_with_it(context):
    with change():
        service("Ann")
        assert names() == []
        add("Bea")
    assert names() == ["Ann", "Bea"]


def test_a_service_that_another_one_calls_is_undone_with_it(context):
    with pytest.raises(Conflict), change():
        service("Ann")
        raise Conflict
    assert names() == []


def test_a_part_that_failed_cannot_be_left_out(context):
    """Half of a change is never kept, not even by a caller that takes no notice of the failure."""
    with pytest.raises(RuntimeError, match="part of this change"), change():
        add("Ann")
        with pytest.raises(ZeroDivisionError), change():
            add("Bea")
            raise ZeroDivisionError
    assert names() == []


def test_a_lost_race_is_told_by_the_service_that_lost_it(context):
    service("Ann")
    with pytest.raises(Conflict, match="This name is taken"):
        service("Ann")
    with pytest.raises(Conflict, match="This name is taken"), change():
        add("Bea")
        service("Ann")
    assert names() == ["Ann"]


def test_a_fault_of_ours_is_no_lost_race(context):
    with pytest.raises(Exception, match=r"role|CHECK"), change("Somebody was quicker."):
        db.session.add(User(email="ann@example.com", name="Ann", password_hash="-", role="emperor"))


def test_what_was_read_before_a_lock_is_read_anew(context):
    service("Ann")
    ann = db.session.scalars(select(User)).one()
    with change():
        assert ann.name == "Ann"
        with db.engine.begin() as other:
            other.execute(User.__table__.update().values(name="Anna"))
        lock(User, ann.id)
        assert ann.name == "Anna"


def test_a_lock_within_a_change_keeps_what_was_changed_before(context):
    service("Ann")
    ann_id = db.session.scalar(select(User.id))
    with change():
        add("Bea")
        db.session.add(Login(id="1", user_id=ann_id, refresh_jti="1", expires_at=utc_now()))
        lock(User, ann_id)
    assert names() == ["Ann", "Bea"]
    assert db.session.scalar(select(func.count()).select_from(Login)) == 1


def test_nothing_that_takes_long_stands_in_a_change(context):
    with pytest.raises(RuntimeError, match="change is under way"), change():
        end_reading()


def test_only_transactions_commit_and_roll_back():
    by_hand = re.compile(r"session\.(commit|rollback|begin)\(")
    found = {path.relative_to(APP).as_posix() for path in APP.rglob("*.py") if by_hand.search(path.read_text())}
    assert found == {"services/transactions.py"}
