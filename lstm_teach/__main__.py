"""The command line: `python -m lstm_teach doctor | lab | train`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lstm_teach import __version__


def first_notebook() -> Path:
    """The notebook that the course begins with; it lies in the checkout, not in the wheel.

    Raises
    ------
    FileNotFoundError
        if the package was installed without the checkout that holds the notebooks.
    """
    notebooks = Path(__file__).resolve().parent.parent / "notebooks"
    found = sorted(notebooks.glob("00_*.ipynb"))
    if not found:
        raise FileNotFoundError(
            f"lab: no first notebook in {notebooks}; the notebooks come with the course's repository, "
            'install from a clone of it: python -m pip install -e "."'
        )
    return found[0]


def _lab(arguments: Sequence[str]) -> int:
    """Open JupyterLab at the first notebook, in this process, with the arguments after `lab` handed on."""
    from jupyterlab.labapp import LabApp

    # In a container everyone is root. The server listens to this machine alone and asks for its token.
    as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: None)() == 0 else []
    notebook = first_notebook()
    # Not simply the notebook as an argument: then the address that is printed would not lead to it.
    place = [f"--ServerApp.root_dir={notebook.parent}", f"--LabApp.default_url=/lab/tree/{notebook.name}"]
    LabApp.launch_instance([*place, *as_root, *arguments])
    return 0


def _doctor() -> int:
    from lstm_teach import doctor

    findings = doctor.examine()
    print(doctor.report(findings))
    return 0 if doctor.can_run(findings) else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="lstm_teach", description="A course on recurrent networks.")
    parser.add_argument("--version", action="version", version=f"lstm-teach {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("doctor", help="say what is installed, what is wrong, and how to mend it")
    commands.add_parser("lab", help="open the course in JupyterLab, which gets all further options")
    train = commands.add_parser("train", help="train a recipe on reviews and record the run")

    if arguments[:1] == ["train"]:  # Keras is imported for those alone who train
        from lstm_teach.sentiment import cli

        cli.add_arguments(train)
        return cli.run(parser.parse_args(arguments))
    if arguments[:1] == ["lab"]:
        return _lab(arguments[1:])
    parser.parse_args(arguments)
    return _doctor()


if __name__ == "__main__":
    sys.exit(main())
