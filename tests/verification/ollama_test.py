"""The same chat against a real Ollama. Runs when OLLAMA_BASE_URL (default: port 11434 here) answers and has llama2.

What the stand-ins in tests/fakes.py promise is held against the real server here.
"""

import json
import os
import time
from operator import mul

import httpx
import ollama as ollama_client
import pytest

from app import config
from app.llm import failures
from app.llm import ollama as ollama_room
from app.llm.embedding import EmbeddingGateway
from app.llm.gateway import ChatModelGateway, Finished, Text
from app.llm.prompt import Turn, compose
from app.services import demo_service
from tests.settings import SETTINGS

URL = os.environ.get("OLLAMA_BASE_URL", "http://127.0.0.1:11434")
MODEL = os.environ.get("VERIFIED_MODEL", "llama2")
pytestmark = pytest.mark.skipif(
    not ollama_room.is_reachable(URL, MODEL), reason=f"THE REAL MODEL IS NOT TESTED: no Ollama with {MODEL} on {URL}"
)


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def model():
    """No stand-in."""


@pytest.fixture
def settings():
    patient = {"CHAT_FIRST_TOKEN_TIMEOUT_SECONDS": "60", "CHAT_STALL_TIMEOUT_SECONDS": "60"}
    return {**patient, "OLLAMA_BASE_URL": URL, "CHAT_TOTAL_TIMEOUT_SECONDS": "120"}


@pytest.fixture
def demo_shop(app):
    with app.app_context():
        demo_service.seed()


def test_the_real_model_answers_with_instruments_of_the_shop(demo_shop, customer):
    replies = [customer.ask(text).json for text in ("Hi!", "a quiet piano under 20 a day", "a 3/4 violin?")]
    assert "llm" in {reply["source"] for reply in replies}
    for reply in replies:
        assert reply["recommendations"]
        for card in reply["recommendations"]:
            assert customer.get(card["url"]).json["daily_rate"] == card["daily_rate"]
    told = next(reply for reply in replies if reply["source"] == "llm")
    assert told["usage"]["time_to_first_token_ms"] > 0
    assert told["response"]


def test_the_real_model_streams(demo_shop, customer):
    body = {"message": "a cello for my son", "session_id": "s1"}
    answer = customer.post("/api/chatbot/chat", body, Accept="text/event-stream")
    blocks = [block for block in answer.text.split("\n\n") if block.startswith("event: ")]
    told = [(block.split("\n")[0][7:], json.loads(block.split("data: ", 1)[1])) for block in blocks]
    assert [told[0][0], told[1][0], told[-1][0]] == ["start", "recommendations", "done"]
    assert "".join(data["text"] for name, data in told if name == "token") == told[-1][1]["response"]


def test_the_estimate_of_tokens_errs_upwards_on_the_real_tokenizer(app):
    # So few tokens that the server's guard against repetition (a stream without `done`) cannot strike.
    gateway = ChatModelGateway({**app.config, "CHAT_MAX_TOKENS": 16})
    counted = []
    for message in (
        "A quiet piano for my flat, please.",
        "Ich hätte gern eine Querflöte für 12,50 €.",
        "1 2 3 !!! ???",
    ):
        prompt = compose(
            "In our shop: a harp.", [Turn("user", "hello"), Turn("assistant", "welcome")], 0, message, 2000
        )
        *pieces, finished = [event for event in gateway.stream(prompt) if isinstance(event, Text | Finished)]
        assert pieces
        if finished.prompt_tokens is not None:  # Not known of an answer that was stopped because it repeats itself.
            counted.append((finished.prompt_tokens, prompt.tokens))
    assert counted
    assert all(0 < real <= estimated for real, estimated in counted)


def test_an_unknown_model_is_told_as_the_stand_in_tells_it():
    with ollama_client.Client(URL) as client, pytest.raises(ollama_client.ResponseError) as caught:
        client.chat("no-such-model", [{"role": "user", "content": "hi"}])
    assert caught.value.status_code == 404
    assert failures.reason_of(caught.value) == "unknown_model"


@pytest.mark.parametrize(
    "spelling",
    [
        "{}",
        "{}:latest",
        "library/{}",
        "registry.ollama.ai/library/{}",
        "{}:LATEST",
        "{}:no-such-tag",
        "nobody/{}",
        "{}:",
    ],
)
@pytest.mark.parametrize("letters", [str.lower, str.upper])
def test_readiness_and_chat_take_the_same_names_for_the_model(spelling, letters):
    name = f"ollama:{letters(spelling.format(MODEL))}"
    gateway = ChatModelGateway(config.load({**SETTINGS, "OLLAMA_BASE_URL": URL, "CHAT_MODEL": name}))
    (outcome,) = gateway.try_out().values()
    is_known = isinstance(outcome, float) or outcome.reason == "silent"  # A busy server is slow, but knows the name.
    assert gateway.is_reachable() == is_known, outcome
    assert (gateway.recipe() is not None) == is_known


def test_a_stream_of_the_real_server_looks_like_the_stand_ins(app):
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Say hello."}], "options": {"num_predict": 5}}
    with httpx.stream("POST", f"{URL}/api/chat", json=body, timeout=60) as answer:
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        lines = [json.loads(line) for line in answer.iter_lines()]
    assert {"model", "created_at", "message", "done"} <= set(lines[0])
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    assert {"prompt_eval_count", "eval_count", "done_reason"} <= set(lines[-1])


def test_the_real_server_takes_the_wish_not_to_think():
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Say hello."}], "options": {"num_predict": 5}}
    with httpx.stream("POST", f"{URL}/api/chat", json={**body, "think": False}, timeout=60) as answer:
        assert answer.status_code == 200
        lines = [json.loads(line) for line in answer.iter_lines()]
    assert any(line["message"]["content"] for line in lines)
    assert not any("thinking" in line["message"] for line in lines)


def test_the_real_server_tells_when_the_model_is_loaded_and_the_chat_finds_it_so(app):
    unloaded = httpx.post(f"{URL}/api/generate", json={"model": MODEL, "keep_alive": 0}, timeout=60).json()
    assert unloaded["done_reason"] in ("load", "unload")
    until = time.monotonic() + 30
    while any(loaded["name"].startswith(MODEL) for loaded in httpx.get(f"{URL}/api/ps").json()["models"]):
        assert time.monotonic() < until
        time.sleep(0.1)
    ollama_room.load(app.config, URL)
    assert [model["name"] for model in httpx.get(f"{URL}/api/ps").json()["models"]] == [f"{MODEL}:latest"]
    options = {"num_predict": 2, "num_ctx": app.config["CHAT_CONTEXT_TOKENS"]}
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "stream": False, "options": options}
    loading_ns = httpx.post(f"{URL}/api/chat", json=body, timeout=60).json()["load_duration"]
    assert loading_ns < 0.2e9
    started = time.monotonic()
    ollama_room.load(app.config, URL)
    assert time.monotonic() - started < 0.5


def test_closing_the_stream_frees_the_real_model(app):
    gateway: ChatModelGateway = app.extensions["chat_model"]
    long = compose("In our shop: a harp.", [], 0, "Tell me a very long story about it.", 2000)
    stream = gateway.stream(long)
    assert any(isinstance(event, Text) for event in stream)
    stream.close()
    started = time.monotonic()
    assert any(isinstance(event, Text) for event in gateway.stream(long))
    assert time.monotonic() - started < 10


@pytest.mark.skipif(
    not ollama_room.is_reachable(URL, "all-minilm"), reason=f"MEANING IS NOT TESTED: no all-minilm on {URL}"
)
def test_the_real_embedding_model_tells_like_from_unlike():
    gateway = EmbeddingGateway({"EMBED_MODEL": "all-minilm", "OLLAMA_BASE_URL": [URL], "CHAT_BREAKER_SECONDS": 1})
    wish, drum, harp = gateway.embed(["something to hit", "a drum with sticks", "a harp with strings of gut"])
    assert len(wish) == len(drum) == 384
    assert sum(map(mul, wish, drum)) > sum(map(mul, wish, harp))
    assert abs(sum(map(mul, wish, wish)) - 1) < 0.001
