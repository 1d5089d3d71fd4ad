"""Are the packages those that this release was tested with?"""

from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement

from app.config import ROOT
from app.operations.deploy_check.finding import Checks, Finding, judge

LOCK = ROOT / "requirements.txt"


def packages() -> Finding:
    """Each one that requirements.txt pins for this machine, in that version."""
    wanted = list(_pinned())
    others = [one.name for one in wanted if not _is_there(one)]
    found = f"not as pinned: {', '.join(others)}" if others else f"all {len(wanted)} are as pinned"
    return judge(not others, found, "pip install --require-hashes -r requirements.txt")


def _pinned() -> Iterator[Requirement]:
    for line in LOCK.read_text("utf-8").splitlines():
        if line and line[0] not in " #":
            requirement = Requirement(line.rstrip("\\ "))
            if requirement.marker is None or requirement.marker.evaluate():
                yield requirement


def _is_there(wanted: Requirement) -> bool:
    try:
        return wanted.specifier.contains(metadata.version(wanted.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False


CHECKS: Checks = {"packages": packages}
