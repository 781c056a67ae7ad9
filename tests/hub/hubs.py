"""A real JupyterHub on the loopback address, with real accounts that exist for a while."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import requests
from students import Student

ROOT = Path(__file__).resolve().parents[2]
GROUP = "lstm-students"
PROXY = ROOT / ".hub" / "node_modules" / ".bin"


class Hub(NamedTuple):
    """A running hub: its address, its students, and its log."""

    url: str
    students: list[Student]
    log: Path


def problem() -> str | None:
    """Return why no hub can be run here, or None."""
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("useradd"):
        return "accounts can only be made by root on Linux"
    if not (PROXY / "configurable-http-proxy").exists():
        return "no configurable-http-proxy; make test-hub installs it"
    command = ["runuser", "-u", "nobody", "--", sys.executable, "-c", "import lstm_teach"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        python = os.path.realpath(sys.executable)
        return f"students cannot run {python}, which lies in a folder that is closed to them"
    return None


@contextmanager
def accounts(count: int) -> Iterator[dict[str, str]]:
    """Accounts of this machine with their passwords, removed afterwards with all that they wrote."""
    subprocess.run(["groupadd", "--force", GROUP], check=True)
    made = {f"lstm-test-{number:02}": secrets.token_urlsafe(12) for number in range(1, count + 1)}
    try:
        for name, password in made.items():
            _remove(name)
            how = ["--create-home", "--groups", GROUP, "--shell", "/bin/bash"]
            subprocess.run(["useradd", *how, name], check=True)
            subprocess.run(["chpasswd"], input=f"{name}:{password}\n", text=True, check=True)
        yield made
    finally:
        for name in made:
            _remove(name)


def _remove(name: str) -> None:
    for command in (["pkill", "-KILL", "-u", name], ["umount", f"/home/{name}"], ["userdel", "-r", name]):
        subprocess.run(command, capture_output=True, check=False)


@contextmanager
def running(people: dict[str, str], folder: Path) -> Iterator[Hub]:
    """A hub with the configuration that the course ships, for these accounts; its files lie in the folder."""
    url, inside, proxy = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
    more = folder / "jupyterhub_config.py"
    more.write_text(
        f"load_subconfig({str(ROOT / 'deploy' / 'jupyterhub_config.py')!r})\n"
        f"c.JupyterHub.hub_bind_url = {inside!r}\n"
        f"c.ConfigurableHTTPProxy.api_url = {proxy!r}\n"
        "c.JupyterHub.concurrent_spawn_limit = 12\n",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(Path(sys.executable).parent), str(PROXY), os.environ["PATH"]])
    settings = {"PATH": path, "LSTM_HUB_URL": url, "LSTM_HUB_GROUP": GROUP}
    log = folder / "hub.log"
    with log.open("w") as file:
        command = [sys.executable, "-m", "jupyterhub", "--config", str(more)]
        process = subprocess.Popen(command, cwd=folder, env=os.environ | settings, stdout=file, stderr=file)
    try:
        until(lambda: requests.get(f"{url}/hub/health", timeout=5).ok, log)
        yield Hub(url, [Student(url, name, password) for name, password in people.items()], log)
    finally:
        process.terminate()
        process.wait(timeout=60)


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def until(answers: Callable[[], bool], log: Path, seconds: float = 120) -> None:
    """Wait until something answers; the hub's log is shown if it never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if answers():
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    raise TimeoutError(log.read_text(encoding="utf-8")[-4000:])


def home(name: str) -> Path:
    """Return the home of an account."""
    import pwd  # not on Windows, where these tests are collected, too

    return Path(pwd.getpwnam(name).pw_dir)
