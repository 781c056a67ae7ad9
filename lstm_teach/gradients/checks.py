"""What belongs together in a backward pass: a trace, the parameters that made it, a gradient from outside."""

from lstm_teach.arrays import Array
from lstm_teach.cells import Params, Trace
from lstm_teach.cells.checks import floats


def check_pass(trace: Trace, p: Params, of: type[Trace]) -> None:
    """Raise a ValueError unless `trace` is of the type `of`, and `p` are the parameters that made it."""
    if not isinstance(trace, of):
        raise ValueError(f"trace: expected {of.__name__}, got {type(trace).__name__}")
    check_parameters(trace, p)


def check_parameters(trace: Trace, p: Params) -> None:
    """Raise a ValueError, which says what differs, unless `p` are the parameters that made `trace`."""
    if not isinstance(trace, Trace):
        raise ValueError(f"trace: expected RNNTrace, LSTMTrace or GRUTrace, got {type(trace).__name__}")
    made_by = trace.p
    if type(p) is not type(made_by):
        raise ValueError(f"p: expected the parameters of a {type(trace).__name__}, got {type(p).__name__}")
    for what, wanted, got in (
        ("with {} units", made_by.n, p.n),
        ("with {} features", made_by.m, p.m),
        ("in {}", made_by.dtype, p.dtype),
        ("with activation={!r}", getattr(made_by, "activation", None), getattr(p, "activation", None)),
        ("with reset_after={}", getattr(made_by, "reset_after", None), getattr(p, "reset_after", None)),
    ):
        if wanted != got:
            raise ValueError(f"p: expected the parameters of the trace, {what.format(wanted)}, got {got}")
    for name in ("W", "U", "b"):
        if not (getattr(made_by, name) == getattr(p, name)).all():
            raise ValueError(
                f"p: expected the parameters of the trace, got another {name}; "
                "after a change of the weights, run the forward pass again"
            )


def outside_gradient(name: str, gradient: Array, like: Array) -> Array:
    """Return `gradient` as it is, once it has the shape and the dtype of `like`, an array of the trace.

    Raises
    ------
    ValueError
        that names the argument.
    """
    floats(name, gradient, like.shape)
    if gradient.dtype != like.dtype:
        raise ValueError(f"{name}: expected {like.dtype}, as the trace has, got {gradient.dtype}")
    return gradient
