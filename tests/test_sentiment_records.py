"""Records and what is made from them: whole or absent, nothing private in them, no figure typed."""

import json
import os
import platform
import statistics
from pathlib import Path

import pytest

from experiments import result_page, result_parts, result_pictures, results
from experiments.result_page import Results
from lstm_teach.sentiment import machine, readings, record_schema, records, tables
from lstm_teach.sentiment.races import read_race

ROOT = Path(__file__).resolve().parent.parent


def confusion_of(accuracy):
    """The counts of 25,000 reviews, half of them good, as many of either kind taken wrongly."""
    wrong = round(12_500 * (1 - accuracy))
    return {
        **dict.fromkeys(("true_negative", "true_positive"), 12_500 - wrong),
        **dict.fromkeys(("false_negative", "false_positive"), wrong),
    }


# What a language model left in the record of a network that began with it.
LEARNED = {
    "reviews": 72_500,
    "words": 15_600_000,
    "history": {"loss": [5.0, 4.5], "processor_seconds": [1000.0, 900.0]},
    "perplexity": 91.6,
    "expects": {"the acting is": {"good": 0.12, "bad": 0.1}},
}


def a_record(seed=1, test_accuracy=0.875, **changes):
    record = {
        "recipe": "course",
        "changed": {},
        "settings": {"epochs": 2},
        "corpus": "imdb",
        "corpus_checksum": "00",
        "limit": None,
        "split": "film",
        "seed": seed,
        "backend": "tensorflow",
        "versions": {},
        "hardware": {"cores": 2, "accelerator": None},
        "parameters": 1_346_305,
        "reviews": {"train": 22_500, "validation": 2_500, "test": 25_000},
        "duplicates": None if test_accuracy is None else 123,
        "history": {"loss": [0.5, 0.25], "val_loss": [0.31, 0.29], "val_accuracy": [0.86, 0.88]},
        "seconds_per_epoch": 40.0,
        "best_epoch": 2,
        "val_accuracy": 0.88,
        "test_accuracy": test_accuracy,
        "test_loss": None if test_accuracy is None else 0.3,
        "test_auc": None if test_accuracy is None else 0.95,
        "confusion": None if test_accuracy is None else confusion_of(test_accuracy),
        "calibration_error": None if test_accuracy is None else 0.02,
    }
    return {**record, **changes}


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_TEACH_RECORDS", str(tmp_path / "runs"))
    return tmp_path / "runs"


def test_a_record_is_read_back_as_it_was_written(runs):
    path = records.write_record(a_record())
    assert path == runs / "course-imdb-film-seed1-tensorflow.json"
    assert records.read_records(runs) == [a_record()]


def test_runs_are_named_by_what_differs_in_them_and_a_reader_s_own_are_marked(runs):
    shipped = records.read_records(records.shipped_dir())
    for changes in ({}, {"seed": 2}, {"changed": {"units": 128}}, {"split": "random"}):
        records.write_record(a_record(**changes))
    named = tables.named(records.read_records())
    assert {name: len(several) for name, several in named.items() if "yours" in name} == {
        "course, split by film, yours": 2,
        "course, units 128, split by film, yours": 1,
        "course, yours": 1,
    }
    assert sum(map(len, named.values())) == len(shipped) + 4
    assert [r["seed"] for r in named["course"]] == [1, 2, 3]


def test_runs_of_other_settings_have_other_names(runs):
    records.write_record(a_record())
    records.write_record(a_record(changed={"cell": "gru", "sizes": [8, 4], "learning_rate": 1.0}))
    assert (runs / "course-cell_gru-learning_rate_1-sizes_8_4-imdb-film-seed1-tensorflow.json").exists()
    assert len(records.read_records(runs)) == 2


def test_a_run_split_by_film_and_one_split_at_random_have_files_and_lines_of_their_own(runs):
    several = [a_record(), a_record(split="random")]
    assert [records.write_record(record).name for record in several] == [
        "course-imdb-film-seed1-tensorflow.json",
        "course-imdb-seed1-tensorflow.json",
    ]
    assert len(tables.group(records.read_records(runs))) == 2


def test_a_record_from_before_records_named_their_split_was_split_at_random(runs):
    record = a_record(split="random")
    path = records.write_record(record)
    del record["split"]
    path.write_text(json.dumps(record))
    assert [one["split"] for one in records.read_records(runs)] == ["random"]


def test_a_record_that_cannot_be_written_leaves_the_older_one_and_nothing_else(runs, monkeypatch):
    path = records.write_record(a_record())
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        records.write_record(a_record(test_accuracy=0.1))
    assert [entry.name for entry in runs.iterdir()] == [path.name]
    assert records.read_records(runs) == [a_record()]


def test_a_figure_that_is_no_number_is_not_written(runs):
    with pytest.raises(ValueError, match="test_loss: got nan, expected a number"):
        records.write_record(a_record(test_loss=float("nan")))
    assert not runs.exists()


@pytest.mark.parametrize("key", record_schema.REQUIRED)
def test_a_record_without_one_of_its_keys_is_refused(key, runs):
    record = a_record()
    del record[key]
    with pytest.raises(ValueError, match=key):
        records.write_record(record)
    assert not runs.exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"recipe": "course"}'])
def test_a_file_that_is_no_record_is_named(text, runs):
    runs.mkdir()
    (runs / "odd.json").write_text(text)
    with pytest.raises(ValueError, match=r"odd\.json is no run record"):
        records.read_records(runs)


def test_hardware_and_versions_name_no_host_and_no_path():
    text = json.dumps([machine.hardware(), machine.versions("scikit-learn")])
    assert platform.node() not in text
    assert "/" not in text.replace("km/h", "")


def test_a_summary_says_what_a_test_of_few_reviews_is_worth():
    few = {"reviews": {"train": 14, "validation": 2, "test": 4}, "duplicates": 0}
    counts = {"true_negative": 2, "false_positive": 0, "false_negative": 1, "true_positive": 1}
    told = records.summary(a_record(test_accuracy=0.75, **few | {"confusion": counts}))
    assert told.endswith("95 % interval 30.1% to 95.4%")  # Wilson's, by R: prop.test(3, 4, correct = FALSE)
    assert records.summary(a_record()).endswith("95 % interval 87.1% to 87.9%")
    assert "interval" not in records.summary(a_record(test_accuracy=None))


def test_the_table_gives_mean_and_standard_deviation_of_the_seeds():
    several = [a_record(seed, accuracy) for seed, accuracy in ((1, 0.87), (2, 0.88), (3, 0.90))]
    line = tables.table([*several, a_record(recipe="bag_of_words")]).splitlines()[2]
    mean, deviation = statistics.fmean([87, 88, 90]), statistics.stdev([87, 88, 90])
    assert f"| {mean:.2f} ± {deviation:.2f} % |" in line
    assert "| 1, 2, 3 |" in line
    assert "1,346,305" in line


def test_runs_on_different_machines_or_backends_are_different_lines():
    other = {"cores": 16, "accelerator": "NVIDIA H200"}
    table = tables.table([a_record(), a_record(backend="jax"), a_record(hardware=other)])
    assert len(table.splitlines()) == 2 + 3
    assert "NVIDIA H200, tensorflow" in table


def test_the_results_follow_the_records_and_stale_ones_are_found(runs, tmp_path, capsys):
    tool = results
    options = ["--runs", str(runs), "--docs", str(tmp_path / "docs")]
    records.write_record(a_record())
    assert tool.main([*options, "--check"]) == 1  # nothing is there yet
    assert tool.main(options) == 0
    assert tool.main([*options, "--check"]) == 0
    assert "87.50 %" in (tmp_path / "docs" / "results.md").read_text()
    records.write_record(a_record(test_accuracy=0.9))
    assert tool.main([*options, "--check"]) == 1
    assert "stale: docs/images/results-epochs.svg" in capsys.readouterr().err


def test_a_sample_or_a_limited_run_is_not_among_the_results(runs):
    page = result_page.page(Results([a_record(corpus="sample"), a_record(limit=500)]))
    assert "87.50" not in page


def test_what_a_network_read_before_it_saw_a_label_is_told_with_its_time():
    one = a_record(recipe="course_pretrained", language_model=LEARNED)
    page = result_page.page(Results([one, a_record()]))
    assert "| course_pretrained | – | film | 1 | 31.2 million | 4.50 | 92 | 1,900 | 87.50 % |" in page
    assert "| the acting is … | good 12 %, bad 10 % |" in page
    assert result_parts.seconds_of(one) == 1900 + 2 * 40  # of the language model and of two epochs
    assert "Read first" not in result_page.page(Results([a_record()]))


def test_runs_split_by_film_come_first_and_older_ones_are_marked(runs):
    page = result_page.page(Results([a_record(), a_record(split="random", test_accuracy=0.911)]))
    new, old = page.split("## Older runs, chosen on random validation reviews")
    assert "| film | 88.00 % | 87.50 % |" in new
    assert "| random |" not in new
    assert "| random | 88.00 % | 91.10 % |" in old


def test_what_the_film_alone_tells_stands_beside_how_the_reviews_were_drawn():
    films = [
        a_record(recipe="film_only", test_accuracy=None, val_accuracy=v, split=split)
        for v, split in ((0.5, "film"), (0.86, "random"))
    ]
    page = result_page.page(Results(films))
    assert "| drawn at random | 86.0 % |\n| whole films | 50.0 % |" in page
    assert "Tried on validation reviews alone" not in page


def test_readings_are_noted_beside_a_readers_own_records_and_counted_by_recipe(runs):
    for seed in (1, 2):
        readings.note_reading(a_record(seed))
    readings.note_reading(a_record(split="random", recipe="bag_of_words"))
    found = readings.read_readings()
    assert (runs / "test_readings.jsonl").exists()
    assert [one["test_accuracy"] for one in found] == [0.875] * 3
    page = result_page.page(Results([a_record()], readings=found))
    assert "3 times so far, 1 of them before" in page
    assert "| `course` | 2 | 1 | 2 | 0 | 2 |" in page
    assert "| `bag_of_words` | 1 | 1 | 1 | 1 | 0 |" in page


def test_a_line_that_is_no_reading_is_named(runs):
    readings.note_reading(a_record())
    with (runs / "test_readings.jsonl").open("a") as file:
        file.write('{"recipe": "course"}\n')
    with pytest.raises(ValueError, match=r"line 2 of test_readings\.jsonl is no reading \(it has no date"):
        readings.read_readings()


def test_every_tested_record_that_ships_is_among_the_readings():
    def key(one):
        return one["recipe"], one["seed"], one["split"], one["test_accuracy"]

    noted = {key(one) for one in readings.read_readings(records.shipped_dir())}
    shipped = [one for one in records.read_records(records.shipped_dir()) if one["test_accuracy"] is not None]
    assert {key(one) for one in shipped} <= noted


def test_ideas_are_compared_with_the_run_that_all_others_differ_least_from_the_most_harmful_first():
    usual = {"length": 80, "units": 32, "vectors": "training"}
    history = {"val_loss": [0.3], "processor_seconds": [9.0]}
    runs = [
        a_record(settings={**usual, **changed}, val_accuracy=accuracy, best_epoch=1, history=history)
        for changed, accuracy in (({"units": 64}, 0.89), ({}, 0.88), ({"vectors": None}, 0.85))
    ]
    assert [changed for changed, _ in result_pictures.compared(runs)] == ["", "vectors None", "units 64"]
    page = result_page.page(Results([], runs))
    assert "| vectors None | vectors training | 85.00 % | -3.00 |" in page
    assert "| units 64 | units 64 | 89.00 % | +1.00 |" in page


def test_a_picture_is_drawn_twice_alike_so_that_a_change_shows_only_where_it_is():
    tool, runs = results, Results([a_record()])
    assert tool.outputs(runs) == tool.outputs(runs)


@pytest.mark.slow  # draws every picture; `make lint` checks the same
def test_the_committed_results_are_up_to_date():
    tool = results
    assert tool.stale(tool.gathered(), ROOT / "docs") == []


def test_a_race_is_read_from_its_file_and_one_that_was_never_run_is_none(tmp_path):
    assert read_race(tmp_path / "none.json") is None
    shipped = read_race()
    (tmp_path / "race.json").write_text(json.dumps(shipped))
    assert read_race(tmp_path / "race.json") == shipped
    assert shipped["runs"][-1]["recipe"] == "course"  # the ratios are to ours


SEEDS = {"seeds": [1, 2, 3], "spacing": 0.02}  # of a race


def test_a_race_is_told_in_ratios_to_the_last_recipe_and_what_never_arrived_is_said():
    never = {"accuracy": 0.83, "epochs": None, "processor_seconds": None, "seconds": None}
    slow = {"accuracy": 0.83, "epochs": 1.5, "processor_seconds": 90.0, "seconds": 120.0}
    ours = {"accuracy": 0.83, "epochs": 0.4, "processor_seconds": 30.0, "seconds": 20.0}
    before = {"processor_seconds": 12.3, "seconds": 15.0}
    alone = [{"reached": [ours]}]
    several = [{"reached": [slow | {"processor_seconds": s}]} for s in (70.0, 90.0, 110.0)]
    runs = [
        {"recipe": name, "beforehand": before, "reached": [one], "seeds": seeds}
        for name, one, seeds in (
            ("bilstm_subword", never, [{"reached": [never]}]),
            ("two_lstm_words, unroll True", never, [{"reached": [never]}, *several[:2]]),
            ("b", slow, several),
            ("course", ours, alone),
        )
    ]
    page = result_page.page(Results([a_record()], race={**SEEDS, "runs": runs}))
    assert "| bilstm_subword | 1 | 83.00 % | never | 12 | – | – | – | – |" in page
    assert "| two_lstm_words, unroll True | 3 | 83.00 % | 2 of 3 seeds | 12 | – | – | – | – |" in page
    assert "| b | 3 | 83.00 % | 1.50 | 12 | 90 ± 20 | 3.0 | 120 ± 0 | 6.0 |" in page
    assert "| course | 1 | 83.00 % | 0.40 | 12 | 30 | 1.0 | 20 | 1.0 |" in page
