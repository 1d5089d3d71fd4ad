"""The parts of deploy/release.sh that need no systemd: what it installs."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.servers import ROOT

pytestmark = pytest.mark.machine

SCRIPT = ROOT / "deploy" / "release.sh"


class Release:
    """A release's folder whose requirements pin one package, `pinned`, and beside it the file of the shop's own."""

    def __init__(self, folder: Path, environment: Path, installer: str):
        self.home, self.wheels, self.extra = folder / "home", folder / "wheels", folder / "extra.txt"
        self._programs = folder / "programs"
        for made in (self.home, self.wheels, self._programs):
            made.mkdir()
        shutil.copytree(environment, self.home / ".venv", symlinks=True)
        if installer == "uv":
            (self._programs / "uv").symlink_to(shutil.which("uv", path=f"{ROOT}/.venv/bin"))
        digest = self.wheel("pinned", "1.0")
        self.wheel("pinned", "2.0")
        self.offline = f"--no-index\n--find-links {self.wheels}\n"
        (self.home / "requirements.txt").write_text(
            f"{self.offline}pinned==1.0 ; python_version >= '3.8' \\\n    --hash=sha256:{digest}\n    # via us\n"
        )

    def wheel(self, name: str, version: str, *needs: str) -> str:
        """Makes a wheel of one module; returns its SHA-256."""
        path, told = self.wheels / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
        files = {
            f"{name}.py": f"version = '{version}'\n",
            f"{told}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            + "".join(f"Requires-Dist: {need}\n" for need in needs),
            f"{told}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{file},sha256={_record_digest(text)},{len(text)}\n" for file, text in files.items())
        with zipfile.ZipFile(path, "w") as wheel:
            for file, text in {**files, f"{told}/RECORD": f"{record}{told}/RECORD,,\n"}.items():
                wheel.writestr(file, text)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def wants(self, *lines: str) -> None:
        self.extra.write_text(self.offline + "".join(f"{line}\n" for line in lines))

    def install(self) -> subprocess.CompletedProcess:
        environment = {**os.environ, "SHOP_EXTRA": str(self.extra), "PATH": f"{self._programs}:/usr/bin:/bin"}
        command = f"source {SCRIPT}; install_packages {self.home}; echo done"
        return subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True)

    def version(self, module: str) -> str:
        command = [self.home / ".venv/bin/python", "-c", f"import {module}; print({module}.version)"]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def _record_digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Path:
    """An environment with pip, which takes seconds to make."""
    made = tmp_path_factory.mktemp("environment") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", made], check=True)
    return made


@pytest.fixture(params=["uv", "pip"])
def release(request, tmp_path, environment) -> Release:
    return Release(tmp_path, environment, request.param)


def test_a_release_gets_the_packages_that_this_shop_alone_needs(release):
    release.wheel("provider", "3.1", "pinned>=1")
    release.wants("provider")
    told = release.install()
    assert told.returncode == 0, told.stderr
    assert (release.version("provider"), release.version("pinned")) == ("3.1", "1.0")


def test_they_cannot_change_what_is_pinned_and_stop_the_release(release):
    release.wheel("provider", "3.1", "pinned>=2")
    release.wants("provider")
    told = release.install()
    assert (told.returncode != 0, "done" in told.stdout) == (True, False)
    assert (release.version("provider"), release.version("pinned")) == ("", "1.0")


def test_hashes_are_asked_for_when_their_file_has_some(release):
    digest = release.wheel("provider", "3.1", "pinned>=1")
    release.wheel("other", "1.0")
    for wanted in (
        [f"provider==3.1 --hash=sha256:{'0' * 64}"],
        [f"provider==3.1 --hash=sha256:{digest}", "other==1.0"],
    ):
        release.wants(*wanted)
        assert (release.install().returncode != 0, release.version("provider")) == (True, "")
    release.wants(f"provider==3.1 --hash=sha256:{digest}")
    told = release.install()
    assert (told.returncode, release.version("provider")) == (0, "3.1"), told.stderr


def test_without_such_a_file_nothing_is_added(release):
    told = release.install()
    assert (told.returncode, release.version("pinned")) == (0, "1.0"), told.stderr
