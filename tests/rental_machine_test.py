"""Whatever people do in whatever order: no unit is in two hands on one day, money adds up, the history is complete.

Hypothesis plays customers, staff and time through the API and compares each answer with a brute force over the rows.
`pytest tests/rental_machine_test.py --hypothesis-profile=deep` plays for longer.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from app.extensions import db
from app.models import Instrument, Occupancy, Rental, RentalStep, Unit
from tests.factories import Clock, unit

RENTALS = "/api/rentals"
DAYS = st.integers(0, 12)
LENGTHS = st.integers(0, 8)
DAY = timedelta(days=1)


@pytest.fixture(params=["0", "1"], ids=["no turnaround", "a day of turnaround"])
def settings(request):
    return {"RENTAL_TURNAROUND_DAYS": request.param}


class Shop(RuleBasedStateMachine):
    """Two instruments, three units. The class gets `app`, `customer` and `staff` from the test."""

    rentals = Bundle("rentals")
    instruments = st.sampled_from([0, 1])

    def __init__(self):
        super().__init__()
        self.clock = self.app.extensions["clock"] = Clock()
        self.turnaround = self.app.config["RENTAL_TURNAROUND_DAYS"]
        with self.app.app_context():
            for table in (RentalStep, Occupancy, Rental):
                db.session.execute(delete(table))
            db.session.commit()
            self.ids = db.session.scalars(select(Instrument.id).order_by(Instrument.id)).all()
            units = db.session.execute(select(Unit.instrument_id, Unit.id)).all()
            self.units = {number: [u for i, u in units if i == number] for number in self.ids}
            db.session.remove()

    # What people do

    @rule(target=rentals, instrument=instruments, first=DAYS, length=LENGTHS)
    def reserve(self, instrument, first, length):
        number = self.ids[instrument]
        start = self.clock.today + first * DAY
        free = self.free_units(number, start, start + length * DAY)
        days = {"start_date": str(start), "end_date": str(start + length * DAY)}
        answer = self.customer.post(RENTALS, {"instrument_id": number, **days})
        assert answer.status_code == (201 if free else 409), answer.text
        if not free:
            self.check_next(number, start, answer.json["errors"]["next_available"], length)
            return multiple()
        assert answer.json["unit_id"] in free
        return answer.json["id"]

    @rule(rental=rentals)
    def cancel(self, rental):
        self.step(self.customer, rental, "cancel", {"reserved"})

    @rule(rental=rentals, more=LENGTHS)
    def extend(self, rental, more):
        end = self.clock.today + more * DAY
        before = self.read(rental)
        answer = self.step(
            self.staff, rental, "extend", {"reserved", "active"}, {"end_date": str(end)}, {200, 409, 422}
        )
        if answer.status_code == 200:
            assert Decimal(answer.json["total"]) >= Decimal(before["total"])
            assert answer.json["end_date"] == str(end) > before["end_date"]

    @rule(rental=rentals, instrument=instruments)
    def exchange(self, rental, instrument):
        body = {"instrument_id": self.ids[instrument]}
        self.step(self.staff, rental, "exchange", {"reserved", "active"}, body, {200, 409})

    @rule(rental=rentals)
    def hand_out(self, rental):
        self.step(self.staff, rental, "pickup", {"reserved"}, {}, {200, 409})

    @rule(rental=rentals)
    def take_back(self, rental):
        self.step(self.staff, rental, "return", {"active"}, {})

    @rule(instrument=instruments, first=DAYS, length=LENGTHS)
    def block(self, instrument, first, length):
        number = self.ids[instrument]
        start, end = self.clock.today + first * DAY, self.clock.today + (first + length) * DAY
        held = self.held(self.units[number][0])
        path = f"/api/instruments/{number}/units/{self.units[number][0]}/blocks"
        answer = self.staff.post(path, {"start_date": str(start), "end_date": str(end)})
        is_free = not held & {start + n * DAY for n in range(length + 1)}
        assert answer.status_code == (201 if is_free else 409), answer.text

    @rule(days=st.integers(1, 4))
    def time_passes(self, days):
        self.clock.pass_days(days)

    @rule()
    def the_timer_rings(self):
        assert self.app.test_cli_runner().invoke(args=["expire-reservations"]).exit_code == 0

    # What must hold

    @invariant()
    def nothing_overlaps_and_all_adds_up(self):
        with self.app.app_context():
            rows = db.session.scalars(select(Occupancy).order_by(Occupancy.unit_id, Occupancy.start_date)).all()
            for one, two in zip(rows, rows[1:], strict=False):
                assert one.unit_id != two.unit_id or one.free_from <= two.start_date
            held = defaultdict(list)
            for row in rows:
                held[row.rental_id].append(row)
            for rental in db.session.scalars(select(Rental)):
                self.check_rental(rental, held[rental.id])
            db.session.remove()

    def check_rental(self, rental, rows):
        if rental.status in ("reserved", "active"):
            now = rows[-1] if len(rows) == 1 else max(rows, key=lambda row: (row.start_date, row.id))
            assert now.unit_id == rental.unit_id
            assert now.free_from == rental.end_date + (1 + self.turnaround) * DAY
            assert now.is_out == (rental.status == "active")
            assert sum(row.is_out for row in rows) == now.is_out
        else:
            assert not any(row.is_out for row in rows)
            assert rental.status == "returned" or not rows
        steps = rental.steps
        assert steps[0].step == "reserved"
        assert (steps[0].from_status, steps[-1].to_status) == (None, rental.status)
        assert all(a.to_status == b.from_status for a, b in zip(steps, steps[1:], strict=False))
        assert sum(step.amount for step in steps) == rental.total + rental.late_fee

    # How it is found out

    def step(self, person, rental, name, statuses, body=None, codes=frozenset({200})):
        status = self.read(rental)["status"]
        answer = person.post(f"{RENTALS}/{rental}/{name}", body)
        if status not in statuses:
            assert answer.status_code == 409, answer.text
            assert answer.json["errors"]["status"] == status
        else:
            assert answer.status_code in codes | ({409} if name == "cancel" else set()), answer.text
        return answer

    def read(self, rental):
        return self.staff.get(f"{RENTALS}/{rental}").json

    def held(self, unit_id, *, as_of_today=False) -> set[date]:
        """The days on which a unit is occupied; with `as_of_today`, today too while it is out."""
        with self.app.app_context():
            rows = db.session.scalars(select(Occupancy).where(Occupancy.unit_id == unit_id)).all()
            days = {row.start_date + n * DAY for row in rows for n in range((row.free_from - row.start_date).days)}
            if as_of_today and any(row.is_out for row in rows):
                days.add(self.clock.today)
            db.session.remove()
        return days

    def free_units(self, instrument_id, start, end) -> set[int]:
        wanted = {start + n * DAY for n in range((end - start).days + 1 + self.turnaround)}
        return {u for u in self.units[instrument_id] if not wanted & self.held(u, as_of_today=True)}

    def check_next(self, instrument_id, day, told, length):
        """The day that was told is the first on which as many days are free."""
        while day < date.fromisoformat(told):
            assert not self.free_units(instrument_id, day, day + length * DAY)
            day += DAY
        assert self.free_units(instrument_id, day, day + length * DAY)


def test_whatever_happens_the_calendar_holds(app, staff, customer, shop, clock):
    shop(category="violin", size="1/2", daily_rate="5.00", weekly_rate="25.00", units=[unit(), unit()])
    shop(category="violin", size="3/4", daily_rate="7.00", weekly_rate="30.00")
    machine = type("OpenShop", (Shop,), {"app": app, "staff": staff, "customer": customer})
    plays = hypothesis_settings(
        max_examples=max(4, hypothesis_settings().max_examples // 16),
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=plays)
