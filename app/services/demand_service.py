"""Wishes that nothing met, kept without the customer's own words: what to buy next."""

from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models.demand import UnmetDemand
from app.needs.facets.kinds import Kinds
from app.needs.need import Need
from app.services import clock
from app.services.page import Page
from app.services.transactions import change


@change()
def record(user_id: int, need: Need, obstacle: str) -> None:
    """Notes that `obstacle` (a limit, or `nothing` for an empty shop) kept the shop from meeting this need."""
    told, kinds = need.told(), need[Kinds]
    db.session.add(
        UnmetDemand(
            user_id=user_id,
            asked_on=clock.today(),
            wanted=kinds.absent or ",".join(sorted(kinds.categories)),
            size=told["size"],
            location=told["location"],
            start_date=told["from"],
            end_date=told["to"],
            max_daily_rate=told["max_daily_rate"],
            obstacle=obstacle,
        )
    )


def unmet(offset: int, limit: int) -> Page[dict[str, Any]]:
    """What was wanted in vain, alike wishes counted together, the most frequent first: two queries."""
    alike = (UnmetDemand.wanted, UnmetDemand.size, UnmetDemand.location, UnmetDemand.obstacle)
    times = func.count().label("times")
    query = select(
        *alike,
        times,
        func.max(UnmetDemand.max_daily_rate).label("max_daily_rate"),
        func.min(UnmetDemand.start_date).label("first_date"),
        func.max(UnmetDemand.end_date).label("last_date"),
        func.max(UnmetDemand.asked_on).label("last_asked_on"),
    ).group_by(*alike)
    total = db.session.scalars(select(func.count()).select_from(query.subquery())).one()
    newest = func.max(UnmetDemand.asked_on).desc()
    rows = db.session.execute(query.order_by(times.desc(), newest, *alike).offset(offset).limit(limit))
    return Page([row._asdict() for row in rows], total)
