"""How much memory a large backup takes: `python -m benchmarks.backup_memory 300`, the size in MB.

Makes an SQLite shop of that size whose rows cannot be compressed, and runs `flask backup`, `restore-drill` and
`restore` on it as operators do. Tells the seconds and the highest resident size of each.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.settings import SETTINGS

ROOT = Path(__file__).parent.parent
MEASURED = """
import resource, sys
from app.init import create_app
result = create_app().test_cli_runner().invoke(args=sys.argv[1:])
assert result.exit_code == 0, result.output
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = f"sqlite:///{folder}/shop.sqlite3"
        told = {**SETTINGS, "DATABASE_URL": shop, "BACKUP_DIR": f"{folder}/backups", "BACKUP_KEY": "k" * 32}
        environment = {**os.environ, **told}
        subprocess.run([sys.executable, "-m", "flask", "db", "upgrade"], cwd=ROOT, env=environment, check=True)
        with closing(sqlite3.connect(f"{folder}/shop.sqlite3")) as connection:
            connection.execute("CREATE TABLE filling (bytes BLOB)")
            connection.executemany("INSERT INTO filling VALUES (?)", ((os.urandom(10**6),) for _ in range(megabytes)))
            connection.commit()
        for arguments in (["--help"], ["backup"], ["restore-drill"], ["restore", "--into", f"{shop}.restored"]):
            started = time.monotonic()
            command = [sys.executable, "-c", MEASURED, *arguments]
            done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
            print(f"{arguments[0]:<14} {done.stdout.split()[-1]:>4} MiB at most {time.monotonic() - started:5.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
