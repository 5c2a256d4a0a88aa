"""`make run` and the CPU build of torch: stand-ins of 1 kB, an empty environment, no network."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pip
import pytest

import install_torch

ROOT = Path(__file__).resolve().parents[1]
STAMP = Path(".venv", ".run")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere pip's is a CPU build")


def wheel(folder, version):
    """A wheel of torch that holds nothing, in `folder`; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"torch-{version}-py3-none-any.whl"
    info = f"torch-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: torch\nVersion: {version}")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        file.writestr(f"{info}/RECORD", "")
    return path


class Server(ThreadingHTTPServer):
    """Answers what `pages` holds, path -> (status, bytes), and lists what it was asked for."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.pages, self.asked = {}, []

    def index(self, name, path):
        """An index `name` that offers one wheel; its address."""
        self.pages[f"/{name}/torch/"] = 200, f'<a href="{path.name}">{path.name}</a>'.encode()
        self.pages[f"/{name}/torch/{path.name}"] = 200, path.read_bytes()
        return f"{self.address}/{name}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(unquote(self.path))
        status, body = self.server.pages.get(unquote(self.path), (404, b""))
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing on the terminal."""


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Empty, but for the pip of this environment: installing one would take most of the time."""
    path = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", path], check=True)
    (packages,) = path.glob("lib/python*/site-packages")
    (packages / "pip").symlink_to(Path(pip.__file__).parent)
    return path


class Project:
    """A copy of what `make run` installs with, for an app that needs nothing but torch."""

    def __init__(self, folder, environment):
        self.folder = folder
        for name in "Makefile", "install_torch.py":
            shutil.copy(ROOT / name, folder)
        (folder / "requirements.txt").write_text("torch==2.13.0  # the networks\n")
        (folder / ".venv").symlink_to(environment)

    def run(self, *command, **variables):
        """The command, where nothing but `variables` is set for pip and make; None is not set."""
        variables |= {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull}
        # An address that nothing serves: no test may reach the network by mistake.
        nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_RETRIES": "0"}
        variables = nowhere | {"TORCH_INDEX_SECONDS": "300"} | variables
        variables = {name: value for name, value in variables.items() if value is not None}
        options = dict(cwd=self.folder, capture_output=True, text=True, timeout=300)
        return subprocess.run(command, env=variables, **options)

    def make(self, **variables):
        return self.run("make", STAMP, *(f"{k}={v}" for k, v in variables.items()))

    def script(self, **variables):
        return self.run(".venv/bin/python", "install_torch.py", **variables)

    @property
    def installed(self):
        return [path.name for path in self.folder.glob(".venv/lib/python*/site-packages/torch-*")]


@pytest.fixture
def project(tmp_path, environment):
    project = Project(tmp_path, environment)
    yield project
    (tmp_path / STAMP).unlink(missing_ok=True)
    for name in project.installed:
        shutil.rmtree(next(environment.glob(f"lib/python*/site-packages/{name}")))


def test_make_takes_the_pinned_version_from_a_folder_of_wheels(project):
    for version in "2.12.0+cpu", "2.13.0+cpu", "2.14.0+cpu":
        wheel(project.folder / "my wheels", version)
    done = project.make(TORCH_INDEX="my wheels")
    assert (done.returncode, done.stderr) == (0, "")
    said = "Fetching the CPU build of PyTorch from my wheels ..."
    assert done.stdout.splitlines()[1:] == [said]
    assert project.installed == ["torch-2.13.0+cpu.dist-info"]
    assert (project.folder / STAMP).exists()


def test_only_the_index_that_was_named_is_asked_for_torch(project, server, tmp_path):
    cpu = wheel(tmp_path / "wheels", "2.13.0+cpu")
    other = server.index("other", wheel(tmp_path / "wheels", "2.13.0+other"))
    named = server.index("named", cpu)
    usual = {"PIP_INDEX_URL": other, "PIP_EXTRA_INDEX_URL": other, "PIP_QUIET": "2"}
    done = project.script(TORCH_INDEX=named, **usual)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(server.asked) == {"/named/torch/", f"/named/torch/{cpu.name}"}
    assert project.installed == ["torch-2.13.0+cpu.dist-info"]


def test_nobody_is_asked_where_torch_is_at_hand_or_installed(project, server, tmp_path):
    wheel(tmp_path / "wheels", "2.13.0+cpu")
    for at_hand in {"PIP_FIND_LINKS": str(tmp_path / "wheels")}, {}:
        index = {"TORCH_INDEX": server.address, "PIP_INDEX_URL": server.address}
        done = project.script(**index, **at_hand)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert project.installed == ["torch-2.13.0+cpu.dist-info"]
    assert server.asked == []


def assert_plain_way(done):
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith(
        " could not be reached or has no torch==2.13.0 for this Python; "
        "taking pip's default build, which on Linux brings several GB."
    )


@pytest.mark.parametrize("answer", [(403, b"<h1>Forbidden</h1>"), (200, b"<h1>Sign in</h1>")])
def test_an_index_that_only_talks_is_one_sentence(project, server, answer):
    server.pages["/torch/"] = answer
    assert_plain_way(project.script(TORCH_INDEX=server.address))
    assert server.asked == ["/torch/"]


def test_an_index_that_never_answers_is_given_up_in_time(project):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://user:secret@127.0.0.1:{silent.getsockname()[1]}"
        patient = {"TORCH_INDEX_SECONDS": "1", "PIP_DEFAULT_TIMEOUT": "600"}
        done = project.script(TORCH_INDEX=address, **patient)
    assert_plain_way(done)
    assert "secret" not in done.stdout


def test_make_goes_the_plain_way_past_a_dead_address(project, server, tmp_path):
    usual = server.index("usual", wheel(tmp_path / "wheels", "2.13.0"))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert_plain_way(project.make(TORCH_INDEX=dead, PIP_INDEX_URL=usual))
    assert project.installed == ["torch-2.13.0.dist-info"]
    assert (project.folder / STAMP).exists()


def test_a_download_that_breaks_off_leaves_no_stamp(project, server, tmp_path):
    path = wheel(tmp_path / "wheels", "2.13.0+cpu")
    path.write_bytes(path.read_bytes()[:200])
    named = server.index("named", path)
    usual = server.index("usual", wheel(tmp_path / "wheels", "2.13.0"))
    done = project.make(TORCH_INDEX=named, PIP_INDEX_URL=usual)
    assert done.returncode == 2
    assert f"/named/torch/{path.name}" in server.asked
    assert "could not be installed: `make run` tries again" in done.stderr
    assert not [path for path in server.asked if path.startswith("/usual/")]
    assert project.installed == []
    assert not (project.folder / STAMP).exists()


def test_an_empty_address_asks_for_the_default_build(project):
    done = project.script(TORCH_INDEX="")
    assert done.returncode == 0
    assert done.stdout.startswith("TORCH_INDEX is empty: taking pip's default build")


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_the_default_build_is_left_to_pip(monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("asked pip"))
    assert install_torch.main() == 0


def test_a_place_is_a_page_of_an_index_or_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my wheels").mkdir()
    Path("index", "torch").mkdir(parents=True)
    here = {
        "https://some.where/whl/cpu": "https://some.where/whl/cpu/torch/",
        "http://some.where/cpu/": "http://some.where/cpu/torch/",
        "my wheels": f"{tmp_path}/my wheels",
        f"file://{tmp_path}/my%20wheels": f"{tmp_path}/my wheels",
        "index": f"{tmp_path}/index/torch",
        f"file://{tmp_path}/index/": f"{tmp_path}/index/torch",
    }
    assert {index: install_torch.place(index) for index in here} == here


def test_the_version_is_the_one_that_requirements_txt_pins():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert install_torch.pinned() in lines
