"""One call from a recipe's name to a trained model and the record of its run. Loads Keras when it trains."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from lstm_teach import reviews
from lstm_teach.quiet import quietly
from lstm_teach.reviews import Corpus
from lstm_teach.sentiment import bag_of_words, checkpoints, recipes, records
from lstm_teach.sentiment.evaluation import Classifier, figures_on_test, figures_on_validation
from lstm_teach.sentiment.job import Job, Registry, Run, Say
from lstm_teach.sentiment.kinds import LinearRecipe, NetworkRecipe, Recipe, settings_of
from lstm_teach.sentiment.machine import hardware, machine, peak_memory_gib, versions
from lstm_teach.sentiment.parts import SPLIT_SEED, Parts, divided, split_of
from lstm_teach.sentiment.readings import note_reading
from lstm_teach.sentiment.record_schema import NEAR, check

CORPORA = ("sample", "imdb")
LARGEST_SEED = 2**32 - 1
SMALLEST_LIMIT = 20  # reviews; of fewer, a part may be empty


def _learn_network(recipe: NetworkRecipe, job: Job) -> tuple[Classifier, dict[str, Any]]:
    from lstm_teach.sentiment.learning import learn

    return learn(recipe, job)


REGISTRY = Registry(recipes.RECIPES, {NetworkRecipe: _learn_network, LinearRecipe: bag_of_words.learn})


def train(
    recipe: str = "course",
    corpus: str | Corpus = "sample",
    seed: int = 0,
    *,
    source: str | PathLike[str] | None = None,
    limit: int | None = None,
    split: str | None = None,
    fresh: bool = False,
    test: bool = True,
    record: bool | None = None,
    progress: bool = True,
    say: Say = print,
    registry: Registry = REGISTRY,
    records_folder: Path | None = None,
    **changes: Any,
) -> Run:
    """Train a recipe, choose the best epoch on validation reviews, and measure once on the test reviews.

    An interrupted run with the same settings goes on after its last finished epoch, and a finished one is
    given back as it is. Checkpoints lie in `reviews.cache_dir() / "checkpoints"`.

    Parameters
    ----------
    recipe : a name in `RECIPES`
    corpus : "sample" or "imdb", with `source` as in `reviews.load`; or reviews of your own
    seed : of weights, shuffling and dropout; the validation reviews are the same for every seed
    split : "random" draws the validation reviews at random where they would be whole films or groups
    limit : take only so many training, test and unlabelled reviews, half of the labelled ones positive
    fresh : start anew even if there is a checkpoint
    test : False leaves the test reviews alone, for as long as settings are being chosen
    record : write a record; None: of full IMDB runs that were tested
    progress : show a bar with the time left
    registry : other recipes, and who trains them
    records_folder : where the record is written; None: `records.own_dir()`
    changes : settings of the recipe to change, such as `epochs=2` or `units=32`

    Raises
    ------
    ValueError
        for an unknown recipe, setting or option, before anything is loaded; for a damaged checkpoint.
    CorpusError
        if the corpus cannot be had.
    """
    chosen = recipes.recipe(recipe, registry.recipes, **changes)
    check_options(corpus, seed, limit)
    checkpoints.try_folder(reviews.cache_dir())
    if record is None:
        record = corpus == "imdb" and limit is None and test
    if record and records_folder is None:
        checkpoints.try_folder(records.own_dir(), records.SETTING)
    device = _device(chosen)
    _introduce(chosen, device, seed, say)
    data = corpus if isinstance(corpus, Corpus) else reviews.load(corpus, source=source)
    split = split_of(data, split)
    parts = divided(data, chosen.validation, limit, split)
    say(f"{data.name}: {_sizes(parts)} (split: {split})")
    backend = device.backend if device else "scikit-learn"
    facts = _facts(chosen, registry, data, limit, split, seed, backend)
    name = records.run_name(chosen.name, {}, data.name, seed, backend, split)
    folder = checkpoints.begin(name, facts, fresh, say)
    options: dict[str, Any] = {"source": source, "limit": limit, "split": split, "fresh": fresh}
    options |= {"progress": progress, "say": say, "registry": registry, "validation": chosen.validation}
    another = partial(train, corpus=corpus, seed=seed, test=False, record=False, **options)
    job = Job(*parts[:3], seed, folder, progress, say, another)
    classifier, results = registry.learners[type(chosen)](chosen, job)
    finished = _finished(folder, {**facts, "val_accuracy": results["val_accuracy"]}, test)
    if finished is None:
        finished = {
            **facts,
            "changed": recipes.changes_of(chosen, registry.recipes),
            "reviews": parts.counts(chosen.reads_unlabelled, test),
            **_made_on(device),
            **results,
            **figures_on_test(classifier, data, parts.test if test else None),
            **figures_on_validation(classifier, data, parts.validation, results["val_accuracy"]),
        }
        if test and data.name == "imdb":
            note_reading(finished, records_folder)
        checkpoints.write_json(folder / "record.json", finished)
    else:
        say("this run is finished: its figures are from its record; --fresh trains anew")
    say(records.summary(finished))
    path = records.write_record(finished, records_folder) if record else None
    if path:
        say(f"record: {path}")
    return Run(classifier, finished, path)


def check_options(corpus: str | Corpus, seed: int, limit: int | None) -> None:
    """Check what `train` is asked for beside the settings of a recipe.

    Raises
    ------
    ValueError
        which names the option, says what came and what is possible.
    """
    if not isinstance(corpus, Corpus) and corpus not in CORPORA:
        raise ValueError(f"corpus: got {corpus!r}, expected one of {', '.join(CORPORA)}")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"seed: got {seed!r}, expected a whole number from 0 to {LARGEST_SEED}")
    if limit is not None and (
        isinstance(limit, bool) or not isinstance(limit, int) or limit < SMALLEST_LIMIT
    ):
        raise ValueError(f"limit: got {limit!r}, expected {SMALLEST_LIMIT} reviews or more, or None for all")


def _introduce(chosen: Recipe, device: Any, seed: int, say: Say) -> None:
    say(str(device or f"device: CPU ({machine()}), scikit-learn"))
    say(f"recipe {chosen.name}: {chosen.about}")
    say(f"seed {seed}; the validation reviews are drawn with seed {SPLIT_SEED}")


def _device(chosen: Recipe) -> Any:
    """The device that Keras trains a recipe on; None: it trains no network."""
    if not chosen.on_keras:
        return None
    with quietly():  # TensorFlow likes to talk
        from lstm_teach.sentiment.device import describe_device
        from lstm_teach.sentiment.models import build_model

        return describe_device(build_model(chosen) if isinstance(chosen, NetworkRecipe) else None)


def _made_on(device: Any) -> dict[str, Any]:
    """Versions, hardware and memory, as a record says it."""
    backend = device.backend if device else "scikit-learn"
    accelerator = device.model if device and device.kind == "GPU" else None
    return {
        "versions": versions(backend),
        "hardware": hardware(accelerator),
        "peak_memory_gib": peak_memory_gib(),
    }


def _facts(
    chosen: Recipe, registry: Registry, data: Corpus, limit: int | None, split: str, seed: int, backend: str
) -> records.Record:
    """What a run is: two runs of the same facts are the same run."""
    uses = registry.uses(chosen)
    return {
        "recipe": chosen.name,
        "settings": settings_of(chosen),
        **({"network": made_by} if (made_by := _source_checksum(chosen)) else {}),
        "corpus": data.name,
        "corpus_checksum": data.checksum,
        "limit": limit,
        "split": split,
        "seed": seed,
        "backend": backend,
        **({"uses": uses} if uses else {}),
    }


def _source_checksum(chosen: Recipe) -> str | None:
    """Return the SHA-256 of the file that builds a network of one's own; None for the course's recipes."""
    if not (isinstance(chosen, NetworkRecipe) and chosen.is_own):
        return None
    return hashlib.sha256(Path(chosen.network).read_bytes()).hexdigest()


def _sizes(parts: Parts) -> str:
    """Return in words how many reviews there are to train on and to validate with."""
    trained_on, validated_with = len(parts.training.texts), len(parts.validation.texts)
    return f"{trained_on:,} reviews to train on, {validated_with:,} to validate with"


def _finished(folder: Path, expected: records.Record, test: bool) -> records.Record | None:
    """The record of a run that has come to its end before, unless it was not tested then and shall be now."""
    path = folder / "record.json"
    if not path.exists():
        return None
    with checkpoints.undamaged(path):
        record = json.loads(path.read_text(encoding="utf-8"))
        check(record)
        for key, value in json.loads(json.dumps(expected)).items():
            near = key == "val_accuracy" and abs(record[key] - value) <= NEAR  # a linear model is fitted anew
            if record.get(key) != value and not near:
                raise ValueError(f"{key}: got {record.get(key)!r}, expected {value!r}, as in settings.json")
    return None if test and record["test_accuracy"] is None else record
