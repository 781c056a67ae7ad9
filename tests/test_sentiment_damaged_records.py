"""Damaged records: named by every tool that reads them, and left out where they are a reader's own."""

import json

import pytest

from experiments import recipes, results
from lstm_teach.sentiment import records, tables
from lstm_teach.sentiment.kinds import settings_of
from tests.small_trainings import own_folders  # noqa: F401
from tests.test_sentiment_records import a_record
from tools import make_readme

pytestmark = pytest.mark.usefixtures("own_folders")

CORRUPT = {
    "half": lambda record: json.dumps(record)[:200],
    "nothing": lambda record: "",
    "a list": lambda record: "[]",
    "no text": lambda record: b"\xff\xfe\x00",
    "NaN": lambda record: json.dumps({**record, "val_accuracy": float("nan")}),
    "NaN in history": lambda record: json.dumps(
        {**record, "history": {**record["history"], "val_loss": [float("nan"), 0.3]}}
    ),
    "too much": lambda record: json.dumps({**record, "test_accuracy": 87.5}),
    "a word": lambda record: json.dumps({**record, "test_accuracy": "0.875"}),
    "True": lambda record: json.dumps({**record, "val_accuracy": True}),
    "a list of settings": lambda record: json.dumps({**record, "settings": []}),
    "no epoch": lambda record: json.dumps({**record, "best_epoch": 3}),
    "no hardware": lambda record: json.dumps({**record, "hardware": {}}),
    "no parameters": lambda record: json.dumps({**record, "parameters": None}),
    "no reviews": lambda record: json.dumps({**record, "reviews": {}}),
    "no duplicates": lambda record: json.dumps({**record, "duplicates": None}),
    "another accuracy than in its history": lambda record: json.dumps({**record, "val_accuracy": 0.95}),
    "another accuracy than of its confusion": lambda record: json.dumps({**record, "test_accuracy": 0.95}),
    "no confusion": lambda record: json.dumps({**record, "confusion": None}),
    "confusion of fewer reviews": lambda record: json.dumps(
        {**record, "confusion": {**record["confusion"], "true_positive": 0}}
    ),
    "negative confusion": lambda record: json.dumps(
        {**record, "confusion": {**record["confusion"], "true_positive": -1}}
    ),
    "figures without a test": lambda record: json.dumps({**record, "test_accuracy": None}),
    "a row's end in a name": lambda record: json.dumps({**record, "recipe": "course | 99"}),
    "two lines in a name": lambda record: json.dumps({**record, "recipe": "course\n99"}),
    "a row's end in a setting": lambda record: json.dumps({**record, "changed": {"cell": "a | b"}}),
    "a row's end in a card": lambda record: json.dumps(
        {**record, "hardware": {"cores": 1, "accelerator": "A | B"}}
    ),
    "a word for what only some records have": lambda record: json.dumps({**record, "seconds_to_test": "9"}),
    "NaN in what only some records have": lambda record: json.dumps(
        {**record, "test_accuracy_without_duplicates": float("nan"), "duplicates_of_unlabelled": 1}
    ),
    "NaN in what no tool reads": lambda record: json.dumps({**record, "note": float("nan")}),
    "a language model of another shape": lambda record: json.dumps(
        {**record, "language_model": {"words": 3}}
    ),
    "beyond all floats": lambda record: json.dumps({**record, "test_loss": 10**400}),
    "a copy": json.dumps,
    "lengths": lambda record: json.dumps({**record, "history": {**record["history"], "loss": [0.1]}}),
}


def written(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "good.json").write_text(json.dumps(a_record()), encoding="utf-8")
    (folder / "odd.json").write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize("kind", CORRUPT)
def test_a_corrupt_record_is_named_by_every_tool_that_reads_it(kind, tmp_path, monkeypatch):
    folder = tmp_path / "shipped"
    written(folder, CORRUPT[kind](a_record()))
    monkeypatch.setattr(records, "shipped_dir", lambda: folder)
    monkeypatch.setattr(make_readme, "shipped_dir", lambda: folder)
    monkeypatch.setattr(results, "shipped_dir", lambda: folder)
    for tool in (
        records.read_records,
        make_readme.results,
        lambda: results.main(["--docs", str(tmp_path / "docs")]),
        lambda: records.read_records(folder),
    ):
        with pytest.raises(
            ValueError, match=r"records: odd\.json is (no run record \(|the same run as good)"
        ):
            tool()
    assert not (tmp_path / "docs").exists()


@pytest.mark.parametrize("kind", CORRUPT)
def test_a_corrupt_record_among_a_readers_own_is_left_out_with_a_warning(kind, tmp_path, monkeypatch):
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "one.json").write_text(json.dumps(a_record(seed=2)), encoding="utf-8")
    monkeypatch.setattr(records, "shipped_dir", lambda: shipped)
    written(records.own_dir(), CORRUPT[kind](a_record()))
    with pytest.warns(
        UserWarning, match=r"odd\.json is (no run record .*|the same run as own/good\.json); it is left out"
    ):
        found = records.read_records()
    assert found == [a_record(seed=2), a_record()]


def test_ones_own_records_stand_beside_the_shipped_ones_and_never_in_their_place():
    shipped = records.read_records(records.shipped_dir())
    mine = {**shipped[0], "hardware": {"cores": 3, "accelerator": None}}
    path = records.write_record(mine)
    assert path.parent == records.own_dir() != records.shipped_dir()
    assert records.read_records() == [*shipped, mine]
    assert records.read_records(records.shipped_dir()) == shipped
    assert len(tables.table(records.read_records()).splitlines()) >= len(tables.table(shipped).splitlines())


def test_a_copy_of_a_shipped_run_among_ones_own_is_not_counted_twice():
    shipped = records.read_records(records.shipped_dir())
    path = records.write_record({**shipped[0], "seconds_per_epoch": 1.0})
    with pytest.warns(UserWarning, match=rf"{path.name} is the same run as .*; it is left out"):
        assert records.read_records() == shipped


def test_runs_of_other_settings_under_one_name_are_never_averaged():
    known = records.read_records(records.shipped_dir())
    [shipped] = [one for one in known if (one["recipe"], one["split"]) == ("reader", "random")]
    mine = {**shipped, "seed": 1, "settings": settings_of(recipes.RECIPES["reader"])}
    assert [len(several) for several in tables.group([shipped, mine])] == [1, 1]


def test_readme_averages_no_runs_of_other_settings_and_names_the_file_of_an_unknown_recipe(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(make_readme, "shipped_dir", lambda: tmp_path)
    for seed, settings in ((1, {"epochs": 2}), (2, {"epochs": 2, "vectors": None}), (3, {"epochs": 3})):
        (tmp_path / f"{seed}.json").write_text(json.dumps(a_record(seed, settings=settings)))
    assert [line.split("|")[-2].strip() for line in make_readme.results().splitlines()[2:]] == [
        "2, all equal",
        "1",
    ]
    (tmp_path / "odd.json").write_text(json.dumps(a_record(recipe="zzz")))
    with pytest.raises(
        ValueError, match=r"records: odd\.json: recipe: got 'zzz', expected one of bag_of_words"
    ):
        make_readme.results()


def test_a_recipe_of_the_experiments_is_told_of_by_its_own_command(capsys):
    from experiments.__main__ import main

    with pytest.raises(SystemExit):
        main(["train", "--help"])
    told = capsys.readouterr().out
    assert all(f"\n  {name} " in told for name in recipes.RECIPES)
    assert main(["train", "--recipe", "ensemble", "--set", "members=('course', 'course')"]) == 1
    assert "train: members: got ('course', 'course')" in capsys.readouterr().err


def test_the_command_for_a_graphics_card_says_that_it_needs_pytorch(capsys, monkeypatch, tmp_path):
    from experiments.gpu import __main__ as gpu

    monkeypatch.setattr(gpu, "find_spec", lambda name: None)
    for command in ("smoke", "train", "rehearse"):
        with pytest.raises(SystemExit):
            gpu.main([command, "--out", str(tmp_path / "out")])
        assert capsys.readouterr().err.endswith('PyTorch is not installed: pip install -e ".[backends]"\n')
    assert not (tmp_path / "out").exists()


def test_without_a_command_the_experiments_are_listed(capsys):
    from experiments.__main__ import COMMANDS, main

    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert all(f"\n  {name} " in told for name in COMMANDS)
