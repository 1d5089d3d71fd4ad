"""The race and the burst of `benchmarks/booking.py`, in small: under gunicorn, with workers that are killed."""

from benchmarks import booking
from tests.servers import gunicorn


def test_one_wins_each_race_and_no_killed_worker_takes_a_promise_along(database_url):
    booking.prepare(database_url)
    served = gunicorn(database_url, "http://127.0.0.1:9")
    with served as (address, server), booking.signed_in(address, 12) as people:
        raced = booking.race(database_url, address, people, rounds=3)
        assert raced["rounds by winners"] == {1: 3}
        assert (raced["answers"], raced["deadlocks"]) == ({201: 3, 409: 33}, 0)
        kept = booking.burst(database_url, address, people, server, kills=1, turns=10)
    assert (kept["promised but not there"], kept["halves"]) == (0, 0)
    assert kept["promised"] > 50
    assert not set(kept["without an answer"]) & {"500", "503"}
