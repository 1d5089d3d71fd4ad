"""Does meaning pay? Wishes that name no instrument, found by words alone and with an embedding model.

python -m benchmarks.meaning [--base-url URL] [--model all-minilm]
"""

import argparse
import tempfile
from pathlib import Path

from app.services import meaning_service
from benchmarks.assistant import shop
from benchmarks.assistant.cases import Case

WISHES = {
    "something to strum around the campfire": {"ukulele", "acoustic-guitar", "cajon", "classical-guitar"},
    "something loud for an outdoor party of a hundred people": {"pa-system"},
    "I want to record a podcast at home": {"microphone"},
    "something to hit that fits in a backpack for a salsa evening": {"bongos", "cajon", "djembe"},
    "a thing with drawbars and a rotating speaker sound": {"organ"},
    "music for a polka evening with a squeezed box": {"accordion"},
    "the lowest voice of the brass band": {"tuba", "euphonium"},
    "what the fingerstyle bluesmen play": {"acoustic-guitar"},
    "I want fat analogue sounds to tweak with knobs": {"synthesizer"},
    "practice at midnight without waking the neighbours": {
        "digital-piano",
        "electronic-drum-kit",
        "violin",
        "keyboard",
    },
    "the rope-tuned African hand percussion": {"djembe"},
    "wooden bars to hit with mallets for early music classes": {"xylophone", "marimba"},
    "bluegrass rolls on five strings": {"banjo"},
    "the top line of the orchestra, very high": {"piccolo", "violin"},
    "warm tone for jazz chords in a small club": {
        "electric-guitar",
        "guitar-amplifier",
        "double-bass",
        "alto-saxophone",
    },
    "something plastic that survives the school bus": {"trombone", "recorder", "clarinet"},
    "for the marching parade in the cold": {"piccolo", "trumpet", "cornet", "tuba"},
    "hammered copper bowls with a pedal": {"timpani"},
    "a mellow cousin of the trumpet for a brass band": {"cornet", "euphonium"},
    "plucked with both hands, gut and nylon, thirty strings": {"harp"},
    "light and small travel companion that fits an overhead locker": {"acoustic-guitar", "ukulele"},
    "accompany a wedding like a whole orchestra, alone": {"keyboard", "pa-system"},
    "slap and pop grooves": {"bass-guitar"},
    "double reed for small hands": {"oboe", "bassoon"},
}


def measure(**settings: str) -> tuple[int, int]:
    """How many wishes find a right kind first, and among the first three."""
    with tempfile.TemporaryDirectory() as folder:
        app = shop.open_shop(Path(folder), **{**shop.WITHOUT_MODEL, **settings})
        with app.app_context():
            meaning_service.refresh_all()
        first = among = 0
        for case, reply in shop.talk(app, [Case("wish", (wish,)) for wish in WISHES]):
            kinds = [card["category"] for card in reply["recommendations"]]
            right = WISHES[case.messages[0]]
            first += bool(kinds) and kinds[0] in right
            among += any(kind in right for kind in kinds)
        return first, among


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--base-url", default="http://127.0.0.1:11434")
    arguments.add_argument("--model", default="all-minilm")
    given = arguments.parse_args()
    print("| of 24 wishes that name no instrument | first | among three |\n|---|---|---|")
    for name, settings in (
        ("words alone", {}),
        (f"with {given.model}", {"EMBED_MODEL": given.model, "OLLAMA_BASE_URL": given.base_url}),
    ):
        first, among = measure(**settings)
        print(f"| {name} | {first} | {among} |")


if __name__ == "__main__":
    main()
