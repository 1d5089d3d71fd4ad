"""Names that only the catalogue knows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shelf:
    """The makers, the places and the genres of a shop's instruments. `makes`: each maker with each of its kinds."""

    brands: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    makes: tuple[tuple[str, str], ...] = ()
