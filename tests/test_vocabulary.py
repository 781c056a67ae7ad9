"""Words, subwords and padding, compared with Python's own counting, Keras' padding and the texts."""

import functools
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach import reviews, vocabulary
from lstm_teach.vocabulary import PADDING, UNKNOWN, SubwordVocabulary, WordVocabulary, pad

PLAIN = ["the cat sat", "the dog sat", "the bird", "a cat's bird"]
SMALL = [WordVocabulary.fit(PLAIN, 300), SubwordVocabulary.fit(PLAIN, 300)]


@pytest.fixture(scope="module")
def texts():
    return reviews.load().train.texts


@pytest.fixture(scope="module", params=[WordVocabulary, SubwordVocabulary])
def fitted(request, texts):
    return request.param.fit(texts, 1_000)


def words_by_hand(text):
    """An ASCII-only second opinion on what a word is."""
    return re.findall(r"[a-z0-9]+(?:'[a-z0-9]+)*", text.lower())


# Words


def test_words_are_those_that_python_counts_most_often_and_ties_go_by_alphabet(texts):
    counts = Counter(word for text in texts for word in words_by_hand(text))
    expected = sorted(counts, key=lambda word: (-counts[word], word))[:498]
    assert WordVocabulary.fit(texts, 500).words[2:] == expected


@functools.cache
def same_words_by_another_library():
    """What a word is, said to the `tokenizers` library in Unicode's own classes."""
    from tokenizers import Regex, normalizers, pre_tokenizers

    word = r"[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*"
    clean = [normalizers.NFC(), normalizers.Replace(Regex(r"<br\s*/?>"), " "), normalizers.Replace("’", "'")]
    return (
        normalizers.Sequence([*clean, normalizers.Lowercase()]),
        pre_tokenizers.Split(Regex(word), behavior="removed", invert=True),
    )


def split_by_another_library(text):
    normalizer, splitter = same_words_by_another_library()
    return [word for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(text))]


SCRIPTS = "aZ9_'’-. <br/>éÉçßłİ½²\u0301\u0308абЯєДžאבשׁعَربहिन्दी你好んガ한국ไทย\u20e3😀𝟜𝒜"


@given(st.text(st.sampled_from(SCRIPTS), max_size=30))
@settings(max_examples=500, deadline=None)
def test_words_of_any_script_are_those_of_another_library(text):
    assert SMALL[0].tokens(text) == split_by_another_library(text)


def test_words_of_the_sample_are_those_of_another_library(texts):
    assert all(SMALL[0].tokens(text) == split_by_another_library(text) for text in texts)


@pytest.mark.parametrize("kind", [WordVocabulary, SubwordVocabulary])
def test_fitting_and_encoding_at_once_is_fitting_and_then_encoding(kind, texts):
    vocabulary, ids = kind.fit_encode(texts, 1_000)
    assert vocabulary == kind.fit(texts, 1_000)
    expected = vocabulary.encode(texts)
    assert all(
        np.array_equal(*pair) and pair[0].dtype == np.int32 for pair in zip(ids, expected, strict=True)
    )


def test_words_get_the_ids_of_their_rank_and_others_are_unknown():
    vocabulary = WordVocabulary.fit(PLAIN, 5)
    assert vocabulary.words == ["<padding>", "<unknown>", "the", "bird", "sat"]
    ids = vocabulary.encode(["the bird sat", "The CAT sat"])
    assert [row.tolist() for row in ids] == [[2, 3, 4], [2, UNKNOWN, 4]]
    assert all(row.dtype == np.int32 for row in ids)


def test_size_counts_every_id_and_is_smaller_when_there_are_fewer_words():
    assert WordVocabulary.fit(PLAIN, 5).size == 5
    assert WordVocabulary.fit(PLAIN, 20_000).size == 2 + len(
        {word for text in PLAIN for word in text.split()}
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.<br /><br />Two<br/>three", ["one", "two", "three"]),
        ("'Tis the actors' \"don't\"", ["tis", "the", "actors", "don't"]),
        ("Don’t!", ["don't"]),
        ("7/10, well-made", ["7", "10", "well", "made"]),
        ("snake_case", ["snake", "case"]),
        ("<padding> <unknown>", ["padding", "unknown"]),
        ("Café CAFE\u0301", ["café", "café"]),
        ("नमस्ते 你好 שלום ÇA", ["नमस्ते", "你好", "שלום", "ça"]),
        ("😀 — ... !", []),
        ("", []),
    ],
)
def test_words_are_lower_cased_letters_digits_and_apostrophes(text, expected):
    vocabulary = WordVocabulary.fit(PLAIN, 10)
    assert vocabulary.tokens(text) == expected
    assert len(vocabulary.encode([text])[0]) == len(expected)


# Subwords


def test_subwords_have_exactly_the_size_that_was_asked_for(texts):
    assert SubwordVocabulary.fit(texts, 1_234).size == 1_234


def test_subwords_know_every_byte_so_that_nothing_is_unknown(fitted):
    if fitted.kind == "subwords":
        ids = fitted.encode(["完全 new 😀 ζ \x00 zxqy"])[0]
        assert UNKNOWN not in ids
        assert PADDING not in ids


@given(st.text(st.characters(exclude_categories=["Cs", "Cn"])))
@settings(max_examples=200, deadline=None)
def test_the_text_can_be_read_back_from_its_subwords(text):
    vocabulary = SubwordVocabulary.fit(PLAIN, 270)
    ids = vocabulary.encode([text])[0]
    table = byte_of_character()
    content = bytes(table[character] for i in ids for character in vocabulary.words[i]).decode()
    composed = re.sub(r"<br\s*/?>", " ", unicodedata.normalize("NFC", text))
    assert content.removeprefix(" ") == composed.removeprefix(" ")


def byte_of_character():
    """The printable stand-in of each byte in byte-level BPE, written down from its definition (GPT-2)."""
    printable = [
        *range(ord("!"), ord("~") + 1),
        *range(ord("¡"), ord("¬") + 1),
        *range(ord("®"), ord("ÿ") + 1),
    ]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(others)}


def test_subwords_are_shown_as_they_were_written():
    vocabulary = SubwordVocabulary.fit(PLAIN * 5, 300)
    assert "".join(vocabulary.tokens("the cat’s dog")).split() == ["the", "cat���s", "dog"]
    assert vocabulary.tokens("the cat") == [" the", " cat"]


# Both kinds


def test_the_same_texts_give_the_same_vocabulary_in_another_process(fitted, tmp_path):
    other = tmp_path / "other.json"
    code = (
        "import sys; from lstm_teach import reviews, vocabulary\n"
        f"vocabulary.{type(fitted).__name__}.fit(reviews.load().train.texts, 1_000).save(sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", code, str(other)], check=True)
    assert vocabulary.load_vocabulary(other) == fitted


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_there_is_one_token_for_every_id(text):
    for made in SMALL:
        if any(0xD800 <= ord(character) < 0xE000 for character in text):
            with pytest.raises(ValueError, match="half a character"):
                made.encode([text])
        else:
            [ids] = made.encode([text])
            assert len(made.tokens(text)) == len(ids)
            assert PADDING not in ids
            assert all(ids < made.size)


def test_texts_encoded_together_have_the_ids_that_they_have_alone(fitted, texts):
    many = texts * 4  # more than one batch
    together = fitted.encode(many)
    assert len(together) == len(many)
    for i in range(0, len(many), 331):
        np.testing.assert_array_equal(together[i], fitted.encode([many[i]])[0])


def test_a_text_of_five_thousand_words_is_encoded_whole(fitted):
    assert len(fitted.encode(["film " * 5_000])[0]) >= 5_000


def test_a_vocabulary_is_read_back_as_it_was_saved(fitted, texts, tmp_path):
    fitted.save(tmp_path / "v.json")
    again = vocabulary.load_vocabulary(tmp_path / "v.json")
    assert again == fitted
    assert type(again) is type(fitted)
    for one, two in zip(again.encode(texts[:50]), fitted.encode(texts[:50]), strict=True):
        np.testing.assert_array_equal(one, two)
    again.save(tmp_path / "w.json")
    assert (tmp_path / "w.json").read_bytes() == (tmp_path / "v.json").read_bytes()
    assert json.loads((tmp_path / "v.json").read_text("utf-8"))["words"][:2] == ["<padding>", "<unknown>"]


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "v.json"
    WordVocabulary.fit(PLAIN, 5).save(path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        WordVocabulary.fit(PLAIN, 6).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not JSON",
        "[]",
        "{}",
        '{"format": "lstm_teach vocabulary 99", "kind": "words", "words": ["<padding>", "<unknown>"]}',
        '{"format": "lstm_teach vocabulary 1", "kind": "words", "words": ["a", "b"]}',
        '{"format": "lstm_teach vocabulary 1", "kind": "words", "words": ["<padding>", "<unknown>", "a", '
        '"a"]}',
        '{"format": "lstm_teach vocabulary 1", "kind": "words", "words": ["<padding>", "<unknown>", 3]}',
        '{"format": "lstm_teach vocabulary 1", "kind": "subwords", "words": ["<padding>", "<unknown>"]}',
        '{"format": "lstm_teach vocabulary 1", "kind": "songs", "words": ["<padding>", "<unknown>"], '
        '"merges": []}',
        '{"format": "lstm_teach vocabulary 1", "kind": "subwords", "words": ["<padding>", "<unknown>", "a"], '
        '"merges": [["a", "b"]]}',
    ],
)
def test_a_damaged_or_foreign_file_is_named(content, tmp_path):
    path = tmp_path / "v.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"v\.json is damaged or no vocabulary"):
        vocabulary.load_vocabulary(path)


def test_a_saved_file_cut_short_anywhere_is_damaged(tmp_path):
    path = tmp_path / "v.json"
    SubwordVocabulary.fit(PLAIN, 262).save(path)
    content = path.read_bytes()
    for end in range(0, len(content) - 2, 97):
        path.write_bytes(content[:end])
        with pytest.raises(ValueError, match="damaged"):
            vocabulary.load_vocabulary(path)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        vocabulary.load_vocabulary(tmp_path / "nowhere.json")


@pytest.mark.parametrize("kind", [WordVocabulary, SubwordVocabulary])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("one string", 300), "texts: got one string"),
        (([], 300), "texts: got none"),
        ((["a", None], 300), "texts: number 1 is NoneType"),
        ((["a"], 2), "size: got 2"),
        ((["a"], None), "size: expected a whole number from 1 up, got None"),
        ((["a"], 300.5), "size: expected a whole number from 1 up, got 300.5"),
        ((["a"], True), "size: expected a whole number from 1 up, got True"),
        ((None, 300), "texts: expected a list of strings, got NoneType"),
        (({"a film": 1}, 300), "texts: expected a list of strings, got dict"),
        (({"a film"}, 300), "texts: expected a list of strings, got set"),
        ((np.array("a film"), 300), "texts: expected a list of strings, got ndarray"),
        ((b"bytes", 300), "texts: number 0 is int, expected a string"),
    ],
)
def test_a_bad_argument_of_fit_is_named(kind, arguments, message):
    with pytest.raises(ValueError, match=message):
        kind.fit(*arguments)


@pytest.mark.parametrize("words", [None, 3, "one string", {"a": 1}, [3], np.array("a")])
def test_words_that_are_no_list_of_strings_are_refused(words):
    with pytest.raises(ValueError, match=r"^words: "):
        WordVocabulary(words)


@pytest.mark.parametrize("wrong", [None, 3, [None], [b"bytes"], [["a"]], np.array("a"), np.array([1]), {"a"}])
def test_what_is_no_list_of_strings_is_not_encoded(wrong):
    with pytest.raises(ValueError, match=r"^texts: (expected a list of strings, got|number 0 is \w+, exp)"):
        WordVocabulary.fit(["a film"], 4).encode(wrong)


def test_encoding_one_string_in_place_of_a_list_is_refused(fitted):
    with pytest.raises(ValueError, match="texts: got one string"):
        fitted.encode("a film")


# Padding

ragged = st.lists(st.lists(st.integers(1, 30_000), max_size=12), min_size=1, max_size=8)


@pytest.mark.keras
@given(
    ragged,
    st.none() | st.integers(1, 15),
    st.sampled_from(["right", "left"]),
    st.sampled_from(["right", "left"]),
)
@settings(max_examples=200, deadline=None)
def test_padding_is_what_keras_makes(sequences, length, side, truncate):
    keras_word = {"right": "post", "left": "pre"}
    pad_sequences = pytest.importorskip("keras").utils.pad_sequences
    filled = [row or [UNKNOWN] for row in sequences]
    expected = pad_sequences(
        filled, maxlen=length, padding=keras_word[side], truncating=keras_word[truncate], value=PADDING
    )
    padded = pad([np.array(row, np.int32) for row in sequences], length, side, truncate)
    np.testing.assert_array_equal(padded, expected)
    assert padded.dtype == np.int32
    assert (padded != PADDING).any(axis=1).all()


def test_cutting_off_the_left_end_keeps_the_last_words():
    assert pad([[1, 2, 3]], 2, truncate="left").tolist() == [[2, 3]]
    assert pad([[1, 2, 3]], 2).tolist() == [[1, 2]]


def test_an_empty_sequence_becomes_one_unknown():
    assert pad([[], [5, 6]]).tolist() == [[UNKNOWN, PADDING], [5, 6]]
    assert pad([[], [5, 6]], side="left").tolist() == [[PADDING, UNKNOWN], [5, 6]]


def test_nothing_pads_to_nothing():
    assert pad([], 7).shape == (0, 7)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1]], 0), "length: expected a whole number from 1 up, got 0"),
        (([[1]], 3, "top"), "side: got 'top'"),
        (([[1]], 3, "left", "pre"), "truncate: got 'pre'"),
        (([[1, PADDING]],), "ids above 0"),
        (([[0.5]],), "integer ids"),
        (([["a"]],), "sequences: expected integer ids above 0, got <U1$"),
        (([[1]], 2.5), "length: expected a whole number from 1 up, got 2.5"),
        (([[1]], True), "length: expected a whole number from 1 up, got True"),
        ((None,), "sequences: expected a list of ids, got NoneType"),
        ((np.array(3),), "sequences: expected a list of ids, got ndarray"),
        (([1, 2],), r"sequences: expected ids of shape \(length,\), got int of shape \(\) at row 0"),
        (([[1], None],), r"got NoneType of shape \(\) at row 1"),
        ((np.matrix([[1, 2]]),), r"got matrix of shape \(1, 2\) at row 0"),
        (([[1], np.ma.array([1, 2], mask=[0, 1])],), r"got MaskedArray of shape \(2,\) at row 1"),
        ((np.ma.array([[1, 2]], mask=[[0, 1]]),), r"got MaskedArray of shape \(2,\) at row 0"),
    ],
)
def test_a_bad_argument_of_pad_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        pad(*arguments)
