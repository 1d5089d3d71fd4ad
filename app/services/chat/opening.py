"""The beginning of a turn: all that it needs is read, and nothing stays held while the model writes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.answers import foreign, passages, texts
from app.answers.briefing import briefing
from app.answers.evidence import Evidence
from app.llm.prompt import Prompt, compose
from app.models.user import User
from app.needs import heard_days, intent
from app.needs.facets.budget import Budget
from app.needs.facets.days import Days
from app.needs.facets.declined import Declined
from app.needs.facets.kinds import Kinds
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.shown import Shown, View
from app.needs.understanding import Reading, need_of_profile, understood, with_profile
from app.services import candidate_service, clock, conversation_service, house_rules, meaning_service, rental_rules
from app.services.chat import finding, own, unread
from app.services.chat.finding import Matter
from app.services.chat.turn import Asked
from app.services.conversation_service import Recent
from app.services.transactions import end_reading
from app.speech.almanac import Almanac
from app.speech.language import language_of
from app.speech.reading import read
from app.speech.shelf import Shelf

MOST_CHOICES = 8  # What a model that may choose is shown.
# "And if I bring it back a few days late?" plans no rental: how its days were read is of no interest.
UNMOVED_BY_DAYS = frozenset({Kind.QUESTION, Kind.UNANSWERED, Kind.OWN, Kind.OFF_TOPIC, Kind.FOREIGN})


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a turn rests on.

    `need` is what is known of the wish from now on, `understood` the same as the customer is told it, completed by the
    profile; `is_new_need` says that this message changed it.
    """

    user_id: int
    asked: Asked
    evidence: Evidence
    language: str
    prompt: Prompt
    need: Need
    understood: Mapping[str, Any]
    is_new_need: bool

    @property
    def is_unmet(self) -> bool:
        """Whether this turn brought a wish that nothing met; the same wish, said again, counts once."""
        evidence = self.evidence
        is_met = bool(evidence.choices) and evidence.relaxed in (None, Declined)
        return evidence.kind == "wish" and self.is_new_need and not is_met and not evidence.need.is_empty


def open_turn(user: User, asked: Asked, prompt_budget: int, *, lets_model_choose: bool) -> Opened:
    """Reads what was said before, what this message means, and what the catalogue has for it. Raises NotFound."""
    user_id, profile = user.id, need_of_profile(user.preferences)
    almanac = Almanac.of(clock.today(), user.preferences["language"], rental_rules.calendar())
    recent = conversation_service.recent(user_id, asked.session_id)
    shelf = candidate_service.shelf()
    before = Need.from_data(recent.need).forgetting(asked.forget)
    shown = _shown(recent, shelf)
    said = read(asked.message, shelf, almanac)
    named = candidate_service.named(said)
    reading, notices = _rentable(understood(said, before, shelf, almanac, shown, named))
    language = _language(asked, recent, user.preferences["language"])
    question = passages.find(asked.message) if asked.route != "recommend" else None
    likeness = question.likeness if question else 0.0
    passage = question.passage if question and likeness >= intent.ASKS else None
    owned = own.of(user_id, asked, reading, recent, has_passage=passage is not None)
    kind = intent.of(
        reading,
        likeness=likeness,
        is_asked=question is not None and question.is_asked,
        asks_question=asked.route == "question",
        is_own=owned is not None,
    )
    beside = read(question.beside, shelf, almanac) if question and kind is Kind.QUESTION else None
    wishes_too = beside is not None and intent.wishes_too(reading, beside)
    if intent.states_wish(reading) or kind not in UNMOVED_BY_DAYS:
        notices = (*notices, *heard_days.notices(reading))
    after = intent.need_after(kind, reading, before, wishes_too=wishes_too)
    end_reading()
    need = with_profile(after if kind in (Kind.ABOUT, Kind.COMPARE) else reading.need, profile)
    is_vague = kind in ("wish", "unclear") and not need[Kinds].categories and reading.words
    meant = meaning_service.meant_by(asked.message) if is_vague else None
    limit = MOST_CHOICES if lets_model_choose else asked.limit
    matter = Matter(
        user_id=user_id,
        asked=asked,
        kind=kind,
        reading=reading,
        need=need,
        parts=tuple(with_profile(part, profile) for part in reading.need.each),
        shown=shown,
        meant=meant,
        limit=limit,
        passage=passage,
        wishes_too=wishes_too,
        own=owned,
    )
    found = finding.find(matter)
    end_reading()
    is_told = (
        kind is Kind.QUESTION
        or (kind is Kind.ABOUT and found.asked and not reading.asking.is_told_alone)
        or (owned is not None and owned.takes_passage)
    )
    told = house_rules.said(passage, language, shelf) if passage and is_told else None
    stranger = reading.said.foreign
    settled = unread.settle(reading, found, shelf)
    after = settled.of(after)
    notices = (*((foreign.notice(stranger),) if stranger else ()), *notices, *settled.notices)
    evidence = replace(settled.evidence, passage=told, notices=() if owned else notices, tells_sum=reading.asks_sum)
    spoken = [turn for turn in recent.turns if turn.content]
    return Opened(
        user_id=user_id,
        asked=asked,
        evidence=evidence,
        language=language,
        prompt=compose(briefing(evidence, language), spoken, recent.first, asked.message, prompt_budget),
        need=after,
        understood=with_profile(_as_read(after, evidence), profile).told(),
        is_new_need=after != before,
    )


def _language(asked: Asked, recent: Recent, preferred: str | None) -> str:
    """That of the message; where it does not tell, that of the conversation, of the profile, of the client."""
    return language_of(asked.message) or texts.known(recent.language) or texts.known(preferred) or asked.language


def _shown(recent: Recent, shelf: Shelf) -> View:
    """What the customer has in view, out of the cards that are kept; the maker is the one that the name begins with."""
    return tuple(
        Shown(
            card["instrument_id"],
            Decimal(card["daily_rate"]),
            card["name"],
            max((brand for brand in shelf.brands if brand and card["name"].startswith(brand)), key=len, default=""),
            card["category"],
            card["instrument_id"] == recent.subject,
        )
        for card in recent.shown
    )


def _rentable(reading: Reading) -> tuple[Reading, tuple[Reason, ...]]:
    """The reading without days that the shop does not rent for, and what the customer must hear of it."""
    days = reading.need[Days]
    for number, kept in ((None, Days()), (days.days, replace(days, days=None))):
        problem = rental_rules.problem_with_wish(days.start, number)
        if problem:
            return replace(reading, need=reading.need.having(kept)), (problem,)
    return reading, ()


def _as_read(need: Need, evidence: Evidence) -> Need:
    """The need, its budget as it was read where it was ambiguous."""
    return need.having(evidence.need[Budget]) if need[Budget].is_bare else need
