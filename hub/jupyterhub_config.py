"""A JupyterHub for a class: .venv/bin/python -m jupyterhub -f hub/jupyterhub_config.py

Run it as root, in a folder of its own: it keeps its database there, and the secret of its cookies.
exercises/README.md says what comes before.
"""
import sys
from pathlib import Path

HUB = Path(__file__).resolve().parent
config = get_config()  # noqa: F821 (JupyterHub defines it)

# This machine only. For a class, put a web server with a certificate in front of it (Caddy, nginx).
config.JupyterHub.bind_url = 'http://127.0.0.1:8000'
config.Authenticator.allow_all = True       # whoever has an account here signs in with its password
config.ConfigurableHTTPProxy.command = f'{sys.prefix}/bin/configurable-http-proxy'
# -I: what a student has called random.py does not keep their server from starting
config.Spawner.cmd = [sys.executable, '-I', '-m', 'course.own_folder',
                      '-I', '-m', 'jupyterhub.singleuser']
config.Spawner.default_url = '/lab/tree/transfer_learning'
config.Spawner.start_timeout = config.Spawner.http_timeout = 300     # seconds: all begin at once
config.Spawner.environment = {
    'JUPYTER_CONFIG_PATH': str(HUB),        # nbgrader_config.py, for students
    'JUPYTER_PREFER_ENV_PATH': '1',         # the kernel of this environment, not one of their own
    'COURSE_THREADS': '2',                  # the cores that each may use: others work here too
}
