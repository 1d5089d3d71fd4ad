"""What some days cost: the cheapest cover, never dearer than single days, never less for more days."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rental import pricing
from app.rental.pricing import Per, Rates
from tests.factories import candidate

RATE = st.decimals(min_value=0, max_value=500, places=2)
RATES = st.builds(Rates, RATE, RATE, RATE)
DAYS = st.integers(1, 400)
USUAL = Rates(Decimal(10), Decimal(45), Decimal(130))


@pytest.mark.parametrize(
    ("days", "total"),
    [
        (1, "10"),
        (4, "40"),
        (5, "45"),  # five days would be 50; the week is cheaper
        (7, "45"),
        (8, "55"),
        (14, "90"),
        (20, "130"),  # two weeks and six days would be 150, three weeks 135; the month is cheaper
        (30, "130"),
        (37, "175"),
        (365, "1605"),  # twelve months, and a week for the last five days
    ],
)
def test_the_cheapest_mix_is_charged(days, total):
    assert pricing.total(USUAL, days) == Decimal(total)


def test_an_offer_tells_each_price_by_what_it_is_for():
    piano = candidate(daily_rate=Decimal(10), weekly_rate=Decimal(45), monthly_rate=Decimal(130), days=8)
    assert piano.price(Per.TOTAL) == piano.total == 55
    assert candidate().price(Per.TOTAL) == 0
    assert [piano.rates.per(per) for per in (Per.DAY, Per.WEEK, Per.MONTH)] == [10, 45, 130]
    assert [piano.price(per) for per in (Per.DAY, Per.WEEK, Per.MONTH)] == [10, 45, 130]
    assert [per.days for per in Per] == [1, 7, 30, None]


def brute_force(rates: Rates, days: int) -> Decimal:
    """Every number of months, weeks and days that covers at least the days."""
    least = None
    for months in range(days // 30 + 2):
        for weeks in range(max(0, days - 30 * months) // 7 + 2):
            single = max(0, days - 30 * months - 7 * weeks)
            price = months * rates.monthly + weeks * rates.weekly + single * rates.daily
            least = price if least is None else min(least, price)
    return least


@given(RATES, st.integers(1, 120))
def test_it_equals_a_brute_force(rates, days):
    assert pricing.total(rates, days) == brute_force(rates, days)


@given(RATES, DAYS)
def test_it_is_never_dearer_than_single_days(rates, days):
    assert pricing.total(rates, days) <= days * rates.daily


@given(RATES, DAYS)
def test_a_longer_rental_is_never_cheaper(rates, days):
    assert pricing.total(rates, days) <= pricing.total(rates, days + 1)


@given(DAYS)
def test_there_are_few_covers_and_each_covers(days):
    covers = pricing.covers(days)
    assert len(covers) <= 2 * (days // 30 + 2)
    assert all(cover.months * 30 + cover.weeks * 7 + cover.days >= days for cover in covers)


@pytest.mark.parametrize(("late", "fee"), [(0, 0), (1, 0), (2, 20), (10, 100)])
def test_late_days_cost_the_daily_rate_once_the_grace_is_over(late, fee):
    assert pricing.late_fee(USUAL, late, grace_days=1) == fee


@given(RATES, DAYS, st.data())
def test_an_exchange_for_the_same_price_costs_nothing(rates, days, data):
    used = data.draw(st.integers(0, days))
    paid = pricing.total(rates, days)
    assert pricing.exchanged_total(paid, used, days, paid) == paid


def test_an_exchange_credits_the_days_that_were_paid():
    # Ten of thirty days at 90 stay, twenty at 150 come: 30 + 100.
    assert pricing.exchanged_total(Decimal(90), 10, 30, Decimal(150)) == Decimal(130)
