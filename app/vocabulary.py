"""The words that every room shares: what kinds of instruments a shop has, and how it speaks of them."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "strings": (
        "acoustic-guitar",
        "classical-guitar",
        "electric-guitar",
        "bass-guitar",
        "ukulele",
        "banjo",
        "mandolin",
        "harp",
    ),
    "bowed": ("violin", "viola", "cello", "double-bass"),
    "woodwind": (
        "flute",
        "piccolo",
        "clarinet",
        "oboe",
        "bassoon",
        "recorder",
        "alto-saxophone",
        "tenor-saxophone",
        "soprano-saxophone",
    ),
    "brass": ("trumpet", "cornet", "trombone", "french-horn", "tuba", "euphonium"),
    "keyboard": ("digital-piano", "acoustic-piano", "keyboard", "synthesizer", "organ", "accordion"),
    "percussion": (
        "drum-kit",
        "electronic-drum-kit",
        "cajon",
        "djembe",
        "bongos",
        "xylophone",
        "marimba",
        "timpani",
    ),
    "sound": ("guitar-amplifier", "bass-amplifier", "microphone", "pa-system"),
}
CATEGORIES: tuple[str, ...] = tuple(category for categories in FAMILIES.values() for category in categories)
FAMILY_OF: dict[str, str] = {category: family for family, categories in FAMILIES.items() for category in categories}

SIZES: tuple[str, ...] = ("1/16", "1/8", "1/4", "1/2", "3/4", "7/8", "4/4")
SKILL_LEVELS: tuple[str, ...] = ("beginner", "intermediate", "advanced")
USE_CASES: tuple[str, ...] = ("learning", "hobby", "professional", "event")
CONDITIONS: tuple[str, ...] = ("new", "good", "fair")
UNIT_STATUSES: tuple[str, ...] = ("in_service", "maintenance", "retired")
RENTAL_STATUSES: tuple[str, ...] = ("reserved", "active", "returned", "cancelled")
RENTAL_STEPS: tuple[str, ...] = (
    "reserved",
    "extended",
    "exchanged",
    "collected",
    "returned",
    "cancelled",
    "expired",
)
ROLES: tuple[str, ...] = ("customer", "staff", "admin")


def spoken(category: str) -> str:
    """A category slug as a person says it: `alto-saxophone` -> `alto saxophone`."""
    return "PA system" if category == "pa-system" else category.replace("-", " ")
