"""Encrypted files: opened by their key alone, whole or not at all, in little memory."""

import os
import subprocess
import sys

import pytest

from app.operations import sealed

KEY = "a long key that opens the backups of the shop"
PIECE = 64 * 1024 + 16


@pytest.mark.parametrize("size", [0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 200_000])
def test_what_was_sealed_is_opened_by_its_key_alone(tmp_path, size):
    plain, closed, opened = (tmp_path / name for name in ("plain", "closed", "opened"))
    plain.write_bytes(os.urandom(size))
    sealed.seal(plain, closed, KEY)
    sealed.unseal(closed, opened, KEY)
    assert opened.read_bytes() == plain.read_bytes()
    with pytest.raises(sealed.NotOpened):
        sealed.unseal(closed, opened, KEY + ".")


def test_a_file_that_is_not_what_was_sealed_is_not_opened(tmp_path):
    plain, closed, opened = (tmp_path / name for name in ("plain", "closed", "opened"))
    plain.write_bytes(os.urandom(200_000))
    sealed.seal(plain, closed, KEY)
    whole = closed.read_bytes()
    pieces = 16 + whole.index(b"\n", whole.index(b"--- ")) + 1  # Behind the header and its nonce.
    first, second = pieces + PIECE, pieces + 2 * PIECE
    for spoilt in (
        whole[:-1],
        whole[:first],
        whole[:pieces],
        whole[:100],
        b"",
        whole + b"x",
        whole[:pieces] + whole[first:second] + whole[pieces:first] + whole[second:],  # Another order.
        whole[:pieces] + whole[first:],
        whole[:second] + bytes([whole[second] ^ 1]) + whole[second + 1 :],
    ):
        closed.write_bytes(spoilt)
        with pytest.raises((sealed.NotOpened, OSError)):
            sealed.unseal(closed, opened, KEY)


def test_a_disk_that_is_full_is_no_wrong_key(tmp_path):
    plain, closed = tmp_path / "plain", tmp_path / "closed"
    plain.write_bytes(b"x" * 200_000)
    sealed.seal(plain, closed, KEY)
    with pytest.raises(OSError, match="No space"):
        sealed.seal(plain, "/dev/full", KEY)
    with pytest.raises(OSError, match="No space"):
        sealed.unseal(closed, "/dev/full", KEY)


MEASURE = """
import resource, sys
from pathlib import Path
from app.operations import sealed
plain, closed, opened = (Path(sys.argv[1]) / name for name in ("plain", "closed", "opened"))
with plain.open("wb") as file:
    file.truncate(64 * 1024 * 1024)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sealed.seal(plain, closed, "k" * 32)
sealed.unseal(closed, opened, "k" * 32)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_file_is_not_held_in_memory(tmp_path):
    told = subprocess.run([sys.executable, "-c", MEASURE, tmp_path], capture_output=True, text=True, check=True)
    assert int(told.stdout) < 16 * 1024  # KiB, for a file of 64 MiB.
