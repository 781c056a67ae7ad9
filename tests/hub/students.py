"""Students of a JupyterHub: what one does in JupyterLab, as requests and messages, without a browser."""

import json
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import nbformat
import requests
import websocket

WAIT = 300  # seconds until something counts as lost


class Student:
    """One account: signs in, opens a lesson, runs it, moves a lab, saves."""

    def __init__(self, hub: str, name: str, password: str) -> None:
        self.hub, self.name, self.password = hub, name, password
        self.web = requests.Session()
        self.server = f"{hub}/user/{name}"

    def sign_in(self) -> None:
        """Sign in at the hub, and start the own server; return when it answers."""
        page = self.web.get(f"{self.hub}/hub/login", timeout=WAIT)
        if token := re.search(r'name="_xsrf" value="([^"]+)"', page.text):  # else signed in already
            form = {"username": self.name, "password": self.password, "_xsrf": token[1]}
            self.web.post(f"{self.hub}/hub/login", data=form, timeout=WAIT).raise_for_status()
        self.web.get(f"{self.hub}/hub/spawn/{self.name}", timeout=WAIT)
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            page = self.web.get(f"{self.server}/lab", timeout=WAIT)  # signs in there, too
            if page.url.startswith(self.server):
                page.raise_for_status()
                return
            time.sleep(0.3)
        raise TimeoutError(f"{self.name}: no server after {WAIT} s; the last page was {page.url}")

    def ask(self, method: str, path: str, data: Any = None) -> requests.Response:
        """Send one request to the own server."""
        headers = {"X-XSRFToken": self.web.cookies.get("_xsrf", path=f"/user/{self.name}/") or ""}
        return self.web.request(
            method,
            f"{self.server}/api/{path}",
            json=data,
            headers=headers,
            timeout=WAIT,
            allow_redirects=False,
        )

    def read(self, name: str) -> nbformat.NotebookNode:
        """Return a notebook of the own folder."""
        answer = self.ask("GET", f"contents/{quote(name)}?content=1")
        answer.raise_for_status()
        return nbformat.from_dict(answer.json()["content"])

    def save(self, name: str, notebook: nbformat.NotebookNode) -> requests.Response:
        """Save a notebook, as JupyterLab does."""
        content = {"type": "notebook", "format": "json", "content": notebook}
        return self.ask("PUT", f"contents/{quote(name)}", content)

    def stop(self) -> None:
        """Stop the own server, as the hub's page does; return when it has stopped."""
        headers = {"X-XSRFToken": self.web.cookies.get("_xsrf", path="/hub/") or ""}
        account = f"{self.hub}/hub/api/users/{self.name}"
        self.web.delete(f"{account}/server", headers=headers, timeout=WAIT).raise_for_status()
        while self.web.get(account, headers=headers, timeout=WAIT).json()["server"]:
            time.sleep(0.3)

    @contextmanager
    def kernel(self) -> Iterator["Kernel"]:
        """A kernel of the own server, ended afterwards."""
        answer = self.ask("POST", "kernels", {"name": "python3"})
        answer.raise_for_status()
        number = answer.json()["id"]
        cookies = "; ".join(f"{one.name}={one.value}" for one in self.web.cookies)
        address = f"{self.server}/api/kernels/{number}/channels".replace("http", "ws", 1)
        socket = websocket.create_connection(address, cookie=cookies, timeout=WAIT, suppress_origin=True)
        try:
            yield Kernel(socket, lambda: self.ask("POST", f"kernels/{number}/interrupt"))
        finally:
            socket.close()
            self.ask("DELETE", f"kernels/{number}")


class Kernel:
    """A kernel's channel: runs cells, and moves widgets."""

    def __init__(self, socket: websocket.WebSocket, interrupt: Any) -> None:
        self.socket, self.interrupt = socket, interrupt
        self.session = uuid.uuid4().hex
        self.widgets: dict[str, dict[str, Any]] = {}  # by the id of their comm: their state

    def send(self, kind: str, content: dict[str, Any]) -> str:
        """Send one message on the shell channel; return its id."""
        number = uuid.uuid4().hex
        header = {
            "msg_id": number,
            "msg_type": kind,
            "session": self.session,
            "username": "",
            "version": "5.3",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps(message | {"channel": "shell", "buffers": []}))
        return number

    def answers(self, number: str) -> Iterator[dict[str, Any]]:
        """Yield what the kernel says in answer to a message, until it is idle again."""
        while True:
            message = json.loads(self.socket.recv())
            kind, content = message["msg_type"], message["content"]
            if kind == "comm_open":
                self.widgets[content["comm_id"]] = dict(content["data"].get("state", {}))
            if kind == "comm_msg" and content["data"].get("method") == "update":
                self.widgets.setdefault(content["comm_id"], {}).update(content["data"]["state"])
            if message["parent_header"].get("msg_id") != number:
                continue
            yield message
            if kind == "status" and content["execution_state"] == "idle":
                return

    def run(self, source: str) -> list[nbformat.NotebookNode]:
        """Run a cell; return its outputs."""
        outputs = []
        number = self.send("execute_request", {"code": source, "silent": False, "allow_stdin": False})
        for message in self.answers(number):
            if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
                outputs.append(nbformat.v4.output_from_msg(message))
        return outputs

    def widget(self, label: str) -> str:
        """Return the id of the widget with this label."""
        return next(number for number, state in self.widgets.items() if state.get("description") == label)

    def move(self, number: str, value: Any) -> tuple[float, str]:
        """Move a control; return the seconds until the new picture has come, and the picture."""
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        started = time.perf_counter()
        sent = self.send("comm_msg", {"comm_id": number, "data": data})
        after, picture = float("nan"), ""
        for message in self.answers(sent):
            update = message["content"].get("data", {}) if message["msg_type"] == "comm_msg" else {}
            new = update.get("state", {}).get("value")
            if isinstance(new, str) and "<svg" in new:
                after, picture = time.perf_counter() - started, new
        return after, picture
