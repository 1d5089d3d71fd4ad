"""What the language model took, added up by the day: it outlives the chats, for it says nothing of anybody."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models.model_usage import ModelUsage
from app.models.types import utc_now
from app.services import transactions

MILLION = Decimal(1_000_000)
COUNTS = ("turns", "counted", "prompt_tokens", "completion_tokens")


@dataclass(frozen=True)
class Usage:
    """One model's chats: the turns, those whose tokens are known, and these tokens."""

    turns: int
    counted: int
    prompt_tokens: int
    completion_tokens: int

    def cost(self, prompt_price: Decimal, completion_price: Decimal) -> Decimal:
        """With prices for a million tokens. Turns whose tokens are unknown are taken for average ones."""
        known = (self.prompt_tokens * prompt_price + self.completion_tokens * completion_price) / MILLION
        return known * self.turns / self.counted if self.counted else Decimal(0)


def note(model: str, told: dict[str, Any] | None, day: date) -> None:
    """Adds one turn to its day. Leaves the commit to its caller, who should be about to: all chats share this row."""
    prompt, completion = ((told or {}).get(f"{kind}_tokens") for kind in ("prompt", "completion"))
    is_known = prompt is not None and completion is not None
    turn = {
        "turns": 1,
        "counted": int(is_known),
        "prompt_tokens": prompt if is_known else 0,
        "completion_tokens": completion if is_known else 0,
    }
    db.session.execute(
        transactions.insert(ModelUsage)
        .values(day=day, model=model, **turn)
        .on_conflict_do_update(
            index_elements=["day", "model"],
            set_={name: getattr(ModelUsage, name) + count for name, count in turn.items()},
        )
    )


def by_model(days: int) -> dict[str, Usage]:
    """The chats of the last days, those that a model worded; a model that was stopped tells no tokens."""
    since = utc_now().date() - timedelta(days=days)
    sums = [func.sum(getattr(ModelUsage, name)).label(name) for name in COUNTS]
    rows = db.session.execute(
        select(ModelUsage.model, *sums).where(ModelUsage.day >= since).group_by(ModelUsage.model)
    ).mappings()
    return {row["model"]: Usage(**{name: int(row[name]) for name in COUNTS}) for row in rows}
