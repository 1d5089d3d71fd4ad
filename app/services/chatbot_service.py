"""The assistant's turn: opened (what is asked, what the catalogue has), talked, recorded.

Code decides what fits; the model only words it, and of its words only those are sent that are known to hold. Without a
usable model the catalogue answers from the same evidence. The three parts are in `services/chat/`.
"""

import contextlib
import uuid
from collections.abc import Iterator

from app.errors import Unauthorized
from app.llm.gateway import ChatModelGateway
from app.models.user import User
from app.services.chat.cards import cards
from app.services.chat.opening import Opened, open_turn
from app.services.chat.record import Stopwatch, record
from app.services.chat.talk import Said, best_of, talk
from app.services.chat.turn import Asked, Card, Done, Event, Recommended, Reply, Started


class ChatbotService:
    """Answers customers with the given model. `lets_model_choose`: the model may pick among more candidates."""

    def __init__(self, model: ChatModelGateway, *, lets_model_choose: bool = False):
        self._model = model
        self._lets_model_choose = lets_model_choose

    def open_turn(self, user: User, asked: Asked) -> "ChatTurn":
        """Reads all that the turn needs and ends that transaction, so that nothing is held while the model writes."""
        watch = Stopwatch()
        opened = open_turn(user, asked, self._model.prompt_budget, lets_model_choose=self._lets_model_choose)
        return ChatTurn(opened, self._model, watch, model_chooses=self._lets_model_choose)


class ChatTurn:
    """One turn under way. `events()` runs it once; closing that iterator is the customer's hang-up."""

    def __init__(self, opened: Opened, model: ChatModelGateway, watch: Stopwatch, *, model_chooses: bool):
        self._opened = opened
        self._model = model
        self._watch = watch
        self._model_chooses = model_chooses
        self._said = Said(best_of(opened.evidence, [], opened.asked.limit))
        self._shown: list[Card] | None = None

    @property
    def language(self) -> str:
        """The language in which it is answered."""
        return self._opened.language

    def events(self) -> Iterator[Event]:
        """Started, Recommended, Tokens (and Waitings), Done. A hang-up keeps what had been sent."""
        is_kept = False
        try:
            yield Started(self._opened.asked.session_id)
            yield from self._recommend()
            yield from talk(self._opened, self._model, self._said, model_chooses=self._model_chooses)
            yield from self._recommend()
            reply = self._record(interrupted=False)
            is_kept = True
            yield Done(reply)
        except GeneratorExit:
            if not is_kept:
                with contextlib.suppress(Unauthorized):  # The account is gone: nobody is left to keep it for.
                    self._record(interrupted=True)
            raise

    def _recommend(self) -> Iterator[Recommended]:
        """The cards, unless the customer has just these already."""
        found = cards(self._said.evidence, self._opened.language)
        if found != self._shown:
            yield Recommended(found)
            self._shown = found

    def _record(self, *, interrupted: bool) -> Reply:
        return record(self._opened, self._said, self._shown or [], self._model, self._watch, interrupted=interrupted)


def new_session_id() -> str:
    return uuid.uuid4().hex
