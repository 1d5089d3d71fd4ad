"""Meaning where words do not match: vectors are made when an instrument changes, and never pass a limit."""

from array import array

import pytest

from app.extensions import db
from app.llm.embedding import EmbeddingGateway
from app.models import InstrumentVector
from tests.fakes import FakeOllama, is_silent

TOPICS = ("campfire", "orchestra", "party")


def embed(texts):
    """A vector that only knows three topics."""
    return [array("f", [float(topic in text.lower()) for topic in TOPICS]) for text in texts]


class TestWithAModel:
    @pytest.fixture
    def settings(self):
        return {"EMBED_MODEL": "topics"}

    @pytest.fixture(autouse=True)
    def _embedding(self, app, monkeypatch):
        monkeypatch.setattr(app.extensions["embedding"], "embed", embed)

    def test_it_finds_what_no_word_names(self, customer, shop):
        shop(name="A", category="harp", daily_rate="3.00", description="For the orchestra, sweetly.")
        ukulele = shop(name="B", category="ukulele", daily_rate="5.00", description="Made for a campfire.")
        reply = customer.ask("warmth beside a campfires glow, campfire").json
        assert reply["recommendations"][0]["instrument_id"] == ukulele["id"]

    def test_it_lets_nothing_past_a_limit(self, customer, shop):
        shop(name="B", category="ukulele", daily_rate="5.00", description="Made for a party.")
        cheap = shop(name="A", category="harp", daily_rate="3.00", description="For the orchestra, sweetly.")
        reply = customer.ask("something for a glittering party under 4 a day").json
        assert [card["instrument_id"] for card in reply["recommendations"]] == [cheap["id"]]

    def test_where_nothing_means_alike_it_asks(self, customer, shop, model):
        shop(name="B", category="ukulele", description="Made for a campfire.")
        model.queue([RuntimeError("away")])
        assert customer.ask("zzyzx flibbertigibbet").json["response"].startswith("What would you like to play")

    def test_vectors_follow_the_texts(self, app, staff, shop):
        made = shop(description="For the orchestra.")
        with app.app_context():
            before = db.session.get(InstrumentVector, made["id"])
            assert array("f", before.vector) == array("f", [0, 1, 0])
        staff.patch(f"/api/instruments/{made['id']}", {"description": "For a party."})
        with app.app_context():
            assert array("f", db.session.get(InstrumentVector, made["id"]).vector) == array("f", [0, 0, 1])

    def test_the_command_makes_what_is_missing_and_no_more(self, app, shop):
        shop()
        shop()
        with app.app_context():
            db.session.query(InstrumentVector).delete()
            db.session.commit()
        runner = app.test_cli_runner()
        assert "2 vectors" in runner.invoke(args=["embed-catalogue"]).output
        assert "0 vectors" in runner.invoke(args=["embed-catalogue"]).output


def test_without_a_model_the_command_says_so(app):
    result = app.test_cli_runner().invoke(args=["embed-catalogue"])
    assert result.exit_code == 1
    assert "EMBED_MODEL" in result.output


def test_a_silent_server_costs_two_seconds_once_and_changes_nothing():
    server = FakeOllama(is_silent)
    settings = {"EMBED_MODEL": "x", "OLLAMA_BASE_URL": [server.url], "CHAT_BREAKER_SECONDS": 60}
    gateway = EmbeddingGateway(settings)
    assert gateway.embed(["a"]) is None
    assert gateway.embed(["a"]) is None
    assert len(server.requests) == 1
    server.close()
