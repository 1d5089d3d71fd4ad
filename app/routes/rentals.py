"""Rentals: a customer reserves, staff hand out and take back."""

from flask import Response
from flask_jwt_extended import current_user
from flask_smorest.pagination import PaginationParameters

from app.models.rental import Rental, RentalStep
from app.rental.offer import Offer
from app.routes.blueprint import ID, ApiBlueprint, Facts
from app.routes.idempotency import idempotent, note_with_change
from app.schemas.rentals import (
    CalendarLinkSchema,
    CalendarTokenSchema,
    ExchangeSchema,
    ExtensionSchema,
    QuoteRequestSchema,
    QuoteSchema,
    RentalCreateSchema,
    RentalQuerySchema,
    RentalSchema,
    ReturnSchema,
    StepSchema,
)
from app.services import calendar_service, rental_service
from app.services.rental_service import RentalFilter

blp = ApiBlueprint("rentals", __name__, url_prefix="/api/rentals", description="Quotes, reservations, rentals")
ONE = "/" + ID.format("rental_id")


@blp.route("/quote", methods=["POST"])
@blp.arguments(QuoteRequestSchema)
@blp.response(200, QuoteSchema)
@blp.fails(400, 404, 413, 415)
def quote_rental(body: Facts) -> Offer:
    """What some days cost, and whether a unit is free for all of them

    The cheapest mix of monthly (30 days), weekly and daily rates that covers the days; both dates are included. The
    deposit is apart, and comes back.
    """
    return rental_service.quote(**body)


@blp.route("", methods=["POST"])
@blp.guard()
@idempotent(blp)
@blp.arguments(RentalCreateSchema)
@blp.response(201, RentalSchema)
@blp.fails(400, 404, 413, 415)
def reserve_rental(body: Facts) -> Rental:
    """Reserve an instrument

    Answers 409 when no unit is free for all of the days; `errors` then has `next_available`, the first day from which
    it is free for as long (null if the shop has no unit in service), and two `alternatives` that are free on the days.
    """
    return rental_service.reserve(current_user, **body, before_commit=note_with_change(201, RentalSchema().dump))


@blp.route("", methods=["GET"])
@blp.guard()
@blp.arguments(RentalQuerySchema, location="query")
@blp.response(200, RentalSchema(many=True))
@blp.paginate()
@blp.fails(403)
def list_rentals(query: Facts, pagination_parameters: PaginationParameters) -> list[Rental]:
    """Your rentals; staff see everybody's

    `from` and `to` find the rentals that share a day with them.
    """
    first, size = pagination_parameters.first_item, pagination_parameters.page_size
    page = rental_service.find(current_user, RentalFilter(**query), first, size)
    pagination_parameters.item_count = page.total
    return page.items


@blp.route(ONE, methods=["GET"])
@blp.guard()
@blp.response(200, RentalSchema)
@blp.fails(404)
def get_rental(rental_id: int) -> Rental:
    """One of your rentals"""
    return rental_service.get(current_user, rental_id)


@blp.route(f"{ONE}/history", methods=["GET"])
@blp.guard()
@blp.response(200, StepSchema(many=True))
@blp.fails(404)
def get_rental_history(rental_id: int) -> list[RentalStep]:
    """What happened to a rental: who did what, when, and what it cost"""
    return rental_service.history(current_user, rental_id)


@blp.route(f"{ONE}/cancel", methods=["POST"])
@blp.guard()
@blp.response(200, RentalSchema)
@blp.fails(404, 409)
def cancel_rental(rental_id: int) -> Rental:
    """Cancel a reservation: nothing is owed for it

    Customers may until the shop's last day to do so; staff as long as it is not collected.
    """
    return rental_service.cancel(current_user, rental_id)


@blp.route(f"{ONE}/extend", methods=["POST"])
@blp.guard()
@blp.arguments(ExtensionSchema)
@blp.response(200, RentalSchema)
@blp.fails(400, 404, 409, 413, 415)
def extend_rental(body: Facts, rental_id: int) -> Rental:
    """Keep it longer, at the rates that were agreed

    Answers 409 when somebody else has reserved the unit; `errors` then has `taken_from`.
    """
    return rental_service.extend(current_user, rental_id, **body)


@blp.route(f"{ONE}/exchange", methods=["POST"])
@blp.guard()
@blp.arguments(ExchangeSchema)
@blp.response(200, RentalSchema)
@blp.fails(400, 404, 409, 413, 415)
def exchange_rental(body: Facts, rental_id: int) -> Rental:
    """Exchange it for another unit or another instrument, the next size for example

    The days already used keep their share of the price; the others cost their share of what the new instrument costs.
    Of a rental that was collected, only staff exchange.
    """
    return rental_service.exchange(current_user, rental_id, **body)


@blp.route(f"{ONE}/pickup", methods=["POST"])
@blp.guard("staff")
@blp.response(200, RentalSchema)
@blp.fails(404, 409)
def hand_out_rental(rental_id: int) -> Rental:
    """The customer collects it (staff)"""
    return rental_service.hand_out(current_user, rental_id)


@blp.route(f"{ONE}/return", methods=["POST"])
@blp.guard("staff")
@blp.arguments(ReturnSchema)
@blp.response(200, RentalSchema)
@blp.fails(400, 404, 409, 413, 415)
def take_back_rental(body: Facts, rental_id: int) -> Rental:
    """It comes back (staff)

    Late days cost the daily rate each, from the first one, when they are more than the days of grace.
    """
    return rental_service.take_back(current_user, rental_id, **body)


@blp.route("/calendar-link", methods=["GET"])
@blp.guard()
@blp.response(200, CalendarLinkSchema)
def get_calendar_link() -> dict[str, str]:
    """The link of your iCalendar feed; a new password ends it"""
    return {"url": f"/api/rentals/calendar.ics?token={calendar_service.token_for(current_user)}"}


@blp.route("/calendar.ics", methods=["GET"])
@blp.arguments(CalendarTokenSchema, location="query")
@blp.response(200, {"type": "string"}, content_type="text/calendar")
@blp.fails(401)
def get_calendar(query: Facts) -> Response:
    """Your rentals as iCalendar, for calendar programs: opened by the token in its link"""
    headers = {"Cache-Control": "private, no-cache"}
    return Response(calendar_service.feed(query["token"]), headers=headers, mimetype="text/calendar")
