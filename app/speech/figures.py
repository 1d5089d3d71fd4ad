"""Whether a text says a number, an amount or a day. (Being replaced by the recognisers' own reading.)"""

from app.speech import lexicon


def states_a_number_or_day(text: str) -> bool:
    """Whether the text holds a digit of any script, a number word, money, or the name of a day or month."""
    known, days = lexicon.load(), lexicon.date_words()
    tables = (known.currencies, known.coins, known.periods, known.rates, days.months, days.weekdays, days.offsets)
    listed = {phrase[0] for table in (*tables, days.units) for phrase in table if len(phrase) == 1} | set(known.numbers)
    return any(letter.isnumeric() for letter in text) or any(word in listed for word in lexicon.words(text))
