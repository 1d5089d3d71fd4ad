"""The circuit breaker, with its memory in this process and in Redis; and the slots."""

import contextlib
import threading

import pytest
from redis import Redis

from app.errors import ModelUnavailable
from app.llm.breaker import CircuitBreaker
from app.llm.breaker_memory import LocalMemory, SharedMemory
from app.llm.slots import Slots
from tests.servers import Valkey

REST_SECONDS = 60


class Clock:
    """Tells a time that `pass_seconds` moves on."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += seconds


class RedisClock:
    """Redis keeps its own time. Nobody waits for it: the ends of its keys are brought nearer."""

    def __init__(self, redis: Redis):
        self._redis = redis

    def pass_seconds(self, seconds: float) -> None:
        for key in list(self._redis.scan_iter()):
            left = self._redis.pttl(key)
            if left >= 0:
                self._redis.pexpire(key, max(0, int(left - seconds * 1000)))


@pytest.fixture(scope="module")
def redis_url():
    with contextlib.closing(Valkey()) as valkey:
        yield valkey.url


@pytest.fixture
def redis(redis_url):
    redis = Redis.from_url(redis_url)
    redis.flushall()
    return redis


@pytest.fixture(params=["process", "redis"])
def clock(request):
    return Clock() if request.param == "process" else RedisClock(request.getfixturevalue("redis"))


@pytest.fixture
def breaker(clock, request):
    if isinstance(clock, Clock):
        return CircuitBreaker(3, LocalMemory(REST_SECONDS, clock))
    redis = request.getfixturevalue("redis")
    return CircuitBreaker(3, SharedMemory(redis, "model", REST_SECONDS, 600, LocalMemory(REST_SECONDS)))


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
    assert breaker.refuses


def test_when_its_time_is_over_one_probe_passes_and_no_second(breaker, clock):
    open_it(breaker)
    clock.pass_seconds(REST_SECONDS)
    assert not breaker.refuses
    probe = breaker.admit()
    assert probe.is_probe
    assert breaker.refuses
    with pytest.raises(ModelUnavailable):
        breaker.admit()
    probe.succeeded()
    assert breaker.state == "closed"
    assert not breaker.admit().is_probe


def test_a_failed_probe_opens_it_for_as_long_again(breaker, clock):
    open_it(breaker)
    clock.pass_seconds(REST_SECONDS)
    breaker.admit().failed()
    assert breaker.state == "open"
    clock.pass_seconds(REST_SECONDS / 2)
    assert breaker.state == "open"
    clock.pass_seconds(REST_SECONDS / 2)
    assert breaker.admit().is_probe


def test_who_asks_to_be_left_alone_is_at_once_and_for_that_long(breaker, clock):
    breaker.admit().failed(retry_after_seconds=4 * REST_SECONDS)
    assert breaker.refuses
    clock.pass_seconds(3 * REST_SECONDS)
    assert breaker.refuses
    clock.pass_seconds(REST_SECONDS)
    assert breaker.admit().is_probe


def test_a_shorter_rest_is_kept_as_well(breaker, clock):
    breaker.admit().failed(retry_after_seconds=REST_SECONDS / 10)
    assert breaker.refuses
    clock.pass_seconds(REST_SECONDS / 10)
    assert breaker.admit().is_probe


def test_failures_and_successes_of_who_was_let_in_before_do_not_shorten_a_rest(breaker, clock):
    early = [breaker.admit() for _ in range(5)]
    early[0].failed(retry_after_seconds=4 * REST_SECONDS)
    for permit in early[1:4]:
        permit.failed()
    early[4].succeeded()
    clock.pass_seconds(3 * REST_SECONDS)
    assert breaker.state == "open"
    clock.pass_seconds(REST_SECONDS)
    breaker.admit().succeeded()
    assert breaker.state == "closed"


def test_a_probe_that_was_given_up_lets_the_next_one_through(breaker, clock):
    open_it(breaker)
    clock.pass_seconds(REST_SECONDS)
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
    clock.pass_seconds(REST_SECONDS)
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


def test_two_processes_share_what_they_learn_and_survive_the_death_of_redis():
    with contextlib.closing(Valkey()) as valkey:
        one, other = (
            CircuitBreaker(3, SharedMemory(Redis.from_url(valkey.url), "model", 60, 60, LocalMemory(60)))
            for _ in range(2)
        )
        one.admit().failed()
        other.admit().failed()
        one.admit().failed()
        assert (one.state, other.state) == ("open", "open")
        valkey.kill()
        assert other.state == "closed"
        open_it(other)
        assert (one.state, other.state) == ("closed", "open")


def test_a_probe_whose_process_was_killed_is_forgotten_in_time(redis):
    clock = RedisClock(redis)
    breaker = CircuitBreaker(1, SharedMemory(redis, "model", REST_SECONDS, 600, LocalMemory(REST_SECONDS)))
    breaker.admit().failed()
    clock.pass_seconds(REST_SECONDS)
    breaker.admit()
    with pytest.raises(ModelUnavailable):
        breaker.admit()
    clock.pass_seconds(600)
    assert breaker.admit().is_probe


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
