"""Throw-away vaults for tests and benchmarks: `rookery dev --json` (Vault), and a real one by `rookery
init` and `rookery serve` (Serve). Starts them, speaks to them over TLS, ends them. Standard library only.
A Client belongs to one thread."""

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


class Serve:
    """A production vault in `folder`, made by `rookery init`, and `rookery serve` on it. `more` is text for the end of
    its configuration. Users and teams are made over the API, as an operator does."""

    descriptors = ()  # that the server inherits besides the usual

    def __init__(self, binary, folder, more=""):
        self.binary = str(binary)
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "vault"
        self.users, self.teams = {}, {}
        self.tokens = _Tokens(self)
        self.process = None
        self.variables = {}  # of the server's environment, besides the test's own
        self._admin_token = self.folder / "admin.token"
        self.key = self.folder / "root.key"
        made = json.loads(run(
            binary, "init", "--data", self.data, "--key-file", self.key, "--admin", "ada@example.com",
            "--admin-token-file", self._admin_token, "--allow-swap", "--allow-unlocked", "--json").stdout)
        self.ca = made["ca"]
        self.log_key = made["log_verifier_key"]
        self.tls = ssl.create_default_context(cafile=self.ca)
        self.tokens["admin"] = self._admin_token.read_text(encoding="ascii").strip()
        self.users["admin"] = made["admin"]["id"]
        self.configure(more)
        self.start()

    def configure(self, more):
        """For the next start."""
        self.config = self.folder / "rookery.toml"
        self.config.write_text(
            f'data = "{self.data}"\n[server]\nlisten = "127.0.0.1:0"\n[unseal]\nkey_file = "{self.key}"\n'
            f'[memory]\nallow_swap = true\nallow_unlocked = true\n[log]\nformat = "json"\n{more}', encoding="utf-8")

    def start(self):
        self.lines = []  # what it says about itself, without end: read by a thread, so that it never waits
        self.process = subprocess.Popen(
            [self.binary, "serve", "--config", str(self.config)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **self.variables},
            pass_fds=self.descriptors)
        ready = threading.Event()

        def listen():
            for line in self.process.stderr:
                self.lines.append(line)
                if '"serving"' in line:
                    self.url = json.loads(line)["url"]
                    self.facts = {"url": self.url}
                    ready.set()
            ready.set()

        self._listener = threading.Thread(target=listen, daemon=True)
        self._listener.start()
        if not ready.wait(READY_SECONDS) or not any('"serving"' in line for line in self.lines):
            self.process.kill()
            self.process.wait()
            raise Failed(f"rookery serve did not start: {''.join(self.lines)}")
        address = urllib.parse.urlsplit(self.url)
        self.host, self.port = address.hostname, address.port

    def client(self, who="admin"):
        return Client(self, self.tokens[who])

    def user(self, name, roles=(), profiles=(), **columns):
        """A new user, known as `name`. The token comes when it is first asked for, after all rights: whoever made one
        gives that user nothing more."""
        admin = self.client()
        domain = f"{name}@example.com"
        self.users[name] = user = admin.create("systemusers", {
            "domainname": domain, "firstname": name, "internalemailaddress": domain, **columns})
        for role in roles:
            self._give(admin, f"systemusers({user})/systemuserroles_association", "roles", role)
        for profile in profiles:
            self._give(admin, f"systemusers({user})/systemuserprofiles_association", "fieldsecurityprofiles", profile)
        admin.close()
        return user

    def team(self, name, members=(), roles=(), **columns):
        admin = self.client()
        self.teams[name] = team = admin.create("teams", {"name": name, **columns})
        for member in members:
            admin.expect(204, "POST", f"teams({team})/teammembership_association/$ref",
                         {"@odata.id": f"systemusers({self.users[member]})"})
        for role in roles:
            self._give(admin, f"teams({team})/teamroles_association", "roles", role)
        admin.close()
        return team

    @staticmethod
    def _give(admin, collection, table_set, name):
        found = next(row for row in admin.all_rows(f"{table_set}?$select=name") if row["name"] == name)
        key = {"roles": "roleid", "fieldsecurityprofiles": "fieldsecurityprofileid"}[table_set]
        admin.expect(204, "POST", collection + "/$ref", {"@odata.id": f"{table_set}({found[key]})"})

    def environment(self, who="admin"):
        """What `rookery` commands need to speak to it as this user."""
        folder = self.folder / f"token-of-{who}"
        folder.mkdir(exist_ok=True)
        return {"ROOKERY_URL": self.url, "ROOKERY_CA": self.ca,
                "ROOKERY_TOKEN_FILE": str(token_file(folder, self.tokens[who]))}

    def running(self):
        return self.process.poll() is None

    def kill(self):
        """As a power cut for the process: no handler runs."""
        self.process.kill()
        self._ended()

    def stop(self):
        """As `systemctl stop`. The exit code must be 0."""
        self.process.send_signal(signal.SIGTERM)
        self._ended()
        if self.process.returncode != 0:
            raise Failed(f"rookery serve ended with {self.process.returncode}: {''.join(self.lines[-20:])}")

    def _ended(self):
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed("rookery serve did not end within 30 s of SIGTERM") from None
        self._listener.join()
        self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None and self.running():
            self.kill()


class _Tokens(dict):
    """Of the users of a Serve, made as its administrator."""

    def __init__(self, vault):
        super().__init__()
        self._vault = vault

    def __missing__(self, name):
        admin = self._vault.client()
        self[name] = admin.expect(200, "POST", "rky_CreateCredential", {
            "UserId": self._vault.users[name], "Name": "test", "LifetimeSeconds": 86400}).json()["Token"]
        admin.close()
        return self[name]


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def request_id(self):
        """CorrelationId of the request's entries on the log."""
        return self.headers["REQ_ID"]

    def log_index(self):
        """Of the request's first entry on the log, from the header Audit-Log: <origin>/<index>; None of a refusal."""
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
                method, target, body if body is None or isinstance(body, bytes) else json.dumps(body), all_headers
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


def run(binary, *arguments, environment=None, expect=0, standard_input=None, timeout=600):
    """Runs a subcommand to its end, of at most so many seconds; its standard output. Failed unless it ends with `expect`."""
    done = subprocess.run(
        [str(binary), *map(str, arguments)],
        capture_output=True, text=True, input=standard_input, check=False,
        stdin=subprocess.DEVNULL if standard_input is None else None,
        env={**os.environ, **(environment or {})}, timeout=timeout,
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
