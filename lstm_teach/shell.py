"""Commands written for the shell at hand: POSIX, Windows' cmd, or PowerShell. Needs the standard library."""

import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

Shell = Literal["posix", "cmd", "powershell"]

_PLAIN = re.compile(r"[\w@./:\\-]+")  # words that no shell takes apart; a path of Windows among them


def shell_at_hand(system: str, settings: Mapping[str, str]) -> Shell:
    """Return the shell that a command will be typed into, from the system and its environment variables.

    On Windows, Git Bash sets MSYSTEM and SHELL, cmd sets PROMPT, and PowerShell sets none of them.
    """
    if system != "Windows" or "MSYSTEM" in settings or "SHELL" in settings:
        return "posix"
    return "cmd" if "PROMPT" in settings else "powershell"


def command(shell: Shell, words: Sequence[str]) -> str:
    """Return one line that runs the program `words[0]` with the other words as its arguments."""
    if shell == "posix":
        return shlex.join(words)
    quote = _quoted_for_cmd if shell == "cmd" else _quoted_for_powershell
    line = " ".join(word if _PLAIN.fullmatch(word) else quote(word) for word in words)
    # PowerShell takes a quoted word at the beginning for a text, unless it is called.
    return f"& {line}" if shell == "powershell" and line.startswith("'") else line


def this_python(shell: Shell, *arguments: str) -> str:
    """Return the line that runs a module with this Python, whichever environment is active in the shell.

    The line begins with `python` if the shell finds this very Python by that name, else with its path.
    """
    python, named = Path(sys.executable), shutil.which("python")
    if named and Path(named) == python:
        python = Path("python")
    elif python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return command(shell, [str(python), "-m", *arguments])


def set_variable(shell: Shell, name: str, value: str) -> str:
    """Return the line that sets an environment variable, or removes it if the value is empty."""
    if shell == "posix":
        return f"export {name}={shlex.quote(value)}" if value else f"unset {name}"
    if shell == "cmd":
        return f'set "{name}={value}"'
    return f"$env:{name} = {_quoted_for_powershell(value)}" if value else f"Remove-Item Env:{name}"


def _quoted_for_cmd(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _quoted_for_powershell(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
