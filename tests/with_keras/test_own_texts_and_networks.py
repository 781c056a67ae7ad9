"""Texts and a network of one's own, from the file to the lab; what cannot be used is told in one sentence."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import keras
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from lstm_teach import __main__ as command_line
from lstm_teach import reader
from lstm_teach.labs import reader_lab
from lstm_teach.reviews import CorpusError, from_table
from lstm_teach.reviews.table import texts_of_table
from lstm_teach.sentiment import saved
from lstm_teach.sentiment.batches import equally_long
from lstm_teach.sentiment.own_network import build_own, reads_padding
from lstm_teach.vocabulary import WordVocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parents[2]
GOOD, BAD = ("tasty", "fresh", "friendly", "warm", "lovely"), ("cold", "stale", "rude", "greasy", "awful")
WHOLE_FILE = """import keras

def build(vocabulary_size):
    return keras.Sequential([
        keras.layers.Embedding(vocabulary_size, 8, mask_zero=True),
        keras.layers.LSTM(8),
        keras.layers.Dense(1, activation="sigmoid"),
    ])
"""


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_TEACH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LSTM_TEACH_RECORDS", str(tmp_path / "runs"))


def sentences(count=200):
    """Opinions of a restaurant, each once."""
    rng = np.random.default_rng(0)
    for k in range(count):
        one, other = rng.choice((BAD, GOOD)[k % 2], 2, replace=False)
        yield f'On day {k}, the soup was {one}, the bread\n"{other}".', ("bad", "good")[k % 2]


def table(path, rows=None, header=("text", "label")):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *(sentences() if rows is None else rows)])
    return path


def train(*options):
    return command_line.main(["train", "--no-progress", *map(str, options)])


def predict(*options):
    return command_line.main(["predict", *map(str, options)])


def told(capsys):
    """The one line of an error."""
    error = capsys.readouterr().err
    assert error.count("\n") == 1, error
    assert "Traceback" not in error
    return error


# --- from the file to the lab -----------------------------------------------------------------------------


@pytest.mark.slow
def test_two_hundred_sentences_go_from_the_table_to_the_network_to_predictions_and_to_the_lab(
    tmp_path, capsys
):
    path = table(tmp_path / "mine.csv")
    assert train("--data", path) == 0
    said = capsys.readouterr().out
    assert re.search(r" on 40 reviews \(0 of them .*\), 95 % interval \d+\.\d% to \d+\.\d%\n", said)
    run = re.search(r"ask it for the probability of 'good': .* predict (own-mine\.csv-\w+) ", said)[1]
    assert sorted(file.name for file in (saved.networks_dir() / run).iterdir()) == [
        "model.keras",
        "run.json",
        "vocabulary.json",
    ]

    said = "On day 999, the soup was {}, the bread {}."  # a number that is not in the table
    praise, blame = said.format("lovely", "fresh"), said.format("awful", "stale")
    assert predict(run, praise, blame) == 0
    first, second = capsys.readouterr().out.splitlines()
    unknown = r"  \(the network does not know 1 of these 10 words: 999\)"
    assert re.fullmatch(rf"[01]\.\d{{3}}  good  {praise}{unknown}", first)  # 0.9997 is shown as 1.000
    assert re.fullmatch(rf"[01]\.\d{{3}}  bad  {blame}{unknown}", second)
    assert float(first[:5]) > 0.5 > float(second[:5])

    assert predict(run, "--data", path, "--to", tmp_path / "out.csv") == 0
    assert re.search(r"200 rows, \d+ of them good\n", capsys.readouterr().out)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [text for text, _ in sentences()]
    right = [
        row["positive"] == str(int(label == "good"))
        for row, (_, label) in zip(rows, sentences(), strict=True)
    ]
    assert np.mean(right) > 0.9

    mine = saved.saved_network(saved.networks_dir() / run)
    keras_alone = "import sys, keras; keras.models.load_model(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", keras_alone, saved.networks_dir() / run / "model.keras"], check=True
    )
    read = reader.from_keras(mine.model, mine.vocabulary)
    np.testing.assert_allclose(
        read.read_many([row["text"] for row in rows]), [float(row["probability"]) for row in rows], atol=1e-5
    )
    lab = reader_lab("as trained", reader=read).set(text=praise)
    assert "the verdict is" in lab.status
    record = json.loads((saved.networks_dir() / run / "run.json").read_text())
    assert record["corpus"] == "mine.csv"
    assert record["reviews"] == {"train": 128, "validation": 32, "unlabelled": 0, "test": 40}
    assert not list((tmp_path / "runs").glob("*.json"))  # no figure beside those of IMDB


def run_cells(number, last, changes, check, folder):
    """Execute a lesson's cells in a folder, some words changed by a reader, to the one that holds `last`."""
    [source] = (ROOT / "notebooks" / "src").glob(f"{number}_*.py")
    notebook = jupytext.read(source, fmt="py:percent")
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    [end] = [k for k, cell in enumerate(cells) if last in cell.source]
    notebook.cells = [*cells[: end + 1], nbformat.v4.new_code_cell(check)]
    for old, new in changes.items():
        [cell] = [cell for cell in notebook.cells if old in cell.source]
        cell.source = cell.source.replace(old, new)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()


@pytest.mark.slow
def test_the_same_sentences_go_the_same_way_by_the_cells_of_the_lessons(tmp_path):
    rows = [
        (re.sub(r"(\d)", r"\1 ", text), {"good": "happy", "bad": "sad"}[label]) for text, label in sentences()
    ]
    table(tmp_path / "mine.csv", rows, header=("review", "verdict"))
    from_mine = {
        'CORPUS = "imdb" if': 'CORPUS = "mine.csv" if True or',
        'text="text", label="label"': 'text="review", label="verdict", positive="happy"',
    }
    changes = {
        'LABELS = ("blame", "praise")': 'LABELS = ("sad", "happy")',
        "I expected to hate it, but the acting is wonderful": "The soup was awful and the bread stale",
        "changed, n = small(cell=layers.GRU)": "changed, n = small(units=24)",
        'train(changed, "GRU, 32 units")': 'train(changed, "24 units, rate 0.01", learning_rate=0.01)\n'
        'changed.save(MINE / "model.keras")',
    }
    check = """
assert its_words.words == vocabulary.words and vocabulary.size <= 64, "the full network has fewer features"
assert LABELS[int(answer > 0.5)] == "sad"
assert "24 units, rate 0.01" in (MINE / "runs.txt").read_text(encoding="utf-8")
"""
    run_cells("11", "record_by_hand(", from_mine | changes, check, tmp_path)
    check = """
assert saved and mine.vocabulary.words == words.words
assert mine.p.n == 24, "it is the changed network"
assert sorted(texts) == sorted(corpus.test.texts)
assert accuracy(mine) > 80
assert "the verdict is" in reader_lab("as trained", reader=mine).set(text=texts[0]).status
"""
    run_cells("12", "mine = reader.from_keras", from_mine, check, tmp_path)


@pytest.mark.slow
def test_a_network_of_ones_own_is_trained_kept_and_asked_without_its_file(tmp_path, capsys):
    path, model = table(tmp_path / "mine.csv"), tmp_path / "my_model.py"
    model.write_text(
        "import keras\n"
        "class Twice(keras.layers.Layer):\n"
        "    def call(self, x):\n"
        "        return 2.0 * x\n"
        "def build(vocabulary_size):\n"
        "    return keras.Sequential([keras.layers.Embedding(vocabulary_size, 8),\n"
        "        keras.layers.GRU(8), Twice(), keras.layers.Lambda(lambda h: h + 0.0),\n"
        "        keras.layers.Dense(1, activation='sigmoid')])\n"
    )
    assert train("--data", path, "--model", model, "--epochs", 3) == 0
    run = re.search(r"predict (my_model\.py-mine\.csv-\w+) ", capsys.readouterr().out)[1]
    model.unlink()
    network = saved.saved_network(run)
    assert network.alone  # without a mask, padding would change an answer
    texts = [text for text, _ in sentences(60)]
    together, alone = network.predict(texts), [network.predict([text])[0] for text in texts]
    np.testing.assert_allclose(together, alone, atol=1e-6)
    with pytest.raises(ValueError, match=r"\(GRU\) stands where LSTM is expected"):
        reader.from_keras(network.model, network.vocabulary)


@pytest.mark.slow
def test_a_changed_network_is_another_run_and_the_same_one_is_not_trained_twice(tmp_path, capsys):
    path, model = table(tmp_path / "mine.csv"), tmp_path / "my_model.py"
    for source in (WHOLE_FILE, WHOLE_FILE, WHOLE_FILE.replace("8)", "4)")):
        model.write_text(source)
        assert train("--data", path, "--model", model, "--epochs", 1) == 0
    said = capsys.readouterr().out
    assert said.count("epoch 1/1") == 2
    assert said.count("this run is finished") == 1
    assert len(list(saved.networks_dir().iterdir())) == 2


@pytest.mark.slow
def test_a_table_called_imdb_is_not_taken_for_imdb(tmp_path, capsys):
    path = table(tmp_path / "imdb")
    assert train("--data", path, "--epochs", 1) == 0
    assert "predict own-imdb.file-" in capsys.readouterr().out
    assert not (tmp_path / "runs" / "test_readings.jsonl").exists()


# --- tables that cannot be used ---------------------------------------------------------------------------

ROWS = list(sentences(60))


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (ROWS[:9], [], "column 'label' holds 'bad' 5 times (first in row 2), expected 10 times or more"),
        ([], [], "column 'label' holds 0 different values, expected 2; it holds none"),
        ([(text, "good") for text, _ in ROWS], [], "holds 1 different values, expected 2; it holds 'good'"),
        ([*ROWS, ("So so.", "fair")], [], "holds 3 different values, expected 2; it holds 'bad' (row 2), "),
        ([*ROWS, ("", "good")], [], "column 'text' has no text in row 62; fill these rows in, or delete"),
        ([*ROWS, ("Fine.", "")], [], "column 'label' has no value in row 62"),
        ([("Same.", label) for _, label in ROWS], [], "expected more and smaller sets of equal texts"),
        (ROWS, ["--text", "review"], "has no columns 'review' in row 1, expected one; name one of yours:"),
        (ROWS, ["--group", "film"], "has no columns 'film' in row 1"),
        (ROWS, ["--positive", "great"], "positive: got 'great', but column 'label' holds"),
    ],
)
def test_a_bad_table_is_told_in_a_sentence_with_its_rows(rows, options, message, tmp_path, capsys):
    path = table(tmp_path / "mine.csv", rows)
    assert train("--data", path, *options) == 1
    error = told(capsys)
    assert error.startswith("train: ")
    assert message in error


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (("Bad", "GOOD"), ("Bad", "GOOD")),
        (("no", "yes"), ("no", "yes")),
        ((" false ", "true"), ("false", "true")),
        (("0", "1"), ("negative", "positive")),
        (("-1", "1.0"), ("negative", "positive")),
    ],
)
def test_the_classes_of_a_table_have_its_own_words_and_numbers_are_none(values, names, tmp_path):
    rows = [(text, values[label == "good"]) for text, label in ROWS]
    assert from_table(table(tmp_path / "mine.csv", rows)).class_names == names


def test_a_table_of_few_rows_is_told_to_be_one(tmp_path, capsys):
    from_table(table(tmp_path / "few.csv", ROWS[:20]))
    assert "4 are the test half, so few that they tell little (take 60 or more)" in capsys.readouterr().out
    from_table(table(tmp_path / "mine.csv", ROWS))
    assert "12 are the test half." in capsys.readouterr().out


def test_repeated_texts_are_allowed_and_their_rows_are_named(tmp_path, capsys):
    from_table(table(tmp_path / "mine.csv", [*ROWS, ROWS[3], (ROWS[4][0], "good")]))
    said = capsys.readouterr().out
    assert "rows 62, 63 repeat the text of an earlier row, row 63 with another label" in said


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no-such.csv", "cannot be read (No such file or directory)"),
        (".", "cannot be read (it is a folder, a device or a pipe)"),
        ("a\0b", "expected the name of a file, without a NUL character"),
        ("x" * 5_000, "cannot be read (File name too long)"),
        (None, "path: expected the name of a table, got NoneType"),
        (3, "path: expected the name of a table, got int"),
    ],
)
def test_what_is_no_table_is_told_in_a_short_sentence(name, message):
    for read in (from_table, texts_of_table):
        with pytest.raises(CorpusError) as refused:
            read(name)
        assert message in str(refused.value)
        assert len(str(refused.value)) < 500


def test_texts_alone_need_no_labels(tmp_path):
    path = table(tmp_path / "more.csv", [("One.",), ("Two,\ntwo.",)], header=("text",))
    assert texts_of_table(path) == (["One.", "Two,\ntwo."], [2, 3])
    with pytest.raises(CorpusError, match="has a header and no rows, expected one row or more"):
        texts_of_table(table(tmp_path / "none.csv", [], header=("text",)))
    with pytest.raises(CorpusError, match="column 'text' has no text in row 3"):
        texts_of_table(table(tmp_path / "gap.csv", [("One.",), (" ",)], header=("text",)))


# --- networks that cannot be used -------------------------------------------------------------------------

LAYERS = "[keras.layers.Embedding(vocabulary_size, 4), keras.layers.LSTM(3), {}]"
SIGMOID = "keras.layers.Dense(1, activation='sigmoid')"
MODEL = "import keras\ndef build(vocabulary_size):\n    return keras.Sequential(" + LAYERS + ")\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def build(vocabulary_size)\n    return 1\n", "my_model.py, line 1: SyntaxError: expected ':'"),
        ("import keras\n\nimport kears\n", "line 3: ModuleNotFoundError: No module named 'kears'"),
        ("x = 1\n", "it has no function build, expected def build(vocabulary_size): return keras.Sequential"),
        ("build = 3\n", "it has no function build"),
        ("def build():\n    pass\n", "line 1: TypeError: build() takes 0 positional arguments but 1 was"),
        (
            "def build(vocabulary_size):\n    pass\n",
            "line 1: build gives NoneType, expected a keras.Model; did",
        ),
        ("def build(vocabulary_size):\n    return 3\n", "line 1: build gives int, expected a keras.Model"),
        ("def build(n):\n    return 1 / 0\n", "line 2: ZeroDivisionError: division by zero"),
        ("def build(n):\n    return build(n)\n", "line 2: RecursionError: "),
        ("def build(n):\n    raise SystemExit(3)\n", "line 2: SystemExit: 3"),
        ("raise ValueError\n", "line 1: ValueError: no message"),
        (MODEL.format("keras.layers.Dense(1)"), "line 2: the model gives numbers from "),
        (
            MODEL.format("keras.layers.Dense(2, activation='softmax')"),
            "the model gives (16, 2), expected (16, 1)",
        ),
        (MODEL.format("keras.layers.Dense(1.5)"), "line 3: ValueError: "),
        (
            MODEL.format("keras.layers.Dense(1, activation='softmax')"),
            "the model gives numbers from 1 to 1, expected probabilities between 0 and 1: end with Dense(1, ",
        ),
        (MODEL.format("keras.layers.Dense(1, activation='relu')"), "the model gives numbers from 0 to 0."),
        (
            MODEL.replace("LSTM(3)", "LSTM(3, stateful=True)").format(SIGMOID),
            "(LSTM) has stateful=True, which would carry the state of one text into another; leave it out",
        ),
        (
            MODEL.replace("LSTM(3)", "LSTM(3, return_state=True)").format(SIGMOID),
            "; leave return_state=True out",
        ),
        (
            MODEL.format(f"keras.layers.LSTM(3), {SIGMOID}"),
            "; put an Embedding first, and give an LSTM below another one return_sequences=True",
        ),
        (
            MODEL.replace("LSTM(3)", "Flatten()").format(SIGMOID),
            "; the network must take texts of any length",
        ),
        (
            MODEL.replace("keras.layers.LSTM(3)", "keras.layers.Conv1D(4, 5), keras.layers.LSTM(3)").format(
                SIGMOID
            ),
            "; the network must take texts of any length, also of 3 words",
        ),
        (
            MODEL.replace("LSTM(3)", "LSTM(3, return_sequences=True)").format(SIGMOID),
            "the model gives (16, 5, 1), expected (16, 1), one probability for each text",
        ),
        (
            MODEL.replace("(vocabulary_size, 4)", "(20, 4)").format(SIGMOID),
            "(Embedding) has 20 rows, expected vocabulary_size = 50: write Embedding(vocabulary_size, …)",
        ),
        (
            "import keras\ndef build(n):\n    a, b = keras.Input((None,)), keras.Input((None,))\n"
            "    x = keras.layers.Embedding(n, 4)(a) + keras.layers.Embedding(n, 4)(b)\n"
            "    return keras.Model([a, b], keras.layers.Dense(1)(keras.layers.LSTM(3)(x)))\n",
            "line 2: ValueError: ",
        ),
        (
            "import keras\ndef build(n):\n    ids = keras.Input((7,))\n"
            "    x = keras.layers.LSTM(3)(keras.layers.Embedding(n, 4)(ids))\n"
            "    return keras.Model(ids, keras.layers.Dense(1, activation='sigmoid')(x))\n",
            "expected shape=(None, 7), found shape=(16, 5)",
        ),
    ],
)
def test_a_file_that_builds_no_suitable_network_is_told_in_one_sentence_with_its_line(
    source, message, tmp_path
):
    path = tmp_path / "my_model.py"
    path.write_text(source)
    with pytest.raises(ValueError) as refused:
        build_own(path, 50)
    sentence = str(refused.value)
    assert message in sentence
    assert sentence.startswith(str(path))
    assert "\n" not in sentence
    assert len(sentence) < 700


@pytest.mark.parametrize(
    "layer", ["GRU(3)", "Bidirectional(keras.layers.LSTM(3))", "Conv1D(3, 3, padding='same')", "Dense(3)"]
)
def test_other_networks_than_the_lab_takes_apart_may_be_trained(layer, tmp_path):
    path = tmp_path / "my_model.py"
    pooled = "" if layer[0] in "GB" else "keras.layers.GlobalMaxPooling1D(), "
    path.write_text(MODEL.replace("LSTM(3)", layer).format(pooled + SIGMOID))
    with pytest.raises(ValueError, match=r" stands where LSTM is expected; possible is Embedding, one LSTM"):
        reader.from_keras(
            build_own(path, 50), WordVocabulary(["<padding>", "<unknown>", *map(str, range(48))])
        )


def test_a_suitable_file_is_built_and_its_reading_of_padding_is_known(tmp_path):
    path = tmp_path / "my_model.py"
    path.write_text("\ufeff" + WHOLE_FILE, encoding="utf-8")  # as some editors write it
    model = build_own(path, 50)
    assert model.layers[0].input_dim == 50
    assert not reads_padding(model, 50)
    path.write_text(WHOLE_FILE.replace(", mask_zero=True", ""))
    assert reads_padding(build_own(path, 50), 50)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--model", "my_model.txt"],
            "--model: got 'my_model.txt', expected a Python file, such as my_model.py",
        ),
        (["--model", "no-such.py"], "no-such.py cannot be read (No such file or directory)"),
        (
            ["--model", "m.py", "--recipe", "course"],
            "--model: it brings a network of its own; leave --recipe",
        ),
        (["--data", "t.csv", "--corpus", "imdb"], "--data: it takes the place of a corpus"),
        (["--data", "t.csv", "--source", "x"], "--data: it takes the place of a corpus"),
        (["--label", "verdict"], "--label: it speaks of a table; name that with --data"),
        (["--group", "film"], "--group: it speaks of a table; name that with --data"),
        *(
            ([f"--{option}", ""], f"--{option}: got an empty name; name something, or leave the option out")
            for option in ("data", "model", "recipe", "source", "text", "label", "group", "positive")
        ),
        (["--recipe", "own", "--split", "group"], "split: got 'group', expected random of sample"),
    ],
)
def test_options_that_do_not_go_together_are_told(options, message, capsys):
    assert train(*options) == 1
    assert message in told(capsys).replace("\n", "")


def test_a_folder_that_cannot_keep_the_network_is_told_before_the_training(tmp_path, monkeypatch, capsys):
    (tmp_path / "runs").write_text("a file")
    assert train("--data", table(tmp_path / "mine.csv")) == 1
    assert "set LSTM_TEACH_RECORDS to a folder with space that you may write to" in told(capsys)


# --- predict ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A folder as lesson 11 writes it: a model and its vocabulary, no record; it was never trained."""
    folder = tmp_path_factory.mktemp("my network")
    words = WordVocabulary.fit([text for text, _ in sentences()], 40)
    words.save(folder / "vocabulary.json")
    source = folder / "build.py"
    source.write_text(WHOLE_FILE)
    build_own(source, words.size).save(folder / "model.keras")
    source.unlink()
    return folder


def test_a_folder_with_a_model_and_a_vocabulary_is_asked(kept, capsys):
    assert predict(kept, "The soup was warm", "Zork", "The zork was a warm zork; blub!", "?!") == 0
    lines = capsys.readouterr().out.splitlines()
    model, words = keras.models.load_model(kept / "model.keras"), load_vocabulary(kept / "vocabulary.json")
    says = model.predict(np.stack(words.encode(["The soup was warm"])), verbose=0)[0, 0]
    assert lines[0] == f"{says:.3f}  {'positive' if says > 0.5 else 'negative'}  The soup was warm"
    assert re.fullmatch(r"0\.\d{3}  \w+  Zork  \(the network knows no word of this text\)", lines[1])
    unknown = r"\(the network does not know 4 of these 7 words: zork, a, blub\)"
    assert re.fullmatch(rf"0\.\d{{3}}  \w+  The zork was a warm zork; blub!  {unknown}", lines[2])
    assert lines[3].endswith("?!  (the network knows no word of this text)")
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["no-such-run", "a text"], "RUN: got 'no-such-run', which is no run and no folder with model.keras"),
        (["x" * 5_000, "a text"], "there is none yet: python -m lstm_teach train"),
        (["a\0b", "a text"], "RUN: got 'a\\x00b'"),
        (["../..", "a text"], "which is no run and no folder"),
        (["KEPT", "fine", " "], "TEXT: got a text without a word"),
        (["KEPT"], "TEXT: expected a text in quotation marks, or a table of texts as --data"),
        (["KEPT", "a text", "--data", "TABLE"], "TEXT: expected a text in quotation marks, or a table"),
        (["KEPT", "--data", "TABLE"], "--to: expected --data TABLE and --to OUT.csv together"),
        (["KEPT", "a text", "--to", "out.csv"], "--to: expected --data TABLE and --to OUT.csv together"),
        (["KEPT", "--data", "TABLE", "--to", "TABLE"], "--to: it is the table of --data; name another file"),
        (["KEPT", "--data", "TABLE", "--text", "words", "--to", "o.csv"], "has no columns 'words' in row 1"),
        (["KEPT", "--data", "no-such.csv", "--to", "o.csv"], "no-such.csv cannot be read (No such file"),
        (
            ["KEPT", "--data", "TABLE", "--to", "no/such/o.csv"],
            "--to: no/such/o.csv cannot be written (No such",
        ),
    ],
)
def test_what_predict_cannot_do_is_told_and_nothing_is_written(options, message, kept, tmp_path, capsys):
    names = {"KEPT": str(kept), "TABLE": str(table(tmp_path / "mine.csv"))}
    assert predict(*(names.get(option, option) for option in options)) == 1
    error = told(capsys)
    assert error.startswith("predict: ")
    assert message in error
    assert len(error) < 700
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_predictions_replace_older_predictions_and_no_other_file(kept, tmp_path, capsys):
    data, out = table(tmp_path / "new.csv"), table(tmp_path / "mine.csv")
    before = out.read_bytes()
    assert predict(str(kept), "--data", data, "--to", out) == 1
    assert "mine.csv holds something else than predictions; name another file" in told(capsys)
    assert out.read_bytes() == before
    for _ in range(2):
        assert predict(str(kept), "--data", data, "--to", tmp_path / "out.csv") == 0


@pytest.mark.parametrize("file", ["model.keras", "vocabulary.json"])
@pytest.mark.parametrize("damage", [lambda content: content[: len(content) // 2], lambda content: b"{}"])
def test_a_damaged_file_of_a_run_is_named(file, damage, kept, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(kept, folder)
    (folder / file).write_bytes(damage((folder / file).read_bytes()))
    assert predict(folder, "a text") == 1
    assert f"{file} is damaged, or does not belong to the files beside it" in told(capsys)


@pytest.mark.parametrize(
    ("record", "names"),
    [
        ({"settings": {}}, ("negative", "positive")),  # as older folders have it
        ({"settings": {}, "class_names": ["ham", "spam"]}, ("ham", "spam")),
    ],
)
def test_predict_calls_the_classes_as_the_table_did(record, names, kept, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(kept, folder)
    (folder / "run.json").write_text(json.dumps(record))
    texts = [text for text, _ in sentences(30)]
    assert predict(folder, *texts) == 0
    lines = capsys.readouterr().out.replace(chr(10) + '"', ' "').splitlines()
    probabilities = saved.saved_network(folder).predict(texts)
    assert [line.split()[1] for line in lines] == [names[int(p > 0.5)] for p in probabilities]
    assert predict(folder, "--data", table(tmp_path / "mine.csv"), "--to", tmp_path / "out.csv") == 0
    assert f" of them {names[1]}\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    "names", [None, "ab", [], ["ham"], ["ham", "ham"], ["ham", 3], ["ham", "spam", "eggs"], {"0": "ham"}]
)
def test_names_of_classes_that_are_no_two_words_are_named(names, kept, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(kept, folder)
    (folder / "run.json").write_text(json.dumps({"settings": {}, "class_names": names}))
    assert predict(folder, "a text") == 1
    assert "run.json is damaged" in told(capsys)


def test_a_damaged_record_of_a_run_is_named(kept, tmp_path, capsys):
    folder = tmp_path / "run"
    shutil.copytree(kept, folder)
    for content in ("[]", '{"settings": 3}', '{"settings": {"length": -1}}'):
        (folder / "run.json").write_text(content)
        assert predict(folder, "a text") == 1
        assert "is damaged" in told(capsys)


def test_batches_of_equally_long_texts_need_no_padding():
    lengths = np.random.default_rng(0).integers(0, 9, 500)
    batches = equally_long(lengths, 20)
    assert sorted(np.concatenate(batches).tolist()) == list(range(500))
    for batch in batches:
        assert len(batch) <= 20
        assert len(set(np.maximum(lengths[batch], 1))) == 1
    assert lengths[batches[0]].max() > lengths[batches[1]].max()


@pytest.mark.parametrize("command", ["train", "predict"])
def test_help_names_every_option_for_ones_own_texts(command, capsys):
    with pytest.raises(SystemExit):
        command_line.main([command, "--help"])
    said = capsys.readouterr().out
    for option in {"train": ["--data", "--text", "--label", "--group", "--positive", "--model"]}.get(
        command, ["RUN", "TEXT", "--data", "--text", "--to"]
    ):
        assert option in said
