"""What was said of a wish and nothing could use: where it is found, and that the customer hears it at once."""

import pytest

from app.answers import texts
from app.needs.series import usual_kinds
from app.speech import languages, unread
from app.speech.reading import read
from tests.recognisers_test import ALMANAC, SHELF

CHAT = "/api/chatbot/chat"


def said_in(examples):
    return [example for told in examples.values() for example in told]


def left(message: str) -> list[str]:
    return [mark.value for mark in read(message, SHELF, ALMANAC).of(*unread.NAMES)]


def test_there_are_examples_in_each_language():
    for told in (unread.EXAMPLES, unread.COUNTEREXAMPLES):
        assert set(told) == set(languages.known())


@pytest.mark.parametrize(("message", "words"), said_in(unread.EXAMPLES))
def test_what_describes_an_instrument_and_is_not_known_is_found_where_it_stands(message, words):
    assert left(message) == words


@pytest.mark.parametrize("message", said_in(unread.COUNTEREXAMPLES))
def test_side_stories_and_harmless_words_are_not_named(message):
    assert left(message) == []


def test_the_answer_names_it_at_once_and_shows_what_fits_the_rest(customer, shop):
    violin = shop(category="violin")
    reply = customer.post(CHAT, {"message": "a purple violin"}).json
    assert reply["response"].startswith("I could not take “purple” into account")
    assert reply["understood"]["unread"] == ["purple"]
    assert [card["instrument_id"] for card in reply["recommendations"]] == [violin["id"]]


def test_it_is_named_once_and_kept_until_another_kind_is_wanted(customer, shop):
    shop(category="violin"), shop(category="cello")
    first = customer.post(CHAT, {"message": "a purple violin"}).json
    session = {"session_id": first["session_id"]}
    second = customer.post(CHAT, {"message": "under 40 a day", **session}).json
    assert "purple" not in second["response"]
    assert second["understood"]["unread"] == ["purple"]
    assert customer.post(CHAT, {"message": "a cello then", **session}).json["understood"]["unread"] == []


def test_what_the_catalogue_tells_is_used_and_said_of_the_instrument_alone(customer, shop):
    plain = shop(category="violin", name="Plain", daily_rate="3.00", description="A violin.")
    other = shop(category="violin", name="Other", daily_rate="9.00", description="Sold with rosin and a velvet case.")
    reply = customer.post(CHAT, {"message": "does the violin come with a velvet case?"}).json
    assert reply["understood"]["unread"] == []
    assert [card["instrument_id"] for card in reply["recommendations"]] == [other["id"], plain["id"]]
    assert "“velvet case”" in reply["recommendations"][0]["reason"]
    assert "velvet" not in reply["recommendations"][1]["reason"]


def test_a_place_without_a_branch_is_named_with_the_branches_that_there_are(customer, shop):
    shop(category="cello")
    reply = customer.post(CHAT, {"message": "Can I pick up a cello in Sheffield?"}).json
    assert "We have no branch in Sheffield. Ours: " in reply["response"]
    assert reply["understood"]["unread"] == ["Sheffield"]
    assert len(reply["recommendations"]) == 1


@pytest.mark.parametrize("message", ["Yamaha FG800, do you have it?", "a yamaha FG-800", "how much is the FG800?"])
def test_a_model_that_the_shop_has_is_shown_alone(customer, shop, message):
    guitar = shop(category="acoustic-guitar", name="Yamaha FG800", brand="Yamaha", model="FG800")
    shop(category="recorder", name="Yamaha YRS-24B", brand="Yamaha", model="YRS-24B", daily_rate="1.00")
    reply = customer.post(CHAT, {"message": message}).json
    assert [card["instrument_id"] for card in reply["recommendations"]] == [guitar["id"]]
    assert reply["understood"]["unread"] == []
    assert "relaxed" not in reply["recommendations"][0]["reason"]


def test_of_a_model_that_it_has_not_the_nearest_of_its_kind_and_maker_is_shown_and_said_to_be_another(customer, shop):
    piano = shop(category="digital-piano", name="Yamaha P-145", brand="Yamaha", model="P-145")
    shop(category="recorder", name="Yamaha YRS-24B", brand="Yamaha", model="YRS-24B", daily_rate="1.00")
    reply = customer.post(CHAT, {"message": "Is the Yamaha P-45 in stock?"}).json
    assert [card["instrument_id"] for card in reply["recommendations"]] == [piano["id"]]
    assert "model relaxed: not the “P-45”, but Yamaha P-145" in reply["recommendations"][0]["reason"]
    assert reply["understood"]["unread"] == ["Yamaha P-45"]
    assert reply["understood"]["categories"] == ["digital-piano"]


def test_of_a_model_that_nobody_knows_the_kind_is_asked(customer, shop):
    shop(category="recorder", name="Yamaha YRS-24B", brand="Yamaha", model="YRS-24B", daily_rate="1.00")
    reply = customer.post(CHAT, {"message": "Do you have the Yamaha ZZ-9000?"}).json
    assert reply["recommendations"] == []
    assert "We do not have the “Yamaha ZZ-9000”. What kind of instrument is it?" in reply["response"]


def test_something_cheaper_than_a_model_is_another_model(customer, shop):
    shop(category="digital-piano", name="Yamaha P-145", brand="Yamaha", model="P-145", daily_rate="14.00")
    cheap = shop(category="digital-piano", name="Yamaha P-45", brand="Yamaha", model="P-45", daily_rate="9.00")
    first = customer.post(CHAT, {"message": "the Yamaha P-145 please"}).json
    reply = customer.post(CHAT, {"message": "something cheaper", "session_id": first["session_id"]}).json
    assert [card["instrument_id"] for card in reply["recommendations"]] == [cheap["id"]]


@pytest.mark.parametrize(
    ("maker", "model", "kinds"),
    [
        ("Yamaha", "P-45", ("digital-piano",)),
        ("Yamaha", "PSR-E373", ("keyboard",)),
        ("Yamaha", "Pacifica 112V", ("electric-guitar",)),
        ("Roland", "TD-17KVX", ("electronic-drum-kit",)),
        ("Korg", "Minilogue XD", ("synthesizer",)),
        (None, "SM57", ("microphone",)),
        ("Yamaha", "ZZ-9", ()),
        ("Nobody", "P-45", ()),
    ],
)
def test_what_a_model_usually_is_follows_from_its_makers_series(maker, model, kinds):
    assert usual_kinds(maker, model) == kinds


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_language_has_the_words_for_it(language):
    said = texts.of(language)
    assert "x" in said.say("notice.unread", words="x")
    assert "x" in said.say("notice.no_branch", place="x", places="y")
    assert "x" in said.say("notice.no_model", model="x")
