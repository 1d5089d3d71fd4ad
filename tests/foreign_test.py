"""Languages that are not read: recognised, said to be so in themselves, and served where no doubt is left."""

import pytest
from babel import Locale

from app.answers import foreign as answers
from app.answers import phrases, texts
from app.speech import foreign, foreign_reading, languages
from app.vocabulary import CATEGORIES

CHAT = "/api/chatbot/chat"
GUITARS = ("acoustic-guitar", "classical-guitar", "electric-guitar")
SAXOPHONES = ("alto-saxophone", "tenor-saxophone", "soprano-saxophone")

SAID = [
    ("nl", "Kan ik bij jullie een viool 3/4 huren?", [("kind", ("violin",)), ("size", "3/4")]),
    ("nl", "Wat kost een klassieke gitaar voor een volwassene?", [("kind", ("classical-guitar",)), ("grown_up", True)]),
    ("nl", "Ik zoek een fluit, maar geen blokfluit", []),
    ("pt", "Vocês têm um violão para uma criança de 9 anos?", [("kind", GUITARS), ("age", 9)]),
    ("pt", "quero alugar um teclado por um mês", [("kind", ("keyboard",))]),
    ("sv", "Hej, vad kostar det att hyra en tvärflöjt?", [("kind", ("flute",))]),
    ("da", "Jeg vil gerne leje en guitar til min datter", []),
    ("nb", "Jeg vil gjerne leie en trompet", [("kind", ("trumpet",))]),
    ("fi", "Haluaisin vuokrata sähkökitaran", [("kind", ("electric-guitar",))]),
    ("pl", "Dzień dobry, szukam wiolonczeli 1/2 dla córki", [("kind", ("cello",)), ("size", "1/2")]),
    ("cs", "Dobrý den, chci si půjčit housle", [("kind", ("violin",))]),
    ("sk", "Chcem si požičať klarinet pre syna", [("kind", ("clarinet",))]),
    ("hu", "Szeretnék egy hegedűt bérelni", [("kind", ("violin",))]),
    ("ro", "Aș vrea să închiriez o vioară", [("kind", ("violin",))]),
    ("hr", "Tražim saksofon za sina", [("kind", SAXOPHONES)]),
    ("tr", "Bir klasik gitar kiralamak istiyorum", [("kind", ("classical-guitar",))]),
    ("ca", "Voldria llogar un violí", [("kind", ("violin",))]),
    ("vi", "Tôi muốn thuê một cây đàn guitar", [("kind", GUITARS)]),
    ("id", "Saya ingin menyewa biola", [("kind", ("violin",))]),
    ("ru", "Можно взять напрокат скрипку 1/4 для дочери?", [("kind", ("violin",)), ("size", "1/4")]),
    ("uk", "Добрий день, шукаю скрипку для доньки, їй 8 років", [("kind", ("violin",)), ("age", 8)]),
    ("bg", "Искам да наема цигулка", [("kind", ("violin",))]),
    ("sr", "Желим да изнајмим виолину", [("kind", ("violin",))]),
    ("el", "Θέλω να νοικιάσω ένα βιολί", [("kind", ("violin",))]),
    ("he", "אני רוצה לשכור כינור", [("kind", ("violin",))]),
    ("fa", "سلام، می‌خواهم یک ویولن اجاره کنم", [("kind", ("violin",))]),
    ("hi", "मैं वायलिन किराए पर लेना चाहता हूँ", [("kind", ("violin",))]),
    ("zh", "我想租一把大提琴,孩子七岁", [("kind", ("cello",)), ("age", 7)]),
    ("ja", "電子ピアノを一か月借りたいです", [("kind", ("digital-piano",))]),
    ("ko", "8살 아이를 위한 바이올린을 빌리고 싶어요", [("kind", ("violin",)), ("age", 8)]),
    ("th", "ฉันอยากเช่าไวโอลิน", [("kind", ("violin",))]),
    ("ka", "მინდა ვიოლინოს ქირაობა", []),
]

# Of ours, however short, mixed, mistyped or about foreign things they are.
READ = [
    "hi",
    "ok",
    "flutes please",
    "yo lookin 4 a bass n a bass amp",
    "Dan and Ada need two ukuleles",
    "a Dvořák cello concerto",
    "we sing Skålvisa and Ölvisa, an accordion please",
    "the song 月亮 on a violin",
    "Yamaha P-145",
    "in the barn, a banjo",
    "Geige",
    "was kostet ein Klavier",
    "Ich hätt gern ne Gitarre",
    "un violon pour Zoé",
    "une trompette, svp",
    "un basso",
    "el bajo",
    "quiero una guitarra para mi hija",
    "hola, un teclado",
    "quanto costa un violoncello",
    "أريد كمان",
    "جيتار لابني",
    "بيانو",
    "asdfgh jkl",
    "3/4",
]


@pytest.mark.parametrize(("language", "message", "marks"), SAID)
def test_a_language_is_recognised_and_what_is_beyond_doubt_is_read(language, message, marks):
    assert foreign.language_of(message) == language
    assert [(mark.name, mark.value) for mark in foreign_reading.marks(message, language)] == marks


@pytest.mark.parametrize("message", READ)
def test_what_we_can_read_is_never_taken_for_foreign(message):
    assert foreign.language_of(message) is None


@pytest.mark.parametrize("language", foreign.known())
def test_a_foreign_language_is_none_of_ours_and_names_what_the_shop_may_have(language):
    assert language not in languages.known()
    known = {*CATEGORIES, *languages.file(languages.ANY, "kinds")["group"]}
    assert set(foreign.file(language).get("kind", {})) <= known


@pytest.mark.parametrize("language", foreign.known())
def test_it_is_told_which_languages_are_read_in_itself_and_in_ours(language):
    said = phrases.of("en").notice(answers.notice(language))
    assert "I read English, Arabic, German, Spanish, French and Italian." in said
    if foreign.sentence(language):
        assert all(Locale.parse(language).languages[ours] in said for ours in texts.LANGUAGES)


def test_the_instrument_that_is_named_is_shown_and_no_other(customer, shop):
    violin = shop(category="violin", size="1/2", name="Stentor 1/2")
    shop(category="cello", size="1/2", name="Cello 1/2")
    reply = customer.post(CHAT, {"message": "Ik zoek een viool 1/2 voor mijn zoon"}).json
    assert [card["instrument_id"] for card in reply["recommendations"]] == [violin["id"]]
    assert reply["response"].startswith("Ik lees nog geen Nederlands.")
    assert (reply["language"], reply["understood"]["size"]) == ("en", "1/2")


@pytest.mark.parametrize("message", ["Ik zoek iets in 1/2 voor mijn zoon", "Kunt u mij graag een gitaar verhuren?"])
def test_where_it_is_not_known_beyond_doubt_or_not_there_nothing_else_is_shown(customer, shop, message):
    shop(category="cello", size="1/2")
    reply = customer.post(CHAT, {"message": message}, **{"Accept-Language": "de"}).json
    assert reply["recommendations"] == []
    assert "Ich lese Englisch" in reply["response"]
