"""A model that repeats itself is noticed; people who repeat themselves are not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.llm.babble import Babble

REPEATED = [
    *("G", "@", "!", "?", ".", "!?", "=-", "的", "G ", "la ", "ha", "ó", "لا ", "\ud55c", "1, ", "- "),
    *("yes and no ", "the best and ", "A violin is a violin. ", "Klavier, Klavier "),
    *("I recommend the Yamaha P-145.\n", "Ich empfehle Ihnen gern das Yamaha P-145, es ist leicht und leise. "),
    "Je vous recommande ce piano, parce qu'il est silencieux, léger, et parce que vous habitez en ville. ",
]
SENSE = [
    "No, no, no, no: that is too loud. Very, very, very, very quiet it must be!",
    "Ha ha ha ha ha! Hmmmmmmmm… Sooooooooo good!!!!!!!!!! ..........",
    "The piano is quiet. The piano is light. The piano is new. The piano is yours.",
    "- Yamaha P-145\n- Yamaha P-225\n- Yamaha P-525\n- Yamaha P-515\n- Yamaha P-125",
    "| Name | Size |\n|---|---|\n| A | 3/4 |\n| B | 4/4 |\n------------------------",
    "Wenn Fliegen hinter Fliegen fliegen, fliegen Fliegen Fliegen nach. Das, das, das das Kind spielt, ist leise.",
    "Si six scies scient six cyprès, six cent six scies scient six cent six cyprès.",
    "Nous nous sommes vus, vous vous êtes tus. Pas à pas, petit à petit, peu à peu, de temps en temps.",
    "Tres tristes tigres tragaban trigo en tres tristes trastos. Sí, sí, sí, claro que sí. Paso a paso, poco a poco.",
    "Trentatré trentini entrarono a Trento, tutti e trentatré trotterellando. Piano piano, pian pianino, così così.",
    "شيئا فشيئا، يوما بعد يوم، خطوة بخطوة. هذا البيانو جيد جدا جدا جدا، وهذا الكمان جيد أيضا.",
    "Step by step, day by day, bit by bit, one by one, little by little, note by note, side by side.",
    "Buffalo buffalo Buffalo buffalo buffalo.",
    "1, 2, 3, 4; 1, 2, 3, 4; and again: 1, 2, 3, 4.",
]


def heard(text: str) -> Babble:
    babble = Babble()
    for start in range(0, len(text), 4):  # As long as the usual token.
        babble.feed(text[start : start + 4])
    return babble


@pytest.mark.parametrize("piece", REPEATED)
def test_the_same_again_and_again_is_heard_soon_and_what_came_before_it_is_known(piece):
    once = piece.strip() if len(piece.split()) >= 5 else ""
    assert heard(piece * 60).sense.strip() == once
    babble = Babble()
    babble.feed("A fine choice for you! ")
    said = 0
    while not babble.is_heard:
        babble.feed(piece)
        said += 1
        assert said <= 40
    assert babble.sense.strip() == f"A fine choice for you! {once}".strip()


@pytest.mark.parametrize("text", SENSE)
def test_people_repeat_themselves_too(text):
    babble = heard(text)
    assert not babble.is_heard
    assert babble.sense == text


@settings(deadline=None)
@given(st.lists(st.sampled_from(SENSE), unique=True).map(" ".join))
def test_sentences_that_follow_one_another_are_no_repetition(text):
    assert not heard(text).is_heard


def test_a_long_answer_costs_no_more_a_piece_than_a_short_one():
    babble = Babble()
    babble.feed("".join(f"word{number} " for number in range(50_000)))
    started = time.perf_counter()
    for number in range(100):
        babble.feed(f"more{number} ")
    assert time.perf_counter() - started < 1
    assert not babble.is_heard
