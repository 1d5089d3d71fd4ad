"""Several model servers: the least busy one that works is asked, and one that is away is not noticed."""

import threading
import time

import pytest

from app.llm.gateway import ChatModelGateway
from tests import fakes
from tests.factories import sign_up
from tests.fakes import FakeOllama


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def model():
    return None


def wait_until(is_so) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def servers():
    both = [FakeOllama(fakes.answers("Welcome. ", "Take your time.")) for _ in range(2)]
    yield both
    for server in both:
        server.close()


@pytest.fixture
def settings(servers):
    return {"OLLAMA_BASE_URL": ", ".join(server.url for server in servers), "CHAT_BREAKER_FAILURES": "1"}


def test_a_server_that_is_away_is_replaced_by_the_other_and_then_left_alone(app, customer, shop, servers):
    shop()
    servers[0].close()
    for _ in range(3):
        assert customer.ask("a piano").json["source"] == "llm"
    assert [server.breaker.state for server in app.extensions["chat_model"].servers] == ["open", "closed"]
    assert app.extensions["chat_model"].is_reachable()


@pytest.mark.parametrize("behave", [fakes.is_overloaded, fakes.knows_no_model, fakes.is_empty, fakes.talks_garbage])
def test_a_server_that_fails_before_its_first_word_is_replaced(customer, shop, servers, behave):
    shop()
    servers[0].behave = behave
    assert customer.ask("a piano").json["source"] == "llm"


def test_an_answer_that_has_begun_is_not_begun_again(customer, shop, servers):
    shop()
    servers[0].behave = fakes.is_cut
    reply = customer.ask("a piano").json
    assert (reply["source"], len(servers[1].requests)) == ("catalog", 0)


def test_with_none_left_the_catalogue_answers(customer, shop, servers):
    shop()
    for server in servers:
        server.behave = fakes.is_overloaded
    assert customer.ask("a piano").json["source"] == "catalog"
    assert [len(server.requests) for server in servers] == [1, 1]


def test_two_questions_at_once_go_to_two_servers(client, shop, servers):
    shop()
    both_are_asked = threading.Event()
    for server in servers:
        server.behave = fakes.answers("Welcome. ", both_are_asked.wait, "Take your time.")
    people = [sign_up(client) for _ in range(2)]
    asking = [threading.Thread(target=person.ask, args=("a piano",)) for person in people]
    for number, thread in enumerate(asking, start=1):
        thread.start()
        wait_until(lambda wanted=number: sum(len(server.requests) for server in servers) == wanted)
    both_are_asked.set()
    for thread in asking:
        thread.join()
    assert [len(server.requests) for server in servers] == [1, 1]


def test_metrics_name_the_servers_and_no_password_of_theirs(client, customer, shop, app, servers):
    shop()
    customer.ask("a piano")
    told = client.get("/metrics").text
    for server in servers:
        assert f'shop_model_up{{server="{server.url.removeprefix("http://")}"}} 1.0' in told
    settings = {**app.config, "OLLAMA_BASE_URL": ["http://someone:secret@10.0.0.1:11434"]}
    assert [server.name for server in ChatModelGateway(settings).servers] == ["10.0.0.1:11434"]
