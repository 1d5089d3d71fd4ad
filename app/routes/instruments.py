"""The catalogue: everyone reads it, staff keeps it."""

import hashlib
import json

from flask import Response, request

from app.models.instrument import Instrument
from app.routes.blueprint import ID, ApiBlueprint
from app.schemas.instruments import (
    FamilyCountSchema,
    InstrumentChangeSchema,
    InstrumentCreateSchema,
    InstrumentQuerySchema,
    InstrumentSchema,
    UnitChangeSchema,
    UnitSchema,
)
from app.services import catalogue_service
from app.services.catalogue_service import InstrumentFilter

blp = ApiBlueprint("instruments", __name__, url_prefix="/api/instruments", description="The catalogue")
ONE = "/" + ID.format("instrument_id")
ONE_UNIT = f"{ONE}/units/" + ID.format("unit_id")


@blp.route("", methods=["GET"])
@blp.arguments(InstrumentQuerySchema, location="query")
@blp.response(200, InstrumentSchema(many=True))
@blp.paginate()
def find(query, pagination_parameters):
    """Find instruments

    Totals are in the `X-Pagination` header.
    """
    return _search(query, pagination_parameters)


@blp.route("/available", methods=["GET"])
@blp.arguments(InstrumentQuerySchema, location="query")
@blp.response(200, InstrumentSchema(many=True))
@blp.paginate()
def find_available(query, pagination_parameters):
    """Find instruments that are free today"""
    return _search({**query, "available": True}, pagination_parameters)


@blp.route("/categories", methods=["GET"])
@blp.response(200, FamilyCountSchema(many=True))
def categories():
    """Families and categories with the number of their instruments"""
    return catalogue_service.count_by_family()


@blp.route("", methods=["POST"])
@blp.guard("staff")
@blp.arguments(InstrumentCreateSchema)
@blp.response(201, InstrumentSchema)
@blp.fails(400, 409, 413, 415)
def create(instrument):
    """Add an instrument with its units (staff)"""
    return catalogue_service.create(instrument)


@blp.route(ONE, methods=["GET"])
@blp.response(200, InstrumentSchema)
@blp.alt_response(304, description="Unchanged since the ETag in If-None-Match.")
@blp.fails(404)
def read(instrument_id):
    """One instrument, with an ETag"""
    instrument = catalogue_service.get(instrument_id)
    etag = _etag(instrument)
    if request.if_none_match.contains_weak(etag):
        return Response(status=304, headers={"ETag": f'"{etag}"'})
    return instrument, {"ETag": f'"{etag}"'}


@blp.route(ONE, methods=["PATCH"])
@blp.guard("staff")
@blp.arguments(InstrumentChangeSchema)
@blp.response(200, InstrumentSchema)
@blp.fails(400, 404, 409, 412, 413, 415)
def change(changes, instrument_id):
    """Change an instrument (staff)

    With `If-Match: <ETag>` the change is refused (412) when someone else changed it in between.
    """
    instrument = catalogue_service.change(instrument_id, changes, _matches_if_match)
    return instrument, {"ETag": f'"{_etag(instrument)}"'}


@blp.route(ONE, methods=["DELETE"])
@blp.guard("staff")
@blp.response(204)
@blp.fails(404)
def withdraw(instrument_id):
    """Withdraw an instrument from the catalogue (staff); its history stays"""
    catalogue_service.withdraw(instrument_id)


@blp.route(f"{ONE}/units", methods=["POST"])
@blp.guard("staff")
@blp.arguments(UnitSchema)
@blp.response(201, UnitSchema)
@blp.fails(400, 404, 409, 413, 415)
def add_unit(unit, instrument_id):
    """Add a unit (staff)"""
    return catalogue_service.add_unit(instrument_id, unit)


@blp.route(ONE_UNIT, methods=["PATCH"])
@blp.guard("staff")
@blp.arguments(UnitChangeSchema)
@blp.response(200, UnitSchema)
@blp.fails(400, 404, 413, 415)
def change_unit(changes, instrument_id, unit_id):
    """Change a unit's condition, place or status (staff)"""
    return catalogue_service.change_unit(instrument_id, unit_id, changes)


def _search(query, pagination):
    query = dict(query)
    sort = query.pop("sort")
    page = catalogue_service.search(InstrumentFilter(**query), sort, pagination.first_item, pagination.page_size)
    pagination.item_count = page.total
    return page.items


def _etag(instrument: Instrument) -> str:
    """Changes whenever what a client reads of the instrument changes."""
    shown = json.dumps(InstrumentSchema().dump(instrument), sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def _matches_if_match(instrument: Instrument) -> bool:
    return not request.if_match or request.if_match.contains(_etag(instrument))
