"""The assistant's turn: what is asked, what the catalogue has, what is said, what is kept.

Code decides what fits; the model only words it, and its words are checked sentence by sentence. Without a usable
model the catalogue answers from the same evidence.
"""

import contextlib
import re
import time
import uuid
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog

from app.answers import passages, ranking, wording
from app.answers.evidence import Choice, Evidence
from app.answers.grounding import Grounding
from app.errors import ModelUnavailable, NotFound, Unauthorized
from app.extensions import db
from app.llm import gateway
from app.llm.gateway import ChatModelGateway
from app.llm.prompt import INSTRUCTIONS, Prompt, compose
from app.models.types import utc_now
from app.models.user import User
from app.needs import intent
from app.needs.facets.budget import Budget
from app.needs.facets.days import Days
from app.needs.facets.declined import Declined
from app.needs.facets.kinds import Kinds
from app.needs.facets.place import Place
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.step import Shown
from app.needs.understanding import Reading, need_of_profile, understand, with_profile
from app.observability import metrics, traces
from app.rental.offer import Offer
from app.services import (
    candidate_service,
    clock,
    conversation_service,
    demand_service,
    meaning_service,
    rental_rules,
)
from app.services.conversation_service import Exchange, Recent
from app.speech.almanac import Almanac
from app.speech.shelf import Shelf

log = structlog.get_logger("chat")

RECOMMENDED = 3
HEARTBEAT_SECONDS = 1.0
MOST_CHOICES = 8  # What a model that may choose is shown.
MOST_SENTENCES = 4  # The prompt asks for three; small models do not know when to stop.
FOR_ME = "What do you recommend for me?"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A customer's message. With `instrument_id` it is about this one instrument.

    `route` is where it came in: `chat`, `question` or `recommend`; `forget` are names of what was understood.
    """

    message: str
    session_id: str
    route: str = "chat"
    instrument_id: int | None = None
    limit: int = RECOMMENDED
    forget: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The whole answer, as the contract has it. `recommendations` are plain data, ready to be kept."""

    session_id: str
    message_id: int
    response: str
    recommendations: list[dict[str, Any]]
    source: str
    model: str | None
    understood: dict[str, Any]
    kept_until: datetime
    created_at: datetime
    usage: dict[str, Any]


@dataclass(frozen=True)
class Started:
    session_id: str


@dataclass(frozen=True)
class Token:
    text: str


@dataclass(frozen=True)
class Waiting:
    """No sentence became whole for a second; a stream sends a ping now, and so learns whether its client left."""


@dataclass(frozen=True)
class Recommended:
    recommendations: list[dict[str, Any]]


@dataclass(frozen=True)
class Done:
    reply: Reply


Event = Started | Token | Waiting | Recommended | Done


class ChatbotService:
    """Answers customers with the given model. `lets_model_choose`: the model may pick among more candidates."""

    def __init__(self, model: ChatModelGateway, *, lets_model_choose: bool = False):
        self._model = model
        self._lets_model_choose = lets_model_choose

    def open_turn(self, user: User, asked: Asked) -> "ChatTurn":
        """Reads all that the turn needs and ends that transaction, so that nothing is held while the model writes."""
        user_id, profile = user.id, need_of_profile(user.preferences)
        almanac = Almanac.of(clock.today(), user.preferences["language"])
        recent = conversation_service.recent(user_id, asked.session_id)
        shelf = candidate_service.shelf()
        before = Need.from_data(recent.need).forgetting(asked.forget)
        reading = understand(asked.message, before, shelf, almanac, _shown(recent))
        reading, notice = _rentable(reading)
        passage = passages.find(reading.tokens)
        kind = intent.of(reading, has_passage=passage is not None, asks_question=asked.route == "question")
        passage = passage if kind == "question" else None
        after = reading.need if intent.changes_need(kind, reading) else before
        db.session.rollback()
        need = with_profile(reading.need, profile)
        is_vague = kind in ("wish", "unclear") and not need[Kinds].categories and reading.words
        meant = meaning_service.meant_by(asked.message) if is_vague else None
        evidence = self._evidence(asked, kind, reading, need, meant)
        db.session.rollback()
        evidence = replace(evidence, passage=passage, notice=notice)
        spoken = [turn for turn in recent.turns if turn.content]
        prompt = compose(wording.briefing(evidence), spoken, recent.first, asked.message, self._model.prompt_budget)
        return ChatTurn(
            model=self._model,
            user_id=user_id,
            asked=asked,
            evidence=evidence,
            shelf=shelf,
            prompt=prompt,
            need=after,
            understood=with_profile(_as_read(after, evidence), profile).told(),
            is_new_need=after != before,
            model_chooses=self._lets_model_choose,
        )

    def _evidence(self, asked: Asked, kind: Kind, reading: Reading, need: Need, meant: array | None) -> Evidence:
        if asked.instrument_id is not None:
            return candidate_service.evidence_about(need, asked.instrument_id)
        if kind == "about" and reading.about is not None:
            with contextlib.suppress(NotFound):  # It was withdrawn since it was shown.
                return candidate_service.evidence_about(need, reading.about)
        if kind in ("thanks", "off_topic") or (kind == "question" and not intent.states_wish(reading)):
            return Evidence(need, kind=kind)
        limit = MOST_CHOICES if self._lets_model_choose else asked.limit
        found = candidate_service.evidence(need, reading.words, limit, meant)
        is_named = found.is_meant or any(
            ranking.is_named(choice.candidate, reading.words) for choice in found.choices[:1]
        )
        if asked.route == "recommend" or is_named or not need.is_empty:
            kind = Kind.QUESTION if kind == Kind.QUESTION else Kind.WISH
        return replace(found, kind=kind)


@dataclass(kw_only=True)
class ChatTurn:
    """One turn under way. `events()` runs it once; closing that iterator is the customer's hang-up."""

    model: ChatModelGateway
    user_id: int
    asked: Asked
    evidence: Evidence
    shelf: Shelf
    prompt: Prompt
    need: Need
    understood: dict[str, Any]
    is_new_need: bool = False
    model_chooses: bool = False
    asked_at: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        self._said: list[str] = []
        self._failure: str | None = None
        self._from_model = False
        self._dropped = 0
        self._usage = gateway.Finished()
        self._started = time.monotonic()
        self._first_token_ms: int | None = None

    def events(self) -> Iterator[Event]:
        """Started, Tokens (and Waitings), Recommended, Done. A hang-up keeps what had been sent."""
        is_kept = False
        try:
            yield Started(self.asked.session_id)
            yield from self._words()
            reply = self._keep(interrupted=False)
            is_kept = True
            yield Recommended(reply.recommendations)
            yield Done(reply)
        except GeneratorExit:
            if not is_kept:
                with contextlib.suppress(Unauthorized):  # The account is gone: nobody is left to keep it for.
                    self._keep(interrupted=True)
            raise

    def _words(self) -> Iterator[Event]:
        """The model's words, or those of the catalogue when it fails; off the topic it is not even asked."""
        yield from self._say(self.evidence.notice)
        if self.evidence.kind != "off_topic":
            asked_at = time.monotonic()
            try:
                self._from_model = True
                yield from self._words_of_model()
                return
            except ModelUnavailable as error:
                self._from_model, self._failure = False, error.reason
                log.warning("model unavailable", reason=error.reason, detail=error.detail)
            finally:
                self._note_model(time.monotonic() - asked_at)
        self._choose([])
        yield from self._say(wording.answer(self.evidence))

    def _note_model(self, seconds: float) -> None:
        metrics.model_waited(seconds)
        traces.model_asked(
            self.model.name, seconds, self._failure, self._usage.prompt_tokens, self._usage.completion_tokens
        )

    def _words_of_model(self) -> Iterator[Event]:
        """The model's sentences that hold. What fits is added in our words when it named none of it."""
        grounding = Grounding(self.evidence, self.shelf.brands, f"{INSTRUCTIONS} {wording.HEADING}", self.asked.message)
        try:
            with contextlib.closing(self.model.stream(self.prompt)) as stream:
                yield from self._checked(stream, grounding)
        finally:
            self._dropped = grounding.dropped
        if not grounding.kept:
            raise ModelUnavailable("nothing_held", f"{grounding.dropped} sentences dropped")
        if self.model_chooses:
            self._choose(grounding.named)
        if self.evidence.relaxed or not grounding.named:
            yield from self._say(wording.addition(self.evidence))
        yield from self._say(wording.citation(self.evidence))
        if self.evidence.asks and not any("?" in word for word in self._said):
            yield from self._say(wording.QUESTION)
        yield from self._say(wording.open_question(self.evidence))

    def _choose(self, named: list[int]) -> None:
        """Where the model may choose: what it named comes first, in its order."""

        def order(choice: Choice) -> int:
            number = choice.candidate.instrument_id
            return named.index(number) if number in named else len(named)

        chosen = sorted(self.evidence.choices, key=order)[: self.asked.limit]
        self.evidence = replace(self.evidence, choices=tuple(chosen))

    def _checked(self, stream: Iterator[gateway.Event], grounding: Grounding) -> Iterator[Event]:
        """The sentences that hold, until there are enough; a Waiting where none became whole for a second."""
        told_at = time.monotonic()
        for event in stream:
            if isinstance(event, gateway.Finished):
                self._usage = event
            if isinstance(event, gateway.Text):
                self._first_token_ms = self._first_token_ms or self._elapsed_ms()
                for sentence in grounding.feed(event.text):
                    yield from self._say(sentence)
                    told_at = time.monotonic()
            if grounding.kept >= MOST_SENTENCES:
                return
            if time.monotonic() - told_at >= HEARTBEAT_SECONDS:
                yield Waiting()
                told_at = time.monotonic()
        for sentence in grounding.finish():
            yield from self._say(sentence)

    def _say(self, sentence: str) -> Iterator[Token]:
        """A sentence word by word. What the customer was sent is noted after it was taken."""
        spaced = f" {sentence.strip()}" if self._said else sentence.strip()
        for word in re.findall(r"\s*\S+", spaced):
            yield Token(word)
            self._said.append(word)

    def _keep(self, *, interrupted: bool) -> Reply:
        recommendations = [] if interrupted else self._cards()
        usage = {
            "prompt_tokens": self._usage.prompt_tokens,
            "completion_tokens": self._usage.completion_tokens,
            "time_to_first_token_ms": self._first_token_ms,
            "total_ms": self._elapsed_ms(),
        }
        exchange = Exchange(
            question=self.asked.message,
            asked_at=self.asked_at,
            answer="".join(self._said),
            recommendations=recommendations,
            need=self.need.as_data(),
            evidence=self.evidence.as_data(),
            source="llm" if self._from_model else "catalog",
            model=self.model.name if self._from_model else None,
            usage=usage,
            interrupted=interrupted,
        )
        kept = conversation_service.keep(self.user_id, self.asked.session_id, exchange)
        if self._is_unmet and not interrupted:
            relaxed = self.evidence.relaxed
            demand_service.record(self.user_id, self.evidence.need, relaxed.NAME if relaxed else "everything")
        metrics.chat_turn(exchange.source, self._failure, usage, self._dropped)
        for server in self.model.servers:
            metrics.chat_breaker(server.name, server.breaker.state)
        log.info(
            "chat turn",
            source=exchange.source,
            failure=self._failure,
            interrupted=interrupted,
            dropped_sentences=self._dropped,
            **usage,
        )
        return Reply(
            session_id=self.asked.session_id,
            message_id=kept.message_id,
            response=exchange.answer,
            recommendations=recommendations,
            source=exchange.source,
            model=exchange.model,
            understood=self.understood,
            kept_until=kept.until,
            created_at=utc_now(),
            usage=usage,
        )

    def _cards(self) -> list[dict[str, Any]]:
        return [_card(choice, self.evidence.need[Place].location) for choice in self.evidence.choices]

    @property
    def _is_unmet(self) -> bool:
        """Whether this turn brought a wish that nothing met; the same wish, said again, counts once."""
        evidence = self.evidence
        is_met = bool(evidence.choices) and (evidence.relaxed in (None, Declined))
        return evidence.kind == "wish" and self.is_new_need and not is_met and not evidence.need.is_empty

    def _elapsed_ms(self) -> int:
        return round((time.monotonic() - self._started) * 1000)


def _shown(recent: Recent) -> tuple[Shown, ...]:
    return tuple(Shown(card["instrument_id"], Decimal(card["daily_rate"])) for card in recent.shown)


def new_session_id() -> str:
    return uuid.uuid4().hex


def _card(choice: Choice, location: str | None) -> dict[str, Any]:
    candidate: Offer = choice.candidate
    return {
        "instrument_id": candidate.instrument_id,
        "name": candidate.name,
        "category": candidate.category,
        "daily_rate": f"{candidate.daily_rate:.2f}",
        "currency": candidate.currency,
        "reason": choice.reason,
        "units_available": candidate.units_available,
        "url": f"/api/instruments/{candidate.instrument_id}",
        "total": None if candidate.total is None else f"{candidate.total:.2f}",
        "days": candidate.days,
        "from": None if candidate.start is None else str(candidate.start),
        "to": None if candidate.period is None else str(candidate.period.last),
        "deposit": f"{candidate.deposit:.2f}",
        "image_url": candidate.image_url,
        "attributes": dict(candidate.attributes),
        "reserve": _reservation(candidate, location),
    }


def _reservation(candidate: Offer, location: str | None) -> dict[str, Any] | None:
    """The request that reserves it, once its days are known: the customer sends it, the model never does."""
    if candidate.period is None:
        return None
    days = {"start_date": str(candidate.period.start), "end_date": str(candidate.period.last)}
    place = {"location": location} if location in candidate.locations else {}
    body = {"instrument_id": candidate.instrument_id, **days, **place}
    return {"method": "POST", "path": "/api/rentals", "body": body}


def _rentable(reading: Reading) -> tuple[Reading, str]:
    """The reading without days that the shop does not rent for, and what the customer must hear of it."""
    days = reading.need[Days]
    if reading.is_past:
        return reading, wording.PAST
    for number, kept in ((None, Days()), (days.days, replace(days, days=None))):
        problem = rental_rules.problem_with_wish(days.start, number)
        if problem:
            return replace(reading, need=reading.need.having(kept)), problem
    return reading, ""


def _as_read(need: Need, evidence: Evidence) -> Need:
    """The need, its budget as it was read where it was ambiguous."""
    return need.having(evidence.need[Budget]) if need[Budget].is_bare else need
