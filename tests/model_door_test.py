"""The way to the model: what hinders it there is "the model is away", never a shop that stays shut."""

import base64
import itertools
import ssl

import certifi
import pytest
from structlog.testing import capture_logs

from app import config
from app.errors import ModelUnavailable
from app.llm.embedding import EmbeddingGateway
from app.llm.gateway import ChatModelGateway, Finished
from app.llm.prompt import compose
from tests import fakes
from tests.fakes import FakeOllama, ShiftedClock
from tests.settings import SETTINGS

_limits = itertools.count(100)  # langchain-openai keeps its clients for the whole process, by their time limit.
NOWHERE = "/nonexistent/certificates.pem"
FAR_VARIABLES = [
    ("ALL_PROXY", "socks5h://127.0.0.1:9"),
    ("all_proxy", "socks://127.0.0.1:9/"),
    ("HTTP_PROXY", "http://127.0.0.1:9"),
    ("http_proxy", "ftp://127.0.0.1:9"),
    ("https_proxy", "not a url at all"),
    ("NO_PROXY", "[::1,http://,*"),
    ("no_proxy", "::1/128,,[::1]:x"),
    ("SSL_CERT_FILE", NOWHERE),
    ("SSL_CERT_DIR", NOWHERE),
    ("REQUESTS_CA_BUNDLE", NOWHERE),
    ("CURL_CA_BUNDLE", NOWHERE),
    ("OLLAMA_HOST", "http://127.0.0.1:9"),
]


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch):
    for name, _ in FAR_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name in ("OLLAMA_API_KEY", "OPENAI_API_KEY", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")


@pytest.fixture
def ollama():
    server = FakeOllama(fakes.answers("Welcome."))
    server.embeds = True
    yield server
    server.close()


def gateway(clock=None, **settings) -> ChatModelGateway:
    own = {"CHAT_TOTAL_TIMEOUT_SECONDS": str(next(_limits))}
    return ChatModelGateway(config.load({**SETTINGS, **own, **settings}), clock=clock or ShiftedClock())


def ask(model: ChatModelGateway) -> list:
    return list(model.stream(compose("In our shop: a harp.", [], 0, "A harp?", 2000)))


def failure_of(model: ChatModelGateway) -> ModelUnavailable:
    with pytest.raises(ModelUnavailable) as caught:
        ask(model)
    return caught.value


def with_user(url: str, user: str) -> str:
    return url.replace("://", f"://{user}@")


@pytest.mark.parametrize(("name", "value"), FAR_VARIABLES, ids=lambda value: value[:24])
def test_variables_of_the_machine_do_not_come_between_the_shop_and_its_own_ollama(ollama, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    settings = {"OLLAMA_BASE_URL": ollama.url, "EMBED_MODEL": "all-minilm"}
    model = gateway(**settings)
    model.warm_up()
    assert isinstance(ask(model)[-1], Finished)
    assert model.is_reachable()
    assert model.recipe() == {"name": "llama2", "digest": "d1", "modelfile": "FROM llama2"}
    assert EmbeddingGateway(config.load({**SETTINGS, **settings})).embed(["a harp"]) is not None


HINDERED = [
    ({"OLLAMA_BASE_URL": "https://127.0.0.1:9"}, {"SSL_CERT_FILE": NOWHERE}, "No such file"),
    ({"CHAT_MODEL": "mistralai:small"}, {}, "pip install langchain-mistralai"),
    ({"CHAT_MODEL": "nonsense:model"}, {}, "nonsense"),
    ({"CHAT_MODEL": "openai:gpt"}, {}, "OPENAI_API_KEY"),
    ({"CHAT_MODEL": "openai:gpt"}, {"OPENAI_API_KEY": "k", "SSL_CERT_FILE": NOWHERE}, "No such file"),
    ({"CHAT_MODEL": "openai:gpt"}, {"OPENAI_API_KEY": "k", "ALL_PROXY": "socks5://127.0.0.1:9"}, "socks"),
    ({"CHAT_MODEL": "openai:gpt"}, {"OPENAI_API_KEY": "k", "HTTPS_PROXY": "ftp://127.0.0.1:9"}, "ftp"),
]


@pytest.mark.parametrize(("settings", "variables", "told"), HINDERED, ids=lambda value: str(value)[:60])
def test_what_hinders_making_the_client_is_the_model_away(monkeypatch, settings, variables, told):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    model = gateway(**settings)
    with capture_logs() as logs:
        model.warm_up()
        for _ in range(5):
            error = failure_of(model)
        assert not model.is_reachable()
        assert [outcome.reason for outcome in model.try_out().values()] == ["misconfigured"]
    assert error.reason == "misconfigured"
    assert told in error.detail
    (line,) = [line for line in logs if line["event"] == "the model's client cannot be made"]
    assert told in line["detail"]
    (server,) = model.servers
    assert (server.slots.taken, server.slots.waiting, server.breaker.state) == (0, 0, "closed")


def test_a_port_that_does_not_exist_stops_the_start_as_any_odd_setting_does():
    """LangChain would ask the Ollama on this machine instead, without a word."""
    with pytest.raises(config.ConfigError, match="OLLAMA_BASE_URL: Write a port"):
        gateway(OLLAMA_BASE_URL="http://127.0.0.1:11434,http://127.0.0.1:99999")


def test_it_is_tried_again_after_a_rest(ollama, monkeypatch):
    clock = ShiftedClock()
    model = gateway(clock, OLLAMA_BASE_URL="https://127.0.0.1:9", CHAT_BREAKER_SECONDS="600")
    monkeypatch.setenv("SSL_CERT_FILE", NOWHERE)
    model.warm_up()
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    assert failure_of(model).reason == "misconfigured"
    clock.pass_seconds(600)
    assert failure_of(model).reason == "refused"


def test_an_embedding_model_that_cannot_be_made_is_said_once_and_words_decide(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", NOWHERE)
    names = {"OLLAMA_BASE_URL": "https://127.0.0.1:9", "EMBED_MODEL": "all-minilm", "CHAT_BREAKER_SECONDS": "0.01"}
    model = EmbeddingGateway(config.load({**SETTINGS, **names}))
    with capture_logs() as logs:
        assert [model.embed(["a harp"]) for _ in range(3)] == [None] * 3
    assert len(logs) == 1


def test_with_one_server_that_cannot_be_asked_the_other_answers(ollama, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", NOWHERE)
    model = gateway(OLLAMA_BASE_URL=f"https://127.0.0.1:9,{ollama.url}")
    assert isinstance(ask(model)[-1], Finished)
    assert list(model.reachable().values()) == [False, True]


@pytest.mark.parametrize(
    "variables",
    [
        {"HTTPS_PROXY": "socks5://clerk:hunter2-hunter2@127.0.0.1:9"},
        {"HTTPS_PROXY": "odd://clerk:hunter2-hunter2@127.0.0.1:9"},
        {"HTTPS_PROXY": "http://clerk:hunter2-hunter2@127.0.0.1:notaport"},
        {"OPENAI_API_KEY": "sk-hunter2-hunter2\N{SNOWMAN}"},
    ],
    ids=str,
)
def test_the_log_says_what_is_wrong_without_the_secret(monkeypatch, variables):
    for name, value in {"OPENAI_API_KEY": "k", **variables}.items():
        monkeypatch.setenv(name, value)
    model = gateway(CHAT_MODEL="openai:gpt")
    with capture_logs() as logs:
        model.warm_up()
        error = failure_of(model)
    assert "hunter2" not in f"{logs} {error}"


@pytest.mark.parametrize(
    ("user", "key", "wanted"),
    [
        ("", "k-1", "Bearer k-1"),
        ("", " k-1\n", "Bearer k-1"),
        ("clerk:p%40ss:word", "", "Basic " + base64.b64encode(b"clerk:p@ss:word").decode()),
        ("clerk", "k-1", "Basic " + base64.b64encode(b"clerk:").decode()),
    ],
)
@pytest.mark.parametrize("path", ["", "/behind/a/proxy"])
def test_chat_embedding_and_readiness_show_the_same_key(monkeypatch, user, key, wanted, path):
    monkeypatch.setenv("OLLAMA_API_KEY", key)
    server = FakeOllama(fakes.answers("Welcome."), authorization=wanted)
    server.embeds = True
    url = (with_user(server.url, user) if user else server.url) + path
    settings = {"OLLAMA_BASE_URL": url, "EMBED_MODEL": "all-minilm"}
    model = gateway(**settings)
    try:
        assert isinstance(ask(model)[-1], Finished)
        assert model.reachable() == {server.url.removeprefix("http://") + path: True}
        assert model.recipe() is not None
        assert EmbeddingGateway(config.load({**SETTINGS, **settings})).embed(["a harp"]) is not None
    finally:
        server.close()


def test_without_the_key_neither_is_let_in():
    server = FakeOllama(fakes.answers("Welcome."), authorization="Bearer k-1")
    model = gateway(OLLAMA_BASE_URL=server.url)
    try:
        assert failure_of(model).reason == "unauthorized"
        assert not model.is_reachable()
    finally:
        server.close()


def test_a_machine_without_threads_leaks_no_slot(ollama, monkeypatch):
    model = gateway(OLLAMA_BASE_URL=ollama.url)
    model.warm_up()

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr("threading.Thread.start", refuse)
        assert failure_of(model).reason == "saturated"
    assert (model.servers[0].slots.taken, model.servers[0].breaker.state) == (0, "closed")
    assert isinstance(ask(model)[-1], Finished)


def test_an_ollama_that_shows_a_certificate_is_held_to_it(monkeypatch):
    """The machine's own certificates count there: a shop may have a certificate authority of its own."""
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    asked = []
    monkeypatch.setattr("ssl.create_default_context", _noting(asked, ssl.create_default_context))
    gateway(OLLAMA_BASE_URL="https://127.0.0.1:9").warm_up()
    assert {"cafile": certifi.where()} in asked


def _noting(asked, make):
    def note(**wanted):
        asked.append(wanted)
        return make(**wanted)

    return note
