"""What of a model's raw text is meant for a customer: a filter on the stream, text in, text out.

Models write more than they say. They think aloud (`<think>…</think>`), call functions that nobody offered, and let the
marks of their templates slip out (`<|im_end|>`, `[INST]`, `<pad>`). None of it is known by a list of spellings but by
its kind: whatever stands in angle brackets is a mark, and the word in it says which. It reads one character at a time,
so that the result is the same however a text is cut into pieces.

Formats that this was held against: ChatML, Llama 2 and 3, Mistral, Gemma, Granite, Phi, DeepSeek, Qwen, Cohere, Kimi
and OpenAI's harmony, as their model cards show them.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum, auto


class Sign(Enum):
    """`TAKEN_BACK`: all text before it was thinking, which was found out only now."""

    TAKEN_BACK = auto()


class _Mode(Enum):
    SPEECH = auto()
    HEADER = auto()  # After a mark that is followed by the name of who speaks, or of a channel.
    THOUGHT = auto()
    ASIDE = auto()  # Thinking that begins with its name and ends with its line.
    CALL = auto()
    FENCE = auto()
    DATA = auto()
    OVER = auto()


class _Kind(Enum):
    THOUGHT = auto()
    CALL = auto()
    HEADER = auto()
    OTHERS = auto()
    NOTHING = auto()


LONGEST_MARK = 64
BRACKETS = str.maketrans("◁▷⟨⟩＜＞｜【】", "<><><>|[]")  # noqa: RUF001 - some models write their marks in these.
ENTITIES = {"&lt;": "<", "&gt;": ">"}
ANGLE = re.compile(r"<[^<>]{0,64}>")
PIPE = re.compile(r"\|[^|<>\[\]\n]{1,40}\|>")
PIPE_BEGUN = re.compile(r"\|[^|<>\[\]\n]{0,40}\|?\Z")
SQUARE = re.compile(r"\[([^\[\]<>{}\n]{1,40})\]")
SQUARE_BEGUN = re.compile(r"\[[^\[\]<>{}\n]{0,40}\Z")
FENCES = "`~"
DATA = re.compile(r"\{|\[\s{0,4}\{")
CAPITALS = re.compile(r"/?[a-z]?[A-Z][A-Z_ ]+")
OTHERS = "user|human|customer|prompter|system|developer|instruction|question"
OURS = "assistant|response|answer"
ASIDES = "thinking|thought|thoughts|reasoning|analysis"
LABEL = re.compile(rf"[^\w\n]*({OTHERS}|{OURS}|{ASIDES})[^\w\n:]*:", re.IGNORECASE)
LABEL_BEGUN = re.compile(r"[^\w\n]*([A-Za-z]{0,12})[^\w\n:]*\Z")
LABELS = f"{OTHERS}|{OURS}|{ASIDES}".split("|")
LONGEST_LABEL = 32
HEADER = re.compile(r"[ \t]*([A-Za-z]{0,16})")
INLINE = {"a", "b", "code", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "u"}  # HTML within a word.
KINDS = (
    (_Kind.THOUGHT, re.compile(r"think|thought|reason|reflect|scratchpad|monologue|analysis|commentary|internal")),
    (_Kind.CALL, re.compile(r"tool|function|python|invoke|script\Z|style\Z")),
    (_Kind.OTHERS, re.compile(rf"(?:{OTHERS}|sys|inst)(?:_|\Z)")),
    (_Kind.HEADER, re.compile(r"(?:^|_)start(?:_|\Z)|channel|(?:^|_)turn\Z")),
)
FOLLOWED_BY_SPEECH = ("assistant", "model", "final")


def spoken(text: str) -> str:
    """What a customer may read of a whole text."""
    reader, said = Spoken(), ""
    for piece in (*reader.feed(text), *reader.finish()):
        said = said + piece if isinstance(piece, str) else ""
    return said


class Spoken:
    """Feed it the raw text as it comes; it gives back what is said. `has_thought`: some of it was thinking."""

    def __init__(self) -> None:
        self.has_thought = False
        self._mode = _Mode.SPEECH
        self._held = ""  # What may yet become a mark.
        self._entity = ""
        self._said: list[str | Sign] = []
        self._begins_line = True
        self._depth = 0
        self._fence = ""

    @property
    def is_over(self) -> bool:
        """Whether another speaker's turn has begun: what follows is no answer."""
        return self._mode is _Mode.OVER

    def feed(self, text: str) -> Iterator[str | Sign]:
        """What can be said for certain with this text."""
        for character in self._characters(text):
            self._held += character
            self._look(is_last=False)
        yield from self._give()

    def finish(self) -> Iterator[str | Sign]:
        """What was held back and became no mark."""
        self._held += self._entity
        self._look(is_last=True)
        yield from self._give()

    def _characters(self, text: str) -> Iterator[str]:
        """Each character, brackets in their usual form, also where they were written for HTML."""
        for character in text.translate(BRACKETS):
            self._entity += character
            if self._entity in ENTITIES:
                self._entity = ENTITIES[self._entity]
            if not any(entity.startswith(self._entity) for entity in ENTITIES):
                kept = character if character == "&" and len(self._entity) > 1 else ""
                yield from self._entity.removesuffix(kept)
                self._entity = kept

    def _give(self) -> Iterator[str | Sign]:
        said, self._said = self._said, []
        text = ""
        for piece in said:
            if isinstance(piece, Sign):
                text = ""
                yield piece
            else:
                text += piece
        if text:
            yield text

    def _look(self, is_last: bool) -> None:
        """Takes from what is held as many characters as are decided."""
        while self._held:
            before = self._mode
            taken = self._decide(is_last)
            if taken is None or (taken == 0 and self._mode is before):
                return
            self._held = self._held[taken:]

    def _decide(self, is_last: bool) -> int | None:
        """How many characters of what is held are dealt with; None while more must be seen."""
        match self._mode:
            case _Mode.SPEECH:
                return self._in_speech(is_last)
            case _Mode.HEADER:
                return self._in_header(is_last)
            case _Mode.THOUGHT | _Mode.CALL:
                return self._in_hiding(is_last)
            case _Mode.ASIDE:
                return self._in_aside()
            case _Mode.FENCE:
                return self._in_fence(is_last)
            case _Mode.DATA:
                return self._in_data()
            case _Mode.OVER:
                return len(self._held)

    def _in_speech(self, is_last: bool) -> int | None:
        first = self._held[0]
        if first in "<>|[":
            return self._bracket(is_last)
        if first == "{":
            return self._enter_data(1)
        if first in FENCES:
            return self._enter_fence(is_last)
        if self._begins_line and (label := self._label(is_last)) != 0:
            return label
        return self._say(1)

    def _bracket(self, is_last: bool) -> int | None:
        data = DATA.match(self._held)
        if data:
            return self._enter_data(data.end())
        length = self._mark_length(is_last)
        if length:
            self._meet(self._held[:length])
            return length
        if length is None:
            return None
        if self._held[0] == "<" and is_last:  # A mark that was broken off.
            return len(self._held)
        return 1 if self._held[0] in "<>" else self._say(1)

    def _mark_length(self, is_last: bool) -> int | None:
        """The length of the mark that is held, 0 where it is none, None while it may become one."""
        held = self._held
        whole = ANGLE.match(held) or PIPE.match(held) or SQUARE.match(held)
        if whole:
            return whole.end() if held[0] != "[" or _is_square_mark(held[1 : whole.end() - 1]) else 0
        if is_last:
            return 0
        is_angle = held[0] == "<" and len(held) <= LONGEST_MARK and "<" not in held[1:]
        begun = is_angle or PIPE_BEGUN.match(held) or SQUARE_BEGUN.match(held)
        return None if begun else 0

    def _label(self, is_last: bool) -> int | None:
        """A line that begins with a speaker's name: 0 where it does not, None while it may."""
        found = LABEL.match(self._held)
        if found:
            self._follow(found[1].lower())
            return found.end()
        begun = LABEL_BEGUN.match(self._held)
        if is_last or not begun or len(self._held) > LONGEST_LABEL or self._held[0] == "\n":
            return 0
        if begun[1] and not any(name.startswith(begun[1].lower()) for name in LABELS):
            return 0
        return None if begun[1] or not re.search(r"[<>|\[{`]", self._held) else 0

    def _follow(self, label: str) -> None:
        if label in OTHERS.split("|"):
            self._mode = _Mode.OVER
        elif label in ASIDES.split("|"):
            self._mode, self.has_thought = _Mode.ASIDE, True

    def _in_aside(self) -> int:
        if self._held[0] == "\n":
            self._return_to_speech()
        return 1

    def _in_hiding(self, is_last: bool) -> int | None:
        if self._held[0] not in "<|[":
            return 1
        length = self._mark_length(is_last)
        if length:
            self._meet_hidden(self._held[:length])
            return length
        return None if length is None else 1

    def _in_header(self, is_last: bool) -> int | None:
        found = HEADER.match(self._held)
        assert found is not None  # It matches nothing too.
        if found.end() == len(self._held) and not is_last and len(self._held) <= LONGEST_LABEL:
            return None
        name = found[1].lower()
        kind = _kind(name)
        self._mode = _Mode.SPEECH
        if kind is _Kind.THOUGHT:
            self._think()
        elif kind is not _Kind.NOTHING:
            self._mode = _Mode.OVER
        return found.end() if self._mode is not _Mode.SPEECH or name in FOLLOWED_BY_SPEECH else 0

    def _enter_fence(self, is_last: bool) -> int | None:
        fence = self._held[0] * 3
        if self._held.startswith(fence):
            self._mode, self._fence = _Mode.FENCE, fence
            return 3
        return self._say(1) if is_last or not fence.startswith(self._held) else None

    def _in_fence(self, is_last: bool) -> int | None:
        if self._held.startswith(self._fence):
            self._return_to_speech()
            return 3
        return 1 if is_last or not self._fence.startswith(self._held) else None

    def _enter_data(self, length: int) -> int:
        self._mode, self._depth = _Mode.DATA, len(self._held[:length].replace(" ", "").strip())
        return length

    def _in_data(self) -> int:
        self._depth += (self._held[0] in "{[") - (self._held[0] in "}]")
        if self._depth == 0:
            self._return_to_speech()
        return 1

    def _meet(self, mark: str) -> None:
        """A mark within speech."""
        word, closes = _read(mark)
        match _kind(word):
            case _Kind.THOUGHT if closes:
                self.has_thought = True
                self._said.append(Sign.TAKEN_BACK)
                self._return_to_speech()
            case _Kind.THOUGHT:
                self._think()
            case _Kind.CALL if not closes:
                self._mode = _Mode.CALL
            case _Kind.OTHERS if not closes:
                self._mode = _Mode.OVER
            case _Kind.HEADER if not closes:
                self._mode = _Mode.HEADER
            case _ if word not in INLINE:
                self._said.append(" ")

    def _meet_hidden(self, mark: str) -> None:
        """A mark within thinking or a call."""
        word, closes = _read(mark)
        kind, is_thought = _kind(word), self._mode is _Mode.THOUGHT
        if is_thought and kind is _Kind.HEADER and not closes:
            self._mode = _Mode.HEADER
        elif closes and (kind is (_Kind.THOUGHT if is_thought else _Kind.CALL) or (is_thought and word == "channel")):
            self._return_to_speech()

    def _think(self) -> None:
        self._mode, self.has_thought = _Mode.THOUGHT, True

    def _return_to_speech(self) -> None:
        """What was hidden stood between two sentences."""
        self._mode, self._begins_line = _Mode.SPEECH, True
        self._said.append("\n")

    def _say(self, length: int) -> int:
        text = self._held[:length]
        self._said.append(text)
        self._begins_line = text == "\n" or (self._begins_line and not text.isalnum())
        return length


def _read(mark: str) -> tuple[str, bool]:
    """The word in a mark, in small letters, and whether the mark ends what the word names."""
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", mark) if unicodedata.category(sign) != "Cf")
    word = re.sub(r"[^a-z]+", "_", letters.lower()).strip("_")
    ends = re.match(r"[<\[|\s]*/", mark) or re.match(r"end_|(?:\w+_)?end\Z", word) or re.match(r"<\s*\w+\s*\|>", mark)
    return re.sub(r"^(?:begin|end)_(?:of_)?", "", word), bool(ends)


def _kind(word: str) -> _Kind:
    return next((kind for kind, pattern in KINDS if pattern.search(word)), _Kind.NOTHING)


def _is_square_mark(inner: str) -> bool:
    """Square brackets are ordinary too; a mark is in capitals, or its one word says so."""
    if CAPITALS.fullmatch(inner.strip()):
        return True
    word = _read(inner)[0]
    return " " not in inner.strip() and (_kind(word) is not _Kind.NOTHING or word == "assistant")
