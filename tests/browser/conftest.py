"""A real JupyterLab and a real browser, both kept away from the user's own settings and from the network.

A test asks for `open_notebook`, gives it a notebook's name, and gets an `OpenNotebook` to run and to look at. At the end of
each test the requests it made are checked: not one may leave this machine.
"""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SETTINGS = {
    "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false", "doNotDisturbMode": True},
    # All cells stay in the page, so that a test can look at any of them.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
# Run All marks every code cell [*] at once; an error takes the mark from the cells that will not run.
FINISHED = """() => {
    const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
    const prompts = [...panel.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent);
    return prompts.some(text => /^\\[\\d+\\]/.test(text)) && !prompts.some(text => text.startsWith('[*]'));
}"""


def find_browser() -> str | None:
    """Path of Chromium or Chrome: the CHROMIUM variable, the search path, the usual places."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, names), *PLACES]
    return next((path for path in candidates if path and Path(path).is_file()), None)


@dataclass
class Lab:
    """A running JupyterLab: its address, its token, the copy of the notebooks it serves, its log."""

    url: str
    token: str
    folder: Path
    log: Path


@dataclass
class OpenNotebook:
    """A notebook open in the browser; `panel` is where locators should look."""

    page: Page
    path: Path
    panel: Locator

    def cells(self) -> list[dict]:
        """The notebook's cells as they lie on disk."""
        return json.loads(self.path.read_text(encoding="utf-8"))["cells"]

    def run_all(self, seconds: int = 180) -> None:
        """Run every cell, wait until the last one or an error has ended the run, and save."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(FINISHED, timeout=seconds * 1000)
        self.save()

    def save(self) -> None:
        """Save, and wait until the file on disk has changed."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Control+S" if sys.platform != "darwin" else "Meta+S")
        for _ in range(100):
            if self.path.stat().st_mtime_ns != before and self._is_whole():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.path.name} was not saved within ten seconds")

    def _is_whole(self) -> bool:
        """Whether the file can be read: JupyterLab empties it before it writes."""
        try:
            self.cells()
        except ValueError:
            return False
        return True

    def errors(self) -> list[str]:
        """The errors among the outputs of the saved notebook."""
        outputs = [output for cell in self.cells() for output in cell.get("outputs", [])]
        return [f"{each['ename']}: {each['evalue']}" for each in outputs if each["output_type"] == "error"]

    def outputs(self) -> Locator:
        """All output areas that the reader sees."""
        return self.panel.locator(".jp-OutputArea-output")

    def press(self, slider: int, key: str) -> None:
        """Press a key on one of the sliders, counted from 0 down the notebook."""
        handle = self.outputs().get_by_role("slider").nth(slider)
        handle.scroll_into_view_if_needed()
        handle.focus()
        self.page.keyboard.press(key)

    def commit_guess(self) -> None:
        """Commit the guess of the notebook's prediction."""
        commit = self.outputs().get_by_role("button", name="Commit my guess")
        commit.scroll_into_view_if_needed()
        commit.click()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = find_browser()
    if path is None:
        message = "no Chromium or Chrome found: install one, or set CHROMIUM to its path"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(f"BROWSER TESTS DID NOT RUN: {message}")
    return {**browser_type_launch_args, "executable_path": path, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1280, "height": 1000}}


@pytest.fixture(scope="session")
def lab(tmp_path_factory, browser_type_launch_args):
    """JupyterLab on a copy of notebooks/, with settings of its own."""
    root = tmp_path_factory.mktemp("lab")
    folder = root / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for plugin, setting in SETTINGS.items():
        file = root / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(setting), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), folder, root / "lab.log")
    with running.log.open("w") as log:
        server = subprocess.Popen(_command(running, port), env=_environment(root), stdout=log, stderr=log)
    try:
        _wait_until_up(running, server)
        yield running
    finally:
        server.terminate()
        server.wait(20)


def _command(running, port):
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={running.token}",
        f"--ServerApp.root_dir={running.folder}",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


def _environment(root):
    return {
        **os.environ,
        "JUPYTERLAB_SETTINGS_DIR": str(root / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(root / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(root / "config"),
        "JUPYTER_RUNTIME_DIR": str(root / "runtime"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(root / "ipython"),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
    }


def _wait_until_up(running, server):
    deadline = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(f"{running.url}/api?token={running.token}", timeout=2).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"JupyterLab did not start:\n{running.log.read_text()}") from None
            time.sleep(0.2)


@pytest.fixture
def open_notebook(lab, page):
    """A function that opens a notebook of the lab by its name; afterwards, proof that no request left this machine."""
    local = (lab.url, lab.url.replace("http", "ws", 1), "data:", "blob:")
    outside, crashes = [], []
    page.on("request", lambda request: None if request.url.startswith(local) else outside.append(request.url))
    page.on("websocket", lambda socket: None if socket.url.startswith(local) else outside.append(socket.url))
    page.on("pageerror", lambda error: crashes.append(str(error)))

    def open_one(name: str) -> OpenNotebook:
        page.goto(f"{lab.url}/lab/tree/{name}?reset&token={lab.token}")
        # Only the status bar tells that the kernel is there; before, Run All would ask for one.
        status = page.locator(".jp-StatusBar-TextItem", has_text=re.compile(r"\| Idle$"))
        expect(status).to_be_visible(timeout=60_000)
        return OpenNotebook(page, lab.folder / name, page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)"))

    yield open_one
    assert outside == [], "the page asked for something outside this machine"
    assert crashes == [], "a script in the page crashed"
