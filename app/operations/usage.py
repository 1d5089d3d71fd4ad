"""How many tokens the chats took, and what they would cost with a hosted model."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from app.extensions import db
from app.models.chat_message import ChatMessage
from app.models.types import utc_now

MILLION = Decimal(1_000_000)


@dataclass
class Usage:
    """One model's chats: those whose tokens are known, and the tokens."""

    turns: int = 0
    counted: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def cost(self, prompt_price: Decimal, completion_price: Decimal) -> Decimal:
        """With prices for a million tokens. Turns whose tokens are unknown are taken for average ones."""
        known = (self.prompt_tokens * prompt_price + self.completion_tokens * completion_price) / MILLION
        return known * self.turns / self.counted if self.counted else Decimal(0)


def usage_by_model(days: int) -> dict[str, Usage]:
    """The kept chats of the last days, those that a model worded; a model that was stopped tells no tokens."""
    since = utc_now() - timedelta(days=days)
    rows = db.session.execute(
        select(ChatMessage.model, ChatMessage.usage)
        .where(ChatMessage.created_at >= since, ChatMessage.model.is_not(None))
        .execution_options(yield_per=1000)
    )
    found: dict[str, Usage] = {}
    for model, told in rows:
        usage = found.setdefault(model, Usage())
        usage.turns += 1
        if told and told.get("prompt_tokens") is not None and told.get("completion_tokens") is not None:
            usage.counted += 1
            usage.prompt_tokens += told["prompt_tokens"]
            usage.completion_tokens += told["completion_tokens"]
    return found
