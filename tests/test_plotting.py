"""Charts: what is drawn is what was given, ticks are matplotlib's, colours are one for each gate."""

import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from matplotlib.ticker import MaxNLocator

from lstm_teach.plotting import (
    FAINT,
    INK,
    SERIES,
    STROKES,
    Axis,
    Bars,
    Cursor,
    Level,
    Line,
    Map,
    Note,
    Picture,
    Points,
    Span,
    Words,
    chart,
    compact,
    fine_percent,
    fixed,
    join,
    percent,
    plain,
    rough,
    rounded,
)
from lstm_teach.plotting.axis import linear_ticks
from lstm_teach.plotting.marks import LEVELS, Place
from lstm_teach.plotting.numbers import power
from lstm_teach.plotting.strokes import BLUE, GREEN, NEGATIVE, ORANGE, POSITIVE, PURPLE, SKY, VERMILLION
from lstm_teach.plotting.words import FULL

PLACE = Place(Axis("step", 0, 10), Axis("value", -1, 1), 100, 200)
T = np.arange(11.0)
SIX = (ORANGE, SKY, GREEN, BLUE, VERMILLION, PURPLE)


def points(path):
    return np.array([[float(number) for number in pair.split()] for pair in re.split("[ML]", path)[1:]])


def test_a_line_goes_through_its_points():
    y = np.sin(T)
    drawn = points(re.search('d="([^"]*)"', Line(T, y, "c").draw(PLACE))[1])
    np.testing.assert_allclose(drawn[:, 0], T * 10, atol=0.05)
    np.testing.assert_allclose(drawn[:, 1], (1 - y) * 100, atol=0.05)


def test_on_a_log_axis_equal_factors_are_equal_distances():
    place = Place(Axis("lag", 0, 10), Axis("gradient", 1e-8, 1, "log"), 100, 80)
    drawn = points(re.search('d="([^"]*)"', Line(np.arange(9.0), 10.0 ** -np.arange(9.0), 0).draw(place))[1])
    np.testing.assert_allclose(np.diff(drawn[:, 1]), 10.0, atol=0.1)


def test_what_is_outside_runs_along_the_edge_and_nan_leaves_a_gap():
    y = np.array([0.0, 5.0, np.nan, -5.0, 0.0, np.inf])
    path = re.search('d="([^"]*)"', Line(np.arange(6.0), y, "c").draw(PLACE))[1]
    assert path == "M0 100L10 0M30 200L40 100L50 0"


def test_zero_on_a_log_axis_lies_at_its_lower_end():
    assert Axis("gradient", 1e-8, 1, "log").share(np.array([0.0]))[0] == 0.0


def test_a_single_point_can_be_seen():
    assert Line(np.array([1.0]), np.array([0.0]), "c").draw(PLACE).startswith("<circle")
    assert Line(np.array([1.0]), np.array([np.nan]), "c").draw(PLACE) == ""


def test_bars_stand_on_zero():
    drawn = Bars(np.array([1.0, 2.0]), np.array([0.5, -0.25]), "f").draw(PLACE)
    tops = [
        tuple(map(float, pair))
        for pair in re.findall(r'y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', drawn)
    ]
    assert tops == [(50.0, 50.0), (100.0, 25.0)]


def read_map(svg, rows, columns):
    """The shades of a drawn map, from its paths."""
    levels = np.zeros((rows, columns))
    for d, colour, opacity in re.findall(r'd="([^"]+)" stroke="(#\w+)" stroke-opacity="([\d.]+)"', svg):
        sign = 1 if colour == POSITIVE else -1
        for column, row, length in re.findall(r"M(\d+) ([\d.]+)h(\d+)", d):
            start = int(column)
            levels[rows - int(float(row)) - 1, start : start + int(length)] = sign * float(opacity)
    return levels


def test_every_cell_of_a_map_has_the_shade_of_its_value():
    values = np.random.default_rng(0).normal(size=(7, 11))
    values[2, 3] = np.nan
    drawn = read_map(Map(values, limit=2.0).draw(PLACE), 7, 11)
    expected = np.clip(np.nan_to_num(values) / 2.0, -1, 1)
    assert np.abs(drawn - expected).max() <= 0.5 / LEVELS + 0.006  # opacities are written with two places


def test_a_map_of_zeros_draws_nothing():
    assert Map(np.zeros((3, 4))).draw(PLACE) == ""


@settings(deadline=None)  # the first call may wait for an import, or for other work
@given(low=st.integers(-1000, 1000), span=st.integers(1, 10**6), most=st.integers(2, 12))
def test_ticks_are_those_that_matplotlib_sets_for_some_number_of_intervals(low, span, most):
    high = low + span
    ours = linear_ticks(low, high, most)
    assert 2 <= len(ours) <= most + 3
    near = 1e-6 * span
    locators = [MaxNLocator(intervals, steps=[1, 2, 5, 10]) for intervals in range(1, 40)]
    theirs = [[t for t in at.tick_values(low, high) if low - near <= t <= high + near] for at in locators]
    assert any(len(ticks) == len(ours) and np.allclose(ticks, ours, rtol=1e-6, atol=near) for ticks in theirs)


@settings(deadline=None)  # the first call may wait for an import, or for other work
@given(low=st.floats(-300, 299), span=st.floats(1, 500), most=st.integers(2, 12))
def test_ticks_of_a_log_axis_are_powers_of_ten_whose_words_do_not_overlap(low, span, most):
    axis = Axis("reach", 10.0**low, 10.0 ** min(low + span, 300), "log")
    keep_apart(axis, most)
    assert all(np.isclose(place, 10.0 ** np.round(np.log10(place))) for place in axis.marks(most))


@settings(deadline=None)  # the first call may wait for an import, or for other work
@given(
    low=st.floats(0, 1e4) | st.floats(1e4, 1e300), high=st.floats(2, 1e4) | st.floats(1e4, 1e300),
    most=st.integers(3, 12),
)  # fmt: skip
def test_words_on_an_axis_of_both_signs_do_not_overlap(low, high, most):
    keep_apart(Axis("value", -low, high, "symlog"), most)


def keep_apart(axis, most):
    places = sorted(place for place, words in axis.marks(most).items() if words)
    assert 1 <= len(places) <= most + 1
    assert (np.diff(axis.share(np.array(places))) > 0.7 / (most + 1)).all()


def test_every_power_of_ten_has_words_where_there_is_room():
    shown = Axis("value", -365, 3645, "symlog").marks(6)
    assert [place for place, words in sorted(shown.items()) if words] == [-100, -10, 0, 10, 100, 1000]
    assert {-1.0, 1.0} <= set(shown)  # a tick, but no room for words beside 0
    assert list(Axis("reach", 1e-3, 10, "log").marks(6).values()) == ["10⁻³", "10⁻²", "10⁻¹", "1", "10"]


def test_whole_ticks_are_whole():
    assert linear_ticks(1, 3, 9, whole=True) == [1, 2, 3]
    assert linear_ticks(0, 500, 6, whole=True) == [0, 100, 200, 300, 400, 500]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"), (-0.5, "−0.5"), (1215, "1,215"), (598209, "598,209"), (0.99512, "0.9951"), (12.97, "12.97"),
        (1.7e-5, "1.7 · 10⁻⁵"), (1e23, "1 · 10²³"), (100.0, "100"), (np.inf, "∞"), (-np.inf, "−∞"),
        (np.nan, "undefined"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_do(value, written):
    assert plain(value) == written


@pytest.mark.parametrize(
    ("form", "value", "written"),
    [
        (rough, 123_456, "120,000"), (rough, 0.0126, "0.013"), (rough, -4.0, "−4"),
        (lambda x: rounded(x, 2), 0.9, "0.9"), (lambda x: rounded(x, 2), 0.126, "0.13"),
        (lambda x: fixed(x, 3), 0.9, "0.900"), (lambda x: fixed(x, 3), -0.0001, "0.000"),
        (lambda x: fixed(x, 3), -0.5, "−0.500"), (compact, 99.5, "99.50"), (compact, 1234.5, "1,234"),
        (compact, np.inf, "∞"), (compact, np.nan, "undefined"), (percent, 0.935, "94 %"),
        (fine_percent, 0.0049, "0.49 %"), (fine_percent, 0.1132, "11 %"), (fine_percent, 0.9981, "99.8 %"),
        (fine_percent, 1e-5, "< 0.1 %"), (fine_percent, 0.0, "0 %"), (power, -3, "10⁻³"),
    ],
)  # fmt: skip
def test_each_form_of_a_number_keeps_the_digits_that_it_promises(form, value, written):
    assert form(value) == written


def test_each_gate_has_a_look_of_its_own():
    gates = ["i", "f", "o", "c_tilde", "c", "h", "z", "r", "h_tilde"]
    looks = [(STROKES[gate].colour, STROKES[gate].dash) for gate in gates]
    assert len(set(looks)) == len(looks)


THEMES = {"#ffffff": "#222222", "#1e1e1e": "#cccccc", "#383838": "#e3e3e3"}  # ground: its text


def linear(colour):
    """The red, green and blue of "#RRGGBB", as light (IEC 61966-2-1)."""
    value = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """The contrast of two colours as WCAG 2.2 defines it."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def mixed(colour, ground, share):
    """`share` of a colour over a ground."""
    return "#" + "".join(
        f"{round(share * int(colour[k : k + 2], 16) + (1 - share) * int(ground[k : k + 2], 16)):02x}"
        for k in (1, 3, 5)
    )


@pytest.mark.parametrize("ground", THEMES)
def test_every_line_has_a_contrast_of_3_to_1_in_light_and_dark_themes(ground):
    text = THEMES[ground]
    of_the_theme = {INK: text, FAINT: mixed(text, ground, 0.75)}
    for name, look in [*STROKES.items(), *enumerate(SERIES)]:
        assert contrast(of_the_theme.get(look.colour, look.colour), ground) >= 3, name


@pytest.mark.parametrize("ground", THEMES)
def test_faint_words_and_words_on_a_coloured_ground_have_a_contrast_of_4_5_to_1(ground):
    text = THEMES[ground]
    assert contrast(mixed(text, ground, 0.75), ground) >= 4.5
    for colour in (POSITIVE, NEGATIVE):
        assert contrast(text, mixed(colour, ground, FULL)) >= 4.5


# What of the light of red, green and blue is seen: Machado, Oliveira and Fernandes 2009, severity 1.
VISION = {
    "full": np.eye(3),
    "no red": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "no green": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "no blue": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}  # fmt: skip
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def cielab(light):
    f = np.cbrt(XYZ @ np.clip(light, 0.001, 1) / XYZ.sum(1))  # the cube root holds for all but near black
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sees", VISION)
def test_people_with_any_colour_vision_can_tell_the_six_colours_apart(sees):
    """A distance of 2 in CIELAB can just be seen; Okabe and Ito's own six keep at least 16."""
    places = [cielab(np.array(VISION[sees]) @ linear(colour)) for colour in SIX]
    assert min(np.linalg.norm(a - b) for a, b in combinations(places, 2)) >= 11


def test_a_chart_is_well_formed_speaks_and_gives_its_data_back():
    y = np.cos(T)
    picture = chart(
        [
            Span(2, 4),
            Map(np.eye(3), label="map"),
            Line(T, y, "c", "<c> & h"),
            Points(T, y, 1),
            Cursor(3),
            Level(0.5, "half"),
            Note(10, 0, "end"),
        ],
        Axis("step", 0, 10),
        Axis("value", -1, 1),
        alt='c is "high" & <low>',
        title="A chart",
    )
    root = ElementTree.fromstring(picture.html)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'c is "high" & <low>'
    words = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"A chart", "step", "value", "<c> & h", "−1", "half", "end"} <= words
    assert picture.marks["<c> & h"].y is y


def test_the_frame_rests_on_the_words_alone():
    def frame(y):
        body = chart([Line(T, y, "c", "c")], Axis("step", 0, 10), Axis("value", y.min(), y.max()), "c").body
        return re.findall(r'translate\([^)]*\)|class="rule"', body)[-1], re.search(
            r"translate\(52 (\d+)\)", body
        )[0]

    assert frame(T) == frame(T * 1e6)


def test_a_reader_of_text_gets_the_alternative_text_and_a_notebook_gets_the_picture():
    formatter = DisplayFormatter()
    picture = Picture(10, 10, "<path/>", "c stays.")
    data, _ = formatter.format(picture)
    assert repr(picture) == data["text/plain"] == "c stays."
    assert "<svg" in data["text/html"]
    assert repr(Words(["good"], np.ones(1), "The change at each word.")) == "The change at each word."


def test_an_alternative_text_is_required():
    with pytest.raises(ValueError, match="alt"):
        Picture(10, 10, "", " ")


def test_two_marks_with_one_label_are_refused():
    with pytest.raises(ValueError, match="distinct"):
        chart([Line(T, T, 0, "a"), Line(T, T, 1, "a")], Axis("x", 0, 1), Axis("y", 0, 1), "a")


@pytest.mark.parametrize(("low", "high", "scale"), [(1, 1, "linear"), (0, np.inf, "linear"), (0, 1, "log")])
def test_an_axis_that_cannot_be_is_refused(low, high, scale):
    with pytest.raises(ValueError, match="axis 'x'"):
        Axis("x", low, high, scale)


def test_an_unknown_look_is_named():
    with pytest.raises(ValueError, match=r"like: .*'g'"):
        Line(T, T, "g").draw(PLACE)


def test_words_keep_their_text_and_are_coloured_by_their_number():
    words = Words(["not", "<b>", "😀"], np.array([1.0, 0.0, -0.5]), "colours mean change", chosen=1)
    not_, b, smile = re.findall(r"<span style=\"([^\"]*)\" title=\"[^\"]*\">[^<]*</span>", words.html)
    assert "&lt;b&gt;" in words.html
    assert f"{POSITIVE} 50%" in not_
    assert "background" not in b
    assert "outline" in b
    assert f"{NEGATIVE} 25%" in smile


def test_a_word_that_is_left_out_is_struck_through_and_the_title_has_both_ends_of_the_range():
    words = Words(["not", "bad"], np.array([0.1, 0.0]), "x", limit=0.2, gone=1, title="Change at <each> word")
    assert re.findall(r"<del[^>]*>([^<]*)</del>", words.html) == ["bad"]
    title, low, high = re.search(
        r">(Change[^<]*)<span[^>]*>([^<]*)</span> <span[^>]*>([^<]*)<", words.html
    ).groups()
    assert (title.strip(), low, high) == ("Change at &lt;each&gt; word", "−0.2", "0.2")


def test_words_and_values_must_agree():
    with pytest.raises(ValueError, match="values: expected one for each of 2 words"):
        Words(["a", "b"], np.zeros(3), "x")


def test_joined_pictures_stand_in_rows_and_keep_their_words():
    pictures = [Picture(100 + k, 50, f"<text>{k}</text>", f"picture {k}.") for k in range(3)]
    joined = join(pictures, columns=2, gap=10)
    assert (joined.width, joined.height) == (100 + 10 + 101, 50 + 10 + 50)
    assert re.findall(r"translate\((\S+) (\S+)\)", joined.body) == [("0", "0"), ("110", "0"), ("0", "60")]
    assert joined.alt == "picture 0. picture 1. picture 2."


def test_a_saved_picture_stands_on_white_ground(tmp_path):
    path = tmp_path / "still.svg"
    chart([Line(T, T, "c")], Axis("step", 0, 10), Axis("value", 0, 10), "a line").save(path)
    root = ElementTree.parse(path).getroot()
    assert root.find("{http://www.w3.org/2000/svg}rect").get("fill") == "#fff"
    assert list(tmp_path.iterdir()) == [path]
