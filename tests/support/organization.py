"""The organization of the sync for tests: starts tests/organization/organization.mjs, steers it, and searches what it
recorded. Standard library only."""

import json
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request

from spellings import spellings
from vault import Failed

SCRIPT = pathlib.Path(__file__).resolve().parents[1] / "organization" / "organization.mjs"
READY_SECONDS = 60


class Organization:
    """One running organization; `facts` is the line it printed."""

    def __init__(self, folder=None):
        self._own = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="rookery-organization-"))
        self._errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            ["node", str(SCRIPT), str(self.folder / "organization")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors)
        watch = threading.Timer(READY_SECONDS, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        try:
            self.facts = json.loads(line)
        except ValueError:
            self.process.wait()
            raise Failed(f"the organization did not start: {line!r} {self.errors()}\n"
                         "is tests/organization/node_modules there? scripts/install-dependencies makes it") from None
        self.secret = pathlib.Path(self.facts["client_secret_file"]).read_text(encoding="ascii").strip()

    def errors(self):
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")

    def order(self, method, path, body=None):
        request = urllib.request.Request(
            self.facts["control"] + path, method=method, data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Failed(f"{method} {path}: {error.read().decode()}") from None

    def faults(self, **plan):
        self.order("POST", "/faults", plan)

    def calm(self):
        self.order("POST", "/calm")

    def counts(self):
        return self.order("GET", "/facts")

    def rows(self):
        """{set: {id: row}}"""
        return self.order("GET", "/rows")

    def journal(self, start=0):
        return self.order("GET", f"/journal?from={start}")

    def options(self):
        """What a [sync] section must say to lead here."""
        return {"url": self.facts["url"], "authorities": [self.facts["authority"]], "client_id": self.facts["client_id"],
                "client_secret_file": self.facts["client_secret_file"], "ca_file": self.facts["ca"]}

    def configuration(self, **more):
        """The [sync] section; a member with the value None is left out."""
        options = {**self.options(), **more}
        # A JSON text, number or list of texts is the same in TOML.
        return "[sync]\n" + "".join(
            f"{name} = {json.dumps(value)}\n" for name, value in options.items() if value is not None)

    def recorded(self):
        """(file name, bytes) of each connection and direction so far."""
        for path in sorted(pathlib.Path(self.facts["recording"]).iterdir()):
            yield path.name, path.read_bytes()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()
        self.process.stdin.close()
        self._errors.close()
        if self._own:
            shutil.rmtree(self.folder)


def leaks(recorded, texts, allowed=lambda name: False):
    """Names of the recordings that hold one of the texts and may not."""
    needles = [needle for text in texts for needle in spellings(text)]
    return [name for name, data in recorded if not allowed(name) and any(needle in data for needle in needles)]
