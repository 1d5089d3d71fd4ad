"""Which size fits a child of some age.

The ages are those at which the sizing charts of string teachers and makers usually begin each size (for example the
violin and cello charts of Connolly Music and Shar, the guitar charts of Ortega): arm length decides in the end, which
is why an answer says "usual at 8" and staff measure in the shop. Instruments without such a rule have no child sizes.
"""

BEGINS_AT: dict[str, tuple[tuple[int, str], ...]] = {
    "violin": ((3, "1/16"), (4, "1/8"), (5, "1/4"), (7, "1/2"), (9, "3/4"), (12, "4/4")),
    "cello": ((4, "1/8"), (6, "1/4"), (8, "1/2"), (11, "3/4"), (15, "4/4")),
    "double-bass": ((7, "1/4"), (10, "1/2"), (14, "3/4")),
    "classical-guitar": ((4, "1/4"), (6, "1/2"), (9, "3/4"), (12, "4/4")),
}
BEGINS_AT["viola"] = BEGINS_AT["violin"]
BEGINS_AT["acoustic-guitar"] = BEGINS_AT["electric-guitar"] = BEGINS_AT["classical-guitar"]

GROWN_UP = 16


def size_at(category: str, age: int) -> str | None:
    """The usual size of this instrument at this age; None when it has no child sizes or the player is grown up."""
    if age >= GROWN_UP or category not in BEGINS_AT:
        return None
    steps = BEGINS_AT[category]
    return next((size for begins, size in reversed(steps) if age >= begins), steps[0][1])


def is_child_size(category: str, size: str | None) -> bool:
    """Whether a grown-up would hardly want this size; a double bass of 3/4 is the usual one."""
    return size not in (None, "4/4", "7/8") and (category, size) != ("double-bass", "3/4")
