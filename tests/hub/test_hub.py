"""Twelve students on a JupyterHub: they open a lesson, run it, move a lab and hand in, and lose nothing."""

import os
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from hubs import home

from lstm_teach import handing_in
from tools.serving import FLAGS, NO_BROWSER, find_chromium
from tools.walking import open_deck

pytestmark = [pytest.mark.hub, pytest.mark.slow, pytest.mark.xdist_group("hub")]

LESSON = "03_forget_gate.ipynb"
ANSWER = "answer = 0.5 ** (1 / 10)\ncheck('half_life', answer)"


def exercise(notebook, name):
    found = [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]
    return next(cell for cell in found if name in cell.source)


def work(student):
    """Open the lesson, run all of it with one exercise answered, move the gate lab, hand in."""
    student.sign_in()
    notebook = student.read(LESSON)
    exercise(notebook, "half_life").source = ANSWER
    with student.kernel() as kernel:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = kernel.run(cell.source)
        kernel.run("from lstm_teach.labs import gate_lab; gate_lab()")
        step = kernel.widget("Look at step")
        moved = [kernel.move(step, value) for value in (3, 7, 3)]
    saved = student.save(LESSON, notebook)
    return moved, saved.status_code


@pytest.fixture(scope="module")
def worked(hub):
    """What came of the work of all twelve at once."""
    with ThreadPoolExecutor(len(hub.students)) as pool:
        return list(pool.map(work, hub.students))


def test_all_twelve_run_the_lesson_and_hand_in(hub, worked):
    assert [status for _, status in worked] == [200] * len(hub.students)
    for student in hub.students:
        found = handing_in.student(home(student.name) / "lstm")
        assert found.verdicts["half_life"].passed
        assert not found.trouble


def test_the_lab_answers_each_of_them_with_the_picture_of_the_new_step(worked):
    for moved, _ in worked:
        (_, first), (_, other), (_, again) = moved
        assert first
        assert first == again != other


def test_nobody_reads_or_changes_what_is_anothers(hub, worked):
    one, other = hub.students[0], hub.students[1]
    path = home(other.name) / "lstm" / LESSON
    with one.kernel() as kernel:
        (said,) = kernel.run(f"open({str(path)!r}).read()")
        assert said.output_type == "error"
        assert said.ename == "PermissionError"
    assert stat.S_IMODE(os.stat(home(other.name) / "lstm").st_mode) == 0o700
    strange = one.web.get(f"{one.hub}/user/{other.name}/api/contents", allow_redirects=False, timeout=60)
    assert strange.status_code in (302, 303, 403)


def test_nobody_changes_the_course_itself(hub, worked):
    with hub.students[2].kernel() as kernel:
        (said,) = kernel.run("import lstm_teach; open(lstm_teach.__file__, 'a')")
        assert said.ename == "PermissionError"


def test_after_a_restart_the_work_is_there_and_an_answer_is_not_overwritten(hub, worked):
    for student in hub.students[3:5]:
        student.stop()
        student.sign_in()
        assert exercise(student.read(LESSON), "half_life").source == ANSWER


def test_an_endless_loop_is_the_loss_of_one_student_and_ends_with_the_interrupt(hub, worked):
    stuck, other = hub.students[5], hub.students[6]
    with stuck.kernel() as kernel:
        number = kernel.send("execute_request", {"code": "while True: pass", "silent": False})
        with other.kernel() as free:
            assert [output.text for output in free.run("print(1 + 1)")] == ["2\n"]
        kernel.interrupt()
        said = [message for message in kernel.answers(number) if message["msg_type"] == "error"]
        assert said[0]["content"]["ename"] == "KeyboardInterrupt"


def test_a_full_home_says_so_and_loses_nothing_that_was_saved(hub, worked, tmp_path):
    student = hub.students[7]
    own = home(student.name)
    before = exercise(student.read(LESSON), "half_life").source
    notebook = student.read(LESSON)
    student.stop()
    kept = tmp_path / "kept"
    subprocess.run(["cp", "-a", str(own), str(kept)], check=True)
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", str(own)], check=False
    ).returncode:
        pytest.skip("this machine allows no mount")
    try:
        subprocess.run(["cp", "-a", f"{kept}/.", str(own)], check=True)
        subprocess.run(["chown", f"{student.name}:", str(own)], check=True)
        student.sign_in()
        with student.kernel() as kernel:
            (said,) = kernel.run(
                "from pathlib import Path\n"
                "with open(Path.home() / 'filler', 'wb') as file:\n"
                "    while True: file.write(b'x' * 65536); file.flush()"
            )
            assert "No space left" in said.evalue
        exercise(notebook, "half_life").source = "# half_life\n" + "x" * 4_000_000
        assert student.save(LESSON, notebook).status_code >= 500
        assert exercise(student.read(LESSON), "half_life").source == before
        (own / "filler").unlink()
        exercise(notebook, "half_life").source = "half_life = 'saved again'"
        assert student.save(LESSON, notebook).status_code == 200
        student.stop()
        student.sign_in()  # a copy of the lessons into a home that was full
        assert exercise(student.read(LESSON), "half_life").source == "half_life = 'saved again'"
    finally:
        student.stop()
        subprocess.run(["umount", "--lazy", str(own)], check=False)


def test_doctor_is_content_on_the_hub(hub, worked):
    with hub.students[8].kernel() as kernel:
        said = "".join(output.text for output in kernel.run("!python -m lstm_teach doctor"))
    assert "The course can run." in said
    assert "wrong  " not in said


def test_a_deck_runs_itself_on_the_hub_and_its_controls_are_there(hub, worked):
    playwright = pytest.importorskip("playwright.sync_api")
    if (chromium := find_chromium()) is None:
        pytest.skip(NO_BROWSER)
    student = hub.students[9]
    with playwright.sync_playwright() as p:
        page = p.chromium.launch(executable_path=chromium, args=FLAGS).new_page()
        page.goto(f"{hub.url}/hub/login")
        page.fill("input[name=username]", student.name)
        page.fill("input[name=password]", student.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/lab/**")
        open_deck(page, f"{student.server}/rise/{LESSON}", 240_000)
        assert page.locator(".lstm-lab svg").count() >= 1
        assert page.locator(".lstm-lab .noUi-handle").count() >= 1
