"""What only code may say: numbers, amounts and days, found in figures and in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.speech import figures, languages, lexicon
from app.speech.figures import states_a_number_or_day

TOLD = [(language, text) for language, texts in figures.EXAMPLES.items() for text in texts]
UNTOLD = [(language, text) for language, texts in figures.COUNTEREXAMPLES.items() for text in texts]


def test_there_are_examples_in_each_language():
    assert set(figures.EXAMPLES) == set(figures.COUNTEREXAMPLES) == set(languages.known())


@pytest.mark.parametrize(("language", "text"), TOLD)
def test_it_states_a_number_or_a_day(language, text):
    assert states_a_number_or_day(text)


@pytest.mark.parametrize(("language", "text"), UNTOLD)
def test_it_states_none(language, text):
    assert not states_a_number_or_day(text)


@given(
    st.sampled_from(
        [(value, said) for _, value, numbers in languages.meanings("numbers", "number") for said in numbers]
    )
)
def test_every_number_word_before_a_currency_is_a_number(number):
    assert states_a_number_or_day(f"{number[1]} euro")


@given(st.text(max_size=60), st.sampled_from("0123456789٠١٢٣٤٥٦٧٨٩०१²½Ⅳ€$£¥%"), st.text(max_size=60))
def test_every_digit_and_every_sign_of_money_counts(before, sign, behind):
    assert states_a_number_or_day(before + sign + behind)


def test_the_names_of_days_and_months_count_in_each_language():
    days = lexicon.date_words()
    names = [" ".join(name) for name in (*days.weekdays, *(days.months.keys() - days.shy_months))]
    assert [name for name in names if not states_a_number_or_day(name)] == []
