"""From texts to ids: whole words, or pieces of words; and padding.

Needs numpy, and for pieces of words the `tokenizers` library, which is imported then. Fit a vocabulary on
training texts only: a word that occurs in the test texts alone must be unknown, or the test is no test.
"""

from lstm_teach.vocabulary.padding import pad
from lstm_teach.vocabulary.tokens import (
    FIRST,
    PADDING,
    UNKNOWN,
    SubwordVocabulary,
    Vocabulary,
    WordVocabulary,
    load,
)

__all__ = ["FIRST", "PADDING", "UNKNOWN", "SubwordVocabulary", "Vocabulary", "WordVocabulary", "load", "pad"]
