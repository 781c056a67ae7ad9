"""The memory that a network would need: counted like Keras counts, and refused before anything is built."""

import pytest

from lstm_teach.sentiment import recipe
from lstm_teach.sentiment.memory import check_memory, weights

NETWORKS = ["course", "reader", "bilstm_subword", "two_lstm_words", "deep_128_64"]


@pytest.mark.keras
@pytest.mark.parametrize("changes", [{}, {"embedding": 20}])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_weights_are_those_that_keras_counts_but_for_the_answer(name, changes):
    from lstm_teach.sentiment import build_model

    chosen = recipe(name, **changes)
    counted = build_model(chosen).count_params()
    assert 0 <= counted - weights(chosen.network, chosen.vocabulary_size, chosen.model) < 1_000


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("course", {"units": 10**9}),
        ("course", {"units": 200_000, "depth": 32}),
        ("bilstm_subword", {"hidden": 10**12}),
        ("deep_128_64", {"sizes": (10**400, 3)}),
        ("reader", {"embedding": 10**10}),
    ],
)
def test_an_impossible_size_is_refused_with_the_memory_that_it_would_need(name, changes):
    with pytest.raises(
        ValueError, match=r"=.* GiB of memory to be trained, and this machine has \d+"
    ) as refused:
        recipe(name, **changes)
    assert next(iter(changes)) in str(refused.value)
    assert len(str(refused.value)) < 400


def test_the_memory_is_that_of_the_weights_their_gradients_and_adams_means(monkeypatch):
    monkeypatch.setattr("lstm_teach.sentiment.memory.memory_gib", lambda: 3)
    check_memory("reader", 1_000, {"embedding": 200_000, "units": 1})  # 16 bytes for each of 2·10⁸: 2.98 GiB
    with pytest.raises(ValueError, match="would need 4 GiB of memory to be trained, and this machine has 3"):
        check_memory("reader", 1_000, {"embedding": 300_000, "units": 1})
