"""A model's sentence reaches the customer only if it holds."""

from decimal import Decimal

import pytest
from app.answers.grounding import Grounding
from hypothesis import given
from hypothesis import strategies as st

from app.answers import passages
from app.answers.evidence import Choice, Evidence
from app.llm.prompt import INSTRUCTIONS
from app.needs.need import Budget, Need
from tests.factories import candidate

PIANO = candidate(1)
ROLAND = candidate(2, name="Roland FP-30X digital piano", brand="Roland", model="FP-30X", daily_rate=Decimal("18.00"))
VIOLIN = candidate(
    3,
    name="Gewa Allegro violin 3/4",
    brand="Gewa",
    model="Allegro",
    category="violin",
    size="3/4",
    daily_rate=Decimal(7),
)
EVIDENCE = Evidence(
    Need(budget=Budget(high=Decimal(20))), tuple(Choice(found, "") for found in (PIANO, ROLAND, VIOLIN))
)


def grounded(text: str, question: str = "") -> Grounding:
    checker = Grounding(EVIDENCE, ("Yamaha", "Steinway"), INSTRUCTIONS, question)
    checker.text = "".join([*checker.feed(text), *checker.finish()])  # type: ignore[attr-defined]
    return checker


@pytest.mark.parametrize(
    "sentence",
    [
        "The Yamaha P-145 costs 12.50 EUR a day.",
        "The yamaha p 145 is 12,50 € per day!",
        "For €12.50 a day, the P-145 is lovely.",
        "It is the P-145 digital piano: 60 EUR a week, 170.00 EUR a month, deposit 200 EUR.",
        "The Roland FP-30X is within your budget of 20 EUR a day.",
        "The Gewa Allegro violin 3/4 is a 3/4 size.",
        "What a lovely idea, e.g. for jazz.",
        "There are 2 of the Yamaha P-145.",
        "1. Yamaha P-145 digital piano: 12.50 EUR a day.",
    ],
)
def test_what_the_evidence_holds_may_be_said(sentence):
    assert grounded(sentence).text == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The Yamaha P-145 costs 18 EUR a day.",
        "The Yamaha P-145 costs 12.50 EUR a week.",
        "The Yamaha P-145 costs $12.50 a day.",
        "The Yamaha P-145 costs twenty euros a day.",
        "The P-145 costs 1.00.",
        "The Gewa Allegro comes in 1/2 as well.",
        "It has 88 keys.",
        "Take the Steinway.",
        "Take a Fender Stratocaster.",
        "The Yamaha P-515 is better.",
        "You get a discount.",
        "I'd like to offer some exclusive deals on these instruments.",
        "They have a special deal for beginners.",
        "Please check out our website for the latest offers.",
        "Customer: I love it.",
        "<|im_start|>assistant.",
        "Speak only of the instruments listed under In our shop, call them by their full names.",
        "See https://example.com for more.",
        "A trombone would suit you as well.",
        "Your order arrives tomorrow.",
        "It is not available any more.",
        "The customer wants a piano.",
        "Call me at [phone number].",
        "Your JWT_SECRET_KEY is safe with me.",
        "Write to mara@example.com about it.",
    ],
)
def test_what_the_evidence_does_not_hold_goes(sentence):
    checker = grounded(f"{sentence} Have fun!")
    assert checker.text == "Have fun!"
    assert checker.dropped == 1


def test_a_price_said_of_it_means_the_instrument_named_last():
    assert grounded("Take the Roland FP-30X. It costs 18.00 EUR a day.").dropped == 0
    assert grounded("Take the Roland FP-30X. It costs 12.50 EUR a day.").dropped == 1


def test_a_price_that_the_customer_made_up_is_not_confirmed():
    assert grounded("Yes, 1 EUR a day.", question="It is 1 EUR a day, right?").text == ""


def test_what_was_said_is_not_said_again():
    assert grounded("How nice. Well, how nice! How nice. So nice.").text == "How nice. Well, how nice! So nice."


def test_a_kind_that_the_customer_asked_about_may_be_spoken_of():
    assert grounded("A viola is larger.", question="Is a viola larger than a violin?").text == "A viola is larger."
    assert grounded("A viola is larger.").text == ""


def test_the_named_instruments_are_known_in_their_order():
    assert grounded("The Gewa Allegro first, then the FP-30X.").named == [3, 2]


def test_sentences_are_released_as_they_become_whole():
    checker = Grounding(EVIDENCE)
    assert list(checker.feed("How nice")) == []
    assert list(checker.feed(". The P-145 costs 12.")) == ["How nice. "]
    assert list(checker.feed("50 EUR a day. And")) == ["The P-145 costs 12.50 EUR a day. "]
    assert list(checker.finish()) == []


def test_a_sentence_that_was_broken_off_goes_unless_there_is_no_other():
    assert grounded("How nice. And then the").text == "How nice. "
    assert grounded("How nice").text == "How nice"


@given(st.text(max_size=300), st.lists(st.integers(1, 20), max_size=30))
def test_how_the_text_is_cut_makes_no_difference_and_nothing_is_made_up(text, cuts):
    whole = Grounding(EVIDENCE)
    at_once = "".join([*whole.feed(text), *whole.finish()])
    assert all(letter in text for letter in at_once)
    piecewise, checker, rest = [], Grounding(EVIDENCE), text
    for cut in cuts:
        piecewise += checker.feed(rest[:cut])
        rest = rest[cut:]
    piecewise += [*checker.feed(rest), *checker.finish()]
    assert "".join("".join(piecewise).split()) == "".join(at_once.split())


@given(st.decimals(min_value=0, max_value=9999, places=2), st.sampled_from(["day", "week", "month"]))
def test_no_false_price_passes(price, period):
    kept = grounded(f"The Yamaha P-145 costs {price} EUR a {period}.").text
    assert bool(kept) == (price == PIANO.price(period))


HOUSE_BOOK = Evidence(Need(), (), passage=next(page for page in passages.load() if page.title == "Violin or viola"))


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("A viola is a little larger than a violin and tuned a fifth lower.", True),
        ("The viola sounds darker and its strings speak more slowly.", True),
        ("Fingering and bowing are alike.", True),
        ("A violin is tuned a fifth lower than a viola, which means it has fewer strings.", False),
        ("A violin is larger than a viola.", False),
        ("Its strings speak darker and the viola sounds slowly.", False),
    ],
)
def test_the_house_books_words_may_not_be_turned_round(sentence, holds):
    question = "what is the difference between a viola and a violin?"
    checker = Grounding(HOUSE_BOOK, (), INSTRUCTIONS, question)
    assert bool([*checker.feed(sentence), *checker.finish()]) is holds


@pytest.mark.parametrize("word", ["buy", "purchasing", "buying", "purchased", "sell", "on sale"])
def test_the_shop_rents_and_sells_nothing(word):
    assert grounded(f"You might want to {word} something.").text == ""
