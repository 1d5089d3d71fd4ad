"""What day it is in the shop. A test or a benchmark puts a clock of its own into `app.extensions["clock"]`."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app


def today() -> date:
    """The date in SHOP_TIMEZONE."""
    now: datetime = current_app.extensions["clock"]()
    return now.astimezone(ZoneInfo(current_app.config["SHOP_TIMEZONE"])).date()
