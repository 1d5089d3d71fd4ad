"""A model that is not in memory yet: customers wait as long as they are patient; the loading goes on behind them."""

import time

import pytest

from app import config
from app.errors import ModelUnavailable
from app.llm.gateway import ChatModelGateway, Text, Waiting
from app.llm.prompt import compose
from tests import fakes
from tests.fakes import FakeOllama, Loader, ShiftedClock
from tests.settings import SETTINGS

PATIENCE = 0.8
LOAD = 2.0  # As 50 s are to a patience of 20.


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def model():
    """No stand-in."""


@pytest.fixture
def loader():
    return Loader(LOAD)


@pytest.fixture
def ollama(loader):
    server = FakeOllama(loader.chat)
    server.when_loaded = loader.load
    yield server
    server.close()


@pytest.fixture
def settings(ollama):
    return {"OLLAMA_BASE_URL": ollama.url, "CHAT_BREAKER_FAILURES": "1"}


@pytest.fixture
def clock():
    return ShiftedClock()


@pytest.fixture
def gateway(settings, clock):
    made = ChatModelGateway(config.load({**SETTINGS, **settings}), clock=clock)
    made.warm_up()
    made._settings["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"] = PATIENCE
    return made


def ask(gateway: ChatModelGateway) -> str:
    events = gateway.stream(compose("In our shop: a harp.", [], 0, "A harp?", 2000))
    return "".join(event.text for event in events if isinstance(event, Text))


def reason(gateway: ChatModelGateway) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        ask(gateway)
    return caught.value.reason


def test_customers_wait_no_longer_than_their_patience_and_the_next_one_is_answered(gateway, loader, ollama):
    started = time.monotonic()
    assert reason(gateway) == "loading"
    assert time.monotonic() - started < LOAD
    assert loader.is_loaded.wait(10)
    assert ask(gateway) == "Gladly."
    assert (loader.given_up, len(ollama.requests)) == (0, 1)
    assert gateway.servers[0].breaker.state == "closed"
    assert gateway.servers[0].slots.taken == 0


def test_who_asks_while_it_loads_is_answered_as_soon_as_it_is_loaded(gateway, loader):
    assert [reason(gateway), reason(gateway)] == ["loading", "loading"]
    assert ask(gateway) == "Gladly."
    assert loader.given_up == 0


def test_a_customer_who_leaves_does_not_stop_the_loading(gateway, loader):
    stream = gateway.stream(compose("In our shop: a harp.", [], 0, "A harp?", 2000))
    assert isinstance(next(stream), Waiting)
    stream.close()
    assert gateway.servers[0].slots.taken == 0
    assert loader.is_loaded.wait(10)
    assert loader.given_up == 0


def test_what_is_loaded_is_what_the_chat_wants(gateway, ollama, loader):
    loader.is_loaded.set()
    ask(gateway)
    (load,), (chat,) = ollama.loads, ollama.requests
    assert "prompt" not in load
    assert (load["model"], load["options"]["num_ctx"]) == (chat["model"], chat["options"]["num_ctx"])


def test_a_load_that_takes_longer_than_any_answer_may_is_waited_for_no_more(gateway, clock, ollama):
    ollama.when_loaded = fakes.is_silent
    assert reason(gateway) == "loading"
    clock.pass_seconds(60)
    started = time.monotonic()
    assert reason(gateway) == "loading"
    assert time.monotonic() - started < PATIENCE / 2
    assert len(ollama.loads) == 1


@pytest.mark.parametrize("answer", [fakes.knows_no_model, fakes.is_overloaded, fakes.is_cut, fakes.talks_garbage])
def test_whatever_a_server_says_to_that_it_is_asked_all_the_same(gateway, ollama, answer):
    ollama.when_loaded = answer
    ollama.behave = fakes.answers("Gladly.")
    assert ask(gateway) == "Gladly."


def test_silence_of_a_model_in_memory_is_a_failure_of_the_server(gateway, ollama, loader):
    loader.is_loaded.set()
    ollama.behave = fakes.is_silent
    assert reason(gateway) == "silent"
    assert ollama.hung_up.wait(5)
    assert gateway.servers[0].breaker.state == "open"


def test_readiness_tells_that_it_loads(app, client, loader):
    gateway = app.extensions["chat_model"]
    gateway.warm_up()
    assert client.get("/api/health/ready").json["language_model"] == "ok"  # It is there, and nobody has asked for it.
    gateway.load()
    time.sleep(1.2)
    answer = client.get("/api/health/ready")
    assert (answer.status_code, answer.json["status"], answer.json["language_model"]) == (200, "degraded", "loading")
    assert loader.is_loaded.wait(10)
    time.sleep(0.3)
    assert client.get("/api/health/ready").json["status"] != "unavailable"
    assert client.get("/api/health/ready").json["language_model"] == "ok"


class TestWithAnotherServer:
    @pytest.fixture
    def other(self):
        server = FakeOllama(fakes.answers("Here."))
        yield server
        server.close()

    @pytest.fixture
    def settings(self, ollama, other):
        return {"OLLAMA_BASE_URL": f"{ollama.url},{other.url}"}

    def test_whoever_comes_meanwhile_is_sent_to_the_one_that_is_ready(self, gateway):
        gateway.servers[0].loading.begin()
        time.sleep(1.1)
        assert ask(gateway) == "Here."
        assert gateway.state() == "ok"


def test_trying_it_out_does_not_stop_the_loading_either(gateway, loader):
    (outcome,) = gateway.try_out().values()
    assert outcome.reason == "loading"
    assert loader.is_loaded.wait(10)
    assert loader.given_up == 0
