"""JupyterHub for a class on one server: jupyterhub --config deploy/jupyterhub_config.py

The course is installed once, in the environment of the hub, and no student can write there. Each student is
an account of the server and works in ~/lstm. Put a web server with TLS in front before passwords cross a
network.
"""

import os
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
c = get_config()  # noqa: F821

c.JupyterHub.bind_url = os.environ.get("LSTM_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.authenticator_class = "pam"  # the accounts of this server
c.PAMAuthenticator.open_sessions = False
c.Authenticator.allowed_groups = {os.environ.get("LSTM_HUB_GROUP", "students")}
c.Authenticator.admin_users = set(os.environ.get("LSTM_HUB_ADMINS", "").split())

# systemd holds a student to the limits below; without it they are only told to the student's server.
if find_spec("systemdspawner"):
    c.JupyterHub.spawner_class = "systemd"
# Measured (docs/instructors.md): a server holds 0.15 GB, a NumPy lesson 0.13, and one with Keras 0.85.
c.Spawner.mem_limit = "2G"
c.Spawner.cpu_limit = 2
c.Spawner.cmd = [str(HERE / "start_student")]
# Seconds: where a class starts in one moment on two cores, the last server needs more than the usual 60.
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
c.Spawner.notebook_dir = "~/lstm"
c.Spawner.default_url = "/lab/tree/00_start_here.ipynb"
c.Spawner.environment = {
    "LSTM_TEACH_CACHE": "~/.cache/lstm_teach",  # what a student's trainings keep lies in the student's home
    # One archive of the reviews for all; without it each student would download 80 MB.
    "LSTM_TEACH_IMDB": os.environ.get("LSTM_TEACH_IMDB", ""),
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Two threads each: with one per core, forty students would have forty times too many.
    "OMP_NUM_THREADS": "2",
    "TF_NUM_INTRAOP_THREADS": "2",
    "TF_NUM_INTEROP_THREADS": "2",
}
# A kernel that nobody has used for an hour ends, and its memory is free; the notebook stays.
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
    "--MappingKernelManager.cull_connected=True",
]
