"""Every entry of a record, a reading or a race has its type, also what only some have; tools name others."""

import json
from pathlib import Path

import pytest

from experiments import gates, recall_runs, recall_tables, result_page, results
from experiments.result_page import Results
from lstm_teach import data_dir
from lstm_teach.sentiment import readings, record_schema, records
from lstm_teach.sentiment.races import read_race
from tests.small_trainings import own_folders  # noqa: F401
from tests.test_sentiment_records import LEARNED, a_record

pytestmark = pytest.mark.usefixtures("own_folders")

STAGE = {"steps": 9, "seconds": 1.5, "looks": [{"val_accuracy": 0.9, "epochs": 0.5, "val_perplexity": 80.0}]}
WRONG_COUNTS, WRONG_AMOUNTS = ["10", 1.5, -1, True, [3]], ["10", -1.0, True, float("nan"), float("inf")]
WRONG = {
    "calibration_bins": WRONG_COUNTS,
    "device": [3, "", "two\nlines", "a | b", None],
    "duplicates_of_unlabelled": WRONG_COUNTS,
    "failures": ["none", [3], {}, None],
    "gpu_plain": [
        {},
        {**STAGE, "looks": []},
        {**STAGE, "looks": [3]},
        {**STAGE, "looks": [{"val_accuracy": "0.9", "epochs": 0.5}]},
    ],
    "gpu_vat": [[], {**STAGE, "steps": 0.5}, {**STAGE, "seconds": None}, {**STAGE, "looks": [{"epochs": 1}]}],
    "language_model": [
        [],
        {},
        {**LEARNED, "words": "15,600,000"},
        {**LEARNED, "perplexity": float("nan")},
        {**LEARNED, "history": {"loss": [5.0]}},
        {**LEARNED, "history": {"loss": [], "processor_seconds": [1.0]}},
        {**LEARNED, "history": {"loss": [5.0], "processor_seconds": "1000"}},
        {**LEARNED, "expects": ["good"]},
        {**LEARNED, "expects": {"the acting is": {"good": "12 %"}}},
        {**LEARNED, "expects": {"a | b": {"good": 0.12}}},
    ],
    "language_models": [STAGE, {**STAGE, "words_per_second": "many"}],
    "network": [3, "a/b", ""],
    "peak_gpu_memory_gib": WRONG_AMOUNTS,
    "peak_memory_gib": WRONG_AMOUNTS,
    "resumed_after": [1, ["1"], [1.5], [-1], None],
    "right": [3, "", "zz", "f", [True, False], "ff"],
    "seconds_preparing": [*WRONG_AMOUNTS, None],
    "seconds_to_test": [*WRONG_AMOUNTS, None],
    "test_accuracy_last_words": [
        0.9,
        {},
        {"words": 256, "accuracy": 87.7},
        {"words": "256", "accuracy": 0.9},
    ],
    "test_accuracy_without_duplicates": ["0.9", 87.5, -0.1, True, 0.9],  # the last: without what was left out
    "test_seconds": [*WRONG_AMOUNTS, None],
    "uses": [[], "bag_of_words", {"bag_of_words": 3}],
    "val_accuracy_float32": ["0.9", 90.0, None],
    "val_accuracy_without_duplicates": ["0.9", 90.0, float("nan")],
    "validation_in_unlabelled": [*WRONG_COUNTS, None],
    "weights_checksum": [3, None, "a\nb"],
}


@pytest.mark.parametrize("key", record_schema.OPTIONAL)
def test_an_entry_that_only_some_records_have_is_refused_by_name_if_it_is_of_another_type(key):
    for value in WRONG[key]:
        with pytest.raises(ValueError, match=rf"^record: {key}\b"):
            records.write_record({**a_record(), key: value})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (
            {"hardware": {"cores": 2, "accelerator": None, "memory_gib": "24"}},
            r"hardware\.memory_gib: got '24'",
        ),
        ({"hardware": {"cores": 2, "accelerator": 3}}, r"hardware\.accelerator: got 3"),
        ({"versions": {"keras": [3, 15]}}, r"versions: got .*, expected an object of texts"),
        ({"reviews": {"train": 9, "validation": 0, "test": 25_000}}, r"reviews\.validation: got 0"),
        (
            {"reviews": {"train": 9, "validation": 9, "test": 25_000, "unlabelled": "all"}},
            r"reviews\.unlabelled: got 'all'",
        ),
        (
            {"history": {**a_record()["history"], "processor_seconds": ["9"]}},
            r"history\.processor_seconds\[0\]",
        ),
        ({"history": {**a_record()["history"], "seconds": [-9.0]}}, r"history\.seconds\[0\]: got -9\.0"),
        (
            {"history": {**a_record()["history"], "seconds": [1.0, 2.0, 3.0]}},
            r"history\.seconds: got 3 values",
        ),
        (
            {"history": {**a_record()["history"], "epochs": [1.0]}},
            r"history\.epochs: got 1 values, expected 2",
        ),
        ({"history": {**a_record()["history"], "accuracy": [0.9, 1.1]}}, r"history\.accuracy\[1\]: got 1\.1"),
        ({"right": "ff" * 313}, r"right: got 2504 of 2500, expected 0\.88, as in val_accuracy"),
    ],
)
def test_what_stands_within_an_entry_is_named_with_its_place(changes, named):
    with pytest.raises(ValueError, match=f"^record: {named}"):
        records.write_record({**a_record(), **changes})


def test_every_entry_of_the_shipped_records_is_one_that_is_checked():
    known = {*record_schema.REQUIRED, *record_schema.OPTIONAL}
    for folder in (records.shipped_dir(), data_dir() / "ablations"):
        for name, record in records.read_folder(folder).items():
            assert record.keys() <= known, name


def test_a_small_run_that_does_not_say_what_it_was_right_on_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "ideas_dir", lambda: tmp_path)
    (tmp_path / "odd.json").write_text(json.dumps(a_record()))
    with pytest.raises(ValueError, match=r"records: odd\.json is no record of an idea \(it has no right\)"):
        results.main(["--docs", str(tmp_path / "docs")])


def test_a_changed_setting_of_several_numbers_is_told_in_page_and_picture():
    sizes = {"changed": {"sizes": [8, 4]}, "settings": {"sizes": [8, 4]}}
    made = results.outputs(Results([a_record(recipe="deep_128_64", **sizes)]))
    assert "sizes = 8_4" in made[Path("results.md")]
    assert "deep_128_64 (sizes 8 + 4)" in made[Path("images/results-epochs.svg")]
    learned = a_record(recipe="x", **sizes, language_model=LEARNED)
    assert "| x | sizes 8 + 4 | film | 1 | 31.2 million |" in result_page.page(Results([learned]))


def a_race():
    goal = {"accuracy": 0.83, "epochs": 0.5, "processor_seconds": 30.0, "seconds": 31.0}
    one = {"reached": [goal], "looks": {"processor_seconds": [10.0, 30.0], "accuracy": [0.7, 0.83]}}
    run = {"beforehand": {"processor_seconds": 9.0, "seconds": 9.5}, "reached": [goal], "seeds": [one]}
    return {"seeds": [1], "spacing": 0.03, "runs": [{"recipe": name, **run} for name in ("a", "course")]}


def spoilt(race, *path):
    """The race with another value at a place of it."""
    *way, last, value = path
    place = race = json.loads(json.dumps(race))
    for step in way:
        place = place[step]
    place[last] = value
    return json.dumps(race)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        b"\xff\xfe\x00",
        '{"runs": 3}',
        '{"runs": [{}]}',
        '{"runs": [NaN]}',
        '{"seeds": [1], "spacing": 0.03, "runs": []}',
        spoilt(a_race(), "seeds", "1, 2"),
        spoilt(a_race(), "spacing", None),
        spoilt(a_race(), "runs", 0, "recipe", 3),
        spoilt(a_race(), "runs", 0, "beforehand", 9.0),
        spoilt(a_race(), "runs", 0, "beforehand", "processor_seconds", "9"),
        spoilt(a_race(), "runs", 0, "reached", []),
        spoilt(a_race(), "runs", 0, "reached", 0, "accuracy", 0.84),
        spoilt(a_race(), "runs", 0, "reached", 0, "epochs", None),
        spoilt(a_race(), "runs", 0, "reached", 0, "seconds", -1.0),
        spoilt(a_race(), "runs", 0, "reached", 0, "ratio_interval", [1.0]),
        spoilt(a_race(), "runs", 0, "seeds", []),
        spoilt(a_race(), "runs", 0, "seeds", 0, "reached", 0, "processor_seconds", "30"),
        spoilt(a_race(), "runs", 0, "seeds", 0, "looks", "accuracy", [0.7]),
        spoilt(a_race(), "runs", 0, "seeds", 0, "looks", "accuracy", [0.7, float("inf")]),
    ],
)
def test_a_corrupt_race_is_named_also_by_the_results(text, tmp_path):
    path = tmp_path / "race.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    for read in (
        read_race,
        lambda path: results.main(["--race", str(path), "--docs", str(tmp_path / "docs")]),
    ):
        with pytest.raises(ValueError, match=r"race: race\.json is no race"):
            read(path)
    assert not (tmp_path / "docs").exists()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"device": 3, "epochs": []}', '{"device": "x", "epochs": [{}]}']
)
def test_a_corrupt_run_on_a_graphics_card_is_named(text, tmp_path, monkeypatch):
    (tmp_path / "gpu").mkdir()
    (tmp_path / "gpu" / "course.json").write_text(text)
    (tmp_path / "runs").mkdir()
    monkeypatch.setattr("lstm_teach.data_dir", lambda: tmp_path)
    with pytest.raises(ValueError, match=r"^course\.json is no run of course on a graphics card"):
        results.gathered()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"settings": {}}', '{"settings": {}, "runs": [{"cell": "LSTM"}]}']
)
def test_a_corrupt_record_of_recall_is_named(text, tmp_path, monkeypatch):
    (tmp_path / "accuracy.json").write_text(text)
    monkeypatch.setattr(recall_runs, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"^accuracy\.json is no record of recall"):
        recall_tables.against_lag()


def test_a_corrupt_record_of_the_gates_is_named(tmp_path, monkeypatch):
    record = json.loads(gates.RECORD.read_text(encoding="utf-8"))
    monkeypatch.setattr(gates, "RECORD", tmp_path / "reader.json")
    for text in (
        "",
        "[]",
        "{}",
        *(json.dumps({**record, key: None}) for key in ("conditions", "best_unit", "own_reviews", "shown")),
        json.dumps({**record, "prefixes": []}),
        json.dumps({**record, "conditions": [{}]}),
        json.dumps({**record, "best_unit": {"h": None}}),
    ):
        gates.RECORD.write_text(text)
        with pytest.raises(ValueError, match=r"^reader\.json(,| is no record of the gates)"):
            gates.readme_in_step()


READING = {"date": "2026-11-01", **{key: a_record()[key] for key in readings.KEYS}}


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b"",
        *(
            json.dumps({**READING, key: value}).encode()
            for key, value in (
                ("changed", []),
                ("seed", "1"),
                ("split", None),
                ("test_accuracy", 87.5),
                ("recipe", ["course"]),
                ("date", 3),
            )
        ),
    ],
)
def test_a_line_that_is_no_reading_is_named(line, tmp_path):
    (tmp_path / "test_readings.jsonl").write_bytes(json.dumps(READING).encode() + b"\n" + line + b"\n")
    with pytest.raises(ValueError, match=r"^readings: line 2 of test_readings\.jsonl is no reading \("):
        readings.read_readings(tmp_path)
