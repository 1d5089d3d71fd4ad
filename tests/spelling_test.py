"""Texting, slips of the pen and pictures: read as what most people would write."""

import time

import pytest

from app.needs.facets.kinds import Kinds
from app.needs.facets.level import Level
from app.speech import languages
from app.speech.spelling import spelled_out
from tests.understanding_test import GUITARS, read, said


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("can u do a uke 4 my son pls", "can you do a uke for my son please"),
        ("4 2 wks", "for 2 weeks"),
        ("drums 4 2wks", "drums for 2 weeks"),
        ("got a bass n an amp", "got a bass and an amp"),
        ("what can i get 2 learn on", "what can i get to learn on"),
        ("a Begginer", "a beginner"),
        ("my dauhgter", "my daughter"),
        ("un violon svp", "un violon s'il vous plaît"),
        ("vllt ein Cello", "vielleicht ein Cello"),
        ("un violín xfa", "un violín por favor"),
        ("un violino cmq", "un violino comunque"),
        ("عايز كمان", "أريد كمان"),
    ],
)
def test_what_is_written_in_a_hurry_is_spelled_out(written, meant):
    assert spelled_out(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "4 violins 4 children",
        "4 a day at most",
        "under 4 a week",
        "a size 4 1/2",
        "2 guitars",
        "in advance",
        "are you open on Sundays",
        "a Yamaha P-45",
        "a PA for Saturday",
        "monthly",
        "the beginning",
        "an electrician",
        "Größe 4/4, 10 €",
    ],
)
def test_what_is_written_as_it_is_meant_stays(written):
    assert spelled_out(written) == written


@pytest.mark.parametrize(
    ("message", "categories"),
    [
        ("vioiln", ("violin",)),
        ("a violn", ("violin",)),
        ("chello", ("cello",)),
        ("cornits", ("cornet",)),
        ("clarinettes", ("clarinet",)),
        ("🎻", ("violin",)),
        ("something like 🎸", GUITARS),
        ("a bass 🎸", ("bass-guitar",)),
        ("a gtr", GUITARS),
        ("a keybord", ("keyboard",)),
    ],
)
def test_which_instrument_is_meant(message, categories):
    assert said(message)[Kinds].categories == categories


def test_a_counted_amplifier_is_no_misread_for():
    assert read("lookin 4 a bass n a bass amp").said.of("quantity") == ()
    assert [mark.value for mark in read("4 bass amps").said.of("quantity")] == [4]


def test_capitals_and_dictation_are_read_alike():
    for message in ("A CELLO FOR A BEGINNER", "um a cello yes a cello for a beginner please thank you"):
        need = said(message)
        assert (need[Kinds].categories, need[Level].skill_level) == (("cello",), "beginner")


@pytest.mark.parametrize("language", languages.known())
def test_every_language_has_its_texting(language):
    assert {"spelled", "sound", "mend"} <= set(languages.file(language, "texting"))


def test_the_longest_message_is_spelled_out_quickly():
    babble = " ".join(f"be{a}in{b}er" for a in "aeiouxyz" for b in "bcdfghjklmnpqrstvwxyz")[:2000]
    spelled_out("a first one reads the words")
    start = time.perf_counter()
    spelled_out(babble)
    assert time.perf_counter() - start < 0.05
