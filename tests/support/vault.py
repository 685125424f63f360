"""A throw-away vault for tests and benchmarks: starts `rookery dev --json`, speaks to it over TLS, ends
it. Standard library only. A Client belongs to one thread."""

import http.client
import json
import os
import pathlib
import signal
import ssl
import subprocess
import tempfile
import threading
import urllib.parse

READY_SECONDS = 60
API = "/api/data/v9.2/"
SECRETS = "msdyn_octwitterhandlesecrets"
TOKEN = "msdyn_useraccesstoken"
TOKEN_SECRET = "msdyn_useraccesstokensecret"


class Failed(Exception):
    """What was tried did not happen; the text says what came instead."""


class Vault:
    """One running `rookery dev`."""

    def __init__(self, binary, data=None, more=()):
        self.binary = str(binary)
        command = [self.binary, "dev", "--json", "--listen", "127.0.0.1:0", *more]
        if data is not None:
            command += ["--data", str(data)]
        self._errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors
        )
        # A start that hangs is killed, so that the read below ends.
        watch = threading.Timer(READY_SECONDS, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        try:
            self.facts = json.loads(line)
        except ValueError:
            self.process.wait()
            raise Failed(
                f"{' '.join(command)} did not start (exit {self.process.returncode}): "
                f"{line!r} {self.errors()}"
            ) from None
        self.data = pathlib.Path(self.facts["data"])
        self.ca = self.facts["ca"]
        self.tokens = self.facts["tokens"]
        self.users = self.facts["users"]
        address = urllib.parse.urlsplit(self.facts["url"])
        self.host, self.port = address.hostname, address.port
        self.tls = ssl.create_default_context(cafile=self.ca)

    def client(self, who):
        return Client(self, self.tokens[who])

    def errors(self):
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")

    def running(self):
        return self.process.poll() is None

    def kill(self):
        """As a power cut for the process: no handler runs."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """As `systemctl stop`. The exit code must be 0."""
        self.process.send_signal(signal.SIGTERM)
        try:
            rest = self.process.stdout.read()
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed("rookery dev did not end within 30 s of SIGTERM") from None
        self.process.stdout.close()
        if self.process.returncode != 0:
            raise Failed(f"rookery dev ended with {self.process.returncode}: {self.errors()}")
        return rest.decode(errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.running():
            self.kill()
        self._errors.close()


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def log_index(self):
        """Of the request's first entry on the log, from the header Audit-Log: <origin>/<index>."""
        value = self.headers.get("Audit-Log")
        return None if value is None else int(value.rsplit("/", 1)[1])

    def entity_id(self):
        """The GUID in OData-EntityId."""
        return self.headers["OData-EntityId"].rsplit("(", 1)[1].rstrip(")")

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


class Client:
    """One kept-alive connection with one token."""

    def __init__(self, vault, token):
        self._vault = vault
        self._token = token
        self._connection = None

    def send(self, method, path, body=None, headers=None):
        """Never repeats a request: whether a lost one was done is for the caller to find out.
        Raises OSError or http.client.HTTPException when there was no whole answer."""
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(
                self._vault.host, self._vault.port, context=self._vault.tls, timeout=30
            )
        target = path if path.startswith("/") else API + path
        all_headers = {"Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"}
        if self._token is not None:
            all_headers["Authorization"] = "Bearer " + self._token
        if body is not None:
            all_headers["Content-Type"] = "application/json"
        all_headers.update(headers or {})
        try:
            self._connection.request(
                method, target, None if body is None else json.dumps(body), all_headers
            )
            response = self._connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def expect(self, status, method, path, body=None, headers=None):
        answer = self.send(method, path, body, headers)
        wanted = status if isinstance(status, tuple) else (status,)
        if answer.status not in wanted:
            raise Failed(f"{method} {path}: {answer}, not {wanted}")
        return answer

    def create(self, table_set, row):
        return self.expect(204, "POST", table_set, row).entity_id()

    def retrieve(self, record, unmasked=True, select=(TOKEN, TOKEN_SECRET)):
        query = f"{SECRETS}({record})?$select={','.join(select)}"
        return self.send("GET", query + ("&UnMaskedData=true" if unmasked else ""))

    def all_rows(self, path, page=1000):
        """Follows @odata.nextLink to the end."""
        rows = []
        while path:
            answer = self.expect(200, "GET", path, headers={"Prefer": f"odata.maxpagesize={page}"}).json()
            rows += answer["value"]
            link = answer.get("@odata.nextLink")
            path = link and urllib.parse.urlsplit(link)._replace(scheme="", netloc="").geturl()
        return rows

    def log(self, **parameters):
        """Entries of the audit log that fit, oldest first. Keys: record, actor, since, down_to (an
        index: nothing below it)."""
        down_to = parameters.pop("down_to", 0)
        alias = {"record": "@r", "actor": "@a", "since": "@s"}
        query = "".join(f"&{alias[name]}={value}" for name, value in parameters.items())
        entries, below = [], None
        while below is None or below > down_to:
            path = "rky_RetrieveAuditEvents?@t=200" + query
            page = self.expect(200, "GET", path if below is None else f"{path}&@b={below}").json()
            entries += page["Events"]
            below = page["NextBelow"]
            if below is None:
                break
        return [entry for entry in reversed(entries) if entry["Index"] >= down_to]

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def run(binary, *arguments, environment=None, expect=0, standard_input=None):
    """Runs a subcommand to its end; its standard output. Failed unless it ends with `expect`."""
    done = subprocess.run(
        [str(binary), *map(str, arguments)],
        capture_output=True, text=True, input=standard_input, check=False,
        stdin=subprocess.DEVNULL if standard_input is None else None,
        env={**os.environ, **(environment or {})}, timeout=600,
    )
    if expect is not None and done.returncode != expect:
        raise Failed(
            f"rookery {' '.join(map(str, arguments))}: exit {done.returncode}, not {expect}\n"
            f"{done.stdout}{done.stderr}"
        )
    return done


def token_file(folder, token):
    """A private file with the token, for commands and wrk."""
    path = pathlib.Path(folder) / "token"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token + "\n")
    return path


def environment_for(vault, folder, who):
    """What `rookery` commands need to speak to the vault as this user."""
    return {
        "ROOKERY_URL": vault.facts["url"],
        "ROOKERY_CA": vault.ca,
        "ROOKERY_TOKEN_FILE": str(token_file(folder, vault.tokens[who])),
    }
