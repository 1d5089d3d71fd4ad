"""Maintenance: days on which staff keep a unit out of rentals."""

from datetime import date

from sqlalchemy import select

from app.errors import NotFound
from app.extensions import db
from app.models.rental import Occupancy, Rental
from app.services import catalogue_service, clock, rental_rules
from app.services.transactions import change

TAKEN = "The unit is blocked, or being made ready, on some of these days."


@change(TAKEN)
def block(instrument_id: int, unit_id: int, start_date: date, end_date: date, reason: str | None = None) -> Occupancy:
    """Blocks a unit on these days. Raises Conflict, listing the rentals, where somebody has it then."""
    period = rental_rules.checked_period(start_date, end_date)
    catalogue_service.locked(instrument_id)
    unit = catalogue_service.unit_of(instrument_id, unit_id)
    here = [Occupancy.unit_id == unit.id, Occupancy.start_date < period.end, Occupancy.free_from > period.start]
    rented = select(Occupancy.rental_id).where(*here)
    catalogue_service.refuse_while_rented(Rental.id.in_(rented), because="The unit is rented on these days")
    blocked = Occupancy(unit_id=unit.id, start_date=period.start, free_from=period.end, reason=reason)
    db.session.add(blocked)
    return blocked


def blocks(instrument_id: int, unit_id: int) -> list[Occupancy]:
    """The blocks of a unit that are not over, earliest first."""
    catalogue_service.require(instrument_id)
    unit = catalogue_service.unit_of(instrument_id, unit_id)
    return list(
        db.session.scalars(
            select(Occupancy)
            .where(Occupancy.unit_id == unit.id, Occupancy.rental_id.is_(None), Occupancy.free_from > clock.today())
            .order_by(Occupancy.start_date)
        )
    )


@change()
def unblock(instrument_id: int, unit_id: int, block_id: int) -> None:
    """Takes a block away."""
    catalogue_service.locked(instrument_id)
    unit = catalogue_service.unit_of(instrument_id, unit_id)
    blocked = db.session.scalar(
        select(Occupancy).where(Occupancy.id == block_id, Occupancy.unit_id == unit.id, Occupancy.rental_id.is_(None))
    )
    if blocked is None:
        raise NotFound("This unit has no such block.")
    db.session.delete(blocked)
