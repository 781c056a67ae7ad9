"""The command line: `python -m lstm_teach doctor | lab | slides | copy | results | imdb | train`."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lstm_teach import __version__


def notebook(lesson: str = "00") -> Path:
    """Return the notebook of a lesson ("03"): the copy in this folder, or that of the checkout.

    Raises
    ------
    FileNotFoundError
        if this is no folder that lessons were copied to, and the package does not lie in a checkout.
    ValueError
        for a lesson that is not there.
    """
    from lstm_teach.copying import GIVEN

    here, checkout = Path.cwd(), Path(__file__).resolve().parent.parent / "notebooks"
    folder = here if (here / GIVEN).exists() else checkout
    lessons = {path.stem[:2]: path for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))}
    if not lessons:
        raise FileNotFoundError(
            f"no lessons in {folder}; bring them to a folder of yours, and call this again from there: "
            "python -m lstm_teach copy DIR"
        )
    if lesson not in lessons:
        raise ValueError(f"lesson: got {lesson!r}, expected one of {', '.join(lessons)}")
    return lessons[lesson]


def _jupyterlab(app: str, lesson: str, arguments: Sequence[str]) -> int:
    """Open a lesson in JupyterLab (app "lab/tree") or as slides ("rise"), in this process."""
    try:
        path = notebook(lesson)
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    from jupyterlab.labapp import LabApp

    # In a container everyone is root. The server listens to this machine alone and asks for its token.
    as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: None)() == 0 else []
    # Not simply the notebook as an argument: then the address that is printed would not lead to it.
    place = [f"--ServerApp.root_dir={path.parent}", f"--LabApp.default_url=/{app}/{path.name}"]
    LabApp.launch_instance([*place, *as_root, *arguments])
    return 0


def _doctor() -> int:
    from lstm_teach import doctor

    findings = doctor.examine()
    print(doctor.report(findings))
    return 0 if doctor.can_run(findings) else 1


def _imdb() -> int:
    from lstm_teach import reviews

    try:
        corpus = reviews.load("imdb")
    except reviews.CorpusError as error:
        print(f"imdb: {error}", file=sys.stderr)
        return 1
    print(f"{len(corpus.train.texts):,} reviews to train on and {len(corpus.test.texts):,} to test with")
    print(f"at hand: {reviews.imdb_at_hand()}")
    return 0


def _named(text: str) -> Path:
    """Return a path that a command line names; an empty one, such as an unset variable, is none."""
    if not text:
        raise argparse.ArgumentTypeError("got an empty name, expected a folder")
    return Path(text)


def _copy(folder: Path) -> int:
    from lstm_teach import copying

    try:
        print(copying.report(copying.copy(folder), folder))
    except OSError as error:
        print(f"copy: {str(folder)[:200]} cannot be used ({error.strerror or error})", file=sys.stderr)
        return 1
    return 0


def _results(places: Sequence[Path], csv: Path | None) -> int:
    from lstm_teach import handing_in

    students = handing_in.students(places)
    print(handing_in.table(students))
    if csv:
        try:
            handing_in.write_csv(students, csv)
        except OSError as error:
            print(f"results: --csv {str(csv)[:200]} cannot be written ({error.strerror})", file=sys.stderr)
            return 1
    return 1 if any(one.trouble for one in students) else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    # A terminal that knows few characters shows the others as escapes.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="lstm_teach", description="A course on recurrent networks.")
    parser.add_argument("--version", action="version", version=f"lstm-teach {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("doctor", help="say what is installed, what is wrong, and how to fix it")
    commands.add_parser("lab", help="open the course in JupyterLab, which gets all further options")
    slides = commands.add_parser(
        "slides", help="open a lesson as live slides: slides 03; JupyterLab gets all further options"
    )
    slides.add_argument("lesson", nargs="?", default="00")
    copy = commands.add_parser(
        "copy", help="copy the lessons to a folder of yours; what you changed there is kept"
    )
    copy.add_argument("folder", type=_named, help="made if need be; call it again after an update")
    results = commands.add_parser("results", help="say which checks passed in saved notebooks, by student")
    results.add_argument(
        "places",
        nargs="+",
        type=_named,
        help="one folder of notebooks per student; a class, which is a folder of such folders; a pattern, "
        "such as class/*/; or notebooks, each of which is a student",
    )
    results.add_argument("--csv", type=Path, help="also write a table that Moodle and Canvas can import")
    commands.add_parser("imdb", help="download the IMDB reviews, check them and keep them at hand")
    train = commands.add_parser("train", help="train a network on reviews, or on texts of your own")
    predict = commands.add_parser("predict", help="ask a network that `train` kept about a text or a table")

    if arguments[:1] == ["lab"]:
        return _jupyterlab("lab/tree", "00", arguments[1:])
    if arguments[:1] == ["slides"]:
        asked, further = parser.parse_known_args(arguments)
        return _jupyterlab("rise", asked.lesson, further)
    if arguments[:1] in (["train"], ["predict"]):  # only then: the doctor must run where NumPy is missing
        from lstm_teach.sentiment import own_cli

        own_cli.add_train_arguments(train)
        own_cli.add_predict_arguments(predict)
        asked = parser.parse_args(arguments)
        return own_cli.run_train(asked) if asked.command == "train" else own_cli.run_predict(asked)
    options = parser.parse_args(arguments)
    if options.command == "results":
        return _results(options.places, options.csv)
    if options.command == "copy":
        return _copy(options.folder)
    return {"doctor": _doctor, "imdb": _imdb}[options.command]()


if __name__ == "__main__":
    sys.exit(main())
