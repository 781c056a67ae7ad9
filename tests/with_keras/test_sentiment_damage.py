"""Damaged checkpoints: named in one sentence with the way out, in nobody else's way."""

import json
import re

import numpy as np
import pytest

from experiments.training import train as train_any
from lstm_teach import reviews
from lstm_teach.sentiment import checkpoints, records
from tests.small_trainings import TINY, interrupt_after_an_epoch, own_folders, quiet  # noqa: F401
from tests.test_sentiment_records import a_record

pytestmark = pytest.mark.usefixtures("own_folders")

SMALL = {**TINY, "units": 4, "embedding": 4, "limit": 40, "epochs": 2, "test": False}


def rewritten(change):
    """Damage that reads a checkpoint's arrays and writes others."""

    def damage(path):
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        np.savez(path, **change(arrays))

    return damage


def without(*names):
    return rewritten(lambda arrays: {key: value for key, value in arrays.items() if key not in names})


def with_state(**changes):
    def change(arrays):
        state = {**json.loads(str(arrays["state"])), **changes}
        return arrays | {"state": np.array(json.dumps(state))}

    return rewritten(change)


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path):
    path.write_bytes(b"")


def a_list(path):
    path.write_text("[]", encoding="utf-8")


DAMAGES = {
    "settings.json": [cut, emptied, a_list],
    "vocabulary.json": [cut, emptied, a_list],
    "checkpoint.npz": [
        *(cut, emptied, a_list),
        without("state"),
        without("variables/0"),
        without("optimizer/1"),
        without("best/0"),
        rewritten(lambda arrays: arrays | {"variables/0": np.zeros((2, 2), "float32")}),
        with_state(history={}),
        with_state(history=3),
        with_state(wait="long"),
        with_state(resumed_after=None),
    ],
}
CASES = [(name, damage) for name, damages in DAMAGES.items() for damage in damages]


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """The cache of a run that was interrupted after an epoch."""
    cache = tmp_path_factory.mktemp("interrupted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSTM_TEACH_CACHE", str(cache))
        interrupt_after_an_epoch(patch)
        with pytest.raises(KeyboardInterrupt):
            quiet("course", **SMALL)
    return cache


def copied(cache, tmp_path):
    """A copy of the cache, where runs are looked for, and the folder of its only run."""
    for path in cache.rglob("*"):
        if path.is_file():
            to = tmp_path / "cache" / path.relative_to(cache)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
    [folder] = (tmp_path / "cache" / "checkpoints").iterdir()
    return folder


@pytest.mark.parametrize(("name", "damage"), CASES)
def test_a_damaged_file_of_a_run_is_named_with_the_way_out(name, damage, interrupted, tmp_path):
    folder = copied(interrupted, tmp_path)
    damage(folder / name)
    with pytest.raises(ValueError) as error:
        quiet("course", **SMALL)
    message = str(error.value)
    assert re.fullmatch(
        rf"checkpoint: {folder.name}/{name} is damaged \([^\n]*\); start anew with --fresh", message
    )
    assert len(message) < 350


@pytest.mark.slow
def test_fresh_gets_past_every_damage_and_no_damage_is_in_another_runs_way(interrupted, tmp_path):
    folder = copied(interrupted, tmp_path)
    for name in DAMAGES:
        emptied(folder / name)
    _, lines = quiet("course", **{**SMALL, "units": 5})
    assert f"not resumed: checkpoint {folder.name} is damaged; its folder may be deleted" in lines
    run, lines = quiet("course", fresh=True, **SMALL)
    assert len(run.record["history"]["loss"]) == 2
    emptied(folder / "record.json")
    with pytest.raises(ValueError, match=r"/record\.json is damaged .*--fresh"):
        quiet("course", **SMALL)
    (folder / "record.json").write_text(json.dumps({**run.record, "val_accuracy": float("nan")}))
    with pytest.raises(ValueError, match=r"/record\.json is damaged \(val_accuracy: got nan"):
        quiet("course", **SMALL)
    history = {**run.record["history"], "val_accuracy": [0.99, 0.99]}
    others = {
        "recipe": {"recipe": "reader"},
        "seed": {"seed": 7},
        "limit": {"limit": None},
        "corpus_checksum": {"corpus_checksum": "00"},
        "settings": {"settings": {}},
        "val_accuracy": {"val_accuracy": 0.99, "history": history},
        "reviews": {"reviews": {}},
        "test_loss": {"test_accuracy": 0.5},
    }
    for key, changes in others.items():
        (folder / "record.json").write_text(json.dumps({**run.record, **changes}))
        with pytest.raises(ValueError, match=rf"/record\.json is damaged \({key}(: got| has no) .*--fresh"):
            quiet("course", **SMALL)
    quiet("course", fresh=True, **SMALL)


def deep(path):
    path.write_text("[" * 100_000)


def a_folder(path):
    path.unlink()
    path.mkdir()


def of_another_type(path):
    path.write_text('{"settings": {}, "uses": {"course": 3}}')


@pytest.mark.parametrize("damage", [deep, cut, emptied, a_list, a_folder, of_another_type])
def test_an_unreadable_sibling_is_passed_over_with_one_line(damage, tmp_path):
    facts, lines = {"settings": {"units": 1}, "seed": 1}, []
    sibling = checkpoints.begin("a-run", facts, False, lines.append)
    damage(sibling / "settings.json")
    for fresh in (False, True):
        lines.clear()
        checkpoints.begin("a-run", {**facts, "seed": 2}, fresh, lines.append)
        assert lines == [f"not resumed: checkpoint {sibling.name} is damaged; its folder may be deleted"]


def test_a_sibling_of_endless_settings_takes_one_short_line(tmp_path):
    facts, lines = {"settings": {"units": 1}, "seed": 1}, []
    sibling = checkpoints.begin("a-run", facts, False, lines.append)
    (sibling / "settings.json").write_text(json.dumps({"settings": {"a\nb": "x" * 10_000}}))
    (sibling / "checkpoint.npz").touch()
    checkpoints.begin("a-run", {**facts, "seed": 2}, False, lines.append)
    [line] = lines
    assert line == f"not resumed: checkpoint {sibling.name} is of other settings (3 of them)"


def test_a_run_that_was_refused_before_it_learned_anything_is_not_told_of():
    facts, lines = {"settings": {"units": 1}, "seed": 1}, []
    checkpoints.begin("a-run", facts, False, lines.append)
    checkpoints.begin("a-run", {**facts, "seed": 2}, False, lines.append)
    assert lines == []


def test_a_checkpoint_that_unpacks_to_more_than_its_model_needs_is_not_unpacked(
    interrupted, tmp_path, monkeypatch
):
    folder = copied(interrupted, tmp_path)
    path = folder / "checkpoint.npz"
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    np.savez_compressed(path, **arrays | {"variables/0": np.zeros(20_000_000, "float32")})
    assert path.stat().st_size < 1_000_000
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("it was unpacked"))
    with pytest.raises(
        ValueError, match=r"checkpoint\.npz is damaged \(it takes 8.,...,... bytes, expected at"
    ):
        quiet("course", **SMALL)


@pytest.mark.parametrize(
    ("fails", "setting"), [("vocabulary", "LSTM_TEACH_CACHE"), ("record", "LSTM_TEACH_RECORDS")]
)
def test_a_full_disk_is_told_with_the_file_and_the_setting(fails, setting, tmp_path, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    if fails == "vocabulary":
        monkeypatch.setattr("lstm_teach.vocabulary.WordVocabulary.save", lambda *_: full(""))
        write = lambda: quiet("course", **SMALL)  # noqa: E731
    else:
        monkeypatch.setattr(checkpoints, "replacing", full)
        write = lambda: records.write_record(a_record())  # noqa: E731
    with pytest.raises(
        OSError, match=rf"\.json cannot be used \(No space left on device\); set {setting} to a"
    ):
        write()


def test_fresh_gets_past_a_file_in_the_place_of_the_folder(tmp_path):
    facts = {"settings": {}, "seed": 1}
    folder = checkpoints.begin("a-run", facts, False, lambda line: None)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_bytes(b"")
    assert checkpoints.begin("a-run", facts, True, lambda line: None) == folder
    assert folder.is_dir()


@pytest.mark.slow
@pytest.mark.parametrize("damage", [cut, emptied, lambda path: np.save(path, np.full(40, 7.0))])
def test_what_a_teacher_answered_is_named_when_it_is_damaged(damage, tmp_path, monkeypatch):
    sample = reviews.load()
    more = reviews.Corpus(**{**vars(sample), "unlabelled": sample.test.texts[:40]})
    monkeypatch.setattr(reviews, "load", lambda *_, **__: more)
    settings = {**SMALL, "epochs": 1}
    quiet("course_unlabelled", train=train_any, **settings)
    [path] = (tmp_path / "cache").rglob("judged.npy")
    damage(path)
    with pytest.raises(ValueError, match=r"/judged\.npy is damaged .*--fresh"):
        quiet("course_unlabelled", train=train_any, **settings)
