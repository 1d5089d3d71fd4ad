# What this house uses of snowballstemmer, which has no types of its own (checked against 3.1).

from typing import Protocol

class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...

def stemmer(lang: str) -> _Stemmer: ...
