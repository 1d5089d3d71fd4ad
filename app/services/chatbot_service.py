"""The assistant's turn: what is asked, what the catalogue has, what is said, what is kept.

Code decides what fits; the model only words it, and its words are checked sentence by sentence. Without a usable
model the catalogue answers from the same evidence.
"""

import contextlib
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from app.assistant import wording
from app.assistant.evidence import Candidate, Choice, Evidence
from app.assistant.grounding import Grounding
from app.assistant.understanding import Shelf, need_of_profile, understand_all, with_profile
from app.errors import ModelUnavailable
from app.extensions import db
from app.llm import gateway
from app.llm.gateway import ChatModelGateway
from app.llm.prompt import INSTRUCTIONS, Prompt, compose
from app.models.types import utc_now
from app.models.user import User
from app.services import candidate_service, conversation_service
from app.services.conversation_service import Exchange

log = structlog.get_logger("chat")

RECOMMENDED = 3
HEARTBEAT_SECONDS = 1.0
MOST_SENTENCES = 4  # The prompt asks for three; small models do not know when to stop.
FOR_ME = "What do you recommend for me?"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A customer's question. With `instrument_id` it is about this one instrument."""

    message: str
    session_id: str
    instrument_id: int | None = None
    limit: int = RECOMMENDED


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The whole answer, as the contract has it. `recommendations` are plain data, ready to be kept."""

    session_id: str
    message_id: int | None
    response: str
    recommendations: list[dict[str, Any]]
    source: str
    model: str | None
    stored: bool
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
    def __init__(self, model: ChatModelGateway):
        self._model = model

    def open_turn(self, user: User, asked: Asked) -> "ChatTurn":
        """Reads all that the turn needs and ends that transaction, so that nothing is held while the model writes."""
        user_id, profile = user.id, need_of_profile(user.preferences)
        recent = conversation_service.recent(user_id, asked.session_id)
        shelf = candidate_service.shelf()
        said = [turn.content for turn in recent.turns if turn.role == "user"]
        need = with_profile(understand_all([*said, asked.message], shelf), profile)
        if asked.instrument_id is None:
            evidence = candidate_service.evidence(need, asked.limit)
        else:
            evidence = candidate_service.evidence_about(need, asked.instrument_id)
        db.session.rollback()
        spoken = [turn for turn in recent.turns if turn.content]
        prompt = compose(wording.briefing(evidence), spoken, recent.first, asked.message, self._model.prompt_budget)
        return ChatTurn(self._model, user_id, asked, evidence, shelf, prompt)


@dataclass
class ChatTurn:
    """One turn under way. `events()` runs it once; closing that iterator is the customer's hang-up."""

    model: ChatModelGateway
    user_id: int
    asked: Asked
    evidence: Evidence
    shelf: Shelf
    prompt: Prompt
    asked_at: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        self._said: list[str] = []
        self._failure: str | None = None
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
                self._keep(interrupted=True)
            raise

    def _words(self) -> Iterator[Event]:
        try:
            yield from self._words_of_model()
        except ModelUnavailable as error:
            self._failure = error.reason
            log.warning("model unavailable", reason=error.reason, detail=str(error.__cause__ or error))
        if self._failure:
            yield from self._say(wording.answer(self.evidence))

    def _words_of_model(self) -> Iterator[Event]:
        """The model's sentences that hold. What fits is added in our words when it named none of it."""
        grounding = Grounding(self.evidence, self.shelf.brands, f"{INSTRUCTIONS} {wording.HEADING}", self.asked.message)
        try:
            with contextlib.closing(self.model.stream(self.prompt)) as stream:
                yield from self._checked(stream, grounding)
        finally:
            self._dropped = grounding.dropped
        if not self._said:
            raise ModelUnavailable("nothing_held", f"{grounding.dropped} sentences dropped")
        if self.evidence.relaxed or not grounding.named:
            yield from self._say(wording.addition(self.evidence))

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
        is_catalogue = self._failure is not None
        recommendations = [] if interrupted else [_card(choice) for choice in self.evidence.choices]
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
            source="catalog" if is_catalogue else "llm",
            model=None if is_catalogue else self.model.name,
            usage=usage,
            interrupted=interrupted,
        )
        message_id = conversation_service.keep(self.user_id, self.asked.session_id, exchange)
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
            message_id=message_id,
            response=exchange.answer,
            recommendations=recommendations,
            source=exchange.source,
            model=exchange.model,
            stored=message_id is not None,
            created_at=utc_now(),
            usage=usage,
        )

    def _elapsed_ms(self) -> int:
        return round((time.monotonic() - self._started) * 1000)


def new_session_id() -> str:
    return uuid.uuid4().hex


def _card(choice: Choice) -> dict[str, Any]:
    candidate: Candidate = choice.candidate
    return {
        "instrument_id": candidate.instrument_id,
        "name": candidate.name,
        "category": candidate.category,
        "daily_rate": f"{candidate.daily_rate:.2f}",
        "currency": candidate.currency,
        "reason": choice.reason,
        "units_available": candidate.units_available,
        "url": f"/api/instruments/{candidate.instrument_id}",
    }
