"""The model that is wanted, against the catalogue."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import literal, or_, select, union

from app.extensions import db
from app.models.instrument import Instrument
from app.needs.facets.kinds import Kinds
from app.needs.facets.maker import Maker
from app.needs.facets.model import Model
from app.needs.need import Need
from app.needs.series import compact, usual_kinds
from app.services import text_search
from app.speech import lexicon


def settled(needs: Sequence[Need]) -> tuple[Need, ...]:
    """The needs with what the catalogue knows of their models: whether they are there, and what kinds. One query."""
    asked = {n: need for n, need in enumerate(needs) if need[Model].model}
    if not asked:
        return tuple(needs)
    each = [
        select(literal(n).label("n"), Instrument.category).where(
            Instrument.withdrawn_at.is_(None), *limit(need), *_made_by(need)
        )
        for n, need in asked.items()
    ]
    found: dict[int, set[str]] = {n: set() for n in asked}
    for n, category in db.session.execute(union(*each)):
        found[n].add(category)
    return tuple(_settled(need, tuple(sorted(found[n]))) if n in found else need for n, need in enumerate(needs))


def _settled(need: Need, its: tuple[str, ...]) -> Need:
    """The need whose model is of these categories; there is none where there are none."""
    model, kinds = need[Model], need[Kinds]
    usual = usual_kinds(need[Maker].brand, str(model.model))
    if not its and not (usual or need[Maker].brand or not kinds.categories):
        return need.without(Model)  # What nobody is said to make is hardly an instrument.
    if not its:
        nearest = tuple(category for category in kinds.categories if category in usual) or kinds.categories
        return need.having(replace(model, is_not_here=True), replace(kinds, categories=nearest))
    if not set(kinds.categories).isdisjoint(its):
        return need
    return need.having(replace(kinds, categories=its, absent=None))


def _made_by(need: Need) -> list[Any]:
    brand = need[Maker].brand
    return [Instrument.brand == brand] if brand else []


def limit(need: Need) -> list[Any]:
    """A condition: it is this model; none for one that is not here."""
    model = need[Model]
    if not model.model or model.is_not_here:
        return []
    words = lexicon.search_words(model.model)
    return [or_(text_search.has_each(words), text_search.has_each([compact(model.model)]))]
