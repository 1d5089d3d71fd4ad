"""Whether the model is there: all servers are asked at once, briefly, and not by each who wants to know."""

import threading
import time

import pytest

from app import config
from app.llm.gateway import ChatModelGateway
from tests import fakes
from tests.fakes import FakeOllama, ShiftedClock
from tests.settings import SETTINGS

WELL_BELOW_THE_LIMIT_OF_A_RELEASE = 4.0


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def model():
    """No stand-in."""


@pytest.fixture
def servers():
    three = [FakeOllama(fakes.answers("Welcome.")) for _ in range(3)]
    yield three
    for server in three:
        server.close()


@pytest.fixture
def settings(servers):
    return {"OLLAMA_BASE_URL": ", ".join(server.url for server in servers)}


@pytest.fixture
def clock():
    return ShiftedClock()


@pytest.fixture
def gateway(settings, clock):
    made = ChatModelGateway(config.load({**SETTINGS, **settings}), clock=clock)
    made.warm_up()
    return made


@pytest.fixture
def two_hang(servers):
    servers[0].when_shown = fakes.is_silent
    servers[1].when_shown = fakes.drips_bytes


def test_two_hanging_servers_of_three_are_not_waited_for(gateway, servers, two_hang):
    started = time.monotonic()
    assert list(gateway.reachable().values()) == [False, False, True]
    assert time.monotonic() - started < WELL_BELOW_THE_LIMIT_OF_A_RELEASE
    assert servers[0].hung_up.wait(10)
    assert servers[1].hung_up.wait(10)


def test_what_was_found_out_holds_for_some_seconds(gateway, servers, clock, two_hang):
    assert gateway.is_reachable()
    servers[2].when_shown = fakes.knows_no_model
    assert gateway.is_reachable()
    assert [server.shown for server in servers] == [1, 1, 1]
    clock.pass_seconds(5)
    assert not gateway.is_reachable()
    assert [server.shown for server in servers] == [2, 2, 2]


def test_who_asks_at_the_same_time_shares_one_answer(gateway, servers, two_hang):
    told = []
    askers = [threading.Thread(target=lambda: told.append(gateway.reachable())) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert [list(answer.values()) for answer in told] == [[False, False, True]] * 8
    assert [server.shown for server in servers] == [1, 1, 1]


@pytest.mark.parametrize("shown", [fakes.knows_no_model, fakes.is_overloaded, fakes.talks_garbage, fakes.is_cut])
def test_a_server_that_has_no_such_model_or_talks_nonsense_is_away(gateway, servers, shown):
    for server in servers:
        server.when_shown = shown
    assert not gateway.is_reachable()


def test_the_recipe_comes_from_the_first_that_tells_it(gateway, servers, two_hang, monkeypatch):
    monkeypatch.setattr("app.llm.gateway.RECIPE_SECONDS", 1)
    started = time.monotonic()
    assert gateway.recipe()["digest"] == "d1"
    assert time.monotonic() - started < WELL_BELOW_THE_LIMIT_OF_A_RELEASE


def test_readiness_and_metrics_do_not_wait_for_hanging_servers(app, client, two_hang):
    app.extensions["chat_model"].warm_up()
    started = time.monotonic()
    assert client.get("/api/health/ready").json["language_model"] == "ok"
    ready_after = time.monotonic() - started
    told = client.get("/metrics").text
    assert time.monotonic() - started < WELL_BELOW_THE_LIMIT_OF_A_RELEASE, f"ready after {ready_after:.1f} s"
    assert told.count('shop_model_up{server="127.0.0.1') == 3
