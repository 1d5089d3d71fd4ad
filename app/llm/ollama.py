"""Ollama behind LangChain: how its model is made, how its answers fail, whether it is there."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import ollama
from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from app.llm.generation import line_of_this_thread


class HangUpTransport(httpx.HTTPTransport):
    """Tells the reading thread's line its socket as soon as it is connected; no connection is used twice.

    Without keep-alive every request connects anew, so the socket is known even while the model is silent.
    """

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_connections=None, max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["trace"] = _tell_line
        return super().handle_request(request)


def _tell_line(event: str, info: Mapping[str, Any]) -> None:
    line = line_of_this_thread()
    if line is not None and event == "connection.connect_tcp.complete":
        line.connected(info["return_value"].get_extra_info("socket"))


def build_model(settings: Mapping[str, Any], url: str) -> BaseChatModel:
    """The chat model that CHAT_MODEL names, at this Ollama.

    A provider other than Ollama needs its LangChain package installed; it has no URL of ours.
    """
    provider, _, name = settings["CHAT_MODEL"].partition(":")
    if provider != "ollama":
        return init_chat_model(
            name,
            model_provider=provider,
            max_tokens=settings["CHAT_MAX_TOKENS"],
            timeout=settings["CHAT_TOTAL_TIMEOUT_SECONDS"],
            max_retries=0,
        )
    silence = max(settings["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"], settings["CHAT_STALL_TIMEOUT_SECONDS"])
    return init_chat_model(
        name,
        model_provider=provider,
        base_url=url,
        num_ctx=settings["CHAT_CONTEXT_TOKENS"],
        num_predict=settings["CHAT_MAX_TOKENS"],
        temperature=0.3,
        sync_client_kwargs={"transport": HangUpTransport(), "timeout": httpx.Timeout(silence, connect=2.0)},
    )


def reason_of(error: BaseException) -> str:
    """Why a generation failed, in the words of ModelUnavailable."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | ConnectionError):
        return "refused"
    if isinstance(error, httpx.TimeoutException):
        return "silent"
    if isinstance(error, httpx.HTTPError):
        return "cut"
    if isinstance(error, ollama.ResponseError):
        return "unknown_model" if error.status_code == 404 else "error"
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return "garbage"
    return "garbage" if isinstance(error, ValueError) else "error"


def is_reachable(base_url: str, model: str) -> bool:
    """Whether Ollama answers within two seconds and has the model."""
    try:
        answer = httpx.get(f"{base_url}/api/tags", timeout=2)
        names = {entry["name"] for entry in answer.raise_for_status().json()["models"]}
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False
    return model in names or f"{model}:latest" in names


def recipe(base_url: str, model: str) -> dict[str, Any] | None:
    """The digest and the Modelfile of a pulled model; None when Ollama does not answer."""
    try:
        listed = httpx.get(f"{base_url}/api/tags", timeout=2).raise_for_status().json()["models"]
        entry = next((entry for entry in listed if entry["name"] in (model, f"{model}:latest")), None)
        shown = httpx.post(f"{base_url}/api/show", json={"model": model}, timeout=5).raise_for_status().json()
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None
    return {"name": model, "digest": entry["digest"], "modelfile": shown["modelfile"]} if entry else None
