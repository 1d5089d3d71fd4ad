"""The middle of a turn: the model's sentences that hold, then our own words; without a model, ours alone."""

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import structlog

from app.answers import say
from app.answers.evidence import Choice, Evidence
from app.answers.ground import Grounding
from app.errors import ModelUnavailable
from app.llm import gateway
from app.llm.gateway import ChatModelGateway
from app.observability import metrics, traces
from app.services.chat.opening import Opened
from app.services.chat.turn import Token, Waiting

HEARTBEAT_SECONDS = 1.0
MOST_SENTENCES = 3  # The prompt asks for two; small models do not know when to stop.
log = structlog.get_logger("chat")


@dataclass
class Said:
    """What was said so far, and by whom: filled while a turn talks, complete when it has ended.

    `evidence` is what the answer shows in the end: a model that may choose changes its order.
    """

    evidence: Evidence
    text: str = ""
    is_of_model: bool = False
    failure: str | None = None
    kept: int = 0
    dropped: int = 0
    usage: gateway.Finished = field(default_factory=gateway.Finished)
    first_token_ms: int | None = None


def talk(opened: Opened, model: ChatModelGateway, said: Said, *, model_chooses: bool) -> Iterator[Token | Waiting]:
    """The answer word by word. What the customer was sent is noted in `said` after it was taken."""
    yield from _say(say.opening(opened.evidence, opened.language), said)
    has_model_spoken = False
    if opened.evidence.has_room_for_model:
        spoken = len(said.text)
        yield from _model_talks(opened, model, said, model_chooses=model_chooses)
        has_model_spoken = len(said.text) > spoken
    ours = say.completion if has_model_spoken else say.answer
    yield from _say(ours(said.evidence, opened.language), said)


def _model_talks(
    opened: Opened, model: ChatModelGateway, said: Said, *, model_chooses: bool
) -> Iterator[Token | Waiting]:
    """The model's sentences that hold. A failure is noted: our own words follow in any case."""
    offers = opened.evidence.candidates
    grounding = Grounding(offers, opened.language, opened.asked.message)
    started = time.monotonic()
    try:
        with contextlib.closing(model.stream(opened.prompt)) as stream:
            yield from _checked(stream, grounding, said, started)
        if not grounding.kept:
            raise ModelUnavailable("nothing_held", f"{grounding.dropped} sentences dropped")
    except ModelUnavailable as error:
        said.is_of_model, said.failure = False, error.reason
        log.warning("model unavailable", reason=error.reason, detail=error.detail)
    finally:
        said.kept, said.dropped = grounding.kept, grounding.dropped
        _note(model, time.monotonic() - started, said)
    if model_chooses:
        said.evidence = best_of(opened.evidence, grounding.named, opened.asked.limit)


def _checked(
    stream: Iterator[gateway.Event], grounding: Grounding, said: Said, started: float
) -> Iterator[Token | Waiting]:
    """The sentences that hold, until there are enough; a Waiting where none became whole for a second."""
    told_at = started
    for event in stream:
        if isinstance(event, gateway.Finished):
            said.usage = event
        if isinstance(event, gateway.Text):
            said.first_token_ms = said.first_token_ms or round((time.monotonic() - started) * 1000)
            for sentence in grounding.feed(event.text):
                said.is_of_model = True
                yield from _say(sentence, said)
                told_at = time.monotonic()
        if grounding.kept >= MOST_SENTENCES:
            return
        if time.monotonic() - told_at >= HEARTBEAT_SECONDS:
            yield Waiting()
            told_at = time.monotonic()
    for sentence in grounding.finish():
        said.is_of_model = True
        yield from _say(sentence, said)


def _say(text: str, said: Said) -> Iterator[Token]:
    spaced = f" {text.strip()}" if said.text else text.strip()
    for word in re.findall(r"\s*\S+", spaced):
        yield Token(word)
        said.text += word


def _note(model: ChatModelGateway, seconds: float, said: Said) -> None:
    metrics.model_waited(seconds)
    traces.model_asked(model.name, seconds, said.failure, said.usage.prompt_tokens, said.usage.completion_tokens)


def best_of(evidence: Evidence, named: list[int], limit: int) -> Evidence:
    """What is shown of the evidence. Where the model may choose, what it named comes first, in its order; not among
    several different things that are wanted.
    """
    if evidence.parts:
        return evidence

    def order(choice: Choice) -> int:
        number = choice.offer.instrument_id
        return named.index(number) if number in named else len(named)

    return replace(evidence, choices=tuple(sorted(evidence.choices, key=order)[:limit]))
