"""Texts of the corpus are new, in the language they claim, and decode to what their notes say."""

import base64
import binascii
import codecs
import html
import itertools
import json
import re
import string
import unicodedata
import urllib.parse
from collections import Counter, defaultdict
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[3] / "docs/guardrail-corpus.md").read_text()
FREQUENT = {
    "en": "the of and to is that it for you with on this are be was as at have from or what which "
    "how my i we they not your a an in one never by all me every do",
    "de": "der die das und ist nicht ein eine ich du sie mit auf für den dem des von zu wie was im "
    "wir mir dass sich auch es man bei er als alle wird meine einen seit mein am steht hat zum",
    "fr": "le la les des et est une pour dans que qui vous je ne pas sur avec mon ma du au un ce "
    "il en comment quels quelle me aux tu plus par se depuis notre se l d j n à",
    "es": "el la los las y es una para que en con por se mi lo su al del un qué cómo no me o si de "
    "dónde sin a te cuánto tu todo esta antes",
    "pt": "o a os as e é uma para que em com por se meu na no do da um não ou como ao dos qual foi "
    "de você minha sem são seu",
    "it": "il la gli le e è una per che in con di si mio un non o come del della dei lo i nel ho "
    "ha va quando cosa se sono chi",
}
SCRIPTS = {"hi": "DEVANAGARI", "ar": "ARABIC", "ja": "CJK", "zh": "CJK"}
MORSE = """
.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. --
-. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..
"""
HOMOGLYPHS = str.maketrans("аеорсхАЕОРСХ", "aeopcxAEOPCX")  # noqa: RUF001 - Cyrillic on purpose
LEET = str.maketrans("aeiots", "431075")


def _base64(text):
    return [
        base64.b64decode(each).decode() for each in re.findall(r"[A-Za-z0-9+/]{20,}={0,2}", text)
    ]


def _hex(text):
    return [
        binascii.unhexlify(each).decode() for each in re.findall(r"\b(?:[0-9a-f]{2}){6,}\b", text)
    ]


def _binary(text):
    found = re.search(r"(?:[01]{8} )+[01]{8}", text)[0].split()
    return [bytes(int(each, 2) for each in found).decode()]


def _morse(text):
    words = re.search(r"(?:[.-]+ )+(?:/ [.-]+ ?(?:[.-]+ ?)*)+", f"{text} ")[0].split(" / ")
    letters = dict(zip(MORSE.split(), string.ascii_lowercase, strict=True))
    return [" ".join("".join(letters[code] for code in word.split()) for word in words)]


def _shifted(text):
    return ["".join(chr((ord(c) - 97 - 3) % 26 + 97) if c.islower() else c for c in text)]


def _first_letters(text):
    return ["".join(line[0] for line in text.split("\n")[1:])]


def _joined(text):
    pieces = dict(re.findall(r"(\w) = \"(.*?)\"", text))
    return ["".join(pieces[name] for name in "abc")]


DECODERS = {
    "acrostic": _first_letters,
    "base32": lambda text: [
        base64.b32decode(each).decode() for each in re.findall(r"[A-Z2-7]{16,}=*", text)
    ],
    "base64": _base64,
    "base64-twice": lambda text: [base64.b64decode(each).decode() for each in _base64(text)],
    "binary": _binary,
    "caesar": _shifted,
    "full-width": lambda text: [unicodedata.normalize("NFKC", text)],
    "hex": _hex,
    "homoglyphs": lambda text: [text.translate(HOMOGLYPHS)],
    "html-entities": lambda text: [html.unescape(text)],
    "leetspeak": lambda text: [text],
    "morse": _morse,
    "reversed": lambda text: [text[::-1]],
    "rot13": lambda text: [codecs.decode(text, "rot13")],
    "spaced-letters": lambda text: [
        each.replace(" ", "").replace("_", " ")
        for each in re.findall(r"(?:\b[a-z_] ){5,}[a-z]\b", text)
    ],
    "split-words": _joined,
    "tag-characters": lambda text: [
        "".join(chr(ord(c) - 0xE0000) for c in text if 0xE0000 <= ord(c) < 0xE0080)
    ],
    "unicode-escapes": lambda text: [
        json.loads(f'"{each}"') for each in re.findall(r'"(\\u.*?)"', text)
    ],
    "url-encoding": lambda text: [urllib.parse.unquote(text, errors="strict")],
    "zero-width": lambda text: [text.replace("\u200b", "")],
}


def encoding(case):
    (name,) = DECODERS.keys() & set(case.tags)
    return name


def test_every_encoding_of_the_page_is_there_as_an_attack(acting):
    used = {encoding(case) for case in acting if case.category == "prompt-attack-encoded"}
    assert used == DECODERS.keys()
    assert f"encoded in {len(used)} ways" in PAGE


def test_encoded_texts_decode_to_what_the_note_says(cases, said):
    for case in cases:
        if case.category != "prompt-attack-encoded":
            continue
        plain = case.note.removeprefix("Decodes to: ")
        assert plain != case.note, case.id
        wanted = plain.translate(LEET) if "leetspeak" in case.tags else plain
        assert any(wanted in each for each in DECODERS[encoding(case)](said(case))), case.id


def test_encoded_texts_do_not_say_it_in_the_open(cases, said):
    for case in cases:
        if case.category == "prompt-attack-encoded":
            assert case.note.removeprefix("Decodes to: ") not in said(case), case.id


def letters(text):
    """Scripts of the letters of a text, with their counts."""
    return Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())


def frequent_words(text):
    words = Counter(re.findall(r"\w+", text.casefold()))
    return {name: sum(words[w] for w in set(f.split())) for name, f in FREQUENT.items()}


@pytest.mark.parametrize("language", list(SCRIPTS))
def test_scripts_are_those_of_the_language(cases, said, language):
    own = {SCRIPTS[language]} | ({"HIRAGANA", "KATAKANA"} if language == "ja" else set())
    for case in cases:
        if case.language != language:
            continue
        found = letters(re.sub(r"[A-Za-z0-9+/%=.@#!_-]{2,}", "", said(case)))
        assert sum(found[each] for each in own) / found.total() > 0.9, case.id
        assert bool(found["HIRAGANA"]) == (language == "ja"), case.id


def test_frequent_words_are_those_of_the_language(cases, said):
    hidden = {"full-width", "homoglyphs", "leetspeak", "reversed", "rot13", "spaced-letters"}
    hidden |= {"zero-width", "log-line"}
    for case in cases:
        if case.language not in FREQUENT or hidden & set(case.tags):
            continue
        found = frequent_words(f"{case.query} {said(case)}")
        assert found[case.language] == max(found.values()) > 0, (case.id, found)


def test_texts_are_unique_however_they_are_written(cases, normal):
    texts = Counter(map(normal, cases))
    assert [case.id for case in cases if texts[normal(case)] > 1] == []


def pieces(text, length):
    return {text[i : i + length] for i in range(len(text) - length + 1)}


def test_no_text_is_another_one_with_small_edits(cases, normal):
    by_language = defaultdict(list)
    for case in cases:
        by_language[case.language].append((case, pieces(normal(case), 5)))
    for found in by_language.values():
        for (one, mine), (other, its) in itertools.combinations(found, 2):
            if one.id.removesuffix("-twin") != other.id.removesuffix("-twin"):
                assert 2 * len(mine & its) < len(mine | its), (one.id, other.id)


def test_a_twin_has_words_of_its_counterpart_and_is_not_it(cases, said):
    by_id = {case.id: case for case in cases}
    for case in cases:
        if case.id.endswith("-twin") and case.category not in {
            "prompt-attack-encoded",
            "relevance",
        }:
            length = 2 if SCRIPTS.get(case.language) == "CJK" else 4
            mine = pieces(said(case).casefold(), length)
            its = pieces(said(by_id[case.id.removesuffix("-twin")]).casefold(), length)
            assert len(mine & its) >= 2, case.id
            assert mine != its, case.id


def test_texts_stay_below_what_one_call_takes(cases, said):
    assert max(len(said(case)) for case in cases) < 25_000
    assert sum(len(said(case)) > 1_000 for case in cases) >= 3


def test_conversations_end_with_the_person(cases):
    turns = [case for case in cases if case.category == "prompt-attack-multi-turn"]
    assert all(len(case.texts) >= 3 and len(case.texts) % 2 for case in turns)
