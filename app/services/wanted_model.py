"""The model that is wanted, against the catalogue."""

from dataclasses import replace
from typing import Any

from sqlalchemy import or_, select

from app.extensions import db
from app.models.instrument import Instrument
from app.needs.facets.kinds import Kinds
from app.needs.facets.maker import Maker
from app.needs.facets.model import Model
from app.needs.need import Need
from app.needs.series import compact, usual_kinds
from app.services import text_search
from app.speech import lexicon


def settled(need: Need) -> Need:
    """The need with what the catalogue knows of its model: whether it is there, and what kind it is. One query."""
    model, kinds = need[Model], need[Kinds]
    if model.model is None:
        return need
    brand = need[Maker].brand
    made = [Instrument.brand == brand] if brand else []
    found = select(Instrument.category).distinct().where(Instrument.withdrawn_at.is_(None), *limit(need), *made)
    its = tuple(sorted(db.session.scalars(found)))
    if not its and brand is None and kinds.categories and not usual_kinds(None, model.model):
        return need.without(Model)  # Who makes it nobody said: hardly an instrument.
    if not its:
        return need.having(replace(model, is_not_here=True))
    if kinds.categories and not set(kinds.categories).isdisjoint(its):
        return need
    return need.having(replace(kinds, categories=its, absent=None))


def limit(need: Need) -> list[Any]:
    """A condition: it is this model; none for one that is not here."""
    model = need[Model]
    if not model.model or model.is_not_here:
        return []
    words = lexicon.search_words(model.model)
    return [or_(text_search.has_each(words), text_search.has_each([compact(model.model)]))]
