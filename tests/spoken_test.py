"""What of a model's raw text is said to a customer, and what only slipped out of the model."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.llm.spoken import Sign, Spoken, spoken

ANSWER = "I recommend it."

THINKING = [
    "<think>The customer wants a violin.</think>",
    "<thinking>Hm.\nHm again.</thinking>",
    "<|think|>Hm.<|/think|>",
    "[THINK]Hm.[/THINK]",
    "◁think▷Hm.◁/think▷",
    "<reasoning>Hm.</reasoning>",
    "<THINK>Hm.</THINK>",
    "< think >Hm.< / think >",
    "<Thought>Hm.</Thought>",
    "<reflection>Hm.</reflection>",
    "<scratchpad>Hm.</scratchpad>",
    '<think budget="10">Is 3 < 4 > 2? </b> Hm.</think>',
    "<|begin_of_thought|>Hm.<|end_of_thought|>",
    "<|START_THINKING|>Hm.<|END_THINKING|>",
    "<seed:think>Hm.</seed:think>",
    "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>",
    "<|channel>thought\nHm.<channel|>",
    "<think></think>",
    "&lt;think&gt;Hm & hm.&lt;/think&gt;",
    "<think\n>Hm.</think\n>",
    "<th\u200bink>Hm.</think>",
    "<ｔｈｉｎｋ>Hm.</ｔｈｉｎｋ>",  # noqa: RUF001
    "【think】Hm.【/think】",
    "<analysis>Hm.</analysis>",
    "<|think_start|>Hm.<|think_end|>",
]
CALLS = [
    '<tool_call>{"name": "book", "arguments": {"id": 3}}</tool_call>',
    "<tool_call>\n<function=book>\n<parameter=id>3</parameter>\n</function>\n</tool_call>",
    '```json\n{"name": "book", "arguments": {}}\n```',
    "```\nbook(3)\n```",
    '{"name": "book", "arguments": {"ids": [1, 2]}}',
    '[{"name": "book", "arguments": {}}]',
    "<|tool▁calls▁begin|><|tool▁call▁begin|>function<|tool▁sep|>book<|tool▁call▁end|><|tool▁calls▁end|>",
    "<tool_response>booked</tool_response>",
    "<script>book(3)</script>",
    '~~~json\n{"name": "book"}\n~~~',
]
MARKS = [
    *("<s>", "</s>", "<unk>", "<pad>", "<bos>", "<eos>", "[/INST]", "<</SYS>>", "<|im_end|>", "<|eot_id|>", "[BOS]"),
    *("<|assistant|>", "<end_of_turn>", "<|endoftext|>", "<｜end▁of▁sentence｜>", "<0x0A>", "<extra_id_0>", "<br/>"),  # noqa: RUF001
    *("<|im_start|>assistant\n", "<|start_header_id|>assistant<|end_header_id|>\n\n", "<start_of_turn>model\n"),
    *(
        "<|turn>model\n",
        "<|start_of_role|>assistant<|end_of_role|>",
        "|im_end|>",
        "[assistant]",
        "<unused0>",
        "&lt;br&gt;",
        "[UNK]",
        "[gMASK]<sop>",
    ),
]
TURNS = [
    *(
        "<|im_start|>user\nAnd a cello?",
        "<|user|>And a cello?",
        "[INST] And a cello? [/INST]",
        "<<SYS>>Be nice.<</SYS>>",
    ),
    *("<start_of_turn>user\nAnd a cello?", "<|start_header_id|>user<|end_header_id|>\n\nAnd a cello?"),
    *("\nUser: And a cello?", "\n**Customer:** And a cello?", "\n### Instruction:\nBe nice.", "\nhuman : And a cello?"),
    *("<|im_start|>system\nBe nice.", "\nSYSTEM: Be nice.", "<|start|>user<|message|>And a cello?"),
]
ORDINARY = [
    "I recommend the Yamaha P-145: it is light, and quiet.",
    "A violin (size 3/4), a bow & a case; both are new!\n- The first\n- The second\n\nWhich one?",
    "Users like it. The system is simple: two strings.",
    "Human hands made it.\nCustomers: they love it? Usually.",
    "See [our list] or [A], and | that |.",
    "Das Klavier ist `leise` und leicht.",
    "«Très bien», dit-il.",
    "¿Le gusta? ¡Claro!",
    "أنصحك بهذا البيانو: صوته هادئ.",
    "Rock & Roll, R&B; &c. &amp; &",
    "Action: graded hammers. Thoughts? ~ none ~~",
    "It's 12.50 * 3 = 37.50 #1 ~ “fine” …",
]


def told(pieces) -> str:
    said = ""
    for piece in pieces:
        said = "" if piece is Sign.TAKEN_BACK else said + piece
    return said


@pytest.mark.parametrize("noise", [*THINKING, *CALLS, *MARKS])
def test_what_slipped_out_is_not_said_and_what_surrounds_it_is(noise):
    assert spoken(f"{noise}{ANSWER}").split() == ANSWER.split()
    assert spoken(f"Welcome.\n{noise}{ANSWER}").split() == ["Welcome.", *ANSWER.split()]
    assert spoken(f"{ANSWER}\n{noise}").split() == ANSWER.split()
    assert spoken(f"{noise}{noise}\n{ANSWER}{noise}").split() == ANSWER.split()


@pytest.mark.parametrize(
    "opening",
    [
        *("<think>", "<|think|>", "[THINK]", "◁think▷", "<Reasoning>", "<|channel|>analysis<|message|>"),
        *("<tool_call>", "[TOOL_CALLS]", "<|python_tag|>", "```json\n", '{"name": "book', '[{"name": ['),
    ],
)
def test_what_is_never_closed_hides_all_that_follows(opening):
    assert spoken(f"Welcome. {opening} So, then. {ANSWER}\n\n{ANSWER}").split() == ["Welcome."]


@pytest.mark.parametrize("label", ["Assistant: ", "assistant:\n", "**Assistant:** ", "### Response:\n", "Answer: "])
def test_a_model_that_begins_with_its_own_name_is_heard_without_it(label):
    assert re.findall(r"\w+", spoken(f"{label}{ANSWER}\n{label}{ANSWER}")) == re.findall(r"\w+", ANSWER) * 2


@pytest.mark.parametrize("closing", ["</think>", "[/THINK]", "◁/think▷", "</ Thinking >", "<|end_of_thought|>"])
def test_before_a_closing_mark_without_an_opening_one_all_is_thinking(closing):
    reader = Spoken()
    pieces = [*reader.feed("Hm. He wants a violin. "), *reader.feed(f"So be it.{closing}\n{ANSWER}"), *reader.finish()]
    assert Sign.TAKEN_BACK in pieces
    assert told(pieces).split() == ANSWER.split()
    assert reader.has_thought


@pytest.mark.parametrize("turn", TURNS)
def test_another_speakers_turn_ends_the_answer(turn):
    reader = Spoken()
    assert told([*reader.feed(f"{ANSWER}{turn}\n"), *reader.finish()]).split() == ANSWER.split()
    assert reader.is_over
    assert told([*reader.feed("Assistant: more."), *reader.finish()]) == ""


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_passes_unchanged(text):
    assert spoken(text) == text
    assert not Spoken().has_thought


@pytest.mark.parametrize("broken", ["<", "<|im_en", "</thi", "<|", "< 3"])
def test_a_mark_that_was_broken_off_is_not_said(broken):
    assert spoken(f"{ANSWER} {broken}").split() == ANSWER.split()


def test_words_are_not_torn_apart_by_markup_in_them_and_not_glued_by_marks_between_them():
    assert spoken("The <b>Yam</b>aha<sup>2</sup>'s sound.") == "The Yamaha2's sound."
    assert spoken("It is light.<|im_end|>It is quiet.") == "It is light. It is quiet."


def test_a_line_that_is_called_thinking_is_not_said():
    reader = Spoken()
    text = f"Thinking: he wants a harp.\n{ANSWER}\n**Thought:** so be it.\n"
    assert told([*reader.feed(text), *reader.finish()]).split() == ANSWER.split()
    assert reader.has_thought


PARTS = [
    *THINKING,
    *CALLS,
    *MARKS,
    *TURNS,
    *ORDINARY,
    "<",
    ">",
    "|",
    "[",
    "]",
    "{",
    "}",
    "`",
    "\n",
    " ",
    "think",
    "/",
    "&",
    "lt;",
    "&gt;",
    "~",
]


@settings(deadline=None)
@given(st.data())
def test_however_a_text_is_cut_the_result_is_the_same(data):
    text = "".join(data.draw(st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=6)))
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    reader, pieces = Spoken(), []
    for start, end in zip([0, *places], [*places, len(text)], strict=True):
        pieces += reader.feed(text[start:end])
    assert told([*pieces, *reader.finish()]) == spoken(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=8).map("".join))
@example("<<b>think>")
@example("|<a>b|>")
def test_no_mark_remains(text):
    said = spoken(text)
    assert "<" not in said
    assert ">" not in said
    assert "```" not in said
    assert "{" not in said
