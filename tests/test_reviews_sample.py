"""The shipped sample: what its README says of it is so, and it is what its generator makes."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from lstm_teach import data_dir, reviews
from tools import make_sample_reviews as maker

FOLDER = data_dir() / "reviews"
SCRIPT = Path(__file__).resolve().parents[1] / "tools" / "make_sample_reviews.py"
DENIALS = re.compile(r"not|no|never|nothing|nobody|none|cannot|far from|anything but|\w+n't", re.IGNORECASE)


@pytest.fixture(scope="module")
def lines():
    return [json.loads(line) for line in (FOLDER / "short.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def phrases():
    return tomllib.loads((FOLDER / "phrases.toml").read_text(encoding="utf-8"))


def sentences(text):
    return re.split(r"(?<=[.!?]) (?=[A-Z])", text)


# The corpus


def test_the_sample_is_the_default_and_needs_no_network(monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("network"))
    corpus = reviews.load()
    assert corpus.name == "sample"
    assert (len(corpus.train.texts), len(corpus.test.texts)) == (800, 200)
    assert corpus.unlabelled == []


def test_every_part_is_half_positive():
    corpus = reviews.load()
    for split in (corpus.train, corpus.test, corpus.longer):
        assert split.labels.mean() == 0.5
        assert split.labels.dtype == "int8"


def test_no_text_occurs_twice():
    corpus = reviews.load()
    texts = corpus.train.texts + corpus.test.texts + corpus.longer.texts
    assert len(set(texts)) == len(texts)


def test_the_checksum_is_the_same_every_time():
    assert reviews.load().checksum == reviews.load().checksum
    assert re.fullmatch("[0-9a-f]{64}", reviews.load().checksum)


# The short reviews


def test_every_kind_has_its_share_and_is_half_positive(lines):
    shares = {"plain": 0.3, "negation": 0.15, "contrast": 0.15, "early": 0.2, "late": 0.2}
    for split, size in (("train", 800), ("test", 200)):
        counts = Counter((line["kind"], line["label"]) for line in lines if line["split"] == split)
        assert counts == {
            (kind, label): share * size / 2 for kind, share in shares.items() for label in (0, 1)
        }


def test_a_negation_denies(lines):
    for line in lines:
        if line["kind"] == "negation":
            assert any(
                DENIALS.fullmatch(word) for word in re.findall(r"far from|anything but|[\w']+", line["text"])
            )


def test_a_contrast_speaks_for_both_sides(lines, phrases):
    words = phrases["words"]
    praise = {*words["good"], *words["well"], *words["loved"], "love", "like", "delighted", "high hopes"}
    scorn = {*words["bad"], *words["ill"], *words["hated"], "hate", "do not usually", "annoyed", "low hopes"}
    for line in lines:
        if line["kind"] == "contrast":
            for side in (praise, scorn):
                assert any(re.search(rf"\b{word}\b", line["text"]) for word in side), line["text"]


def test_an_early_or_late_cue_is_apart_from_the_end_by_the_neutral_sentences_that_were_chosen(lines, phrases):
    neutral = [
        re.compile(re.sub(r"(\\ )?\\\{\w+\\\}", ".+", re.escape(template)), re.IGNORECASE)
        for template in phrases["neutral"]["filler"]
    ]
    seen = Counter()
    for line in lines:
        if line["kind"] in ("early", "late"):
            said = [any(form.fullmatch(part) for form in neutral) for part in sentences(line["text"])]
            cue = [False] * (len(said) - line["filler"])
            expected = (
                cue + [True] * line["filler"] if line["kind"] == "early" else [True] * line["filler"] + cue
            )
            assert said == expected, line["text"]
            seen[line["filler"]] += 1
    assert set(seen) == {1, 2, 4, 6}
    assert len(set(seen.values())) == 1


def test_neutral_sentences_hold_no_word_of_opinion(phrases):
    opinions = {
        word for name in ("good", "bad", "well", "ill", "loved", "hated") for word in phrases["words"][name]
    }
    for template in phrases["neutral"]["filler"]:
        assert not opinions & set(re.findall(r"[\w-]+", template.lower()))
        assert set(re.findall(r"\{(\w+)\}", template)) <= set(phrases["words"]) - {
            "good",
            "bad",
            "well",
            "ill",
        }


def test_some_sentences_of_the_test_half_are_new_and_its_words_are_not(lines, phrases):
    train = {line["text"] for line in lines if line["split"] == "train"}
    words = Counter(word for text in train for word in re.findall(r"[a-z']+", text.lower()))
    held_back = 0
    for group in ("positive", "negative", "neutral"):
        for templates in phrases[group].values():
            for template in templates[len(templates) * 3 // 4 :]:
                form = re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(template)), re.IGNORECASE)
                assert not any(form.fullmatch(part) for text in train for part in sentences(text)), template
                held_back += 1
    assert held_back >= 40
    for name in ("good", "bad", "loved", "hated"):
        assert all(words[word] > 0 for word in phrases["words"][name])


def test_articles_fit(lines):
    for line in lines:
        assert not re.search(r"\b[Aa] [aeiou]|\b[Aa]n [^aeiou]", line["text"]), line["text"]
        assert "{" not in line["text"]


def test_a_bag_of_words_can_learn_it_and_finds_contrast_harder_than_plain_praise(lines):
    train, test = ([line for line in lines if line["split"] == half] for half in ("train", "test"))
    bag = TfidfVectorizer()
    model = LogisticRegression(C=10).fit(
        bag.fit_transform([line["text"] for line in train]), [line["label"] for line in train]
    )

    def accuracy(some):
        return model.score(bag.transform([line["text"] for line in some]), [line["label"] for line in some])

    assert accuracy(test) > 0.65  # 5 standard errors above chance
    plain, contrast = ([line for line in test if line["kind"] == kind] for kind in ("plain", "contrast"))
    assert accuracy(plain) > accuracy(contrast)


# The generator


def run(folder, *arguments):
    command = [sys.executable, str(SCRIPT), "--folder", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_shipped_file_is_what_the_generator_makes():
    assert run(FOLDER, "--check").returncode == 0


def test_the_check_notices_a_changed_or_missing_file_and_the_generator_mends_it(tmp_path):
    shutil.copy(FOLDER / "phrases.toml", tmp_path)
    path = tmp_path / "short.jsonl"
    missing = run(tmp_path, "--check")
    path.write_text(
        (FOLDER / "short.jsonl").read_text(encoding="utf-8").replace("film", "movie", 1), encoding="utf-8"
    )
    changed = run(tmp_path, "--check")
    for result in (missing, changed):
        assert result.returncode == 1
        assert "run python -m tools.make_sample_reviews" in result.stderr
    assert run(tmp_path).returncode == 0
    assert run(tmp_path, "--check").returncode == 0
    assert path.read_bytes() == (FOLDER / "short.jsonl").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["phrases.toml", "short.jsonl"]


def test_the_seed_decides_and_another_seed_makes_others(phrases, lines):
    assert maker.make_reviews(phrases, maker.SEED) == lines
    others = {line["text"] for line in maker.make_reviews(phrases, maker.SEED + 1)}
    assert len(others & {line["text"] for line in lines}) < 100


# The longer reviews


def test_the_longer_reviews_are_many_long_and_each_its_own():
    longer = reviews.longer_reviews()
    assert len(longer) >= 60
    assert all(80 <= len(review.text.split()) <= 200 for review in longer)
    assert len({review.name for review in longer}) == len(longer)
    assert len({review.genre for review in longer}) >= 10
    assert [review.text for review in longer] == reviews.load().longer.texts
    assert [review.label for review in longer] == reviews.load().longer.labels.tolist()


def test_the_longer_reviews_share_no_long_phrase_with_each_other():
    seen = {}
    for review in reviews.longer_reviews():
        words = re.findall(r"[a-z']+", review.text.lower())
        for phrase in {tuple(words[i : i + 7]) for i in range(len(words) - 6)}:
            assert phrase not in seen, (phrase, review.name, seen[phrase])
            seen[phrase] = review.name


def test_the_fixed_review_turns_from_doubt_to_praise():
    fixed = reviews.fixed_review()
    assert fixed.label == 1
    assert fixed.text in reviews.load().longer.texts
    half = len(fixed.text) // 2
    assert "gave up" in fixed.text[:half]
    assert "brilliant" in fixed.text[half:]


def test_the_readme_names_the_files_and_numbers_that_are_there(lines):
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.iterdir():
        assert f"`{path.name}`" in readme or path.name == "README.md"
    longer = reviews.longer_reviews()
    lengths = [len(review.text.split()) for review in longer]
    low, high = map(int, re.search(r"(\d+) to (\d+) words", readme).groups())
    assert low <= min(lengths)
    assert max(lengths) <= high
    assert f"{len(lines):,} short reviews" in readme
    assert f"{len(longer)} longer reviews" in readme
    assert f"`{reviews.fixed_review().name}`" in readme


def test_imdb_s_films_come_without_texts_and_with_half_of_their_reviews_positive():
    films = reviews.imdb_films()
    assert np.bincount(films.labels).tolist() == [12_500, 12_500]
    assert len(np.unique(films.groups)) == 3_456
    assert np.bincount(films.groups).max() == 30  # IMDB took at most 30 reviews of a film
    assert all(text.isdigit() for text in films.texts)
    assert len(set(films.texts)) == 25_000
