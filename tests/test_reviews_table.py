"""A table of one's own becomes a corpus; what is wrong with it is said with the numbers of its rows."""

import csv
import json
import tracemalloc

import numpy as np
import pytest

from lstm_teach.reviews import CorpusError, duplicates, from_table, validation_split


def rows(count=60, positive="good", negative="bad"):
    """Texts with commas, quotes and line breaks, and labels by turns."""
    return [
        (f'Film {i}, "so, so"\nand, on: more', (negative, positive)[i % 2], str(i // 4)) for i in range(count)
    ]


def write_csv(path, content, header=("text", "label", "film"), delimiter=",", encoding="utf-8"):
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *content])
    return path


def texts_of(corpus):
    return sorted(corpus.train.texts + corpus.test.texts)


# Formats


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_commas_semicolons_or_tabs_with_or_without_a_byte_order_mark(tmp_path, delimiter, encoding):
    content = rows()
    content[3] = ("Ω 映画 😀\r\nÉcran", *content[3][1:])
    corpus = from_table(write_csv(tmp_path / "mine", content, delimiter=delimiter, encoding=encoding))
    assert corpus.name == "mine"
    assert texts_of(corpus) == sorted(text for text, *_ in content)
    label_of = {text: label == "good" for text, label, _ in content}
    for split in (corpus.train, corpus.test):
        assert [label_of[text] for text in split.texts] == split.labels.tolist()
        assert split.labels.dtype == np.int8
        assert split.groups is None


@pytest.mark.parametrize("values", [("bad", "good"), (0, 1), (False, True), (-1, 1), (2, 10)])
def test_json_lines_with_labels_of_any_kind(tmp_path, values):
    path = tmp_path / "mine.jsonl"
    lines = [json.dumps({"text": text, "label": values[i % 2]}) for i, (text, *_) in enumerate(rows())]
    path.write_text("\ufeff" + "\n\n".join(lines), encoding="utf-8")
    corpus = from_table(path)
    assert texts_of(corpus) == sorted(text for text, *_ in rows())
    for text, label in zip(corpus.test.texts, corpus.test.labels, strict=True):
        assert int(text.split(",")[0][5:]) % 2 == label


def test_columns_are_named_and_others_do_not_matter(tmp_path):
    path = write_csv(tmp_path / "mine.csv", rows(), header=(" review", "sentiment ", "film"))
    assert len(from_table(path, text="review", label="sentiment").train.texts) == 48


def test_an_empty_line_is_no_row(tmp_path):
    path = write_csv(tmp_path / "mine.csv", rows())
    path.write_bytes(path.read_bytes() + b"\r\n\r\n")
    assert len(texts_of(from_table(path))) == 60


@pytest.mark.parametrize("before", ["\n", "\r\n \n", "sep=;\r\n", '"sep=;"\n', "\ufeffsep=;\n", "\ufeff\n\n"])
def test_a_blank_line_and_the_sep_line_of_excel_may_stand_before_the_header(tmp_path, before):
    path = write_csv(tmp_path / "mine.csv", rows(), delimiter=";")
    path.write_bytes(before.encode() + path.read_bytes())
    assert len(texts_of(from_table(path))) == 60
    path.write_bytes(path.read_bytes() + b"a;;x\r\n")
    with pytest.raises(CorpusError, match=f"column 'label' has no value in row {62 + before.count(chr(10))}"):
        from_table(path)


def test_the_home_folder_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_csv(tmp_path / "mine.csv", rows())
    assert len(texts_of(from_table("~/mine.csv"))) == 60


# Labels


@pytest.mark.parametrize(
    ("negative", "positive"),
    [
        ("bad", "good"),
        ("neg", "pos"),
        ("0", "1"),
        ("-1", "1"),
        ("no", "Yes"),
        ("2", "10"),
        ("1", "5"),
        ("1", "2"),
        ("-3", "0"),
        ("0.5", "1e1"),
        ("-1", "+1"),
        ("N", "Y"),
        ("FALSE", "TRUE"),
    ],
)
def test_which_value_is_positive_is_said(tmp_path, negative, positive, capsys):
    path = write_csv(tmp_path / "mine.csv", rows(60, positive, negative))
    corpus = from_table(path)
    assert f"label '{positive}' is positive (1), '{negative}' is negative (0)" in capsys.readouterr().out
    odd = [int(text.split(",")[0][5:]) % 2 for text in corpus.train.texts]
    assert corpus.train.labels.tolist() == odd


@pytest.mark.parametrize(
    ("either", "other"),
    [("happy", "sad"), ("negative", "neutral"), ("good", "great"), ("yes", "true"), ("5", "a")],
)
def test_other_words_need_the_positive_one_by_name(tmp_path, either, other, capsys):
    path = write_csv(tmp_path / "mine.csv", rows(60, either, other))
    with pytest.raises(CorpusError, match=f"holds '{other}' and '{either}'; .* positive='{other}'"):
        from_table(path)
    with pytest.raises(CorpusError, match="positive: got 'glad', but column 'label' holds"):
        from_table(path, positive="glad")
    assert from_table(path, positive=either).train.labels.sum() == 24
    assert f"label '{either}' is positive (1), '{other}' is negative (0)" in capsys.readouterr().out
    from_table(path, positive=other.upper())
    assert f"label '{other}' is positive (1)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "values", [("No", "Yes", "no", "yes"), ("0", "1", "0.0", "1.0"), ("-1", "1", "-1.0", "+1")]
)
def test_one_value_may_be_spelled_in_two_ways(tmp_path, values, capsys):
    content = [(text, values[i % 4], film) for i, (text, _, film) in enumerate(rows())]
    corpus = from_table(write_csv(tmp_path / "mine.csv", content))
    assert corpus.train.labels.sum() == 24
    assert f"label '{values[1]}' is positive (1), '{values[0]}' is negative (0)" in capsys.readouterr().out


# The test half


def test_a_fifth_of_each_label_is_the_test_half_and_it_is_always_the_same(tmp_path, capsys):
    path = write_csv(tmp_path / "mine.csv", rows(200))
    corpus = from_table(path)
    assert np.bincount(corpus.test.labels).tolist() == [20, 20]
    assert "mine.csv: 200 rows" in (said := capsys.readouterr().out)
    assert "160 rows are to train on, 40 are the test half." in said
    again = from_table(path)
    assert again.test.texts == corpus.test.texts
    assert again.checksum == corpus.checksum


def test_rows_of_a_group_stay_together_in_the_test_half_and_in_validation(tmp_path, capsys):
    corpus = from_table(write_csv(tmp_path / "mine.csv", rows(200)), group="film")
    assert "split by film" in capsys.readouterr().out
    train, validation = validation_split(corpus.train, 0.1)
    sides = [set(split.groups.tolist()) for split in (train, validation, corpus.test)]
    assert len(set.union(*sides)) == sum(map(len, sides)) == 50
    for text, group in zip(corpus.test.texts, corpus.test.groups, strict=True):
        assert int(text.split(",")[0][5:]) // 4 == group


def test_equal_texts_are_named_and_stay_on_one_side(tmp_path, capsys):
    content = [*rows(), *(("Twice.", label, "x") for label in ("good", "good", "bad"))]
    corpus = from_table(write_csv(tmp_path / "mine.csv", content))
    assert len(duplicates(corpus.train, corpus.test)) == 0
    said = capsys.readouterr().out
    assert "rows 63, 64 repeat the text of an earlier row, row 64 with another label" in said


# Bad tables


BAD = [
    (
        "no column of this name",
        [],
        {"label": "stars"},
        r"no columns 'stars' in row 1.*'text', 'label', 'film'",
    ),
    ("an empty text", [(" ", "good", "x")], {}, r"column 'text' has no text in row 62; fill"),
    (
        "no label",
        [("a", "", "x"), ("b", "NaN", "x")],
        {},
        r"column 'label' has no value in rows 62, 63; fill",
    ),
    ("no group", [("a", "good", "")], {"group": "film"}, r"column 'film' has no value in row 62; fill"),
    ("a short row", [("a",)], {}, r"column 'label' has no value in row 62"),
    (
        "a long row",
        [("a", "good", "x", "y")],
        {},
        r"row 62 has 4 values, expected 3; put a text that holds ','",
    ),
    (
        "three labels",
        [("a", "so so", "x")],
        {},
        r"'label' holds 3 .*'bad' \(row 2\), 'good' \(row 3\), 'so so' \(row 62\)",
    ),
    ("many missing", [("", "good", "x")] * 9, {}, r"no text in rows 62, 63, 64, 65, 66 and 4 more"),
]


@pytest.mark.parametrize(("_", "more", "columns", "message"), BAD, ids=[name for name, *_ in BAD])
def test_a_bad_table_is_named_with_its_rows(tmp_path, _, more, columns, message):
    path = write_csv(tmp_path / "mine.csv", [*rows(), *more])
    with pytest.raises(CorpusError, match=r"mine\.csv.*" + message):
        from_table(path, **columns)


def test_one_label_only(tmp_path):
    path = write_csv(tmp_path / "mine.csv", [(f"{i}", "good", "x") for i in range(60)])
    with pytest.raises(CorpusError, match=r"holds 1 different values, expected 2; it holds 'good' \(row 2\)"):
        from_table(path)


def test_too_few_rows_of_a_label(tmp_path):
    path = write_csv(tmp_path / "mine.csv", rows(18))
    with pytest.raises(CorpusError, match=r"'bad' 9 times \(first in row 2\), expected 10 times or more"):
        from_table(path)


def test_a_column_that_is_there_twice(tmp_path):
    path = write_csv(tmp_path / "mine.csv", rows(), header=("text", "label", "label"))
    with pytest.raises(CorpusError, match="has 2 columns 'label' in row 1, expected one"):
        from_table(path)


@pytest.mark.parametrize("groups", [lambda i: "all", lambda i: i % 2])
def test_groups_that_cannot_be_split(tmp_path, groups):
    content = [(text, label, str(groups(i))) for i, (text, label, _) in enumerate(rows())]
    with pytest.raises(CorpusError, match="expected more and smaller groups in column 'film'"):
        from_table(write_csv(tmp_path / "mine.csv", content), group="film")


def test_a_header_alone(tmp_path):
    with pytest.raises(CorpusError, match="holds 0 different values, expected 2; it holds none"):
        from_table(write_csv(tmp_path / "mine.csv", []))


# Large tables


@pytest.mark.slow
def test_600_000_rows_need_little_more_memory_than_their_texts(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "label", "film"))
        writer.writerows(
            (f'Row {i}, "so, so"\n' * 2, "bad" if i % 2 else "good", i // 7) for i in range(600_000)
        )
    tracemalloc.start()
    corpus = from_table(path, group="film")
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(texts_of(corpus)) == 600_000
    assert np.bincount(corpus.test.labels) == pytest.approx([60_000, 60_000], abs=10)
    assert peak - kept < 300_000_000
