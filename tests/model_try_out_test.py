"""Trying the model out, as an operator does: how long until each server's first word, or why there is none."""

import time

import pytest

from app.errors import ModelUnavailable
from tests import fakes
from tests.fakes import FakeOllama


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def model():
    return None


@pytest.fixture
def servers():
    three = [FakeOllama(fakes.answers("Hello")) for _ in range(3)]
    yield three
    for server in three:
        server.close()


@pytest.fixture
def settings(servers):
    urls = ", ".join(server.url for server in servers)
    return {"OLLAMA_BASE_URL": urls, "CHAT_FIRST_TOKEN_TIMEOUT_SECONDS": "1", "CHAT_SLOTS": "1", "CHAT_QUEUE": "0"}


def test_each_server_is_tried_and_told_apart_all_at_once(app, servers):
    servers[1].behave = fakes.is_silent
    servers[2].behave = fakes.knows_no_model
    started = time.monotonic()
    told = list(app.extensions["chat_model"].try_out().items())
    assert time.monotonic() - started < 10
    assert [name for name, _ in told] == [server.url.removeprefix("http://") for server in servers]
    first, second, third = (outcome for _, outcome in told)
    assert 0 < first < 10
    assert (second.reason, third.reason) == ("silent", "unknown_model")


@pytest.mark.parametrize("behave", [fakes.is_overloaded, fakes.is_empty, fakes.talks_garbage, fakes.says_only_blanks])
def test_a_heartbeat_or_an_empty_answer_is_no_first_word(app, servers, behave):
    for server in servers:
        server.behave = behave
    assert all(isinstance(outcome, ModelUnavailable) for outcome in app.extensions["chat_model"].try_out().values())


def test_trying_out_asks_past_breaker_and_slots_and_leaves_them_as_they_were(app, servers):
    gateway = app.extensions["chat_model"]
    open_one, busy_one, failing_one = gateway.servers
    for _ in range(3):
        open_one.breaker.admit().failed()
    busy_one.slots.enter()
    servers[2].behave = fakes.is_overloaded
    for _ in range(4):
        outcomes = list(gateway.try_out().values())
        assert [type(outcome) for outcome in outcomes] == [float, float, ModelUnavailable]
    assert [server.breaker.state for server in gateway.servers] == ["open", "closed", "closed"]
    assert [server.slots.taken for server in gateway.servers] == [0, 1, 0]
