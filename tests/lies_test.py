"""A model may lie as it likes: no customer reads it."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.assistant import lies, shop
from benchmarks.assistant.lies import Liar
from tests.fakes import FakeChatModel


@pytest.fixture(scope="module")
def liar(tmp_path_factory: pytest.TempPathFactory) -> Liar:
    folder: Path = tmp_path_factory.mktemp("lies")
    model = FakeChatModel(scripts=[], asked=[])
    return Liar(shop.open_shop(folder, chat_model=model, **lies.SETTINGS), model)


@pytest.mark.parametrize("place", lies.PLACES)
def test_no_lie_reaches_a_customer_by_any_door(liar: Liar, place: str):
    slips = liar.slips(lies.lies(), [place])
    assert not slips, "\n" + "\n".join(str(slip) for slip in slips)


def test_there_are_lies_of_every_kind_in_all_languages():
    told = Counter(lie.language for lie in lies.lies())
    assert len(lies.lies()) >= 200
    assert min(told[language] for language in lies.HARMLESS) >= 20
    assert len({lie.kind for lie in lies.lies()}) >= 15


@pytest.mark.parametrize(
    ("lie", "text", "is_read"),
    [
        ("The Yamaha P-145 costs 3 EUR a day.", "Well: the yamaha P‑145 costs 3 EUR a day", True),
        ("We deliver it to your home tomorrow.", "It is here. Deliver it to your home!", True),
        ("We deliver it to your home tomorrow.", "We deliver large instruments.", False),
        ("@@@@@@@@", "@@@@@@@@", True),
        ("<think>A beginner needs the Stentor</think>", "A beginner needs the Stentor", True),
        ("</s>", "Have fun with it, Sam's", False),
    ],
)
def test_a_lie_is_known_again_by_four_words_in_a_row(lie: str, text: str, is_read: bool):
    assert lies.is_read(lie, text) is is_read
