"""How answers write money and days."""

from datetime import date
from decimal import Decimal

from app.rental.period import Period


def amount(value: Decimal, currency: str) -> str:
    """`12.50 EUR`"""
    return f"{value:.2f} {currency}"


def day(value: date) -> str:
    """`Fri 7 May`: the weekday shows a customer how the words were understood."""
    return f"{value:%a} {value.day} {value:%b}"


def days(first: date, last: date) -> str:
    """`from Fri 7 May to Thu 20 May`, with the years if they are two."""
    if first == last:
        return f"on {day(first)}"
    if first.year != last.year:
        return f"from {day(first)} {first.year} to {day(last)} {last.year}"
    return f"from {day(first)} to {day(last)}"


def when(start: date, period: Period | None) -> str:
    """The days, or where their number is not known the first one: `from Fri 7 May on`"""
    return days(period.start, period.last) if period else f"from {day(start)} on"


def duration(number: int) -> str:
    """`14 days`"""
    return "1 day" if number == 1 else f"{number} days"
