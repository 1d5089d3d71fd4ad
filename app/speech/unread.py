"""The words of a wish that describe what is wanted, and that nothing here can use: `a purple violin`.

They are found by where they stand, so that side stories stay out: right before or behind an instrument, behind a
"with", a name behind an "in" or a "by". What the catalogue can use after all is taken away later: this room does not
know it (`app/services/chat/unread.py`). A harmless word that is named as not understood is worse than one that is
passed over.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from itertools import takewhile

from app.speech import descriptions, features, lexicon
from app.speech.lexicon import Phrase
from app.speech.marks import Mark
from app.speech.words import DAYS, LENGTH, ends
from app.speech.written import Written

NAMES = ("unread", "elsewhere")
FEWEST_LETTERS = 3
ANY_LENGTH = 1  # Of names.
MOST_BEFORE, MOST_BEHIND, MOST_DESCRIBED, MOST_NAMED = 3, 2, 4, 3
BREAKS = {",", ".", "!", "?", ":", LENGTH, DAYS}
FEW_WORDS = 5  # Of a message that asks for no more than another place.
ANCHORS = ("kind", "absent", "adjective")


EXAMPLES = {
    "en": [
        ("a purple violin", ["purple"]),
        ("two purple violins", ["purple"]),
        ("two decent glittery ukuleles", ["glittery"]),
        ("a cello with a pickup and five spare pegs", ["pickup", "five spare pegs"]),
        ("does the oboe come with a swab?", ["swab"]),
        ("a guitar made of carbon", ["carbon"]),
        ("a ukulele in turquoise", ["turquoise"]),
        ("can I collect a trumpet in Sheffield?", ["Sheffield"]),
        ("is there a branch near Newcastle upon Tyne?", ["Newcastle"]),
        ("a piano by Gaveau", ["Gaveau"]),
        ("from Friday for two weeks, a cello in Sheffield", ["Sheffield"]),
        ("a clamp for my banjo", ["clamp"]),
        ("a five-string bass for a gig", ["five-string"]),
        ("a keyboard with 61 keys", ["61 keys"]),
    ],
    "de": [
        ("eine lila Geige", ["lila"]),
        ("eine Geige mit Kinnhalter und Schulterstütze", ["Kinnhalter", "Schulterstütze"]),
        ("eine Gitarre aus Palisander", ["Palisander"]),
        ("kann ich ein Cello in Dresden abholen?", ["Dresden"]),
        ("eine 12-saitige Gitarre", ["12-saitige"]),
        ("ein Dämpfer für eine Trompete", ["Dämpfer"]),
    ],
    "fr": [
        ("une guitare violette pour ma fille", ["violette"]),
        ("un violon avec une mentonnière", ["mentonnière"]),
        ("une flûte à retirer à Grenoble", ["Grenoble"]),
        ("une guitare à 12 cordes", ["12 cordes"]),
        ("une sourdine pour trompette", ["sourdine"]),
    ],
    "es": [
        ("una guitarra morada para mi hijo", ["morada"]),
        ("un violín con mentonera", ["mentonera"]),
        ("un chelo para recoger en Granada", ["Granada"]),
        ("una guitarra de doce cuerdas", ["doce cuerdas"]),
        ("una sordina para trompeta", ["sordina"]),
    ],
    "it": [
        ("una chitarra turchese per mia figlia", ["turchese"]),
        ("un violino con mentoniera", ["mentoniera"]),
        ("una tromba da ritirare a Bologna", ["Bologna"]),
        ("una chitarra a 12 corde", ["12 corde"]),
        ("una sordina per tromba", ["sordina"]),
    ],
    "ar": [("أريد كمان أحمر", ["أحمر"]), ("جيتار مع حامل", ["حامل"])],
}

# Side stories, harmless words, and what others read.
COUNTEREXAMPLES = {
    "en": [
        "we've got family staying and would love a piano",
        "a nice big old violin for my daughter",
        "I practise the cello with my grandmother",
        "a trumpet in case it rains",
        "a clarinet in time for the concert",
        "my wife and I met in Paris, she plays the harp",
        "a guitar to play with friends round the campfire",
        "a left-handed guitar by Friday",
        "A VIOLIN IN A HURRY PLEASE",
        "lookng for a violin",
        "is the violin hard?",
    ],
    "de": ["eine schöne alte Geige", "ein Klavier mit meinem Bruder spielen", "eine Gitarre in Ordnung bringen"],
    "fr": ["une belle guitare pas chère svp", "un violon pour la fête de Zoé", "le violon coûte combien"],
    "es": ["una guitarra buena y barata", "un piano para tocar con mi hermana", "una guitarra porfa"],
    "it": ["una bella chitarra usata", "il violino di mio fratello", "una tromba in prestito"],
    "ar": ["كمان لابنتي", "جيتار جيد ورخيص", "أريد بيانو للإيجار"],
}


def find(tokens: Sequence[str], marks: Sequence[Mark], language: str, written: Callable[[], Written]) -> Iterator[Mark]:
    """The marks of what is unread, each with its words as they were written: of a place that is named
    (`elsewhere`), or of anything else (`unread`).

    `marks` are all that were found otherwise; `written` is asked for only where there may be something.
    """
    text = _Text(tokens, marks, language)
    named = list(text.named(written))
    spans = [*named, *text.described(but={start for _, start, _ in named})]
    reached = 0
    for name, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if start >= reached:
            reached = end
            yield Mark(name, written().text(start, end), start, end)


class _Text:
    def __init__(self, tokens: Sequence[str], marks: Sequence[Mark], language: str):
        self._tokens, self._words = tokens, descriptions.of(language)
        self._covered = {
            place for mark in marks if not descriptions.is_open(mark) for place in range(mark.start, mark.end)
        }
        self._numbers = {place for mark in marks if mark.name == "number" for place in range(mark.start, mark.end)}
        self._parts = {mark.end for mark in marks if mark.name == "number" and self._is_part(mark.end)}
        self._anchors = [
            mark for mark in marks if mark.name in ANCHORS and not mark.is_negated and not mark.is_background
        ]

    def described(self, but: Collection[int]) -> Iterator[tuple[str, int, int]]:
        """Before and behind an instrument; not again what begins where a name does."""
        for span in self._described():
            if span[1] not in but:
                yield span

    def _described(self) -> Iterator[tuple[str, int, int]]:
        for anchor in self._anchors:
            yield from self._within(anchor)
            yield from self._before(anchor)
            yield from self._behind(anchor)
            yield from self._having(anchor)

    def named(self, written: Callable[[], Written]) -> Iterator[tuple[str, int, int]]:
        """Names of places anywhere, of makers behind an instrument."""
        words = self._words
        for place in range(1, len(self._tokens)):
            if not (
                self._is_free(place, ANY_LENGTH) and ends(self._tokens, place, words.place) and written().named(place)
            ):
                continue
            end = self._end_of_name(place, written())
            if self._is_for_collecting(place - 1, end):
                yield ("elsewhere" if self._is_a_place(place, end) else "unread"), place, end
        for anchor in self._anchors:
            start = self._after(anchor.end, words.by)
            if start and self._is_free(start, ANY_LENGTH) and written().named(start):
                yield "unread", start, self._end_of_name(start, written())

    def _within(self, anchor: Mark) -> Iterator[tuple[str, int, int]]:
        """`five-string bass`, where that is a name: how many there are is more than the name's kind says."""
        for part in self._parts:
            start = part
            while start - 1 in self._numbers:
                start -= 1
            if anchor.start <= start and part < anchor.end:
                yield "unread", start, part + 1

    def _before(self, anchor: Mark) -> Iterator[tuple[str, int, int]]:
        """`a purple violin`, `a mute for a trumpet`"""
        start = self._start_of_free(anchor.start)
        while start - 1 in self._numbers and start in self._parts:
            start -= 1
        may_begin = self._words.may_precede and self._begins_there(start)
        if start < anchor.start and (may_begin or start + 1 in self._parts):
            yield "unread", start, anchor.start
        end = anchor.start - self._is_at(anchor.start - 1, self._words.determiner)
        end -= self._is_at(end - 1, self._words.possessive)
        start = self._start_of_free(end - 1)
        if self._is_at(end - 1, self._words.purpose) and start < end - 1 and self._begins_there(start):
            yield "unread", start, end - 1

    def _start_of_free(self, end: int) -> int:
        """Where the words begin that end here and of which nothing is known."""
        start = end
        while start > 0 and end - start < MOST_BEFORE and self._is_free(start - 1):
            start -= 1
        return start

    def _behind(self, anchor: Mark) -> Iterator[tuple[str, int, int]]:
        end = self._after(anchor.end, self._words.place | self._words.by | self._words.having) or anchor.end
        counted = next((place for place in sorted(self._parts) if set(range(end, place)) <= self._numbers), None)
        if counted is not None and counted > end:
            yield "unread", end, counted + 1
            return
        end = anchor.end
        if self._words.may_follow and self._begins_there(anchor.start):
            while end < len(self._tokens) and end - anchor.end < MOST_BEHIND and self._is_free(end):
                end += 1
        if end > anchor.end and not self._goes_on(end):
            yield "unread", anchor.end, end
        start = self._after(anchor.end, self._words.inside)
        if start and self._is_free(start) and tuple(self._tokens[anchor.end : start + 1]) not in self._words.adverb:
            yield "unread", start, start + 1

    def _having(self, anchor: Mark) -> Iterator[tuple[str, int, int]]:
        """`with a pickup and a strap`"""
        place = anchor.end
        while place < len(self._tokens) and (place in self._covered or self._is_at(place, self._words.comes)):
            place += 1
        start = self._after(place, self._words.having)
        while start:
            if self._is_at(start, self._words.possessive):
                return
            begin = start + self._is_at(start, self._words.determiner)
            end = begin
            while end < len(self._tokens) and end - begin < MOST_DESCRIBED and self._describes(end):
                end += 1
            telling = [place for place in range(begin, end) if self._is_free(place, 2)]
            if not telling:
                return
            yield "unread", begin, telling[-1] + 1
            start = self._after(end, _joints()) or 0

    def _is_for_collecting(self, start: int, end: int) -> bool:
        """Whether an instrument or a branch is wanted there: somebody who lived in Paris only tells of it."""
        before = start - 1
        while before >= 0 and (self._tokens[before] in BREAKS or self._is_at(before, self._words.determiner)):
            before -= 1
        is_behind = any(anchor.start <= before < anchor.end for anchor in self._anchors) or before in self._covered
        return is_behind or self._is_beside_branch(before, end) or len(self._tokens) <= FEW_WORDS

    def _may_be_named(self, place: int) -> bool:
        """Where a script has no capitals, a branch must stand beside it."""
        word = self._tokens[place]
        return word.upper() == word.lower() and self._is_beside_branch(place - 2, place + 1)

    def _is_beside_branch(self, before: int, end: int) -> bool:
        """Whether one of the few words before it in its clause, or the one behind it, speaks of a branch."""
        branch = self._words.branch
        earlier = range(before, max(before - MOST_BEFORE, -1), -1)
        near = list(takewhile(lambda place: self._tokens[place] not in BREAKS, earlier))
        return any(self._is_at(place, branch) for place in (*near, end))

    def _is_a_place(self, start: int, end: int) -> bool:
        """Where every noun is written like a name, only a branch tells a place: `in Schwarz`."""
        before = start - 2
        return not self._words.has_capital_nouns or self._is_beside_branch(before, end)

    def _describes(self, place: int) -> bool:
        return self._is_free(place, 2) or place in self._numbers or self._is_at(place, self._words.plain)

    def _after(self, place: int, phrases: frozenset[Phrase]) -> int | None:
        """The place behind one of these phrases, if one stands right here."""
        for length in (3, 2, 1):
            if tuple(self._tokens[place : place + length]) in phrases and place + length < len(self._tokens):
                return place + length
        return None

    def _is_part(self, place: int) -> bool:
        """`five strings`, `88-key`"""
        return place < len(self._tokens) and self._tokens[place] in features.parts()

    def _is_at(self, place: int, phrases: frozenset[Phrase]) -> bool:
        return place >= 0 and tuple(self._tokens[place : place + 1]) in phrases

    def _begins_there(self, start: int) -> bool:
        """Whether what is wanted may begin here: behind an article, a number, a wish, or with the message. Plain words
        may stand between.
        """
        while self._is_at(start - 1, self._words.plain):
            start -= 1
        if not start:
            return not self._words.may_follow
        if start - 1 in self._covered or self._tokens[start - 1] in BREAKS:
            return True
        return self._is_at(start - 1, self._words.determiner) or self._is_at(start - 1, self._words.wanting)

    def _goes_on(self, end: int) -> bool:
        """Whether a verb may have been taken for an adjective: more words follow that nothing is known of."""
        return end < len(self._tokens) and end not in self._covered and self._is_free(end)

    def _end_of_name(self, start: int, written: Written) -> int:
        end, chunk = start, written.at(start)
        while (
            chunk
            and end - start < MOST_NAMED
            and (end == start or (chunk.is_capital and self._is_free(end, ANY_LENGTH)))
        ):
            end = chunk.end
            chunk = written.at(end)
        return end

    def _is_free(self, place: int, fewest: int = FEWEST_LETTERS) -> bool:
        """Whether nothing is known of the word that stands here; a name is taken for no slip of the pen."""
        word = self._tokens[place]
        if place in self._parts:
            return True
        if (
            place in self._covered
            or self._is_at(place, self._words.branch)
            or len(word) < fewest
            or not word.isalpha()
            or descriptions.is_known(word)
        ):
            return False
        return fewest == ANY_LENGTH or not descriptions.is_slip(word)


@cache
def _joints() -> frozenset[Phrase]:
    return frozenset({*lexicon.load().joints["and"], (",",)})
