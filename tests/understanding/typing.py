"""Errors that fingers make, put into messages: always the same ones for the same seed."""

import random

_KEYS = "qwertyuiopasdfghjklzxcvbnm"
_AROUND = (
    "wa qes wrd etf ryg tuh yij uok ipl ol qwsz awedzx serfcx drtgvc ftyhbv gyujnb huiknm jiolm "
    "kop asx zsdc xdfv cfgb vghn bhjm njk"
)
_BESIDE = dict(zip(_KEYS, _AROUND.split(), strict=True))
_LONG = 4  # letters from which on errors in a word are likely


def with_errors(text: str, count: int, dice: random.Random) -> str:
    """As many errors, in different words where there are enough, and in longer ones first."""
    words = text.split(" ")
    places = [it for it, word in enumerate(words) if _letters(word)]
    dice.shuffle(places)
    places.sort(key=lambda it: _letters(words[it]) < _LONG)
    for place in places[:count]:
        words[place] = _with_error(words[place], dice)
    return " ".join(words)


def _letters(word: str) -> int:
    return sum(it.isalpha() for it in word)


def _with_error(word: str, dice: random.Random) -> str:
    """Two letters swapped, one missing, one doubled, or the one beside it on the keyboard."""
    letters = [it for it, sign in enumerate(word) if sign.isalpha()]
    at, kind = dice.choice(letters), dice.randrange(4)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    if kind == 0 and after[:1].isalpha():
        return before + after[0] + letter + after[1:]
    if kind == 1 and len(letters) > 1:
        return before + after
    if kind == 2:
        return before + letter + letter + after
    return before + dice.choice(_BESIDE.get(letter.lower(), "e")) + after
