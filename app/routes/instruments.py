"""The catalogue: everyone reads it, staff keeps it."""

import hashlib
import json
from typing import Any

from flask import Response, request
from flask_smorest.pagination import PaginationParameters

from app.models.instrument import Unit
from app.models.rental import Occupancy
from app.routes.blueprint import ID, ApiBlueprint, Facts
from app.schemas.instruments import (
    AvailabilityQuerySchema,
    BlockSchema,
    DayAvailabilitySchema,
    FamilyCountSchema,
    InstrumentChangeSchema,
    InstrumentCreateSchema,
    InstrumentQuerySchema,
    InstrumentSchema,
    UnitChangeSchema,
    UnitSchema,
    UnmetDemandSchema,
)
from app.services import availability_service, block_service, catalogue_service, demand_service, rental_rules
from app.services.availability_service import DayAvailability
from app.services.catalogue_service import (
    Entry,
    FamilyCount,
    InstrumentFacts,
    InstrumentFilter,
    NewInstrument,
    UnitFacts,
)

blp = ApiBlueprint("instruments", __name__, url_prefix="/api/instruments", description="The catalogue")
ONE = "/" + ID.format("instrument_id")
Tagged = tuple[Entry, dict[str, str]]  # With the header that carries its ETag.
ONE_UNIT = f"{ONE}/units/" + ID.format("unit_id")


@blp.route("", methods=["GET"])
@blp.arguments(InstrumentQuerySchema, location="query")
@blp.response(200, InstrumentSchema(many=True))
@blp.paginate()
def list_instruments(query: Facts, pagination_parameters: PaginationParameters) -> list[Entry]:
    """Find instruments

    With `available_from` and `available_to`, those that have a unit free on all of these days; `total` is then the
    price of the days, and `units_available` counts the units that are free on all of them. Without, today is meant.
    """
    return _search(query, pagination_parameters)


@blp.route("/available", methods=["GET"])
@blp.arguments(InstrumentQuerySchema, location="query")
@blp.response(200, InstrumentSchema(many=True))
@blp.paginate()
def list_available_instruments(query: Facts, pagination_parameters: PaginationParameters) -> list[Entry]:
    """Find instruments that are free today"""
    return _search({**query, "available": True}, pagination_parameters)


@blp.route("/categories", methods=["GET"])
@blp.response(200, FamilyCountSchema(many=True))
def list_categories() -> list[FamilyCount]:
    """Families and categories with the number of their instruments"""
    return catalogue_service.count_by_family()


@blp.route("", methods=["POST"])
@blp.guard("staff")
@blp.arguments(InstrumentCreateSchema)
@blp.response(201, InstrumentSchema)
@blp.fails(400, 409, 413, 415)
def create_instrument(instrument: NewInstrument) -> Entry:
    """Add an instrument with its units (staff)"""
    return catalogue_service.create(instrument)


@blp.route(ONE, methods=["GET"])
@blp.response(200, InstrumentSchema)
@blp.alt_response(304, description="Unchanged since the ETag in If-None-Match.")
@blp.fails(404)
def get_instrument(instrument_id: int) -> Response | Tagged:
    """One instrument, with an ETag"""
    entry = catalogue_service.entry(instrument_id)
    etag = _etag(entry)
    if request.if_none_match.contains_weak(etag):
        return Response(status=304, headers={"ETag": f'"{etag}"'})
    return entry, {"ETag": f'"{etag}"'}


@blp.route(ONE, methods=["PATCH"])
@blp.guard("staff")
@blp.arguments(InstrumentChangeSchema)
@blp.response(200, InstrumentSchema)
@blp.fails(400, 404, 409, 412, 413, 415)
def change_instrument(changes: InstrumentFacts, instrument_id: int) -> Tagged:
    """Change an instrument (staff)

    With `If-Match: <ETag>` the change is refused (412) when someone else changed it in between.
    """
    entry = catalogue_service.change(instrument_id, changes, _matches_if_match)
    return entry, {"ETag": f'"{_etag(entry)}"'}


@blp.route(ONE, methods=["DELETE"])
@blp.guard("staff")
@blp.response(204)
@blp.fails(404, 409)
def withdraw_instrument(instrument_id: int) -> None:
    """Withdraw an instrument from the catalogue (staff); its history stays

    Answers 409 while it is reserved or rented; `errors.rentals` lists the rentals.
    """
    catalogue_service.withdraw(instrument_id)


@blp.route(f"{ONE}/units", methods=["POST"])
@blp.guard("staff")
@blp.arguments(UnitSchema)
@blp.response(201, UnitSchema)
@blp.fails(400, 404, 409, 413, 415)
def add_unit(unit: UnitFacts, instrument_id: int) -> Unit:
    """Add a unit (staff)"""
    return catalogue_service.add_unit(instrument_id, unit)


@blp.route(ONE_UNIT, methods=["PATCH"])
@blp.guard("staff")
@blp.arguments(UnitChangeSchema)
@blp.response(200, UnitSchema)
@blp.fails(400, 404, 409, 413, 415)
def change_unit(changes: UnitFacts, instrument_id: int, unit_id: int) -> Unit:
    """Change a unit's condition, place or status (staff)

    Answers 409 when it would leave the service while it is reserved or rented; `errors.rentals` lists the rentals.
    """
    return catalogue_service.change_unit(instrument_id, unit_id, changes)


@blp.route(f"{ONE}/availability", methods=["GET"])
@blp.arguments(AvailabilityQuerySchema, location="query")
@blp.response(200, DayAvailabilitySchema(many=True))
@blp.fails(404)
def get_availability(query: Facts, instrument_id: int) -> list[DayAvailability]:
    """Day by day, how many units are free"""
    period = rental_rules.checked_calendar(**query)
    catalogue_service.require(instrument_id)
    return availability_service.by_day(instrument_id, period)


@blp.route(f"{ONE_UNIT}/blocks", methods=["GET"])
@blp.guard("staff")
@blp.response(200, BlockSchema(many=True))
@blp.fails(404)
def list_blocks(instrument_id: int, unit_id: int) -> list[Occupancy]:
    """The days on which a unit is kept out of rentals (staff)"""
    return block_service.blocks(instrument_id, unit_id)


@blp.route(f"{ONE_UNIT}/blocks", methods=["POST"])
@blp.guard("staff")
@blp.arguments(BlockSchema)
@blp.response(201, BlockSchema)
@blp.fails(400, 404, 409, 413, 415)
def block_unit(body: Facts, instrument_id: int, unit_id: int) -> Occupancy:
    """Keep a unit out of rentals for some days (staff)

    Answers 409 where it is rented then; `errors.rentals` lists the rentals.
    """
    return block_service.block(instrument_id, unit_id, **body)


@blp.route(f"{ONE_UNIT}/blocks/{ID.format('block_id')}", methods=["DELETE"])
@blp.guard("staff")
@blp.response(204)
@blp.fails(404)
def unblock_unit(instrument_id: int, unit_id: int, block_id: int) -> None:
    """Take a block away (staff)"""
    block_service.unblock(instrument_id, unit_id, block_id)


@blp.route("/unmet-demand", methods=["GET"])
@blp.guard("staff")
@blp.response(200, UnmetDemandSchema(many=True))
@blp.paginate()
def list_unmet_demand(pagination_parameters: PaginationParameters) -> list[dict[str, Any]]:
    """What customers asked the assistant for in vain, the most frequent wishes first (staff)"""
    page = demand_service.unmet(pagination_parameters.first_item, pagination_parameters.page_size)
    pagination_parameters.item_count = page.total
    return page.items


def _search(query: Facts, pagination: PaginationParameters) -> list[Entry]:
    query = dict(query)
    sort = query.pop("sort")
    query["period"] = rental_rules.checked_filter(query.pop("available_from", None), query.pop("available_to", None))
    page = catalogue_service.search(InstrumentFilter(**query), sort, pagination.first_item, pagination.page_size)
    pagination.item_count = page.total
    return page.items


def _etag(entry: Entry) -> str:
    """Changes whenever what a client reads of the instrument changes."""
    shown = json.dumps(InstrumentSchema().dump(entry), sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def _matches_if_match(entry: Entry) -> bool:
    return not request.if_match or request.if_match.contains(_etag(entry))
