"""One call from a recipe's name to a trained model and the record of its run."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from contextlib import nullcontext
from os import PathLike
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from lstm_teach import reviews
from lstm_teach.atomic import replacing
from lstm_teach.reviews import Corpus, Split
from lstm_teach.sentiment import bag_of_words, checkpoints, loop, recipes, records
from lstm_teach.sentiment.device import cores, describe_device, machine, processor, spread
from lstm_teach.sentiment.ensemble import Ensemble, of_several
from lstm_teach.sentiment.evaluation import CALIBRATION_BINS, Classifier, evaluate
from lstm_teach.sentiment.language_model import learn_to_predict
from lstm_teach.sentiment.loop import Say
from lstm_teach.sentiment.models import build_model
from lstm_teach.sentiment.network import Network, begin_with_counts, new_model
from lstm_teach.sentiment.recipes import EnsembleRecipe, NetworkRecipe, Recipe
from lstm_teach.vocabulary import SubwordVocabulary, WordVocabulary, load_vocabulary

SPLIT_SEED = 0  # the same validation reviews in every run, whatever its seed


class Run(NamedTuple):
    """What `train` gives.

    Attributes
    ----------
    classifier : `.predict(texts)` gives probabilities; a network has `.model` and `.vocabulary` too
    record : the figures, as they are written to a record
    path : the record's file, or None where none was written
    """

    classifier: Classifier
    record: records.Record
    path: Path | None


def train(
    recipe: str = "course",
    corpus: str = "sample",
    seed: int = 0,
    *,
    source: str | PathLike[str] | None = None,
    limit: int | None = None,
    devices: Literal["one", "all"] = "one",
    fresh: bool = False,
    test: bool = True,
    record: bool | None = None,
    progress: bool = True,
    say: Say = print,
    **changes: Any,
) -> Run:
    """Train a recipe, choose the best epoch on validation reviews, and measure once on the test reviews.

    An interrupted run with the same settings goes on after its last finished epoch, and a finished one is
    given back as it is. Checkpoints lie in `reviews.cache_dir() / "checkpoints"`.

    Parameters
    ----------
    recipe : a name in `RECIPES`
    corpus : "sample" or "imdb"; `source` as in `reviews.load`
    seed : of weights, shuffling and dropout; the validation reviews are the same for every seed
    limit : take only so many training, test and unlabelled reviews, half of the labelled ones positive
    devices : "all" shares each batch out over every GPU (or logical CPU) of the machine; TensorFlow then
        clips each share's gradient (`clip_norm`), so losses differ a little
    fresh : start anew even if there is a checkpoint
    test : False leaves the test reviews alone, for as long as settings are being chosen
    record : write a record to `data/runs`; None: of full IMDB runs that were tested
    progress : show a bar with the time left
    changes : settings of the recipe to change, such as `epochs=2` or `cell="gru"`

    Raises
    ------
    ValueError
        for an unknown recipe, setting or device choice, a limit that leaves too little, a damaged checkpoint.
    CorpusError
        if the corpus cannot be had.
    """
    chosen = recipes.recipe(recipe, **changes)
    if limit is not None and limit < 20:
        raise ValueError(f"limit: got {limit}, expected 20 reviews or more, or None for all")
    reads = _network_in(chosen)
    device = describe_device(devices, build_model(reads)) if reads else None
    say(str(device or f"device: CPU ({machine()}), scikit-learn"))
    say(f"recipe {chosen.name}: {chosen.about}")
    say(f"seed {seed}; the validation reviews are drawn with seed {SPLIT_SEED}")
    data = reviews.load(corpus, source=source)
    unlabelled = data.unlabelled[:limit]
    training, validation = reviews.validation_split(
        _some(data.train, limit), chosen.validation, SPLIT_SEED, by="random"
    )
    say(f"{corpus}: {len(training.texts):,} reviews to train on, {len(validation.texts):,} to validate with")
    facts: records.Record = {
        "recipe": chosen.name,
        "settings": recipes.settings_of(chosen),
        "corpus": corpus,
        "corpus_checksum": data.checksum,
        "limit": limit,
        "seed": seed,
        "backend": device.backend if device else "scikit-learn",
        **({"uses": used} if (used := _uses(chosen)) else {}),
    }
    folder = _folder(facts, fresh, say)
    count = len(device.names) if device else 1
    accelerator = device.model if device and device.kind == "GPU" else None

    def another(name: str) -> Run:
        """A run of another recipe on the same reviews, of which this one makes use."""
        say(f"first {name}:")
        same: dict[str, Any] = {"source": source, "limit": limit, "devices": devices, "fresh": fresh}
        same |= {"validation": chosen.validation, "progress": progress, "say": say}
        return train(name, corpus, seed, **same, test=False, record=False)

    judged = _judged(chosen, unlabelled, folder, another)
    several = [another(name) for name in chosen.members] if isinstance(chosen, EnsembleRecipe) else []
    with spread(device) if device else nullcontext():
        if isinstance(chosen, NetworkRecipe):
            network, results = _train_network(
                chosen,
                training,
                validation,
                unlabelled,
                judged,
                seed,
                folder,
                devices=count,
                progress=progress,
                say=say,
            )
            classifier: Classifier = network
        elif isinstance(chosen, EnsembleRecipe):
            classifier = Ensemble(tuple(run.classifier for run in several))
            results = of_several(classifier, [run.record for run in several], training, validation)
        else:
            classifier, results = bag_of_words.train(chosen, training, validation, seed)
        finished = _finished(folder, test)
        if finished is None:
            finished = {
                **facts,
                "changed": recipes.changes_of(chosen),
                "versions": records.versions(facts["backend"]),
                "hardware": records.hardware(processor(), cores(), accelerator, count),
                "reviews": {
                    "train": len(training.texts),
                    "validation": len(validation.texts),
                    "unlabelled": len(unlabelled) if _reads_unlabelled(chosen) else 0,
                    "test": len(_some(data.test, limit).texts) if test else 0,
                },
                **results,
                **_tested(classifier, data, limit if test else 0),
                "peak_memory_gib": records.peak_memory_gib(),
            }
            checkpoints.write_json(folder / "record.json", finished)
        else:
            say("this run is finished: its figures are from its record; --fresh trains anew")
    say(records.summary(finished))
    if record is None:
        record = corpus == "imdb" and limit is None and test
    path = records.write_record(finished) if record else None
    if path:
        say(f"record: {path.name}")
    return Run(classifier, finished, path)


def _train_network(
    recipe: NetworkRecipe,
    training: Split,
    validation: Split,
    unlabelled: list[str],
    judged: np.ndarray,
    seed: int,
    folder: Path,
    *,
    devices: int,
    progress: bool,
    say: Say,
) -> tuple[Network, dict[str, Any]]:
    start = time.perf_counter()
    resume = checkpoints.load(folder)
    vocabulary, rows = _encoded(recipe, training.texts, folder)
    to_train = loop.Encoded(rows, training.labels)
    to_validate = loop.Encoded(vocabulary.encode(validation.texts), validation.labels)
    more = vocabulary.encode(unlabelled) if _reads_unlabelled(recipe) else []
    preparing = time.perf_counter() - start
    say(f"vocabulary: {vocabulary.size:,} {vocabulary.kind}, fitted and applied in {preparing:.1f} s")
    model = new_model(recipe, vocabulary.size, seed)
    say(f"parameters: {model.count_params():,}")
    network = Network(recipe, vocabulary, model, devices)
    if resume is None:
        begin_with_counts(model, recipe, *to_train, more, seed)
    spoken, read_before = {}, 0.0
    if recipe.language_model:
        texts = [*to_train.rows, *more] if recipe.language_model == "unlabelled" else to_train.rows
        reading = time.perf_counter()
        spoken = learn_to_predict(
            network,
            texts,
            to_validate.rows,
            seed,
            folder,
            resumed=resume is not None,
            progress=progress,
            say=say,
        )
        # An interrupted run may have read some epochs before.
        read_before = max(sum(spoken["history"]["seconds"]) - (time.perf_counter() - reading), 0.0)
    preparing = time.perf_counter() - start
    say(f"ready to train after {preparing:.1f} s")
    if recipe.teacher:
        to_train = loop.Encoded([*to_train.rows, *more], np.concatenate([to_train.labels, judged]))
    loop.compile_model(model, recipe, batches=-(-len(to_train.rows) // recipe.batch_size))
    state = loop.run_epochs(
        network,
        to_train,
        to_validate,
        seed,
        folder,
        resume=resume,
        preparing=preparing + read_before,
        progress=progress,
        say=say,
    )
    history = state["history"]
    results = {
        "parameters": model.count_params(),
        **state,
        "seconds_per_epoch": round(float(np.mean(history["seconds"])), 2),
        "val_accuracy": max(history["val_accuracy"]),
        **({"language_model": spoken} if spoken else {}),
    }
    return network, results


def _reads_unlabelled(chosen: Recipe) -> bool:
    """Whether a recipe itself makes use of the corpus' unlabelled reviews."""
    if not isinstance(chosen, NetworkRecipe):
        return False
    return bool(chosen.teacher) or "unlabelled" in (chosen.vectors, chosen.language_model)


def _uses(chosen: Recipe) -> dict[str, Any]:
    """The settings, by name, of all recipes that a recipe makes use of: members or teacher, and theirs."""
    names: tuple[str, ...] = ()
    if isinstance(chosen, EnsembleRecipe):
        names = chosen.members
    elif isinstance(chosen, NetworkRecipe) and chosen.teacher:
        names = (chosen.teacher,)
    found: dict[str, Any] = {}
    for name in names:
        other = recipes.recipe(name, validation=chosen.validation)
        found |= {name: recipes.settings_of(other), **_uses(other)}
    return found


def _network_in(chosen: Recipe) -> NetworkRecipe | None:
    """The network that a recipe trains itself, or by one of its members."""
    if isinstance(chosen, EnsembleRecipe):
        return next(filter(None, map(_network_in, map(recipes.recipe, chosen.members))), None)
    return chosen if isinstance(chosen, NetworkRecipe) else None


def _judged(chosen: Recipe, unlabelled: list[str], folder: Path, another: Callable[[str], Run]) -> np.ndarray:
    """A teacher's probabilities (reviews,) for the unlabelled reviews: none without a teacher, asked once."""
    if not isinstance(chosen, NetworkRecipe) or not chosen.teacher or not unlabelled:
        return np.zeros(0)
    path = folder / "judged.npy"
    if not path.exists():
        found = another(chosen.teacher).classifier.predict(unlabelled)
        with replacing(path) as file:
            np.save(file, found)
    return np.load(path)


def _tested(classifier: Classifier, data: Corpus, limit: int | None) -> dict[str, Any]:
    """The figures on the test reviews, and how many of them occur in training too; none, if limit is 0."""
    keys = ("test_accuracy", "test_loss", "test_auc", "confusion", "calibration_error")
    if limit == 0:
        return dict.fromkeys((*keys, "calibration_bins", "duplicates"))
    split = _some(data.test, limit)
    figures = [round(x, 6) if isinstance(x, float) else x for x in evaluate(classifier, split)]
    return {
        **dict(zip(keys, figures, strict=True)),
        "calibration_bins": CALIBRATION_BINS,
        "duplicates": len(reviews.duplicates(data.train, split)),
    }


def _folder(facts: records.Record, fresh: bool, say: Say) -> Path:
    """The checkpoint folder of a run; emptied, if it is to start anew."""
    name = records.run_name(facts["recipe"], {}, facts["corpus"], facts["seed"], facts["backend"])
    folder = checkpoints.folder_of(name, facts)
    if fresh and folder.exists():
        shutil.rmtree(folder)
    for line in checkpoints.differing(folder, facts):
        say(line)
    if not (folder / "settings.json").exists():
        checkpoints.write_json(folder / "settings.json", facts)
    return folder


def _finished(folder: Path, test: bool) -> records.Record | None:
    """The record of a run that has come to its end before, unless it was not tested then and shall be now."""
    path = folder / "record.json"
    if not path.exists():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    return None if test and record["test_accuracy"] is None else record


def _encoded(
    recipe: NetworkRecipe, texts: list[str], folder: Path
) -> tuple[WordVocabulary | SubwordVocabulary, list[np.ndarray]]:
    """The vocabulary of the training texts, or the one of an interrupted run, and their ids in it."""
    path = folder / "vocabulary.json"
    if path.exists():
        vocabulary = load_vocabulary(path)
        return vocabulary, vocabulary.encode(texts)
    kind = WordVocabulary if recipe.vocabulary == "words" else SubwordVocabulary
    vocabulary, rows = kind.fit_encode(texts, recipe.vocabulary_size)
    vocabulary.save(path)
    return vocabulary, rows


def _some(split: Split, limit: int | None) -> Split:
    """At most `limit` reviews of a split, as many positive as negative, always the same ones."""
    if limit is None or limit >= len(split.texts):
        return split
    rng = np.random.default_rng(SPLIT_SEED)
    halves = [rng.permutation(np.flatnonzero(split.labels == label))[: limit // 2] for label in (0, 1)]
    chosen = np.sort(np.concatenate(halves))
    return split.take(chosen)
