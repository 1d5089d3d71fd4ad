"""Models that a provider hosts, behind LangChain. Their packages are installed beside ours: docs/hosted-models.md."""

from collections.abc import Mapping
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel


def build_model(settings: Mapping[str, Any]) -> BaseChatModel:
    """The chat model that CHAT_MODEL names. Its provider's package reads key, URL and proxies from the environment."""
    provider, _, name = settings["CHAT_MODEL"].partition(":")
    model: BaseChatModel = init_chat_model(
        name,
        model_provider=provider,
        max_tokens=settings["CHAT_MAX_TOKENS"],
        timeout=settings["CHAT_TOTAL_TIMEOUT_SECONDS"],
        max_retries=0,
    )
    if "stream_usage" in type(model).model_fields:  # Off by default where the URL is not the provider's own.
        model.stream_usage = True  # type: ignore[attr-defined]
    return model
