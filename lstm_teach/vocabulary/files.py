"""Saved vocabularies."""

from __future__ import annotations

import json
import os
from pathlib import Path

from lstm_teach.vocabulary.base import FORMAT
from lstm_teach.vocabulary.subwords import SubwordVocabulary
from lstm_teach.vocabulary.words import WordVocabulary


def load_vocabulary(path: str | os.PathLike[str]) -> WordVocabulary | SubwordVocabulary:
    """Return the vocabulary that `save` wrote.

    Raises
    ------
    FileNotFoundError
        if there is no such file.
    ValueError
        if the file is damaged or is something else.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        if content["format"] != FORMAT or content["kind"] not in ("words", "subwords"):
            raise ValueError(f"its format is {content['format']!r}, of kind {content['kind']!r}")
        if content["kind"] == "words":
            return WordVocabulary(content["words"])
        return SubwordVocabulary(content["words"], [(left, right) for left, right in content["merges"]])
    except FileNotFoundError:
        raise
    except Exception as error:  # tokenizers raises bare Exceptions
        raise ValueError(f"path: {path} is damaged or no vocabulary of this course ({error})") from error
