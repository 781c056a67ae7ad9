"""From texts to ids: whole words, or pieces of words; and padding.

Needs numpy, and for pieces of words the `tokenizers` library, which is imported then. Fit a vocabulary on
training texts only: a word that occurs only in the test texts must be unknown, or the test is no test.
"""

from lstm_teach.vocabulary.base import FIRST, PADDING, UNKNOWN, Vocabulary
from lstm_teach.vocabulary.files import load_vocabulary
from lstm_teach.vocabulary.padding import pad
from lstm_teach.vocabulary.subwords import SubwordVocabulary
from lstm_teach.vocabulary.words import WordVocabulary

__all__ = [
    "FIRST",
    "PADDING",
    "UNKNOWN",
    "SubwordVocabulary",
    "Vocabulary",
    "WordVocabulary",
    "load_vocabulary",
    "pad",
]
