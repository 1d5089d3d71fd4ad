"""The usual design, for comparison: the first 15 available items in the prompt, the model's JSON believed unchecked."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_ollama import ChatOllama

from app.needs.need import Need
from benchmarks.assistant.cases import Case, Item

ITEMS = 15
SCHEMA = {
    "type": "object",
    "properties": {
        "response": {"type": "string", "maxLength": 600},
        "recommendations": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "instrument_id": {"type": "integer"},
                    "name": {"type": "string", "maxLength": 80},
                    "daily_rate": {"type": "string", "maxLength": 10},
                },
                "required": ["instrument_id", "name", "daily_rate"],
            },
        },
    },
    "required": ["response", "recommendations"],
}
SYSTEM = """You are the assistant of a shop that rents musical instruments. Recommend up to three instruments of this
list that fit what the customer says, and answer as JSON with response and recommendations.

{items}"""


# It tells nothing of what it understood.
NOTHING_UNDERSTOOD = Need().told()


def talk(cases: Iterable[Case], items: dict[int, Item], base_url: str, model: str) -> Iterator[tuple[Case, dict]]:
    """Each case with what this design answers to its last message, in the shape that the judge reads."""
    free = [(number, item) for number, item in items.items() if item.units][:ITEMS]
    listed = "\n".join(f"{n}: {i.name}, {i.rates['day']:.2f} EUR a day, {', '.join(i.levels)}" for n, i in free)
    chat = ChatOllama(
        model=model, base_url=base_url, num_ctx=4096, num_predict=400, temperature=0.3, seed=1, format=SCHEMA
    )
    for case in cases:
        messages: list[Any] = [SystemMessage(SYSTEM.format(items=listed))]
        answer: dict[str, Any] = {}
        for said in case.messages:
            messages.append(HumanMessage(said))
            reply = chat.invoke(messages)
            messages.append(AIMessage(reply.content))
            answer = _parsed(str(reply.content))
        yield case, {**answer, "understood": NOTHING_UNDERSTOOD, "source": "llm", "usage": _usage(reply)}


def _parsed(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        return {"response": text, "recommendations": []}
    cards = [{"category": None, "units_available": None, "reason": "", **card} for card in told["recommendations"]]
    return {"response": told["response"], "recommendations": cards}


def _usage(reply: AIMessage) -> dict[str, Any]:
    told = reply.usage_metadata or {}
    spent = Decimal(reply.response_metadata.get("total_duration", 0)) / 1_000_000
    return {
        "prompt_tokens": told.get("input_tokens"),
        "completion_tokens": told.get("output_tokens"),
        "total_ms": int(spent),
    }
