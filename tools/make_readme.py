"""Fill in the tables of README.md: the lessons from their sources, the results from the run records.

    python -m tools.make_readme            write them between their marks
    python -m tools.make_readme --check    write nothing, and exit with 1 if they are stale

Once CITATION.cff says where the course lies on GitHub, each lesson has a badge for Binder and one for Colab,
and the address stands where OWNER and REPOSITORY stood. Before that a badge would lead nowhere.
"""

import argparse
import re
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from lstm_teach.sentiment.races import read_race
from lstm_teach.sentiment.records import read_folder, shipped_dir, what_run
from tools.repository import repository

ROOT = Path(__file__).resolve().parent.parent
RECIPES = {
    "bag_of_words": "no network: counted words and pairs of words, logistic regression",
    "trigrams": "no network: as `bag_of_words`, with runs of three words too, and a stronger penalty",
    "course": "the course's network, labelled reviews alone",
    "course_unlabelled": "the course's network, taught by `bag_of_words` on unlabelled reviews too",
    "course_pretrained": "the course's network, larger: first it learned to predict each next word",
    "course_taught": "`course_pretrained` goes on: `mixture` labels the unlabelled reviews for it",
    "reader": "one LSTM of 32 units that answers from its last state",
    "two_lstm_words": "a published course's: two LSTMs, the last 80 words",
    "bilstm_subword": "a published lesson's: one BiLSTM, 8,185 subwords, no cut",
    "gpu_vat": "two LSTMs of 1,024 units, on a GPU: first they read training and unlabelled reviews; "
    "virtual adversarial loss",
    "deep_128_64": "a published article's: Adadelta, squared error",
}


def lessons(repo: str | None) -> str:
    lines = ["| | lesson | minutes as a talk | for study, about |", "|---|---|--:|--:|"]
    if repo:
        lines = [f"{lines[0]} open |", f"{lines[1]}---|"]
    for path in sorted((ROOT / "notebooks" / "src").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        title = re.search(r"^# # (.+)$", source, re.MULTILINE)[1]
        talk, study = re.search(
            r"You will see\*\* \((\d+) minutes(?: as a talk, about (\d+))?", source
        ).groups()
        row = f"| {path.stem[:2]} | [{title}](notebooks/{path.stem}.ipynb) | {talk} | {study or ''} |"
        lines.append(f"{row} {badges(path.stem, repo)} |" if repo else row)
    return "\n".join(lines)


def badges(lesson: str, repo: str) -> str:
    """Return what opens a lesson in Binder and in Colab, whose notebooks stand in a branch of their own."""
    binder, colab = "https://mybinder.org", "https://colab.research.google.com"
    return (
        f"[![Open lesson {lesson[:2]} in Binder]({binder}/badge_logo.svg)]"
        f"({binder}/v2/gh/{repo}/HEAD?urlpath=lab/tree/notebooks/{lesson}.ipynb) "
        f"[![Open lesson {lesson[:2]} in Colab]({colab}/assets/colab-badge.svg)]"
        f"({colab}/github/{repo}/blob/colab/{lesson}.ipynb)"
    )


def results() -> str:
    """Full runs on IMDB of unchanged recipes and of all ensembles: by split, best first, with spread."""
    runs = defaultdict(list)
    for name, record in read_folder(shipped_dir()).items():
        full = record["corpus"] == "imdb" and record["limit"] is None and record["test_accuracy"] is not None
        if full and record["changed"].keys() <= {"members", "even_batches"}:
            settings = what_run({**record, **dict.fromkeys(("backend", "hardware", "corpus_checksum"))})
            run = record["recipe"], what_it_is(record, name), record["split"], settings
            runs[run].append(100 * record["test_accuracy"])
    lines = ["| recipe | what it is | chosen on | test accuracy | seeds |", "|---|---|---|--:|--:|"]
    best_first = sorted(runs.items(), key=lambda run: (run[0][2] == "random", -statistics.mean(run[1])))
    for (recipe, about, split, _), found in best_first:
        same = len(found) > 1 and len(set(found)) == 1
        spread = f" ± {statistics.stdev(found):.2f}" if len(found) > 1 and not same else ""
        chosen = "random reviews (older)" if split == "random" else "whole films"
        mean = f"{statistics.mean(found):.2f}{spread} %"
        seeds = f"{len(found)}, all equal" if same else len(found)
        lines.append(f"| `{recipe}` | {about} | {chosen} | {mean} | {seeds} |")
    return "\n".join(lines)


def what_it_is(record: dict, file: str) -> str:
    """Return a recipe in a few words; an ensemble by its members."""
    if record["recipe"] in RECIPES:
        if record["recipe"] == "reader" and record["split"] == "random":
            return (
                "the reader in the labs: the same network, trained in another way (a loss after every word)"
            )
        even = "; reviews of about equal length in a batch" if record["changed"].get("even_batches") else ""
        return RECIPES[record["recipe"]] + even
    members = record["settings"].get("members")
    if not isinstance(members, list) or not members:
        known = ", ".join([*RECIPES, "ensemble", "mixture"])
        raise ValueError(f"records: {file}: recipe: got {record['recipe']!r}, expected one of {known}")
    *first, last = (f"`{member}`" for member in members)
    weighed = ", weighed on validation reviews" if record["settings"].get("weighing") == "validation" else ""
    return f"{', '.join(first)} and {last} asked together{weighed}"


WAYS = {  # of the networks in the race, in words
    "course": "`course`",
    "two_lstm_words, unroll True": "`two_lstm_words`, as published",
    "two_lstm_words, unroll False": "`two_lstm_words`, its loop not unrolled",
    "bilstm_subword, even_batches False": "`bilstm_subword`, as published",
    "bilstm_subword, even_batches True": "`bilstm_subword`, reviews of about equal length in a batch",
}


def sooner() -> str:
    """How soon `course` gets to published accuracies, and published networks, with a handicap and without."""
    runs = {run["recipe"]: run for run in read_race()["runs"]}
    goals = [f"to {100 * goal['accuracy']:.2f} %" for goal in runs["course"]["reached"]]
    lines = [f"| network | {' | '.join(goals)} | seeds |", "|---|--:|--:|--:|"]
    for name, words in WAYS.items():
        cells = []
        for goal, ours in zip(runs[name]["reached"], runs["course"]["reached"], strict=True):
            seconds, own = goal["processor_seconds"], ours["processor_seconds"]
            times = f" ({seconds / own:.1f} times)" if seconds and name != "course" else ""
            cells.append(f"{seconds:.0f} s{times}" if seconds else "not reached")
        lines.append(f"| {words} | {' | '.join(cells)} | {len(runs[name]['seeds'])} |")
    how = (
        "How many seconds of a processor does a network need, from the raw texts on, until it is right on so "
        "many validation reviews? It has not seen their films. There was one race. Its protocol was written "
        "first; it ends after four passes through the reviews ([results](docs/results.md#how-much-sooner))."
    )
    return f"{how}\n\n" + "\n".join(lines)


def addressed(readme: str, repo: str) -> str:
    """Return the text with the address in place of OWNER and REPOSITORY."""
    owner, name = repo.split("/")
    return readme.replace("OWNER.github.io/REPOSITORY", f"{owner}.github.io/{name}").replace(
        "OWNER/REPOSITORY", repo
    )


def filled(readme: str, repo: str | None) -> str:
    if repo:
        readme = addressed(readme, repo)
    for name, table in (("lessons", lessons(repo)), ("results", f"{results()}\n\n{sooner()}")):
        mark = re.compile(rf"(<!-- {name}: .*? -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
        readme, count = mark.subn(lambda found, table=table: f"{found[1]}\n{table}\n{found[2]}", readme)
        if count != 1:
            raise ValueError(f"README.md: expected one mark <!-- {name}: … --> with its end, found {count}")
    return readme


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a table is stale")
    options = parser.parse_args(arguments)
    path = ROOT / "README.md"
    before = path.read_text(encoding="utf-8")
    after = filled(before, repository())
    if options.check and after != before:
        print("stale: a table in README.md; run `make notebooks` and commit what it writes")
        return 1
    path.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
