"""From texts to ids: whole words, or pieces of words; and padding.

Needs numpy, and for pieces of words the `tokenizers` library, which is imported then. Fit a vocabulary on
training texts only: a word that occurs only in the test texts must be unknown, or the test is no test.
"""

import json
import os
from pathlib import Path

from lstm_teach.vocabulary.base import FIRST, FORMAT, PADDING, UNKNOWN, Vocabulary
from lstm_teach.vocabulary.padding import pad
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
