"""Ollama: the one way in which it is reached, its models behind LangChain, whether it is there.

It is the shop's own server, so it is asked directly: no proxy variable of the machine applies to it. See
docs/decisions/0014-model-door.md.
"""

import base64
import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from langchain_core.embeddings import Embeddings
from langchain_core.messages import BaseMessage, BaseMessageChunk

from app.llm.generation import line_of_this_thread

LONGEST_LOAD_SECONDS = 600.0  # Ollama itself gives up a load that makes no progress for 300.


@contextlib.contextmanager
def _variables_put_aside() -> Iterator[None]:
    """The ollama package makes a client of its own when it is imported, from variables that may spoil the import."""
    aside = {
        name: os.environ.pop(name)
        for name in list(os.environ)
        if name.lower().endswith("_proxy") or name.startswith(("SSL_CERT_", "OLLAMA_"))
    }
    try:
        yield
    finally:
        os.environ.update(aside)


with _variables_put_aside():
    from langchain_ollama import ChatOllama, OllamaEmbeddings
    from ollama import ResponseError


class HangUpTransport(httpx.HTTPTransport):
    """Tells the reading thread's line its socket as soon as it is connected; no connection is used twice.

    Without keep-alive every request connects anew, so the socket is known even while the model is silent. The
    machine's certificates (SSL_CERT_FILE) are read only for a server that shows one.
    """

    def __init__(self, is_secure: bool) -> None:
        no_idle = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        super().__init__(limits=no_idle, trust_env=is_secure)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["trace"] = _tell_line
        return super().handle_request(request)


def _tell_line(event: str, info: Mapping[str, Any]) -> None:
    line = line_of_this_thread()
    if line is not None and event == "connection.connect_tcp.complete":
        line.connected(info["return_value"].get_extra_info("socket"))


class Unthinking:
    """A chat model that is asked not to think first, unless its server will not hear of that.

    Ollama lets a model think that can, and takes `think: false` for every model; before 0.9 it overlooks it. Others
    that speak its protocol may refuse it. Of a model that thinks all the same `reasoning` has the thinking told apart;
    LangChain sends it as `think`, unless that is given too.
    """

    def __init__(self, model: ChatOllama):
        self._model = model
        self._manner: dict[str, Any] = {"reasoning": True, "think": False}

    def stream(self, messages: list[BaseMessage], /) -> Iterator[BaseMessageChunk]:
        try:
            yield from self._model.stream(messages, **self._manner)
        except ResponseError as error:
            if not self._manner or error.status_code != 400 or "think" not in error.error.lower():
                raise
            self._manner = {}
            yield from self._model.stream(messages)


def build_model(settings: Mapping[str, Any], url: str) -> Unthinking:
    """The chat model that CHAT_MODEL names, at this Ollama."""
    silence = max(settings["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"], settings["CHAT_STALL_TIMEOUT_SECONDS"])
    return Unthinking(
        ChatOllama(
            model=settings["CHAT_MODEL"].partition(":")[2],
            num_ctx=settings["CHAT_CONTEXT_TOKENS"],
            num_predict=settings["CHAT_MAX_TOKENS"],
            temperature=0.3,
            **_for_langchain(url, httpx.Timeout(silence, connect=2.0)),
        )
    )


def load(settings: Mapping[str, Any], url: str) -> None:
    """Returns when the chat model is in this Ollama's memory, in which it is brought if need be.

    A generation without a prompt does nothing else. With another `num_ctx` than the chat's it would be loaded anew for
    that. What the answer is does not matter here, nor that there is none: the chat will tell. A server that cannot even
    be connected to, or is silent, raises httpx's exception.
    """
    wanted = {
        "model": settings["CHAT_MODEL"].partition(":")[2],
        "options": {"num_ctx": settings["CHAT_CONTEXT_TOKENS"]},
    }
    try:
        with (
            _client(url, httpx.Timeout(LONGEST_LOAD_SECONDS, connect=2.0)) as client,
            client.stream("POST", "/api/generate", json=wanted) as answer,
        ):
            next(answer.iter_raw(), b"")  # So short that this is all of it; one that never ends is no concern here.
    except (httpx.TimeoutException, httpx.ConnectError):
        raise
    except httpx.HTTPError:
        return


def build_embeddings(name: str, url: str, timeout_seconds: float) -> Embeddings:
    """The embedding model of this name at this Ollama."""
    return OllamaEmbeddings(model=name, **_for_langchain(url, httpx.Timeout(timeout_seconds)))


def is_reachable(url: str, model: str, seconds: float = 2.0) -> bool:
    """Whether Ollama answers in time and has the model: it decides itself which spelling names which."""
    try:
        with _client(url, httpx.Timeout(seconds)) as client:
            client.post("/api/show", json={"model": model}).raise_for_status().json()
            return True
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return False


def recipe(url: str, model: str, seconds: float) -> dict[str, Any] | None:
    """The digest and the Modelfile of a pulled model; None when Ollama does not answer."""
    try:
        with _client(url, httpx.Timeout(seconds)) as client:
            shown = client.post("/api/show", json={"model": model}).raise_for_status().json()
            listed = client.get("/api/tags").raise_for_status().json()["models"]
        digest = next(entry["digest"] for entry in listed if _full_name(entry["name"]) == _full_name(model))
        return {"name": model, "digest": digest, "modelfile": shown["modelfile"]}
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, KeyError, TypeError, StopIteration):
        return None


def _client(url: str, timeout: httpx.Timeout) -> httpx.Client:
    shared, ours = _connection(url, timeout)
    return httpx.Client(base_url=_address(url), **shared, **ours)


def _for_langchain(url: str, timeout: httpx.Timeout) -> dict[str, Any]:
    """The same for LangChain, which makes an asynchronous client too."""
    shared, ours = _connection(url, timeout)
    return {"base_url": _address(url), "client_kwargs": shared, "sync_client_kwargs": ours}


def _connection(url: str, timeout: httpx.Timeout) -> tuple[dict[str, Any], dict[str, Any]]:
    """How httpx reaches this Ollama, whoever asks it: what holds for every client, and what for one like ours."""
    shared = {"headers": _authorization(url), "trust_env": False, "follow_redirects": True}
    return shared, {"transport": HangUpTransport(urlsplit(url).scheme == "https"), "timeout": timeout}


def _address(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _authorization(url: str) -> dict[str, str]:
    """The name and password of the URL, or OLLAMA_API_KEY, as the reverse proxy before an Ollama wants them."""
    userinfo, at, _ = urlsplit(url).netloc.rpartition("@")
    if at:
        name, _, password = userinfo.partition(":")
        pair = f"{unquote(name)}:{unquote(password)}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    key = os.environ.get("OLLAMA_API_KEY", "").strip()
    return {"Authorization": f"Bearer {key}"} if key else {}


def _full_name(model: str) -> str:
    """A model's name as Ollama itself completes it."""
    name = model.partition("://")[2] or model
    name = name.lower().removeprefix("registry.ollama.ai/").removeprefix("library/")
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"
