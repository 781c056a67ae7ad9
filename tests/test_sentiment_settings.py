"""Settings: what came and what is possible, told before anything is loaded; `train --help` lists them all."""

import json
import subprocess
import sys

import numpy as np
import pytest

from experiments import recipes as of_experiments
from lstm_teach.sentiment import recipes
from lstm_teach.sentiment.cli import described
from lstm_teach.sentiment.kinds import ARGUMENTS, settings_of
from lstm_teach.sentiment.recipes import changes_of, recipe
from lstm_teach.sentiment.settings import number

RATE = "a number from 1e-12 to 100"
WHOLE = "a whole number, 1 or more"
SIZE = "a whole number, 1 or more"


def test_a_changed_recipe_says_what_was_changed_and_leaves_the_known_one_alone():
    changed = recipe("two_lstm_words", cell="gru", learning_rate=0.5)
    assert changes_of(changed) == {"cell": "gru", "learning_rate": 0.5}
    assert changes_of(recipe("two_lstm_words")) == {}
    assert settings_of(recipes.RECIPES["two_lstm_words"])["cell"] == "lstm"


def test_numbers_of_numpy_are_settings_like_others_and_fit_for_json():
    changed = recipe("course", units=np.int64(3), dropout=np.float32(0.5), learning_rate=np.float64(0.01))
    assert json.loads(json.dumps(changes_of(changed))) == {"units": 3, "dropout": 0.5, "learning_rate": 0.01}
    assert json.dumps(settings_of(recipe("deep_128_64", sizes=np.array([8, 4]).tolist())))
    assert json.dumps(settings_of(recipe("deep_128_64", sizes=(np.int8(8), np.int64(4)))))


@pytest.mark.parametrize("name", [None, 3, ["course"], {}, b"course", ""])
def test_a_recipe_that_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match=r"^recipe: got .*, expected one of course, reader"):
        recipe(name)


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("corse", {}, "recipe: got 'corse', expected one of course, reader"),
        ("course", {"unitss": 3}, "recipe: course has no setting 'unitss'; did you mean 'units'?"),
        ("course", {"cell": "gru"}, "recipe: course has no setting 'cell'; it has batch_size"),
        ("bag_of_words", {"epochs": 3}, "recipe: bag_of_words has no setting 'epochs'"),
        ("course", {"seed": 3}, "seed: it is an option of `train`, as in --seed, and no setting"),
        ("course", {"limit": 30}, "limit: it is an option of `train`"),
        ("course", {"recipe": "reader"}, "recipe: it is an option of `train`"),
        ("course", {"fresh": True}, "fresh: it is an option of `train`"),
        ("course", {"epochs": 0}, "epochs: got 0, expected a whole number from 1 to 100000"),
        ("course", {"epochs": "many"}, "epochs: got 'many', expected a whole number"),
        ("course", {"epochs": 1.5}, "epochs: got 1.5, expected a whole number"),
        ("course", {"even_batches": "false"}, "even_batches: got 'false', expected True or False"),
        ("course", {"batch_size": True}, "batch_size: got True, expected a whole number from 1 to 10000"),
        ("course", {"units": True}, f"units: got True, expected {SIZE}"),
        ("course", {"units": "many"}, f"units: got 'many', expected {SIZE}"),
        ("course", {"units": -3}, f"units: got -3, expected {SIZE}"),
        ("course", {"length": 9.5}, "length: got 9.5, expected a whole number from 1 to 100000, or None"),
        ("course", {"patience": 0}, f"patience: got 0, expected {WHOLE}, or None"),
        ("course", {"clip_norm": -1}, "clip_norm: got -1, expected a number from 0.001 to 1000, or None"),
        (
            "course",
            {"clip_norm": "high"},
            "clip_norm: got 'high', expected a number from 0.001 to 1000, or None",
        ),
        ("course", {"learning_rate": -1.0}, f"learning_rate: got -1.0, expected {RATE}"),
        ("course", {"learning_rate": float("inf")}, f"learning_rate: got inf, expected {RATE}"),
        ("course", {"learning_rate": float("nan")}, f"learning_rate: got nan, expected {RATE}"),
        ("course", {"learning_rate": 10**400}, "learning_rate: got 1000"),
        ("course", {"dropout": 1.0}, "dropout: got 1.0, expected a number from 0 to 0.99"),
        ("course", {"word_dropout": float("nan")}, "word_dropout: got nan"),
        ("course", {"subsampling": 2.0}, "subsampling: got 2.0, expected a number from 1e-07 to 1, or None"),
        ("course", {"warm_up": 0.0}, "warm_up: got 0.0, expected a number from 0.001 to 0.999"),
        ("course", {"short_first": 1.5}, "short_first: got 1.5, expected a number from 0 to 1"),
        ("course", {"window": 0}, "window: got 0, expected a whole number from 1 to 1000"),
        ("course", {"subsampling": 0.0}, "subsampling: got 0.0"),
        ("course", {"validation": 0}, "validation: got 0"),
        ("course", {"directions": 3}, "directions: got 3, expected a whole number from 1 to 2"),
        ("course", {"depth": 0}, "depth: got 0"),
        ("course", {"depth": "x"}, "depth: got 'x'"),
        ("course", {"readout": 0.0}, "readout: got 0.0, expected a number from 0.01 to 100"),
        ("course", {"padding": "top"}, "padding: got 'top', expected one of right, left"),
        ("course", {"padding": "left"}, "padding: got 'left', expected 'right': course reads from both ends"),
        ("reader", {"padding": "left"}, "padding: got 'left', expected 'right'"),
        ("course", {"schedule": "cosine"}, "schedule: got 'cosine'"),
        ("course", {"vocabulary": "letters"}, "vocabulary: got 'letters', expected one of words, subwords"),
        ("course", {"optimizer": ["adam"]}, r"optimizer: got ['adam'], expected one of adam"),
        ("course", {"loss": "hinge"}, "loss: got 'hinge'"),
        ("course", {"pooling": "sum"}, "pooling: got 'sum', expected one of max_mean, last"),
        ("course", {"vectors": "word2vec"}, "vectors: got 'word2vec', expected one of training"),
        ("course", {"length": None, "fixed_length": True}, "fixed_length: got True, expected a length"),
        ("bilstm_subword", {"vocabulary_size": 99}, "vocabulary_size: got 99, expected 258 or more"),
        ("two_lstm_words", {"cell": "lstmm"}, "cell: got 'lstmm', expected one of lstm, gru, simple_rnn"),
        ("two_lstm_words", {"style": "functional"}, "style: got 'functional'"),
        ("two_lstm_words", {"unroll": True, "fixed_length": False}, "unroll: got True, expected fixed_len"),
        ("deep_128_64", {"sizes": ()}, "sizes: got (), expected whole numbers, 1 or more"),
        ("deep_128_64", {"sizes": (8, 0)}, "sizes: got (8, 0)"),
        ("course", {"readout": 1e308}, "readout: got 1e+308, expected a number from 0.01 to 100"),
        ("course", {"learning_rate": 1e308}, f"learning_rate: got 1e+308, expected {RATE}"),
        ("course", {"learning_rate": 1e-45}, f"learning_rate: got 1e-45, expected {RATE}"),
        ("course", {"clip_norm": 1e-300}, "clip_norm: got 1e-300, expected a number from 0.001 to 1000"),
        ("course", {"warm_up": 1e-300}, "warm_up: got 1e-300"),
        ("course", {"dropout": 0.9999999999}, "dropout: got 0.9999999999"),
        ("course", {"validation": 1e-9}, "validation: got 1e-09, expected a number from 0.01 to 0.9"),
        ("course", {"vocabulary_size": 3}, "vocabulary_size: got 3, expected more than the 64 features"),
        ("course", {"say": 3}, "recipe: course has no setting 'say'; "),
        ("course", {"progress": False}, "recipe: course has no setting 'progress'; "),
        ("bag_of_words", {"smallest": 99_999}, "smallest: got 99999, expected a whole number from 1 to 1000"),
        ("bag_of_words", {"strength": 1e308}, "strength: got 1e+308"),
        ("bag_of_words", {"pairs": 1}, "pairs: got 1, expected True or False"),
        ("bag_of_words", {"strength": 0}, "strength: got 0, expected a number from 1e-06 to 1e+06"),
    ],
)
def test_a_setting_that_cannot_be_is_named_with_what_can(name, changes, message):
    with pytest.raises(ValueError) as error:
        recipe(name, **changes)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("course_unlabelled", {"teacher": "ensemble"}, "teacher: got 'ensemble', expected one of bag_of"),
        ("course_pretrained", {"language_model": "all"}, "language_model: got 'all'"),
        ("course_pretrained", {"language_model_epochs": 0}, "language_model_epochs: got 0"),
        (
            "course_pretrained",
            {"language_model_learning_rate": 1e308},
            "language_model_learning_rate: got 1e+",
        ),
        ("course_pretrained", {"language_model_batch_size": 10**9}, "language_model_batch_size: got 1000"),
        ("course_pretrained", {"language_model_learning_rate": 0.0}, "language_model_learning_rate: got 0.0"),
        ("ensemble", {"members": ("course", "ensemble")}, "members: got ('course', 'ensemble')"),
        ("course_taught", {"vectors": "unlabelled"}, "vectors: got 'unlabelled', expected None: the weights"),
        ("course_taught", {"predecessor": "reader"}, "predecessor: got 'reader', expected one of course_pre"),
        ("trigrams", {"pairs": False}, "pairs: got False, expected True: runs of three words"),
        ("ensemble", {"members": 3}, "members: got 3, expected the names of two other recipes"),
        ("ensemble", {"members": ("course",)}, "members: got ('course',), expected the names of two"),
        ("ensemble", {"members": ("course", "course")}, "members: got ('course', 'course'), expected"),
        ("ensemble", {"members": ("course", 3)}, "members: got ('course', 3), expected"),
    ],
)
def test_a_setting_of_an_experiment_is_named_too(name, changes, message):
    with pytest.raises(ValueError) as error:
        of_experiments.recipe(name, **changes)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("course", {"vocabulary_size": 10**12}),
        ("two_lstm_words", {"length": 10**9}),
        ("two_lstm_words", {"batch_size": 10**10}),
    ],
)
def test_a_size_beyond_all_machines_is_refused_with_the_largest_that_is_possible(name, changes):
    [setting] = changes
    with pytest.raises(ValueError, match=rf"{setting}: got .*, expected .* from \d+ to \d+"):
        recipe(name, **changes)


def test_every_number_among_the_settings_has_a_largest_value_that_float32_can_square():
    for chosen in of_experiments.RECIPES.values():
        for setting in chosen.table.values():
            assert not setting.takes(1e20), setting.about


@pytest.mark.parametrize("known", [recipes.RECIPES, of_experiments.RECIPES], ids=["course", "experiments"])
def test_help_has_a_line_for_every_setting_of_every_recipe_with_type_range_and_default(known):
    lines = described(known).splitlines()
    for chosen in known.values():
        assert any(line.split()[:1] == [chosen.name] for line in lines)
        for name, value in settings_of(chosen).items():
            [line] = [line for line in lines if line.split()[:1] == [name] and "; default " in line]
            assert chosen.table[name].allowed in line
            assert str(value) in line.partition("; default ")[2]


def test_no_setting_is_without_a_recipe_and_every_default_is_in_its_range():
    used = {name for chosen in recipes.RECIPES.values() for name in settings_of(chosen)}
    assert set(ARGUMENTS) <= used
    for chosen in of_experiments.RECIPES.values():
        for name, value in settings_of(chosen).items():
            assert chosen.table[name].takes(value)


def test_a_range_is_told_as_it_is_meant():
    share = number("", 0.01, 0.9)
    assert share.allowed == "a number from 0.01 to 0.9"
    assert recipe("course").table["patience"].allowed == "a whole number, 1 or more, or None"
    for value, taken in ((0, False), (0.01, True), (1, False), (0.9, True), (True, False), (None, False)):
        assert share.takes(value) == taken


@pytest.mark.parametrize(
    "options", [["--set", "units=0"], ["--set", "seed=1"], ["--set", "learning_rate=1e999"]]
)
def test_a_mistake_is_told_before_keras_is_loaded(options):
    code = (
        "import argparse, sys; from lstm_teach.sentiment import cli; parser = argparse.ArgumentParser(); "
        f"cli.add_arguments(parser); status = cli.run(parser.parse_args({options!r})); "
        "assert not {'keras', 'tensorflow', 'jax', 'torch'} & set(sys.modules); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("train: ")
    assert "Traceback" not in done.stderr
