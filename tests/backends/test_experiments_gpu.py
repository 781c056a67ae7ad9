"""The run on a graphics card, rehearsed on made-up reviews: its gradients, its clock, a stop, one reading."""

import itertools
import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from experiments.gpu import data
from experiments.gpu.rehearsal import made_up_reviews
from experiments.gpu.settings import TINY, Settings, changed
from lstm_teach import reviews
from lstm_teach.sentiment.record_schema import REQUIRED
from lstm_teach.vocabulary import WordVocabulary

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.backends

from torch.nn import functional  # noqa: E402

from experiments.gpu import classifier, fitting, language_model, model  # noqa: E402
from experiments.gpu.__main__ import FASTER, smoke  # noqa: E402
from experiments.gpu.run import Run  # noqa: E402

QUICK = replace(TINY, reading_steps=40, sentiment_steps=40)


def small_network(words=30, features=6, units=5):
    torch.manual_seed(0)
    return model.Network(model.Sizes(words, features, units)).double()


def test_the_words_that_travel_are_those_that_the_course_reads():
    corpus = reviews.load("sample")
    arrays, words = data.prepare(corpus, size=300, course_size=100)
    vocabulary = WordVocabulary.fit([corpus.train.texts[i] for i in arrays.training], 100)
    texts = [*corpus.train.texts, *corpus.test.texts]
    for row, encoded in zip(
        data.course_rows(arrays, np.arange(len(texts))), vocabulary.encode(texts), strict=True
    ):
        np.testing.assert_array_equal(row, encoded)
    assert "." in words
    assert arrays.ids.max() < len(words)


def test_no_validation_word_and_no_test_word_makes_the_vocabulary():
    corpus = reviews.load("sample")
    arrays, words = data.prepare(corpus, size=60_000, course_size=100)
    learned = {token for i in arrays.training for token in data.tokens_of(corpus.train.texts[i])}
    assert set(words[data.FIRST :]) == learned


def test_arrays_come_back_from_their_file_and_another_file_is_refused(tmp_path):
    path, arrays = tmp_path / "reviews.npz", made_up_reviews()
    data.save(path, arrays)
    for saved, read in zip(arrays, data.load(path), strict=True):
        np.testing.assert_array_equal(saved, read)
    path.write_bytes(b"no archive")
    with pytest.raises(ValueError, match=r"data: reviews\.npz"):
        data.load(path)


def test_next_word_loss_and_its_gradients_are_those_of_pytorch_cross_entropy():
    torch.manual_seed(1)
    q, table, bias = (torch.randn(*shape, dtype=torch.float64) for shape in ((7, 4), (9, 4), (9,)))
    targets = torch.randint(9, (7,))
    ours, theirs = ([x.clone().requires_grad_() for x in (q, table, bias)] for _ in range(2))
    loss = model.NextWordLoss.apply(*ours, targets)
    expected = functional.cross_entropy(theirs[0] @ theirs[1].T + theirs[2], targets)
    loss.backward()
    expected.backward()
    assert float(loss.detach()) == pytest.approx(float(expected.detach()), rel=1e-6)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one.grad, other.grad)


def test_normalising_the_table_changes_nothing_that_the_network_computes():
    network = small_network()
    frequencies = torch.rand(30, dtype=torch.float64)
    frequencies /= frequencies.sum()
    ids, lengths = torch.randint(30, (8, 3)), torch.tensor([8, 5, 2])
    before = network.log_odds(network.table(ids), lengths)
    network.normalise(frequencies)
    torch.testing.assert_close(network.log_odds(network.table(ids), lengths), before)
    torch.testing.assert_close(network.embed(ids, frequencies), network.table(ids), rtol=1e-6, atol=1e-6)


def test_the_log_odds_of_a_review_do_not_depend_on_its_padding():
    network = small_network()
    x = torch.randn(9, 1, 6, dtype=torch.float64)
    padded = torch.cat([x, torch.full((4, 1, 6), 7.0, dtype=torch.float64)])
    length = torch.tensor([9])
    torch.testing.assert_close(network.log_odds(padded, length), network.log_odds(x, length))


def test_the_backward_lstm_reads_each_review_from_its_own_end():
    network = small_network()
    network.lstms[1].load_state_dict(network.lstms[0].state_dict())
    half = torch.randn(4, 2, 6, dtype=torch.float64)
    palindrome = torch.cat([half, half.flip(0)])
    seen = []
    network.readout.register_forward_hook(lambda _, inputs, output: seen.append(inputs[0]))
    network.log_odds(palindrome, torch.tensor([8, 8]))
    torch.testing.assert_close(seen[0][:, :15], seen[0][:, 15:])


def test_the_push_is_what_power_iteration_finds_for_the_divergence():
    """Miyato et al. 2017, equations 5 and 6, with their finite difference, in float64."""
    network = small_network()
    x = torch.randn(7, 2, 6, dtype=torch.float64, requires_grad=True)
    lengths = torch.tensor([7, 4])
    z = network.log_odds(x, lengths)
    found = classifier.push(z, x, torch.zeros(0, dtype=torch.float64), epsilon=5.0)
    d = torch.randn_like(x)
    for _ in range(3):
        d = (1e-4 * d / d.square().sum((0, 2), keepdim=True).sqrt()).requires_grad_()
        p, moved = z.detach().sigmoid(), network.log_odds(x.detach() + d, lengths)
        divergence = functional.binary_cross_entropy_with_logits(moved, p, reduction="sum")
        (d,) = torch.autograd.grad(divergence, d)
    direction = d / d.square().sum((0, 2), keepdim=True).sqrt()
    cosine = (direction * found).sum((0, 2)) / 5.0
    np.testing.assert_allclose(cosine.abs().detach().numpy(), 1.0, atol=1e-3)
    towards = network.log_odds(x.detach() + 1e-3 * found, lengths).detach()
    assert (towards.abs() < z.detach().abs()).all()


def test_a_chunk_goes_on_where_the_last_one_ended_and_the_other_reads_from_the_end():
    arrays = made_up_reviews(each=20)
    text = language_model.Text(arrays, arrays.training, 4, 5, torch.device("cpu"))
    forward, backward = zip(*(text.chunk(number, (0,)) for number in range(text.chunks)), strict=True)
    for one, following in itertools.pairwise(forward):
        torch.testing.assert_close(one[-1], following[0])
    line = torch.cat([chunk[:-1] for chunk in forward]).T.flatten()
    other = torch.cat([chunk[:-1] for chunk in backward]).T.flatten()
    assert line[0] == other[0] == data.END
    assert int((line == data.END).sum()) == pytest.approx(len(arrays.training), abs=3)


def test_unlabelled_reviews_of_a_batch_are_about_as_long_as_the_labelled_ones():
    arrays = made_up_reviews()
    batches = classifier.Batches(arrays, 16, 16, 40, seed=0)
    seen = []
    for number in range(batches.count):
        rows = batches.batch(number)
        seen += rows[:16].tolist()
        assert set(rows[16:]) <= set(arrays.unlabelled)
        known, other = batches.cut[rows[:16]], batches.cut[rows[16:]]
        assert other.min() >= known.min() - 10
        assert other.max() <= known.max() + 10
    assert len(set(seen)) == len(seen)
    assert set(seen) <= set(arrays.training)


def test_all_stages_run_and_the_record_holds_its_figures(tmp_path):
    record = Run(made_up_reviews(), QUICK, 0, 100.0, tmp_path / "run", tmp_path, say=lambda line: None).go()
    assert record["failures"] == []
    assert record["language_models"]["steps"] == record["gpu_vat"]["steps"] == 40
    first, last = (record["language_models"]["looks"][i]["val_perplexity"] for i in (0, -1))
    assert last < first
    assert record["test_accuracy"] > 0.85
    assert sum(record["confusion"].values()) == 240
    assert not [key for key in REQUIRED if record.get(key, "") == ""]
    assert record["duplicates"] == 5
    assert json.loads((tmp_path / "record.json").read_text())["test_accuracy"] == record["test_accuracy"]
    with np.load(tmp_path / "probabilities.npz") as file:
        assert file["test"].shape == (240,)
        assert file["test"].dtype == np.float16


def test_a_run_that_was_killed_goes_on_and_reads_the_test_reviews_only_once(tmp_path, monkeypatch):
    arrays, folder = made_up_reviews(), tmp_path / "run"
    monkeypatch.setattr(fitting, "SAVED", 0.0)
    step = fitting.Training.step

    def killed(training, loss):
        step(training, loss)
        if training.plan.averaging and training.done == 25:
            raise KeyboardInterrupt

    monkeypatch.setattr(fitting.Training, "step", killed)
    with pytest.raises(KeyboardInterrupt):
        Run(arrays, QUICK, 0, 100.0, folder, tmp_path, say=lambda line: None).go()
    monkeypatch.setattr(fitting.Training, "step", step)
    said = []
    record = Run(arrays, QUICK, 0, 100.0, folder, tmp_path, say=said.append).go()
    assert any("gpu_vat: goes on after step 20" in line for line in said)
    assert record["failures"] == []
    assert record["gpu_vat"]["steps"] == 40
    kept = (folder / "probabilities.npz").read_bytes()
    again = Run(arrays, QUICK, 0, 100.0, folder, tmp_path, say=lambda line: None).go()
    assert (folder / "probabilities.npz").read_bytes() == kept
    assert again["test_accuracy"] == record["test_accuracy"]


def test_stages_share_the_seconds_that_they_are_given(tmp_path):
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])  # its first use imports for seconds
    record = Run(made_up_reviews(), TINY, 0, 8.0, tmp_path / "run", tmp_path, say=lambda line: None).go()
    seconds = [record[name]["seconds"] for name in ("language_models", "gpu_vat", "gpu_plain")]
    assert record["failures"] == []
    assert sum(seconds) == pytest.approx(7.5, abs=2.0)
    assert all(record[name]["looks"][-1]["step"] for name in ("language_models", "gpu_vat", "gpu_plain"))


def test_a_stage_that_fails_is_named_and_its_best_weights_are_tested(tmp_path, monkeypatch):
    loss = classifier.mixed_loss

    def breaks(network, words, ids, lengths, labels, mixed, ramp):
        if mixed.virtual and ramp == 1.0:
            raise RuntimeError("out of memory")
        return loss(network, words, ids, lengths, labels, mixed, ramp)

    monkeypatch.setattr(classifier, "mixed_loss", breaks)
    record = Run(made_up_reviews(), QUICK, 0, 100.0, tmp_path / "run", tmp_path, say=lambda line: None).go()
    assert record["failures"] == ["gpu_vat: RuntimeError: out of memory"]
    assert record["test_accuracy"] is not None
    assert record["gpu_plain"]["steps"] == 40


def test_a_loss_that_is_no_number_sends_the_training_back_to_its_best_weights(tmp_path, monkeypatch):
    loss = classifier.mixed_loss

    def breaks(network, words, ids, lengths, labels, mixed, ramp):
        found = loss(network, words, ids, lengths, labels, mixed, ramp)
        if mixed.virtual and 0.5 < classifier_progress() < 0.6:
            found["cross_entropy"] = found["cross_entropy"] * float("nan")
        return found

    steps = iter(range(10_000))
    monkeypatch.setattr(classifier, "mixed_loss", breaks)

    def classifier_progress():
        return next(steps) / 40

    said = []
    record = Run(
        made_up_reviews(),
        replace(QUICK, sentiment_steps=80),
        0,
        100.0,
        tmp_path / "run",
        tmp_path,
        say=said.append,
    ).go()
    assert any("back to the best weights" in str(line) for line in said)
    assert record["test_accuracy"] > 0.8


def test_smoke_measures_all_stages_reads_no_test_review_and_leaves_what_is_faster(tmp_path):
    said = []
    smoke(made_up_reviews(), QUICK, 0, tmp_path / "run", tmp_path, 10.0, said.append)
    assert len(json.loads((tmp_path / "speed.json").read_text())) == 10
    assert said[-1] == "failures: none"
    assert json.loads((tmp_path / "record.json").read_text())["test_accuracy"] is None
    assert not (tmp_path / "probabilities.npz").exists()
    assert changed(QUICK, json.loads((tmp_path / "run" / FASTER).read_text()))


def test_settings_are_changed_by_name_and_a_wrong_one_is_named():
    assert changed(Settings(), ["batch=256", "half=0", "rate=1e-3"]) == replace(
        Settings(), batch=256, half=False, rate=1e-3
    )
    with pytest.raises(ValueError, match="set: got 'bath=1'"):
        changed(Settings(), ["bath=1"])
    with pytest.raises(ValueError, match="expected a number after batch="):
        changed(Settings(), ["batch=many"])


def test_the_course_network_trains_from_the_arrays_where_neither_tensorflow_nor_texts_are():
    script = """
import json, sys
sys.modules["tensorflow"] = sys.modules["pooch"] = None
from experiments.gpu.course import train_course
from experiments.gpu.rehearsal import made_up_reviews
found = train_course(made_up_reviews(), 0, 80.0, lambda line: None, embedding=16, units=4, batch_size=32)
print(json.dumps(found))
"""
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["device"].startswith("device: ")
    assert len(found["epochs"]) == 2
    assert found["epochs"][1]["loss"] < found["epochs"][0]["loss"]
    assert found["epochs"][0]["curve"][0][0] == 0
