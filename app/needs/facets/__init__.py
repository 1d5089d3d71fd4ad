"""Everything that a wish can hold, one file each: a new facet is a new file here."""

import importlib
import pkgutil
from functools import cache

from app.needs.facet import Facet


@cache
def all_facets() -> tuple[type[Facet], ...]:
    """The limits, the firmest first, then the leanings."""
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    found = [
        facet
        for module in modules
        for facet in vars(module).values()
        if isinstance(facet, type) and issubclass(facet, Facet) and facet.__module__ == module.__name__
    ]
    return tuple(sorted(found, key=lambda facet: (facet.GIVES_WAY is None, -(facet.GIVES_WAY or 0), facet.NAME)))


def limits() -> tuple[type[Facet], ...]:
    """Those that limit, in the order in which they give way."""
    limiting = [facet for facet in all_facets() if facet.GIVES_WAY is not None]
    return tuple(reversed(limiting))


def leanings() -> tuple[type[Facet], ...]:
    """Those that only order what fits."""
    return tuple(facet for facet in all_facets() if facet.GIVES_WAY is None)
