"""Vectors for meaning, from an embedding model of Ollama. Optional: without it, or while it is away, words decide."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from app.errors import ModelUnavailable
from app.llm import failures
from app.llm.breaker import CircuitBreaker
from app.llm.breaker_memory import LocalMemory
from app.llm.made import Made

log = structlog.get_logger("embedding")
TIMEOUT_SECONDS = 2.0


class EmbeddingGateway:
    """Texts in, unit vectors out; None when no model is set, or no server answered in time."""

    def __init__(self, settings: Mapping[str, Any]):
        self.name: str = settings["EMBED_MODEL"]
        self._servers = [
            EmbeddingServer(self.name, url, settings["CHAT_BREAKER_SECONDS"]) for url in settings["OLLAMA_BASE_URL"]
        ]

    def embed(self, texts: Sequence[str]) -> list["array[float]"] | None:
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
        self._model = Made(name, self._make, rest_seconds)

    def embed(self, texts: list[str]) -> list[list[float]] | None:
        """One vector a text, of any length; None when it does not answer in time."""
        try:
            permit = self._breaker.admit()
        except ModelUnavailable:
            return None
        try:
            vectors: list[list[float]] = self._model.get().embed_documents(texts)
        except Exception as error:
            permit.failed()
            self._tell(error)
            return None
        permit.succeeded()
        return vectors

    def _make(self) -> Any:
        from app.llm import ollama

        return ollama.build_embeddings(self._name, self._url, TIMEOUT_SECONDS)

    def _tell(self, error: Exception) -> None:
        """Of a model that cannot be made the log was told already, once."""
        failure = failures.translated(error)
        if failure.reason != "misconfigured":
            log.warning("embedding model unavailable", reason=failure.reason, detail=failure.detail)


def _unit(vector: Sequence[float]) -> "array[float]":
    length = sum(value * value for value in vector) ** 0.5 or 1.0
    return array("f", (value / length for value in vector))
