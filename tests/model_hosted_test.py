"""A model that a provider hosts: what it is sent, what it costs, and what happens when it refuses."""

import contextlib
import re
import time
from decimal import Decimal
from email.utils import formatdate

import pytest

from app import config
from app.errors import ModelUnavailable
from app.llm import failures
from app.llm.gateway import ChatModelGateway, Finished, Text
from app.llm.prompt import compose
from app.services.model_usage_service import Usage
from tests.fakes import FakeProvider, ShiftedClock
from tests.settings import SETTINGS

HOSTED = {"CHAT_MODEL": "openai:gpt", "CHAT_BREAKER_SECONDS": "15"}
KEY = "sk-hunter2-hunter2"


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def model():
    """No stand-in: the provider's own package speaks to the fake provider."""


@pytest.fixture
def settings():
    return HOSTED


@pytest.fixture
def provider(monkeypatch):
    with contextlib.closing(FakeProvider()) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield server


@pytest.fixture
def clock():
    return ShiftedClock()


@pytest.fixture
def gateway(provider, clock):
    return ChatModelGateway(config.load({**SETTINGS, **HOSTED}), clock=clock)


def ask(gateway) -> list:
    return list(gateway.stream(compose("In our shop: a harp.", [], 0, "A harp?", 2000)))


def failure_of(gateway) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as caught:
        ask(gateway)
    return caught.value


def test_it_answers_and_its_tokens_are_counted(gateway, provider):
    *words, finished = ask(gateway)
    assert "".join(event.text for event in words if isinstance(event, Text)) == "Welcome. Take your time."
    assert finished == Finished(prompt_tokens=40, completion_tokens=7)
    assert gateway.reachable() == {"openai": True}
    assert provider.keys == [f"Bearer {KEY}"]
    assert provider.asked[0]["model"] == "gpt"
    assert 300 in (provider.asked[0].get("max_tokens"), provider.asked[0].get("max_completion_tokens"))


def test_it_is_sent_what_was_written_and_the_wish_but_not_who_wrote_it(customer, shop, provider):
    piano = shop(name="Yamaha P-145 digital piano", model="P-145")
    reply = customer.ask("a piano").json
    assert (reply["source"], reply["model"]) == ("llm", "openai:gpt")
    assert (reply["usage"]["prompt_tokens"], reply["usage"]["completion_tokens"]) == (40, 7)
    sent = str(provider.asked).lower()
    assert "a piano" in sent
    assert piano["name"].lower() in sent
    account = customer.get("/api/auth/profile").json
    assert not [account[told] for told in ("name", "email") if account[told].lower() in sent]


def test_a_home_address_in_the_profile_is_not_sent(customer, shop, provider):
    shop()
    for place, is_told in (("12 Elm Road, Springfield", False), ("Harbour Street", True)):
        customer.patch("/api/auth/profile", {"preferences": {"location": place}})
        customer.ask("a piano")
        assert (f"at {place}." in str(provider.asked[-1])) == is_told


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "error"),
        (401, "unauthorized"),
        (403, "unauthorized"),
        (404, "unknown_model"),
        (429, "rate_limited"),
        (500, "error"),
        (503, "error"),
    ],
)
def test_a_refusal_has_a_reason_of_its_own_and_its_sentence_stays_out_of_the_log(gateway, provider, status, reason):
    provider.refusal = (status, {})
    error = failure_of(gateway)
    assert error.reason == reason
    assert f"HTTP {status} as_told" in error.detail
    assert not [word for word in (KEY, "harp") if word in str(error)]
    (server,) = gateway.servers
    assert (server.slots.taken, server.breaker.state) == (0, "closed")


def test_a_provider_that_is_not_there_has_refused(gateway, provider, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert failure_of(gateway).reason == "refused"


def test_an_empty_answer_is_none(gateway, provider):
    provider.says = []
    assert failure_of(gateway).reason == "empty"


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("40", 40), ("0.5", 0.5), ("100000", 300), ("soon", None), ("0", None), ("-3", None), ("nan", None)],
)
def test_who_asks_to_be_left_alone_is_for_so_long_but_no_more_than_five_minutes(told, seconds):
    assert failures.retry_after_seconds(Refusal({"Retry-After": told})) == seconds


def test_a_date_is_understood_as_well():
    now = 1_800_000_000.0
    for ahead, seconds in ((60, 60), (100_000, 300), (-60, None)):
        error = Refusal({"retry-after": formatdate(now + ahead, usegmt=True)})
        assert failures.retry_after_seconds(error, lambda: now) == seconds


def test_the_costs_on_the_page_are_computed_as_it_says():
    page = (config.ROOT / "docs" / "hosted-models.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d.]+) \| ([\d.]+) \|$", page, re.M)
    assert len(rows) == 3
    for row in rows:
        turns, read, written, short, long = (Decimal(cell.replace(",", "")) for cell in row)
        assert (read, written) == (turns * 245, turns * 90)
        assert Usage(turns, turns, read, written).cost(Decimal("1.00"), Decimal("3.00")) == short
        assert Usage(turns, turns, turns * 1085, written).cost(Decimal("1.00"), Decimal("3.00")) == long


class Refusal(Exception):
    """As some packages tell one: with the headers on the exception itself."""

    status_code = 429

    def __init__(self, headers):
        self.headers = headers


class Wrapped(ValueError):
    """As LangChain wraps what a provider's package raises."""


def test_a_refusal_is_found_behind_the_exception_that_wraps_it():
    try:
        try:
            raise Refusal({"retry-after": "7"})
        except Refusal as refusal:
            raise Wrapped("what the customer wrote") from refusal
    except Wrapped as error:
        told = failures.translated(error)
    assert (told.reason, told.retry_after_seconds, told.detail) == ("rate_limited", 7, "Wrapped: HTTP 429")


def test_the_breaker_rests_as_long_as_the_provider_asked(gateway, provider, clock):
    provider.refusal = (429, {"Retry-After": "120"})
    assert failure_of(gateway).reason == "rate_limited"
    provider.refusal = None
    clock.pass_seconds(100)
    assert failure_of(gateway).reason == "circuit_open"
    assert gateway.reachable() == {"openai": False}
    clock.pass_seconds(20)
    assert isinstance(ask(gateway)[-1], Finished)
    assert len(provider.asked) == 2


def test_a_customer_of_a_shop_over_its_limit_is_served_from_the_catalogue_and_the_log_says_why(
    customer, shop, provider, client, caplog
):
    shop()
    provider.refusal = (429, {"Retry-After": "60"})
    started = time.monotonic()
    assert customer.ask("a piano").json["source"] == "catalog"
    assert customer.ask("a piano").json["source"] == "catalog"
    assert time.monotonic() - started < 20
    assert len(provider.asked) == 1
    assert "'failure': 'rate_limited'" in caplog.text or "'reason': 'rate_limited'" in caplog.text
    assert KEY not in caplog.text
    assert 'shop_chat_turns_total{failure="rate_limited",source="catalog"}' in client.get("/metrics").text
