"""Whatever a model says, what is read of it holds: so says a judge that shares no rule with what checks the models."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.assistant import lies, shop, statements, words
from benchmarks.assistant.cases import catalogue
from benchmarks.assistant.lies import Liar, Saying
from benchmarks.assistant.statements import Heard
from tests.fakes import FakeChatModel

ASKED = {
    "a quiet piano under 20 a day, from Friday for two weeks": "en",
    "do you have a 3/4 violin?": "en",
    "what is the difference between a viola and a violin?": "en",
    "ein Digitalpiano für Anfänger": "de",
    "un piano numérique": "fr",
    "un piano digital para principiantes": "es",
    "un pianoforte digitale": "it",
    "بيانو رقمي": "ar",
}
NAMES = (
    "Kawai ES120",
    "Roland FP-30X digital piano",
    "Yamaha P-145",
    "Casio CDP-S110",
    "Gewa Allegro",
    "Steinway",
    "It",
)
DESCRIPTIONS = tuple(item.description.split() for item in catalogue() if item.category in ("digital-piano", "violin"))
BEGINNINGS = (
    "has",
    "is",
    "is for beginners,",
    "is a violin",
    "is for jazz",
    "hat",
    "ist",
    "a un",
    "est",
    "es",
    "è",
    "for",
)
NUMBERS = (
    "12.50",
    "56,25",
    "17",
    "3/4",
    "١٢٫٥٠",
    "€9",
    "two",
    "zwölf",
    "trois",
    "doce",
    "due",
    "ثلاثة",
    "14",
    "EUR",
    "euros",
)
NOISE = ("<think>", "</s>", "@@@@", "GGGG", "la la la", "[INST]", "Customer:", "fdsjk", "{name}", "\n\n", "🎻")
OTHER = (
    "deliver",
    "free",
    "discount",
    "tomorrow",
    "sorry",
    "yes",
    "no",
    "not",
    "gratis",
    "morgen",
    "nicht",
    "deposit",
    "week",
)


class Talk:
    """A shop with a scripted model, and its catalogue."""

    def __init__(self, folder: Path):
        model = FakeChatModel(scripts=[], asked=[])
        app = shop.open_shop(folder, chat_model=model, **lies.SETTINGS)
        self.customer, self.items = Liar(app, model), shop.items_by_id(app)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    return Talk(tmp_path_factory.mktemp("property"))


def everyday(language: str) -> list[str]:
    return sorted(" ".join(phrase) for phrase in words.table(language, "everyday"))


@st.composite
def described(draw: st.DrawFn) -> str:
    """Some words of a description in their order, said of any instrument."""
    said = draw(st.sampled_from(DESCRIPTIONS))
    first = draw(st.integers(0, len(said) - 1))
    words_of_it = said[first : first + draw(st.integers(1, 6))]
    return f"The {draw(st.sampled_from(NAMES))} {draw(st.sampled_from(BEGINNINGS))} {' '.join(words_of_it)}"


@st.composite
def sayings(draw: st.DrawFn) -> Saying:
    """A message, and what a model says to it: words in any order, cut into sentences."""
    asked = draw(st.sampled_from(sorted(ASKED)))
    language = draw(st.sampled_from([ASKED[asked], ASKED[asked], *words.LANGUAGES]))
    word = (
        st.sampled_from(everyday(language))
        | st.sampled_from(NAMES)
        | st.sampled_from(sorted({word for said in DESCRIPTIONS for word in said}))
        | st.sampled_from((*NUMBERS, *OTHER))
        | st.sampled_from(NOISE)
    )
    sentence = st.lists(word, min_size=1, max_size=5).map(" ".join) | described()
    end = st.sampled_from([". ", "! ", "? ", "; ", ", "])
    text = "".join(draw(st.lists(st.tuples(sentence, end).map("".join), min_size=1, max_size=4)))
    return Saying("", language, asked, text)


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(sayings())
def test_whatever_a_model_says_every_statement_that_is_read_holds(talk: Talk, saying: Saying):
    reply = talk.customer.reply(saying)
    told = Heard((saying.asked,), reply, talk.items, reply.get("language") or "en")
    assert statements.read(told).faults == [], (saying.text, reply["response"])
