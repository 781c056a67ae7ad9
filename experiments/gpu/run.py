"""The run: the stages in their order, one record, and one reading of the test reviews."""

from __future__ import annotations

import copy
import json
import os
import platform
import time
import traceback
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch

from experiments.gpu.classifier import Objective, Words, classify, predict
from experiments.gpu.data import Reviews, Say
from experiments.gpu.fitting import Plan, Training
from experiments.gpu.language_model import pretrain
from experiments.gpu.model import Network, Sizes
from experiments.gpu.settings import Settings

Record = dict[str, Any]


class Run:
    """A run under way.

    Parameters
    ----------
    seconds : for everything, from now on
    folder : for checkpoints; a run that finds some goes on from them
    out : for the record and the probabilities: small files
    test : False leaves the test reviews alone
    """

    def __init__(
        self,
        reviews: Reviews,
        settings: Settings,
        seed: int,
        seconds: float,
        folder: Path,
        out: Path,
        say: Say = print,
        test: bool = True,
    ) -> None:
        self._ends = time.perf_counter() + seconds
        self.reviews, self.settings, self.seed, self.test = reviews, settings, seed, test
        self.folder, self.out, self.say = folder, out, say
        folder.mkdir(parents=True, exist_ok=True)
        out.mkdir(parents=True, exist_ok=True)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.set_float32_matmul_precision("high")
        torch.manual_seed(seed)
        words = len(reviews.course_ids)
        sizes = Sizes(words, settings.features, settings.units)
        self.network = Network(sizes, settings.streams).to(self.device)
        self.words = Words(reviews, self.device, words)
        self.record = self._facts()
        self.say(self.record["device"])

    @property
    def left(self) -> float:
        """Return the seconds that are left for training."""
        return max(self._ends - time.perf_counter() - self.settings.reserve, 1.0)

    def go(self) -> Record:
        """Run all stages, and return the record; it names a stage that fails, and the next one begins."""
        for name, stage in (
            ("language_models", self._read),
            ("gpu_vat", self._learn),
            ("test", self._test),
            ("gpu_plain", self._ablate),
        ):
            self._safely(name, stage)
            self._write()
        return self.record

    def _read(self) -> None:
        s = self.settings
        whole = s.reading_share + s.sentiment_share + s.plain_share
        plan = Plan(
            self.left * s.reading_share / whole, s.reading_steps or None, s.reading_rate, looks=8, half=s.half
        )
        training = pretrain(
            self.network,
            self.reviews,
            plan,
            self.seed,
            self.folder / "language_model.pt",
            self.say,
            batch=s.batch,
            time=s.time,
            dropout=s.reading_dropout,
        )
        self._note("language_models", training, training.done * s.batch * s.time, "words")

    def _learn(self) -> None:
        s = self.settings
        self.network.normalise(self.words.frequencies)
        self._pretrained = copy.deepcopy(self.network.state_dict())
        share = s.sentiment_share / (s.sentiment_share + s.plain_share)
        mixed = Objective(s.entropy, s.adversarial, s.virtual, s.epsilon, s.word_dropout, s.dropout)
        training = self._classify("gpu_vat", self.left * share, mixed)
        looks = training.history
        best = max(range(len(looks)), key=lambda i: looks[i]["score"])
        history = {key: [look[key] for look in looks] for key in looks[0]}
        self.record |= {
            "history": {"loss": history.pop("cross_entropy"), **history},  # an entry for every look
            "best_epoch": best + 1,
            "seconds_per_epoch": round(training.elapsed / looks[-1]["epochs"], 2),
            "val_accuracy": looks[best]["val_accuracy"],
        }

    def _ablate(self) -> None:
        s = self.settings
        self.network.load_state_dict(self._pretrained)
        alone = Objective(0.0, 0.0, 0.0, s.epsilon, s.word_dropout, s.dropout)
        training = self._classify("gpu_plain", self.left + s.reserve / 2, alone)
        best = max(training.history, key=lambda look: look["score"])
        self.record["gpu_plain"]["val_accuracy"] = best["val_accuracy"]

    def _classify(self, name: str, seconds: float, mixed: Objective) -> Training:
        s = self.settings
        training = classify(
            self.network,
            self.reviews,
            self.words,
            Plan(seconds, s.sentiment_steps or None, s.rate, averaging=s.averaging, looks=16, half=s.half),
            mixed,
            self.seed,
            self.folder / f"{name}.pt",
            self.say,
            labelled=s.labelled,
            unlabelled=s.unlabelled if mixed.virtual or mixed.entropy else 0,
            most=s.most,
            evaluated=s.evaluated,
        )
        reviews = s.labelled + (s.unlabelled if mixed.virtual or mixed.entropy else 0)
        self._note(name, training, training.done * reviews, "reviews")
        return training

    def _test(self) -> None:
        """Read the test reviews, once in the life of a run: what was read is kept and never read again."""
        if not self.test:
            return
        kept = self.folder / "probabilities.npz"
        if not kept.exists():
            began = time.perf_counter()
            read = (self.network, self.words)
            s = self.settings
            found = {
                "test": predict(*read, self.reviews.test, s.evaluated, s.half),
                "validation": predict(*read, self.reviews.held_back, s.evaluated, s.half),
            }
            self.record["test_seconds"] = round(time.perf_counter() - began, 2)
            np.savez_compressed(kept, **{name: p.astype(np.float16) for name, p in found.items()})
        (self.out / "probabilities.npz").write_bytes(kept.read_bytes())
        with np.load(kept) as file:
            self.record |= figures(self.reviews, file["test"].astype(np.float64))
        self.say(f"test accuracy {self.record['test_accuracy']:.3%}")

    def _safely(self, name: str, stage: Any) -> None:
        try:
            stage()
        except Exception as error:
            self.record["failures"].append(f"{name}: {type(error).__name__}: {error}")
            self.say(f"{name} failed\n{traceback.format_exc()}")

    def _note(self, name: str, training: Training, read: int, unit: str) -> None:
        self.record[name] = {
            "steps": training.done,
            "seconds": round(training.elapsed, 1),
            f"{unit}_per_second": round(read / training.elapsed),
            "looks": training.history,
        }
        if training.failure:
            self.record["failures"].append(f"{name}: {training.failure}")
        if self.device.type == "cuda":
            self.record["peak_gpu_memory_gib"] = round(torch.cuda.max_memory_allocated() / 2**30, 2)

    def _facts(self) -> Record:
        cuda = self.device.type == "cuda"
        card = torch.cuda.get_device_name() if cuda else None
        return {
            "recipe": "gpu_vat",
            "settings": asdict(self.settings),
            "corpus": "imdb",
            "corpus_checksum": str(self.reviews.checksum),
            "limit": None,
            "seed": self.seed,
            "split": "film",
            "backend": "torch",
            "changed": {},
            "versions": {
                "python": platform.python_version(),
                "cuda": torch.version.cuda,
                **{name: metadata.version(name) for name in ("numpy", "torch", "scikit-learn")},
            },
            "hardware": {
                "system": platform.system(),
                "processor": platform.machine(),
                "cores": os.cpu_count(),
                "memory_gib": None,
                "accelerator": card,
                "devices": 1,
            },
            "device": f"device: {'GPU' if cuda else 'CPU'} ({card or platform.machine()}), torch",
            "parameters": sum(p.numel() for p in self.network.parameters()),
            "reviews": {
                "train": len(self.reviews.training),
                "validation": len(self.reviews.held_back),
                "unlabelled": len(self.reviews.unlabelled),
                "test": len(self.reviews.test) if self.test else 0,
            },
            **dict.fromkeys(("test_accuracy", "test_loss", "test_auc", "confusion", "calibration_error")),
            "duplicates": None,
            "failures": [],
        }

    def _write(self) -> None:
        path = self.out / "record.json"
        path.write_text(json.dumps(self.record, indent=2, default=float) + "\n", encoding="utf-8")


def figures(reviews: Reviews, p: np.ndarray) -> Record:
    """Return the figures of a record for the probabilities (test reviews,) of the test reviews."""
    from lstm_teach.sentiment.evaluation import CALIBRATION_BINS, score

    labels = reviews.labels_of(reviews.test)
    found, new = score(labels, p), reviews.copies == 0
    return {
        "test_accuracy": round(found.accuracy, 6),
        "test_loss": round(found.loss, 6),
        "test_auc": None if found.auc is None else round(found.auc, 6),
        "confusion": found.confusion,
        "calibration_error": round(found.calibration_error, 6),
        "calibration_bins": CALIBRATION_BINS,
        "duplicates": int((reviews.copies == 1).sum()),
        "duplicates_of_unlabelled": int((reviews.copies == 2).sum()),
        "test_accuracy_without_duplicates": round(score(labels[new], p[new]).accuracy, 6),
    }
