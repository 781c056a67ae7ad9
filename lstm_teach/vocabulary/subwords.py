"""Pieces of words as tokens, by the `tokenizers` library, which is imported when it is used."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from lstm_teach.arrays import Array, whole
from lstm_teach.vocabulary.base import LINE_BREAK, RESERVED, Vocabulary, checked

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BATCH = 2_000  # texts encoded at once: the tokenizer keeps some 100 bytes per token until they are done


@dataclass(frozen=True)
class SubwordVocabulary(Vocabulary):
    """Pieces of words by byte-pair encoding (Sennrich et al. 2016) over bytes: no text is unknown.

    A space in front belongs to the piece. `words` writes it as `Ġ`, and other bytes that cannot be printed
    in the same manner; `tokens` shows pieces as they were written.
    """

    merges: list[tuple[str, str]]
    _tokenizer: Tokenizer = field(init=False, repr=False, compare=False)
    kind = "subwords"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "_tokenizer", self._build())

    @classmethod
    def fit(cls, texts: Iterable[str], size: int = 8_185) -> SubwordVocabulary:
        """Return a vocabulary that starts with the 256 bytes and joins the most frequent pair of pieces.

        It joins pairs until there are `size` ids. The size is exact unless the texts are so few that every
        word has become one piece before.
        """
        from tokenizers import pre_tokenizers, trainers

        texts = checked(texts, fitting=whole("size", size), smallest=258)
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        blank = cls(RESERVED + alphabet, merges=[])._tokenizer
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            min_frequency=1,
            special_tokens=RESERVED,
            initial_alphabet=alphabet,
            show_progress=False,
        )
        blank.train_from_iterator(texts, trainer, length=len(texts))
        merges = json.loads(blank.to_str())["model"]["merges"]
        ids = blank.get_vocab()
        return cls(sorted(ids, key=ids.__getitem__), [(left, right) for left, right in merges])

    def _build(self) -> Tokenizer:
        from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

        ids = {piece: i for i, piece in enumerate(self.words)}
        tokenizer = Tokenizer(models.BPE(ids, [(left, right) for left, right in self.merges]))
        tokenizer.normalizer = normalizers.Sequence(
            [normalizers.NFC(), normalizers.Replace(Regex(LINE_BREAK), " ")]
        )
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
        tokenizer.decoder = decoders.ByteLevel()
        return tokenizer

    def encode(self, texts: Iterable[str]) -> list[Array]:
        """Return the ids of the pieces of each text (see `Vocabulary.encode`)."""
        texts = checked(texts)
        ids: list[Array] = []
        for start in range(0, len(texts), _BATCH):
            batch = self._tokenizer.encode_batch_fast(texts[start : start + _BATCH])
            ids += [np.array(encoding.ids, dtype=np.int32) for encoding in batch]
        return ids

    def tokens(self, text: str) -> list[str]:
        """Return the pieces of one text, with their spaces; `�` stands for a part of a character."""
        [text] = checked([text])
        decode = self._tokenizer.decoder.decode
        return [decode([piece]) for piece in self._tokenizer.encode(text).tokens]
