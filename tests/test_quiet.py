"""`quietly` holds back what is written to the standard error stream, and only while it lasts."""

import logging
import os
import subprocess
import sys

import pytest

from lstm_teach.quiet import quietly

PROGRAM = """
import os
from lstm_teach.quiet import quietly
os.write(2, b"before ")
with quietly():
    os.write(2, b"inside ")
os.write(2, b"after")
"""


def test_what_does_not_come_from_python_is_held_back_too_and_only_inside():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stderr == "before after"


def test_an_error_comes_through_and_leaves_the_stream_as_it_was():
    before = os.fstat(2)
    with pytest.raises(ZeroDivisionError), quietly():
        1 / 0  # noqa: B018
    assert os.path.samestat(os.fstat(2), before)


def test_tensorflow_tells_of_errors_alone_afterwards(monkeypatch):
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    with quietly():
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"
    assert not logging.getLogger("tensorflow").isEnabledFor(logging.WARNING)
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")  # whoever asks for more gets it
    with quietly():
        assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"
