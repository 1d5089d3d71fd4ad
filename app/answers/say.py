"""An answer in the customer's language, made of the evidence alone: all of it, or what a model's words leave out."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.answers import about, compare, facts, phrases, say_own, say_parts, taking
from app.answers.evidence import Choice, Evidence
from app.answers.phrases import Phrases, capitalised
from app.answers.sentences import SENTENCE_END
from app.needs import heard_days
from app.needs.facets.days import Days
from app.needs.facets.declined import Declined
from app.needs.intent import Kind
from app.needs.reason import Price
from app.rental.offer import Offer
from app.rental.pricing import Per
from app.speech.language import language_of
from app.speech.marks import Fact


def opening(evidence: Evidence, language: str) -> str:
    """What the customer hears first and at once: that the days are over, say, and what the house book answers."""
    saying = _Saying(evidence, phrases.of(language))
    told = [] if evidence.asked or evidence.is_taken else saying.passage()
    return _joined(*map(saying.phrases.notice, evidence.notices), *told)


def answer(evidence: Evidence, language: str) -> str:
    """All that follows, where no model speaks."""
    saying = _Saying(evidence, phrases.of(language))
    return _joined(*saying.body(), saying.open_question())


def completion(evidence: Evidence, language: str) -> str:
    """What must stand behind a model's words to make the answer whole: all that only we may say."""
    saying = _Saying(evidence, phrases.of(language))
    question = saying.text("what_to_play") if evidence.asks else ""
    return _joined(*saying.shown(), question, saying.open_question())


def reason(choice: Choice, language: str) -> str:
    """Why this is recommended, and which limit gave way for it."""
    return phrases.of(language).reasons(choice.reasons)


@dataclass(frozen=True)
class _Saying:
    """The sentences about one evidence in the phrases of one language."""

    evidence: Evidence
    phrases: Phrases

    def body(self) -> list[str]:
        evidence = self.evidence
        if evidence.own is not None:
            return say_own.sentences(evidence.own, self.phrases)
        if evidence.kind is Kind.COMPARE and evidence.compared:
            return compare.compared(evidence, self.phrases)
        if evidence.subject is not None and (evidence.asked or evidence.is_taken):
            return self._asked(evidence.subject)
        if evidence.passage is not None or evidence.kind is Kind.FOREIGN:
            return self.shown() if evidence.choices else []
        if evidence.parts:
            return say_parts.sentences(evidence, self.phrases)
        if evidence.subject is not None:
            return self._about(evidence.subject)
        if evidence.kind is Kind.THANKS:
            return [self.text("thanks")]
        if evidence.kind is Kind.UNANSWERED:
            return [self.text("unanswered")]
        if evidence.kind is Kind.OFF_TOPIC:
            return [self.text("off_topic"), self.text("what_to_play")]
        if not evidence.choices or evidence.relaxed:
            return self.shown()
        if evidence.asks:
            return self._invitation()
        return self._recommendation()

    def passage(self) -> list[str]:
        """The house book's own words, and where they come from."""
        passage = self.evidence.passage
        if passage is None:
            return []
        is_translated = passage.language == self.phrases.texts.language
        words = passage.text if is_translated else self.phrases.quoted(passage.text)
        missing = "" if is_translated else self.text("only_in_english")
        source = "" if passage.tells == "plainly" else self.text("source", title=passage.title)
        return [words, missing, source]

    def shown(self) -> list[str]:
        """What is shown with its prices, or that nothing is, and which limit stands in the way."""
        evidence = self.evidence
        if evidence.parts:
            return say_parts.sentences(evidence, self.phrases)
        if evidence.relaxed:
            return [self._nothing(), *self._nearest()]
        if evidence.subject is not None and not evidence.choices:
            return [self._taken(evidence.subject)]
        if not evidence.choices:
            return [self._nothing()] if evidence.kind in (Kind.WISH, Kind.GREETING, Kind.UNCLEAR) else []
        return [self._when("from_shop", offers=self._listed(evidence.choices))]

    def open_question(self) -> str:
        """What must be asked before a price and a reservation are possible: when, or for how long."""
        days = self.evidence.need[Days]
        if days.start is None and any(notice.name in heard_days.ASKING for notice in self.evidence.notices):
            return self.text("which_days")
        if self.evidence.is_taken:
            return ""
        if self.evidence.lacks_kind:
            return self.text("which_kind")
        is_wish = self.evidence.kind in (Kind.WISH, Kind.ABOUT) and bool(self.evidence.choices)
        if not is_wish or (days.start is None) == (days.days is None):
            return ""
        return self.text("how_long" if days.days is None else "when")

    def text(self, name: str, /, **words: str) -> str:
        return self.phrases.say(f"answer.{name}", **words)

    def _recommendation(self) -> list[str]:
        first, *others = self.evidence.choices
        return [
            self._taken_up(),
            capitalised(self._recommended(first)),
            self.phrases.reasons(first.reasons),
            self._first_described(first.offer),
            self.text("also", offers=self._listed(tuple(others))) if others else "",
        ]

    def _pieces(self, choice: Choice) -> str:
        """As many as are wanted, where there are so many; what they cost together only where that was asked."""
        is_enough = choice.offer.units_available >= choice.quantity
        pieces = choice.quantity if is_enough else 1
        return self.phrases.offer(choice.offer, pieces, with_sum=self.evidence.tells_sum)

    def _recommended(self, first: Choice) -> str:
        if first.quantity > 1:
            return self._when("recommend_pieces", offer=self._pieces(first))
        return self._when("recommend", offer=self.phrases.offer(first.offer))

    def _taken_up(self) -> str:
        """The kind that was asked for; of limits and levels the reasons tell, each beside its instrument."""
        kinds = [part for part in self.evidence.need.wish() if part.name == "kinds"]
        return self.text("gladly", wish=self.phrases.wish(kinds)) if kinds else ""

    def _invitation(self) -> list[str]:
        welcome = self.text("welcome") if self.evidence.kind is Kind.GREETING else ""
        return [welcome, self.text("what_to_play"), self.text("until_then", offers=self._listed(self.evidence.choices))]

    def _asked(self, offer: Offer) -> list[str]:
        """The facts that were asked for, how it is reserved if it is wanted, and what the house book adds."""
        if Fact.ALL in self.evidence.asked:
            return self._about(offer)
        told = about.answered(self.evidence, offer, self.phrases)
        is_free = bool(self.evidence.choices)
        wanted = taking.taken(self.evidence, offer, self.phrases) if self.evidence.is_taken and is_free else []
        return [*told, *wanted, "" if is_free else self._taken(offer), *self.passage()]

    def _about(self, offer: Offer) -> list[str]:
        kind = f"{capitalised(self.phrases.kind(offer.category))}."
        described = self._described(offer)
        levels = self.phrases.listed(self.phrases.level(level) for level in offer.skill_levels)
        prices = [Price(offer.price(per), offer.currency, per) for per in (Per.DAY, Per.WEEK, Per.MONTH)]
        rates = dict(zip(("day", "week", "month"), map(self.phrases.price, prices), strict=True))
        rates["deposit"] = self.phrases.amount(offer.deposit, offer.currency)
        total = self._total(offer)
        places = self.phrases.listed(offer.locations)
        return [
            self.text("about", name=offer.name, described=described or kind),
            self.text("suits", levels=levels) if levels else "",
            self.text("rates_total", total=total, **rates) if total else self.text("rates", **rates),
            self.text("free_at", days=self._days(), places=places) if places else self._taken(offer),
        ]

    def _described(self, offer: Offer) -> str:
        """The catalogue's description, unless it is written in another language than the customer's."""
        described = facts.description(offer)
        is_foreign = language_of(described) not in (None, self.phrases.texts.language)
        return "" if is_foreign else described

    def _first_described(self, offer: Offer) -> str:
        """What its description says first."""
        return next(iter(SENTENCE_END.split(self._described(offer))), "")

    def _nothing(self) -> str:
        need = self.evidence.need
        if self.evidence.relaxed is Declined:
            return self._seen_all()
        if need.is_empty and need[Days].start is None:
            return self.text("empty_shop")
        known = self.phrases.wish(need.wish())
        if known:
            return self.text("nothing", days=self._days(), wish=known)
        return self.text("nothing_plain", days=self._days())

    def _seen_all(self) -> str:
        known = self.phrases.wish(self.evidence.need.wish())
        if known:
            return self.text("seen_all", days=self._days(), wish=known)
        return self.text("seen_all_plain", days=self._days())

    def _nearest(self) -> list[str]:
        relaxed, choices = self.evidence.relaxed, self.evidence.choices
        if relaxed is Declined:
            return [self.text("seen_again", offers=self._listed(choices))]
        later = [choice for choice in choices if choice.relaxed is Days]
        others = tuple(choice for choice in choices if choice.relaxed is not Days)
        offered = self._joint(
            self.phrases.say("offer.later", offer=self.phrases.offer(choice.offer), days=self._days_of(choice.offer))
            for choice in later
        )
        return [
            self.phrases.say(f"in_the_way.{relaxed.NAME}") if relaxed else "",
            self.text("later", offers=offered) if later else "",
            self.text("nearest_then" if later else "nearest", offers=self._listed(others)) if others else "",
        ]

    def _taken(self, offer: Offer) -> str:
        if offer.start is None:
            return self.text("taken", name=offer.name, days=self._days())
        return self.text("taken_until", name=offer.name, days=self._days(), day=self.phrases.day(offer.start))

    def _when(self, name: str, /, **words: str) -> str:
        """The text, or the one that says the days as well once a first one is known."""
        if self.evidence.need[Days].start is None:
            return self.text(name, **words)
        return self.text(f"{name}_then", days=self._days(), **words)

    def _days(self) -> str:
        days = self.evidence.need[Days]
        return self.phrases.days(days.start, days.period)

    def _days_of(self, offer: Offer) -> str:
        return self.phrases.days(offer.start, offer.period)

    def _listed(self, choices: tuple[Choice, ...]) -> str:
        return self._joint(self._with_deposit(choice) for choice in choices)

    def _with_deposit(self, choice: Choice) -> str:
        """Its deposit is told beside a passage that is about deposits."""
        offer, passage = choice.offer, self.evidence.passage
        priced = self._pieces(choice)
        if passage is None or passage.tells != "deposit":
            return priced
        return self.phrases.say(
            "offer.with_deposit", offer=priced, deposit=self.phrases.amount(offer.deposit, offer.currency)
        )

    def _total(self, offer: Offer) -> str:
        """`63.00 EUR for 7 days`; nothing as long as the number of days is not known."""
        if offer.total is None or not offer.days:
            return ""
        return self.phrases.price(Price(offer.total, offer.currency, Per.TOTAL, offer.days))

    def _joint(self, offers: Iterable[str]) -> str:
        return self.phrases.say("joint.offers").join(offers)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
