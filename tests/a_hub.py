"""The hub of hub/jupyterhub_config.py on loopback, with a teacher and students who exist only in
its mount namespace, one read-only course, and a copy of the teacher's own."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import requests
import websocket

from course import ROOT

USERS = {'teacher': 4101, 'ada': 4102, 'bo': 4103, 'cy': 4104}
PASSWORD = 'transfer'
NO_SOLUTIONS = '/exercises/source/', '/lessons/answers/', '/tests/'
SERVERS, COMMANDS = 600, 1800    # seconds that a server may take to start, and a command to run
# $1: what is made for the test. $2: the Python that is tested. $3: its environment. $4: a folder on
# the way to that Python that is closed to others, such as /root, or nothing.
NAMESPACE = """set -e
place=$1 python=$2 environment=$3 closed=$4; shift 4
for name in passwd group shadow; do mount --bind $place/etc/$name /etc/$name; done
mount -t tmpfs -o mode=755 none /usr/local/share
mkdir -p /usr/local/share/nbgrader/exchange; chmod ugo+rwx /usr/local/share/nbgrader/exchange
for course in $place/srv/course $place/home/teacher/course; do
    mount --bind "$environment" $course/.venv; mount -o remount,bind,ro $course/.venv
done
if [ -n "$closed" ]; then
    mount --bind "$python" $place/python; mount -t tmpfs -o mode=755 none "$closed"
    mkdir -p "$python"; mount --move $place/python "$python"
fi
cd $place/hub; umask 077; course=$place/srv/course
exec $course/.venv/bin/python -m jupyterhub -f $course/hub/jupyterhub_config.py "$@"
"""


def closed_to_others(path):
    """The first folder on the way to `path` that others cannot enter; '' if none."""
    return next((str(folder) for folder in reversed(Path(path).parents)
                 if not folder.stat().st_mode & 1), '')


def obstacle():
    """Why there can be no such hub here; '' if there can."""
    if not os.path.exists(f'{sys.prefix}/bin/configurable-http-proxy'):
        return 'its proxy is not installed: requirements-hub.txt says how'
    if os.name != 'posix' or os.geteuid():
        return 'only root can start servers for other users'
    if subprocess.run(['unshare', '--mount', 'true'], capture_output=True).returncode:
        return 'no mount namespaces here'
    if closed_to_others(sys.prefix) and not closed_to_others(sys.base_prefix):
        return f'{closed_to_others(sys.prefix)} is closed to others'
    return ''


class Hub:
    """`with Hub() as hub:` hub.user('ada') is her, signed in. hub.place: a folder with srv/course,
    home/<user> and hub/log."""

    def __enter__(self):
        self.place = Path(tempfile.mkdtemp(prefix='hub_'))
        self.place.chmod(0o755)
        for folder in 'etc', 'srv', 'home', 'hub', 'python':
            (self.place / folder).mkdir()
        write_accounts(self.place)
        self.course = self.place / 'srv/course'
        copy_course(self.course, NO_SOLUTIONS)
        subprocess.run(['chmod', '-R', 'a+rX,go-w', self.course], check=True)
        for name, uid in USERS.items():
            home = self.place / 'home' / name
            home.mkdir(mode=0o700)
            (home / 'random.py').write_text('raise ImportError("not the random of Python")')
            os.chown(home, uid, uid)
        copy_course(self.place / 'home/teacher/course', ())
        subprocess.run(['chown', '-R', '4101:4101', self.place / 'home/teacher'], check=True)
        port, *others = free_ports(3)
        self.address = f'http://127.0.0.1:{port}'
        closed = closed_to_others(sys.base_prefix)
        self.log = open(self.place / 'hub/log', 'w')
        self.process = subprocess.Popen(
            ['unshare', '--mount', 'sh', '-c', NAMESPACE, 'sh', self.place, sys.base_prefix,
             sys.prefix, closed, f'--JupyterHub.bind_url={self.address}',
             f'--JupyterHub.hub_port={others[0]}',
             f'--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{others[1]}',
             '--JupyterHub.cleanup_servers=True'],
            stdout=self.log, stderr=self.log)
        try:
            wait_for(f'{self.address}/hub/api', self.process)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        if exception and exception[0]:
            print((self.place / 'hub/log').read_text()[-6000:])
        shutil.rmtree(self.place, ignore_errors=True)

    def user(self, name):
        return User(self.address, name)


class User:
    """A user of a hub whose server runs, and what they do over HTTP. Raises requests.HTTPError."""

    def __init__(self, hub, name):
        self.name, self.web = name, requests.Session()
        page = self.web.get(f'{hub}/hub/login')
        page = self.web.post(f'{hub}/hub/login', data={
            'username': name, 'password': PASSWORD, '_xsrf': self.web.cookies['_xsrf']})
        page.raise_for_status()
        made = self.web.post(f'{hub}/hub/api/users/{name}/tokens', json={}, headers={
            'X-XSRFToken': self.web.cookies.get('_xsrf', path='/hub/'), 'Referer': f'{hub}/hub/'})
        made.raise_for_status()
        self.headers = {'Authorization': f'token {made.json()["token"]}'}
        self.server = f'{hub}/user/{name}'
        self.web = requests.Session()
        self.web.headers.update(self.headers)
        until = time.monotonic() + SERVERS
        while not self.web.get(f'{hub}/hub/api/users/{name}').json()['server']:
            assert time.monotonic() < until, f'the server of {name} did not start'
            time.sleep(0.3)

    def get(self, path, **params):
        answer = self.web.get(f'{self.server}/{path}', params=params)
        answer.raise_for_status()
        return answer.json()

    def post(self, path, **fields):
        answer = self.web.post(f'{self.server}/{path}', data=fields)
        answer.raise_for_status()
        return answer.json()

    def assignments(self):
        """{name: what nbgrader's Assignments tab knows of it}; the last one of a name."""
        listed = self.get('assignments', course_id='transfer_learning')
        assert listed['success'], listed
        return {one['assignment_id']: one for one in listed['value']}

    def assignment(self, action, exercise):
        """Press one of its buttons: 'fetch', 'submit' or 'fetch_feedback'."""
        done = self.post(f'assignments/{action}', assignment_id=exercise,
                         course_id='transfer_learning')
        assert done['success'], done

    def notebook(self, path):
        return self.get(f'api/contents/{path}', type='notebook')['content']

    def save(self, path, notebook):
        self.web.put(f'{self.server}/api/contents/{path}', json={
            'type': 'notebook', 'content': notebook}).raise_for_status()

    def run(self, *cells, folder=''):
        """What code prints, cell after cell, in a kernel that is started in a folder of the home.
        An error is an AssertionError with all of it."""
        started = self.web.post(f'{self.server}/api/sessions', json={
            'path': f'{folder}/{uuid.uuid4()}.ipynb', 'type': 'notebook', 'name': '',
            'kernel': {'name': 'python3'}})
        started.raise_for_status()
        kernel = started.json()['kernel']['id']
        line = websocket.create_connection(
            f'ws{self.server[4:]}/api/kernels/{kernel}/channels', timeout=COMMANDS,
            header=[f'Authorization: {self.headers["Authorization"]}'])
        try:
            return ''.join(execute(line, cell) for cell in cells)
        finally:
            line.close()
            self.web.delete(f'{self.server}/api/sessions/{started.json()["id"]}')


def execute(line, code):
    """What a cell prints; `line` is the channel of its kernel."""
    number, said = str(uuid.uuid4()), ''
    line.send(json.dumps({
        'channel': 'shell', 'metadata': {}, 'parent_header': {},
        'header': {'msg_id': number, 'msg_type': 'execute_request', 'version': '5.3',
                   'session': number, 'username': ''},
        'content': {'code': code, 'silent': False, 'store_history': True}}))
    while True:
        message = json.loads(line.recv())
        if message['parent_header'].get('msg_id') != number:
            continue
        content = message['content']
        said += content.get('text', '') if message['msg_type'] == 'stream' else ''
        if message['msg_type'] == 'execute_reply':
            trace = '\n'.join(content.get('traceback', ()))
            assert content['status'] == 'ok', f'{code}\n{said}\n{trace}'
            return said


def write_accounts(place):
    """passwd, group and shadow: this machine's, and USERS."""
    hashed = subprocess.check_output(['openssl', 'passwd', '-6', PASSWORD], text=True).strip()
    lines = {
        'passwd': lambda name, uid: f'{name}:x:{uid}:{uid}::{place}/home/{name}:/bin/sh',
        'group': lambda name, uid: f'{name}:x:{uid}:',
        'shadow': lambda name, uid: f'{name}:{hashed}:19000:0:99999:7:::'}
    for file, line in lines.items():
        (place / 'etc' / file).write_text(Path('/etc', file).read_text() + ''.join(
            f'{line(name, uid)}\n' for name, uid in USERS.items()))
        shutil.copymode(f'/etc/{file}', place / 'etc' / file)


def copy_course(folder, without):
    """The files of the course that are in git, but for some folders, and an empty .venv."""
    for name in subprocess.check_output(['git', 'ls-files', '-co', '--exclude-standard'], cwd=ROOT,
                                        text=True).splitlines():
        if not f'/{name}'.startswith(without or ('//',)) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    (folder / '.venv').mkdir()


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for one in sockets:
        one.bind(('127.0.0.1', 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for(address, process):
    for _ in range(300):
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.ConnectionError:
            assert process.poll() is None, 'the hub ended'
        time.sleep(0.2)
    raise AssertionError(f'{address} does not answer')
