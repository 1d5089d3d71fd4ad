"""What a model writes beside its answer: it thinks, repeats itself, lets marks slip out. None of it is an answer."""

import pytest

from app import config
from app.errors import ModelUnavailable
from app.llm.gateway import ChatModelGateway, Finished, TakenBack, Text
from app.llm.prompt import compose
from tests import fakes
from tests.fakes import FakeOllama
from tests.settings import SETTINGS


@pytest.fixture
def ollama():
    server = FakeOllama(fakes.answers("Welcome."))
    yield server
    server.close()


@pytest.fixture
def gateway(ollama):
    made = ChatModelGateway(config.load({**SETTINGS, "OLLAMA_BASE_URL": ollama.url}))
    made.warm_up()
    return made


def ask(gateway: ChatModelGateway) -> str:
    """What is said, without what was taken back."""
    said = ""
    for event in gateway.stream(compose("In our shop: a harp.", [], 0, "A harp?", 2000)):
        if isinstance(event, TakenBack):
            said = ""
        if isinstance(event, Text):
            said += event.text
    assert isinstance(event, Finished)
    return said.strip()


def reason(gateway: ChatModelGateway) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        ask(gateway)
    return caught.value.reason


def test_the_model_is_asked_not_to_think(gateway, ollama):
    ask(gateway)
    assert ollama.requests[-1]["think"] is False


def test_a_server_that_takes_no_such_wish_is_asked_without_it_from_then_on(gateway, ollama):
    ollama.behave = fakes.takes_no_think
    assert [ask(gateway), ask(gateway)] == ["Welcome.", "Welcome."]
    assert ["think" in request for request in ollama.requests] == [True, False, False]


def test_another_refusal_is_a_failure_and_not_asked_again(gateway, ollama):
    ollama.behave = fakes.is_overloaded
    assert reason(gateway) == "error"
    assert len(ollama.requests) == 1


def test_who_thinks_is_not_silent(gateway, ollama):
    gateway._settings |= {"CHAT_FIRST_TOKEN_TIMEOUT_SECONDS": 0.8, "CHAT_STALL_TIMEOUT_SECONDS": 0.8}
    ollama.behave = fakes.thinks(*[0.3] * 6, says="Welcome.")
    assert ask(gateway) == "Welcome."
    ollama.behave = fakes.answers("<think>", *[0.3, "Hm. "] * 6, "</think>Welcome.")
    assert ask(gateway) == "Welcome."


@pytest.mark.parametrize(
    "behave",
    [fakes.thinks(0), fakes.thinks(*[0.1] * 100), fakes.answers("<think>Hm. "), fakes.answers("Hm.", "</think>")],
)
def test_thinking_alone_is_a_failure_of_its_own_at_the_end_or_when_the_time_is_over(gateway, ollama, behave):
    gateway._settings["CHAT_TOTAL_TIMEOUT_SECONDS"] = 1.5
    ollama.behave = behave
    assert reason(gateway) == "only_thought"


def test_what_turns_out_to_have_been_thinking_is_taken_back(gateway, ollama):
    ollama.behave = fakes.answers("He wants a harp. ", "</think>", "Welcome.")
    assert ask(gateway) == "Welcome."


@pytest.mark.parametrize("sign", ["G", "@", "!", "?", ".", "la ", "\u7684", "the best and "])
def test_repetition_is_stopped_soon_and_is_a_failure(gateway, ollama, sign):
    ollama.behave = fakes.answers(*[sign, 0.01] * 2000)
    assert reason(gateway) == "gibberish"
    assert ollama.hung_up.wait(5)


@pytest.mark.parametrize(
    "written", ["<pad>" * 20, "<unk><unk>", "[TOOL_CALLS][{}]", "<|im_start|>user\nA harp?", "12 ?"]
)
def test_an_answer_without_a_word_is_a_failure(gateway, ollama, written):
    ollama.behave = fakes.answers(written)
    assert reason(gateway) == "gibberish"


def test_repetition_after_an_answer_ends_it_and_frees_the_model(gateway, ollama):
    ollama.behave = fakes.answers("Welcome. ", *["la ", 0.01] * 2000)
    assert ask(gateway).startswith("Welcome. la")
    assert ollama.hung_up.wait(5)


def test_the_turn_of_another_ends_the_answer_and_frees_the_model(gateway, ollama):
    ollama.behave = fakes.answers("Welcome.\nUser", ": A cello?", *["And more. ", 0.01] * 500)
    assert ask(gateway) == "Welcome."
    assert ollama.hung_up.wait(5)
