"""The still pictures of the labs: each that a lesson shows is there, and is what the lab draws today."""

import pytest

from lstm_teach.labs import LABS
from tools import make_stills as stills

NAME = "squash_lab--sizes-are-lost.svg"


@pytest.fixture
def notebooks(tmp_path):
    """A lesson that shows one still, which has been drawn."""
    (tmp_path / "src").mkdir()
    show(tmp_path, NAME)
    assert draw(tmp_path) == 0
    return tmp_path


def show(notebooks, name):
    (notebooks / "src" / "01_a.py").write_text(f"# ![Lines.](images/{name})\n", encoding="utf-8")


def draw(notebooks, *options):
    return stills.main(["--notebooks", str(notebooks), *options])


def test_a_still_is_what_the_lab_shows_with_its_line_of_words(notebooks):
    svg = (notebooks / "images" / NAME).read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "5 and 0.1 look alike" in svg
    assert draw(notebooks, "--check") == 0


def test_a_still_that_is_not_what_the_lab_draws_is_stale(notebooks, capsys):
    path = notebooks / "images" / NAME
    path.write_text(
        path.read_text(encoding="utf-8").replace("look alike", "look different"), encoding="utf-8"
    )
    assert draw(notebooks, "--check") == 1
    assert capsys.readouterr().out == f"stale: {NAME}\n"


def test_a_number_that_moved_by_a_pixel_is_stale_and_one_in_its_last_digit_is_not():
    assert stills.same('<path d="M1.24 5"/>', '<path d="M1.25 5"/>')
    assert not stills.same('<path d="M1.24 5"/>', '<path d="M2.24 5"/>')
    assert not stills.same('<path d="M1.24 5"/>', '<path d="M1.24"/>')


def test_a_still_that_no_lesson_shows_is_named_and_removed(notebooks, capsys):
    show(notebooks, "squash_lab--explosion.svg")
    assert draw(notebooks, "--check") == 1
    assert f"shown by no lesson: {NAME}" in capsys.readouterr().out
    assert draw(notebooks) == 0
    assert [path.name for path in (notebooks / "images").iterdir()] == ["squash_lab--explosion.svg"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [("squash_lab--no-such.svg", "squash_lab has the presets"), ("no_lab--x.svg", "no lab is named no_lab")],
)
def test_a_still_that_cannot_be_drawn_is_refused_by_name(notebooks, capsys, name, problem):
    show(notebooks, name)
    assert draw(notebooks) == 1
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize("lab", LABS)
def test_every_preset_of_every_lab_can_be_drawn_and_has_an_alternative_text(lab):
    for preset in getattr(stills.labs, lab)().presets:
        assert len(stills.still(lab, preset).alt) > 20
