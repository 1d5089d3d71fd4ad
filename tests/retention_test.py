"""flask apply-retention: what has been kept for long enough goes, and nothing else."""

from datetime import timedelta

from sqlalchemy import update

from app.extensions import db
from app.models import ChatSession, IdempotencyKey, Login
from app.models.types import utc_now
from app.operations import retention


def aged(app, model, **times):
    """Sets these times of all rows."""
    with app.app_context():
        db.session.execute(update(model).values(**times))
        db.session.commit()


def run(app) -> str:
    result = app.test_cli_runner().invoke(args=["apply-retention"])
    assert result.exit_code == 0, result.output
    return result.output


def test_nothing_young_is_deleted(app, customer, shop):
    shop()
    customer.ask("a piano")
    assert run(app) == "Deleted: 0 conversations, 0 logins, 0 idempotency keys.\n"
    assert len(customer.get("/api/chatbot/sessions").json) == 1
    assert customer.get("/api/auth/profile").status_code == 200


def test_conversations_go_so_many_days_after_their_last_message(app, customer, shop):
    shop()
    customer.ask("a piano", session_id="old")
    aged(app, ChatSession, last_message_at=utc_now() - timedelta(days=366))
    customer.ask("a piano", session_id="new")
    assert run(app).startswith("Deleted: 1 conversations")
    assert [session["session_id"] for session in customer.get("/api/chatbot/sessions").json] == ["new"]
    assert customer.get("/api/chatbot/history/old").status_code == 404


def test_large_numbers_go_in_several_transactions(app, customer, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        customer.ask("hello", session_id=f"s{number}")
    aged(app, ChatSession, last_message_at=utc_now() - timedelta(days=400))
    assert run(app).startswith("Deleted: 5 conversations")


def test_logins_and_idempotency_keys_go_when_they_open_nothing_any_more(app, customer):
    key = {"Idempotency-Key": "a-key-of-eight-or-more"}
    customer.post("/api/chatbot/chat", {"message": "hello"}, **key)
    aged(app, IdempotencyKey, claimed_at=utc_now() - timedelta(hours=25))
    aged(app, Login, expires_at=utc_now() - timedelta(seconds=1))
    assert run(app) == "Deleted: 0 conversations, 1 logins, 1 idempotency keys.\n"
