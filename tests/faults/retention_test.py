"""retention_test.py ROOKERY [--records N] [--seed S]

Records are retained, brought back, retained again and purged in the background, while readers ask for their tokens and the
server is killed with kill -9 in the middle of each. Nothing is lost: each record is where it must be, and after the roll back
its token is the one that it had. Nothing is revealed: once it is known that a record is retained no answer shows its token.
Progress never goes back, over the kills too. At the end the whole store verifies, and so does the log."""

import argparse
import http.client
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import SECRETS, TOKEN, Failed, Serve, run  # noqa: E402

TABLE = SECRETS[:-1]
MEMORY = ("--allow-swap", "--allow-unlocked")
READERS = 3
AT_ONCE = 250
SUCCEEDED, COMPLETED = 30, 3


def fetch(source=""):
    where = f" datasource='{source}'" if source else ""
    return f"<fetch{where}><entity name='{TABLE}'><attribute name='{TABLE}id'/></entity></fetch>"


def quoted(text):
    return "".join(c if c.isalnum() else f"%{ord(c):02X}" for c in text)


class Reader(threading.Thread):
    """Asks for tokens until it is told to stop; what was begun after all records were known to be retained shows none."""

    def __init__(self, scene, seed):
        super().__init__(daemon=True)
        self.scene, self.random = scene, random.Random(seed)
        self.asked, self.shown, self.problem = 0, 0, None

    def run(self):
        while not self.scene.over.is_set():
            try:
                client = self.scene.client("writer")
                while not self.scene.over.is_set():
                    self.one(client)
            except (OSError, http.client.HTTPException, KeyError, AttributeError):
                self.scene.over.wait(0.05)  # between two servers
            except Exception as problem:  # reported by the main thread
                self.problem = f"{type(problem).__name__}: {problem}"
                return

    def one(self, client):
        record = self.random.choice(self.scene.ids)
        retained = self.scene.retained
        answer = client.retrieve(record, select=(TOKEN,))
        self.asked += 1
        if answer.status == 200:
            if retained and self.scene.retained == retained:
                raise Failed(f"{record} was retained, and is shown: {answer}")
            if answer.json()[TOKEN] != self.scene.tokens_of[record]:
                raise Failed(f"{record} shows another token: {answer}")
            self.shown += 1
        elif answer.status not in (404, 503):
            raise Failed(f"{record}: {answer}")


class Scene(Serve):
    def __init__(self, binary, folder, choice):
        self.choice = choice
        self.tokens_of, self.ids = {}, []
        self.over, self.retained = threading.Event(), 0  # retained: a number of its own each time that all are known to be
        super().__init__(binary, folder, "[jobs]\nshare_percent = 100\n[retention]\nenabled = true\n")

    def people(self):
        """Who brings tokens back made nobody's credential that reads them: his own comes from the root key."""
        self.user("writer", roles=["Rookery Importer"],
                  profiles=["Rookery token writer", "Rookery Agent unmask one record"])
        self.user("sam", roles=["System Administrator", "Rookery Security Administrator"])
        self.stop()
        out = self.folder / "sam.token"
        run(self.binary, "token", "create", "--data", self.data, "--key-file", self.key, "--user", "sam@example.com",
            "--name", "first", "--lifetime", "24h", "--out", out, *MEMORY)
        self.tokens["sam"] = out.read_text(encoding="ascii").strip()
        self.start()

    def fill(self, count):
        writer = self.client("writer")
        for first in range(0, count, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, count))
            made = writer.expect(200, "POST", f"{SECRETS}/Microsoft.Dynamics.CRM.CreateMultiple", {"Targets": [
                {"@odata.type": f"Microsoft.Dynamics.CRM.{TABLE}", "msdyn_name": f"record {number}",
                 TOKEN: f"token-{number}"} for number in numbers]}).json()["Ids"]
            self.tokens_of.update(zip(made, (f"token-{number}" for number in numbers)))
        self.ids = list(self.tokens_of)
        writer.close()

    def count(self, source=""):
        sam = self.client("sam")
        rows = sam.all_rows(f"{SECRETS}?fetchXml={quoted(fetch(source))}", 5000)
        sam.close()
        return len({row[f"{TABLE}id"] for row in rows})

    def progress(self, client):
        account = client.expect(200, "GET", f"retentionoperations({self.operation})").json()
        job = client.expect(200, "GET", f"asyncoperations({self.job})?$select=rky_done,statecode").json()
        done = account["retentioncount"] + account["failedcount"]
        if done < self.seen[0] or (job["rky_done"] or 0) < self.seen[1]:
            raise Failed(f"progress went back from {self.seen}: {account} {job}")
        self.seen = done, job["rky_done"] or 0
        return account, job

    def go(self, action):
        """A run, with one kill somewhere in its middle, to its end."""
        sam = self.client("sam")
        started = sam.expect(200, "POST", action, {"FetchXml": fetch()}).json()
        self.operation, self.job, self.seen = started["OperationId"], started["JobId"], (0, 0)
        kill_at = self.choice.randrange(len(self.ids) // 4, 3 * len(self.ids) // 4)
        while True:
            account, job = self.progress(sam)
            if kill_at is not None and account["retentioncount"] >= kill_at:
                sam.close()
                self.kill_and_start()
                sam, kill_at = self.client("sam"), None
            if job["statecode"] == COMPLETED:
                break
        account, _ = self.progress(sam)  # as it stands after the end
        sam.close()
        if kill_at is not None:
            raise Failed("the run was over before it was killed")
        # What was done when it was killed, and not yet said, is counted once at most.
        if account["statuscode"] != SUCCEEDED or account["failedcount"] != 0:
            raise Failed(f"{action} ended otherwise: {account}")
        if not len(self.ids) - 20 <= account["retentioncount"] <= len(self.ids):
            raise Failed(f"{action} counted otherwise: {account}")

    def kill_and_start(self):
        self.kill()
        self.start()

    def where(self, live, retained):
        found = self.count(), self.count("retained")
        if found != (live, retained):
            raise Failed(f"there are {found[0]} records and {found[1]} retained ones, not {live} and {retained}")

    def purge(self):
        sam = self.client("sam")
        ended, kill_at, more = 0, self.choice.randrange(len(self.ids) // 4, 3 * len(self.ids) // 4), True
        while more:
            answer = sam.expect(200, "POST", "PurgeRetainedContent",
                                {"PageSize": 50, "MaxVersionToPurge": 2**62}).json()
            ended += sum(answer["EntityCountCollection"]["Values"])
            more = answer["HasMoreRecords"]
            if kill_at is not None and ended >= kill_at:
                sam.close()
                self.kill_and_start()
                sam, kill_at = self.client("sam"), None
        sam.close()
        if ended != len(self.ids):
            raise Failed(f"{ended} records were purged")

    def forgets(self):
        sam = self.client("sam")
        query = quoted("name eq 'forget-purged' and statecode ne 3")
        until = time.monotonic() + 120
        while sam.all_rows(f"asyncoperations?$select=name&$filter={query}"):
            if time.monotonic() > until:
                raise Failed("what was purged is not forgotten")
        sam.close()

    def check_tokens(self):
        client = self.client("writer")
        for record, token in self.tokens_of.items():
            answer = client.retrieve(record, select=(TOKEN,))
            if answer.status != 200 or answer.json()[TOKEN] != token:
                raise Failed(f"{record}: {answer}")
        client.close()

    def verify(self):
        run(self.binary, "audit", "verify", "--data", self.data)
        out = run(self.binary, "verify", "--data", self.data, "--key-file", self.key, *MEMORY).stdout
        if not out.splitlines()[-1].startswith("ok"):
            raise Failed(f"verify: {out}")


def history(scene, records):
    scene.people()
    scene.fill(records)
    scene.tokens["writer"]  # made before the readers ask for it
    readers = [Reader(scene, scene.choice.random()) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    scene.go("BulkRetain")
    scene.retained = 1
    scene.where(0, records)
    scene.retained = 0
    scene.go("rky_BulkRollbackRetain")
    scene.where(records, 0)
    scene.check_tokens()
    scene.go("BulkRetain")
    scene.retained = 2
    scene.where(0, records)
    scene.purge()
    scene.where(0, 0)
    scene.forgets()
    scene.over.set()
    for reader in readers:
        reader.join()
        if reader.problem:
            raise Failed(f"a reader: {reader.problem}")
    scene.stop()
    scene.verify()
    return sum(reader.asked for reader in readers), sum(reader.shown for reader in readers)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rookery")
    parser.add_argument("--records", type=int, default=300)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-retention-"))
    begin = time.monotonic()
    try:
        with Scene(options.rookery, folder, random.Random(options.seed)) as scene:
            asked, shown = history(scene, options.records)
    except BaseException as problem:
        print(f"FAILED with seed {options.seed}: {type(problem).__name__}: {problem}\nkept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder)
    print(f"{options.records} records in {time.monotonic() - begin:.0f} s; readers asked {asked} times and were shown "
          f"{shown} tokens")


main()
