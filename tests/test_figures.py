"""Figures of matplotlib in the course's style: the labs' colours, the reader's theme, an alternative text."""

import re
from xml.etree import ElementTree

import pytest
from matplotlib import colors, pyplot, rc_context

from lstm_teach import figures
from lstm_teach.plotting import GROUND, INK, SERIES, STROKES
from tools.pages.prose import rendered

ALT = "c stays at 0.93 while h moves."


@pytest.fixture(autouse=True)
def styled():
    with rc_context():
        figures.use_style()
        yield
    pyplot.close("all")


def drawn(slope=1.0):
    fig, axes = pyplot.subplots()
    axes.plot([0, 1], [0, slope], **figures.line("f", marker="o"))
    axes.plot([0, 1], [slope, 0], **figures.line("c"))
    axes.set(xlabel="step", ylabel="value", title="A title", ylim=(0, 1))
    fig.legend(loc="outside upper right", ncols=2)
    return fig


def ids(html):
    return re.findall(r'\bid="([^"]+)"', html)


@pytest.mark.parametrize("name", STROKES)
def test_a_gate_has_the_colour_and_the_dashes_that_it_has_in_the_labs(name):
    (line,) = pyplot.subplots()[1].plot([0, 1], [0, 1], **figures.line(name))
    look = STROKES[name]
    if look.colour.startswith("#"):
        assert colors.to_hex(line.get_color()) == look.colour.lower() == figures.colour(name).lower()
    else:
        assert line.get_color() == figures.BLACK, "the theme's ink"
    assert line.get_linewidth() == look.width
    svg = figures.picture(line.figure, ALT).body
    dashes = re.findall(r"stroke-dasharray: ([^;\"]+)", svg)
    assert [[float(length) for length in found.split(",")] for found in dashes] == (
        [[float(length) for length in look.dash.split()]] if look.dash else []
    )


def test_lines_without_a_look_come_in_the_order_of_the_series():
    axes = pyplot.subplots()[1]
    lines = [axes.plot([0, 1], [0, k])[0] for k in range(len(SERIES))]
    assert [line.get_color() for line in lines] == [figures.colour(k) for k in range(len(SERIES))]


def test_an_unknown_quantity_is_refused_by_name():
    with pytest.raises(ValueError, match="got 'q'"):
        figures.line("q")


def test_it_is_one_svg_with_a_role_and_its_alternative_text():
    html = figures.picture(drawn(), 'c < 1, "h" moves').html
    (svg,) = re.findall(r"<svg [^>]*>", html)
    assert 'role="img"' in svg
    assert 'aria-label="c &lt; 1, &quot;h&quot; moves"' in svg
    assert "<img" not in html


def test_text_stays_text():
    document = ElementTree.fromstring(figures.picture(drawn(), ALT).document)
    words = ["".join(text.itertext()) for text in document.iter("{http://www.w3.org/2000/svg}text")]
    assert {"step", "value", "A title", "f", "c"} <= set(words)


def test_black_is_the_ink_of_the_theme_and_white_its_ground_also_without_the_course_s_style():
    with rc_context():
        pyplot.style.use("default")
        fig, axes = pyplot.subplots()
        axes.plot([0, 1], [0, 1], "o", color="black", markeredgecolor="white", label="dots")
        axes.legend()
    html = figures.picture(fig, ALT).html
    assert INK in html
    assert GROUND in html
    assert not re.search(r"#0{6}\b|#f{6}\b(?!\))", html)


def test_equal_figures_give_equal_bytes_and_different_ones_share_no_id():
    one, again, other = (figures.picture(drawn(slope), ALT).html for slope in (1.0, 1.0, 0.5))
    assert one == again
    assert ids(one)
    assert not set(ids(one)) & set(ids(other))
    assert len(set(ids(one))) == len(ids(one))


def test_every_reference_leads_to_an_id():
    html = figures.picture(drawn(), ALT).html
    asked = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', html)
    assert asked
    assert {a or b for a, b in asked} <= set(ids(html))


def test_no_rule_reaches_the_rest_of_the_page():
    for rules in re.findall(r"<style[^>]*>(.*?)</style>", figures.picture(drawn(), ALT).html):
        for selector in re.findall(r"(?:^|})([^{}]+){", rules):
            assert all(part.strip().startswith(".lt") for part in selector.split(","))


def test_show_displays_it_and_closes_it_and_a_reader_of_text_gets_the_alternative_text(monkeypatch):
    fig = drawn()
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    figures.show(fig, alt=ALT)
    assert not pyplot.fignum_exists(fig.number)
    (picture,) = shown
    assert repr(picture) == ALT
    assert figures.picture(drawn(), ALT).html in picture._repr_html_()


@pytest.mark.parametrize("alt", ["", "  ", None, 3])
def test_a_figure_without_an_alternative_text_is_refused_and_stays_open(alt):
    fig = drawn()
    with pytest.raises(ValueError, match="alt: expected an alternative text"):
        figures.show(fig, alt=alt)
    with pytest.raises(TypeError, match="alt"):
        figures.show(fig)
    assert pyplot.fignum_exists(fig.number)


def test_what_is_no_figure_is_refused_by_name():
    with pytest.raises(ValueError, match="fig: expected a figure of matplotlib, got Axes"):
        figures.show(drawn().axes[0], alt=ALT)


def test_a_table_stands_in_a_box_with_a_name_that_the_keyboard_can_scroll(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    figures.show_table("| run | right |\n|---|--:|\n| a | 1 |\n", label='runs "tested"')
    box = ElementTree.fromstring(rendered(shown[0].data, set(), ())[0])
    assert (box.get("role"), box.get("tabindex"), box.get("aria-label")) == ("region", "0", 'runs "tested"')
    assert [cell.text for cell in box.iterfind("table//td")] == ["a", "1"]
    with pytest.raises(ValueError, match="label: got ' ', expected words"):
        figures.show_table("| run |\n|---|\n", label=" ")


def test_bars_stand_in_rows_from_the_top_each_with_its_value_beside_a_line_at_chance():
    fig, axes = figures.bars({"LSTM": 0.98, "RNN": 0.25}, "right", chance=0.25)
    bars = axes.patches
    assert [bar.get_width() for bar in bars] == [0.98, 0.25]
    assert (
        axes.transData.transform((0, bars[0].get_y()))[1] > axes.transData.transform((0, bars[1].get_y()))[1]
    )
    assert [label.get_text() for label in axes.texts] == ["98%", "25%"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["LSTM", "RNN"]
    assert list(axes.lines[0].get_xdata()) == [0.25, 0.25]
    pyplot.close(fig)
    with pytest.raises(ValueError, match="rows: got none"):
        figures.bars({}, "right", chance=0.5)


def test_dots_stand_in_rows_from_the_top_each_with_its_name_on_the_side_that_has_room():
    fig, axes = figures.dots({"low": [1.0, 2.0], "high": [9.0]}, "points", [0, 1], levels={"middle": 5.0})
    dots = [line for line in axes.get_lines() if line.get_linestyle() == "None"]
    assert [line.get_xdata().tolist() for line in dots] == [[1.0, 2.0], [9.0]]
    assert [set(line.get_ydata()) for line in dots] == [{0}, {1}]
    assert [line.get_color() for line in dots] == [figures.colour(0), figures.colour(1)]
    assert axes.yaxis_inverted()
    sides = {text.get_text(): text.get_horizontalalignment() for text in axes.texts}
    assert sides == {"middle": "center", "low": "left", "high": "right"}
    assert "points" in figures.picture(fig, ALT).html


def test_rows_without_numbers_and_series_of_another_length_are_refused_by_name():
    with pytest.raises(ValueError, match="rows: got"):
        figures.dots({"empty": []}, "points")
    with pytest.raises(ValueError, match="series: got 1 numbers, expected one for each of 2 rows"):
        figures.dots({"a": [1.0], "b": [2.0]}, "points", [0])
