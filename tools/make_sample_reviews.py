"""Make data/reviews/short.jsonl, the short reviews of the sample, from data/reviews/phrases.toml.

    python -m tools.make_sample_reviews          write it
    python -m tools.make_sample_reviews --check    say whether it is what this script makes (status 1 if not)

Five kinds of review, half of each positive:

    plain     a verdict and a detail or two
    negation  the cue is denied: "there is not a dull moment in it"
    contrast  two cues, and only the second counts: "I expected to hate it, but ..."
    early     a cue, then `filler` neutral sentences through which it must be remembered
    late      `filler` neutral sentences, then the cue

The training reviews do without the last quarter of every list of sentences, so that the test reviews hold
some that are new; the words are the same. No text occurs twice.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tomllib
from pathlib import Path

from lstm_teach.atomic import replacing

FOLDER = Path(__file__).resolve().parent.parent / "data" / "reviews"
SEED = 1997
COUNTS = {  # reviews of each label
    "train": {"plain": 120, "negation": 60, "contrast": 60, "early": 80, "late": 80},
    "test": {"plain": 30, "negation": 15, "contrast": 15, "early": 20, "late": 20},
}
FILLERS = (1, 2, 4, 6)  # neutral sentences of an early or late review, in turn
OPINION = ("negative", "positive")  # by label


def make_reviews(phrases: dict, seed: int = SEED) -> list[dict]:
    """The lines of the file: split, label, kind, number of neutral sentences, text."""
    rng = random.Random(seed)
    lines, seen = [], set()
    for split, counts in COUNTS.items():
        part = []
        for kind, count in counts.items():
            for label in (0, 1):
                made = 0
                while made < count:
                    filler = (
                        FILLERS[made % len(FILLERS)]
                        if kind in ("early", "late")
                        else rng.choice((0, 0, 1, 2))
                    )
                    text = make_review(phrases, split, kind, label, filler, rng)
                    if text not in seen:
                        seen.add(text)
                        part.append(
                            {"split": split, "label": label, "kind": kind, "filler": filler, "text": text}
                        )
                        made += 1
        rng.shuffle(part)
        lines += part
    return lines


def make_review(phrases: dict, split: str, kind: str, label: int, filler: int, rng: random.Random) -> str:
    """One review; no sentence and no word of opinion occurs twice in it."""

    def draw(group: str, name: str, count: int = 1) -> list[str]:
        sentences = phrases[group][name]
        known = len(sentences) * 3 // 4 if split == "train" else len(sentences)
        return rng.sample(sentences[:known], count)

    opinion = OPINION[label]
    neutral = draw("neutral", "filler", filler)
    if kind in ("early", "late"):
        cue = draw(opinion, rng.choice(("verdict", "verdict", "verdict", "negation")))
        sentences = cue + neutral if kind == "early" else neutral + cue
    else:
        said = draw(opinion, "verdict" if kind == "plain" else kind)
        said += draw(opinion, "detail", rng.choice((1, 2) if kind == "plain" else (0, 0, 1)))
        if kind == "plain":
            rng.shuffle(said)
        sentences = said
        for sentence in neutral:
            sentences.insert(rng.randrange(len(sentences) + 1), sentence)
    return fill_in(" ".join(sentences), phrases["words"], rng)


def fill_in(text: str, words: dict[str, list[str]], rng: random.Random) -> str:
    """Draw a word for every {slot}, set "a" or "an", and begin sentences with a capital."""
    used: set[str] = set()

    def word(match: re.Match[str]) -> str:
        chosen = rng.choice([word for word in words[match[1]] if word not in used])
        used.add(chosen)
        return chosen

    text = re.sub(r"\{(\w+)\}", word, text)
    text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
    return re.sub(r"(?:^|[.!?] )[a-z]", lambda match: match[0].upper(), text)


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the short reviews of the sample.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; say whether the file is up to date"
    )
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="where phrases.toml is and short.jsonl goes"
    )
    options = parser.parse_args()
    phrases = tomllib.loads((options.folder / "phrases.toml").read_text(encoding="utf-8"))
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in make_reviews(phrases))
    path = options.folder / "short.jsonl"
    if options.check:
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            return 0
        print(
            f"{path} is not what this script makes: run python -m tools.make_sample_reviews", file=sys.stderr
        )
        return 1
    with replacing(path) as file:
        file.write(content.encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
