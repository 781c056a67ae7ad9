"""Write docs/handout.html: the equations, the four cases and the counts on one page, for paper.

    python -m tools.make_handout            write it
    python -m tools.make_handout --check    write nothing, and exit with 1 if it is stale

Its numbers and its drawing come from the package.
"""

import argparse
import re
import sys
from pathlib import Path

import numpy as np

from lstm_teach.cells import LSTMParams, lstm_step, sigmoid
from lstm_teach.counting import count_dense, count_embedding, count_gru, count_lstm, count_rnn
from lstm_teach.diagrams import lstm_cell
from lstm_teach.plotting import STROKES

ROOT = Path(__file__).resolve().parent.parent

CASES = (("keep", 0.0, 1.0), ("add", 1.0, 1.0), ("erase", 0.0, 0.0), ("overwrite", 1.0, 0.0))
C_PREV, CANDIDATE = 2.0, -0.5
STYLE = """
@page { size: A4; margin: 12mm }
body { font: 10.5pt/1.35 system-ui, "DejaVu Sans", sans-serif; max-width: 186mm; margin: 0 auto }
h1 { font-size: 16pt; margin: 0 0 2mm } h2 { font-size: 11.5pt; margin: 3.5mm 0 1mm }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 8mm } p { margin: 1mm 0 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .6mm 2mm .6mm 0;
border-bottom: .2mm solid #bbb; font-weight: inherit } th { font-weight: 600 } .n { text-align: right }
.eq td { border: 0; white-space: nowrap; padding: .4mm 2mm .4mm 0 }
.eq td.mark { border-left: 1.5mm solid; padding-left: 2mm }
sub { line-height: 0 } .formula { white-space: nowrap }
svg { max-width: 100% } small { color: #555 }
"""


def equation(words: str) -> str:
    """x_t, W_f and h_{t-1} with their indices set low."""
    return re.sub(r"_(?:\{([^}]+)\}|(\w))", lambda found: f"<sub>{found[1] or found[2]}</sub>", words)


def minus(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def equations() -> str:
    rows = (
        ("f", "forget gate", "f_t = σ(x_t W_f + h_{t−1} U_f + b_f)", "how much of c is kept"),
        ("i", "input gate", "i_t = σ(x_t W_i + h_{t−1} U_i + b_i)", "how much is written"),
        ("c_tilde", "candidate", "c̃_t = tanh(x_t W_c + h_{t−1} U_c + b_c)", "what is written"),
        ("o", "output gate", "o_t = σ(x_t W_o + h_{t−1} U_o + b_o)", "what of it is shown"),
        (
            "c",
            "cell state",
            "c_t = f_t ⊙ c_{t−1} + i_t ⊙ c̃_t",
            "long: along it, dc_T/dc_t is the product of f",
        ),
        ("h", "hidden state", "h_t = o_t ⊙ tanh(c_t)", "short: the output, and what the next gates read"),
    )
    return "".join(
        f'<tr><td class="mark" style="border-color:{STROKES[key].colour}">{name}</td>'
        f"<td>{equation(line)}</td><td>{equation(words)}</td></tr>"
        for key, name, line, words in rows
    )


def cases() -> str:
    p, rows = LSTMParams.random(1, 1, np.random.default_rng(0)), []
    for name, i, f in CASES:
        held = {"i": i, "f": f, "c_tilde": CANDIDATE}
        c = lstm_step(np.zeros((1, 1)), np.zeros((1, 1)), np.full((1, 1), C_PREV), p, held).c[0, 0]
        rows.append(f'<tr><th>{name}</th><td>{f:g}</td><td>{i:g}</td><td class="n">{minus(c)}</td></tr>')
    return "".join(rows)


def counts() -> str:
    model = (
        count_embedding(8185, 64),
        count_lstm(64, 64, bidirectional=True),
        count_dense(128, 64),
        count_dense(64, 1),
    )
    rows = (
        ("RNN", "nm + n² + n", count_rnn(64, 64), count_rnn(64, 128)),
        ("LSTM", "4 (nm + n² + n)", count_lstm(64, 64), count_lstm(64, 128)),
        ("GRU in Keras", "3 (nm + n² + 2n)", count_gru(64, 64), count_gru(64, 128)),
        (
            "bidirectional LSTM",
            "2 · 4 (nm + n² + n)",
            *(count_lstm(64, n, bidirectional=True) for n in (64, 128)),
        ),
    )
    table = "".join(
        f'<tr><th>{name}</th><td class="formula">{formula}</td>'
        f'<td class="n">{one:,}</td><td class="n">{two:,}</td></tr>'
        for name, formula, one, two in rows
    )
    worked = " + ".join(f"{part:,}" for part in model)
    return (
        '<table><tr><th></th><th></th><th class="n">n = 64</th><th class="n">n = 128</th></tr>'
        f"{table}</table><p>m = 64 features, n units; the length of a sequence changes nothing.<br>"
        f"Embedding(8185, 64), BiLSTM(64), Dense(64), Dense(1): {worked} = <b>{sum(model):,}</b></p>"
    )


def memory() -> str:
    rows = []
    for bias in (0.0, 1.0, 2.0, 4.0):
        f = float(sigmoid(np.array(bias)))
        half = np.log(0.5) / np.log(f)
        rows.append(
            f'<tr><th>{bias:g}</th><td>{f:.2f}</td><td class="n">{half:.1f}</td>'
            f'<td class="n">{f**50:.1g}</td></tr>'
        )
    return "".join(rows)


def drawing() -> str:
    p = LSTMParams.random(1, 1, np.random.default_rng(0))
    c_prev, held = 0.8, {"f": 0.9, "i": 0.3, "o": 0.7, "c_tilde": -0.5}
    step = lstm_step(np.zeros((1, 1)), np.full((1, 1), 0.5), np.full((1, 1), c_prev), p, held)
    now = {name: float(value[0, 0]) for name, value in step._asdict().items()}
    now |= {"h_prev": 0.5, "c_prev": c_prev}
    return lstm_cell(now, "One unit of an LSTM at one step: paths as thick as what flows along them").html


def page() -> str:
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>The LSTM on one page</title><style>{STYLE}</style></head>
<body>
<!-- made by tools/make_handout.py; do not edit -->
<h1>The LSTM on one page</h1>
<p>Rows: x<sub>t</sub> (batch, m), h and c (batch, n), W (m, n), U (n, n), b (n). σ gives a value between
0 and 1 for each unit and each step; ⊙ multiplies element by element. Books with column vectors write
W&nbsp;x.</p>
<table class="eq">{equations()}</table>
<div class="two">
<div><h2>One unit, one step</h2>{drawing()}</div>
<div><h2>Four cases, from c = {C_PREV:g}, candidate {minus(CANDIDATE)}</h2>
<table><tr><th></th><th>f</th><th>i</th><th class="n">new c</th></tr>{cases()}</table>
<p><small>Kept bit for bit in the first. c is not confined to (−1, 1); h is.</small></p>
<h2>What a forget bias keeps, all else 0</h2>
<table><tr><th>bias</th><th>f</th><th class="n">half-life, steps</th><th class="n">left after 50</th></tr>
{memory()}</table>
</div></div>
<div class="two">
<div><h2>Parameters</h2>{counts()}</div>
<div><h2>GRU</h2>
<p>{equation("z_t = σ(x_t W_z + h_{t−1} U_z + b_z)")}, and {equation("r_t")} alike<br>
{equation("h̃_t = tanh(x_t W_h + r_t ⊙ (h_{t−1} U_h + b′_h) + b_h)")}<br>
{equation("h_t = z_t ⊙ h_{t−1} + (1 − z_t) ⊙ h̃_t")}</p>
<p>z = 1 keeps the old state, bit for bit, whatever r is. It replaces, and never adds up.</p>
<h2>Plain RNN</h2>
<p>{equation("h_t = tanh(x_t W + h_{t−1} U + b)")}; for one unit,
{equation("dh_T/dh_t = ∏ u (1 − h_k²)")} over the steps between: it vanishes or explodes.</p>
<h2>Words that mislead</h2>
<p>The forget gate says what is <b>kept</b>. Units are neither steps nor cells. tanh bounds states, not
gradients.</p>
</div></div>
</body></html>
"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if it is stale")
    options = parser.parse_args(arguments)
    path = ROOT / "docs" / "handout.html"
    if not options.check:
        path.write_text(page(), encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != page():
        print("stale: docs/handout.html; run `make notebooks` and commit what it writes")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
