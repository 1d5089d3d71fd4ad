"""Names that only the catalogue knows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shelf:
    """The makers, the places and the genres of a shop's instruments."""

    brands: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
