"""The prompt keeps its budget and its beginning."""

from hypothesis import given
from hypothesis import strategies as st

from app.llm.prompt import BLOCK, INSTRUCTIONS, Turn, compose, estimate_tokens

WORDS = "And some more words about pianos. " * 10


def conversation(length: int) -> list[Turn]:
    return [Turn("user" if number % 2 == 0 else "assistant", f"{number}: {WORDS}") for number in range(length)]


def total(prompt) -> int:
    return sum(estimate_tokens(message.content) for message in prompt.messages)


def test_the_unchanging_comes_first_and_the_changing_last():
    prompt = compose("FACTS", conversation(4), 0, "hello", 3000)
    contents = [message.content for message in prompt.messages]
    assert contents[0] == INSTRUCTIONS
    assert [text[0] for text in contents[1:5]] == ["0", "1", "2", "3"]
    assert contents[-1] == "FACTS\n\nCustomer: hello"


def test_a_conversation_grows_at_its_end_and_loses_whole_blocks_at_its_beginning():
    starts = []
    for length in range(2, 60, 2):
        prompt = compose("FACTS", conversation(length), 0, "hello", 3000)
        assert prompt.tokens <= 3000
        starts.append(int(prompt.messages[1].content.split(":")[0]))
    assert starts == sorted(starts)
    assert all(start % BLOCK == 0 for start in starts)
    assert len(set(starts)) <= 60 / BLOCK


def test_the_place_in_the_whole_conversation_decides_the_blocks():
    whole = compose("FACTS", conversation(44), 0, "hello", 3000)
    tail = compose("FACTS", conversation(44)[4:], 4, "hello", 3000)
    assert [m.content for m in whole.messages] == [m.content for m in tail.messages]


def test_braces_in_what_customers_write_are_only_text():
    assert (
        compose("{facts}", [Turn("user", "{x}")], 0, "{message} {0}", 3000)
        .messages[-1]
        .content.endswith("Customer: {message} {0}")
    )


@given(st.text(max_size=2000), st.lists(st.text(max_size=500), max_size=12))
def test_no_message_and_no_history_exceed_the_budget(message, said):
    history = [Turn("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(said)]
    prompt = compose("In our shop: nothing.", history, 0, message, 1500)
    assert total(prompt) <= prompt.tokens <= 1500
    assert prompt.messages[0].content == INSTRUCTIONS
