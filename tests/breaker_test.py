"""The circuit breaker and the slots, with a clock in hand."""

import contextlib
import threading

import pytest

from app.errors import ModelUnavailable
from app.llm.breaker import CircuitBreaker
from app.llm.slots import Slots


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return CircuitBreaker(failures=3, seconds=10, clock=clock)


def open_it(breaker):
    for _ in range(3):
        breaker.admit().failed()


def test_it_opens_after_the_failures_in_a_row(breaker):
    breaker.admit().failed()
    breaker.admit().failed()
    breaker.admit().succeeded()
    breaker.admit().failed()
    breaker.admit().failed()
    assert breaker.state == "closed"
    breaker.admit().failed()
    assert breaker.state == "open"
    with pytest.raises(ModelUnavailable, match="circuit_open"):
        breaker.admit()
    with pytest.raises(ModelUnavailable):
        breaker.check()


def test_when_its_time_is_over_one_probe_passes_and_no_second(breaker, clock):
    open_it(breaker)
    clock.now = 10
    probe = breaker.admit()
    assert probe.is_probe
    with pytest.raises(ModelUnavailable):
        breaker.admit()
    probe.succeeded()
    assert breaker.state == "closed"
    assert not breaker.admit().is_probe


def test_a_failed_probe_opens_it_for_as_long_again(breaker, clock):
    open_it(breaker)
    clock.now = 10
    breaker.admit().failed()
    assert breaker.state == "open"
    clock.now = 19.9
    assert breaker.state == "open"
    clock.now = 20
    assert breaker.admit().is_probe


def test_a_probe_that_was_given_up_lets_the_next_one_through(breaker, clock):
    open_it(breaker)
    clock.now = 10
    breaker.admit().released()
    assert breaker.admit().is_probe


def test_a_call_that_was_given_up_is_neither_success_nor_failure(breaker):
    breaker.admit().failed()
    breaker.admit().failed()
    breaker.admit().released()
    breaker.admit().failed()
    assert breaker.state == "open"


def test_of_many_threads_one_is_the_probe(breaker, clock):
    open_it(breaker)
    clock.now = 10
    passed = []

    def call():
        with contextlib.suppress(ModelUnavailable):
            passed.append(breaker.admit())

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 1


def test_slots_refuse_when_the_queue_is_full_and_after_the_wait():
    slots = Slots(slots=1, queue=0, seconds=0.05)
    slots.enter()
    with pytest.raises(ModelUnavailable, match="queue is full"):
        slots.enter()
    slots.leave()
    slots.enter()
    waiting = Slots(slots=1, queue=1, seconds=0.05)
    waiting.enter()
    with pytest.raises(ModelUnavailable, match="no slot"):
        waiting.enter()


def test_a_slot_that_comes_free_is_taken_by_who_waits():
    slots = Slots(slots=1, queue=1, seconds=5)
    slots.enter()
    threading.Timer(0.05, slots.leave).start()
    slots.enter()
