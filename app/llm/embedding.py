"""Vectors for meaning, from an embedding model of Ollama. Optional: without it, or while it is away, words decide."""

import threading
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from app.errors import ModelUnavailable
from app.llm.breaker import CircuitBreaker
from app.llm.breaker_memory import LocalMemory

log = structlog.get_logger("embedding")
TIMEOUT_SECONDS = 2.0


class EmbeddingGateway:
    """Texts in, unit vectors out; None when no model is set, or no server answered in time."""

    def __init__(self, settings: Mapping[str, Any]):
        self.name: str = settings["EMBED_MODEL"]
        self._servers = [
            EmbeddingServer(self.name, url, settings["CHAT_BREAKER_SECONDS"]) for url in settings["OLLAMA_BASE_URL"]
        ]

    def embed(self, texts: Sequence[str]) -> list[array] | None:
        """One vector of 32-bit floats a text, of length 1. Takes at most two seconds for each server."""
        if not self.name or not texts:
            return None
        for server in self._servers:
            vectors = server.embed(list(texts))
            if vectors is not None:
                return [_unit(vector) for vector in vectors]
        return None


class EmbeddingServer:
    """An Ollama that is left alone for a while after it failed."""

    def __init__(self, name: str, url: str, rest_seconds: float):
        self._name = name
        self._url = url
        self._breaker = CircuitBreaker(failures=1, memory=LocalMemory(rest_seconds))
        self._building = threading.Lock()
        self._model: Any = None

    def embed(self, texts: list[str]) -> list[list[float]] | None:
        """One vector a text, of any length; None when it does not answer in time."""
        try:
            permit = self._breaker.admit()
        except ModelUnavailable:
            return None
        try:
            vectors = self._get_model().embed_documents(texts)
        except Exception as error:
            permit.failed()
            log.warning("embedding model unavailable", detail=f"{type(error).__name__}: {error}"[:300])
            return None
        permit.succeeded()
        return vectors

    def _get_model(self) -> Any:
        with self._building:
            if self._model is None:
                import httpx
                from langchain_ollama import OllamaEmbeddings

                no_idle = httpx.Limits(max_keepalive_connections=0)  # A local connection costs nothing; none lingers.
                self._model = OllamaEmbeddings(
                    model=self._name,
                    base_url=self._url,
                    sync_client_kwargs={"timeout": TIMEOUT_SECONDS, "limits": no_idle},
                )
            return self._model


def _unit(vector: Sequence[float]) -> array:
    length = sum(value * value for value in vector) ** 0.5 or 1.0
    return array("f", (value / length for value in vector))
