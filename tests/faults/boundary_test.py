"""boundary_test.py ROOKERY LIBRARY OPERATION [--rounds N] [--seed N]

Ends a real process, as kill -9 does, with chosen ones of the syncs by which an operation becomes durable, and the process that
goes on with it once more. Afterwards the operation comes to its end, every record opens or is gone as it should be, and
`rookery verify` and `rookery audit verify` find nothing. The operations are the rows of OPERATIONS."""

import argparse
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import SECRETS, TOKEN, Failed, Serve, run  # noqa: E402

MEMORY = ("--allow-swap", "--allow-unlocked")
RECORDS = 40
VERSIONS = 4
WAIT_SECONDS = 30
SUCCEEDED = 30


class Scene(Serve):
    """A vault with records and backups, whose server ends when it is told to."""

    def __init__(self, binary, folder, library):
        self.kill_at = folder / "kill-at"
        self.backups, self.keyrings = folder / "backups", folder / "keys"
        for directory in (self.backups, self.keyrings):
            directory.mkdir(mode=0o700)
        self.library = library
        self.extra = ""
        self.records = {}
        super().__init__(binary, folder, self.settings())

    def settings(self):
        return (f'[backup]\ndirectory = "{self.backups}"\nkeep = 5\ninterval_hours = 0\n'
                f'[jobs]\nshare_percent = 100\n[tokens]\nkeep_versions = 10\n{self.extra}')

    def start(self):
        self.variables = {"LD_PRELOAD": str(self.library), "ROOKERY_KILL_AT": str(self.kill_at)}
        super().start()

    def arm(self, number):
        """Whole or not at all: a server may be looking."""
        new = self.kill_at.with_suffix(".new")
        new.write_text(str(number), encoding="ascii")
        new.rename(self.kill_at)

    def disarm(self):
        self.kill_at.unlink(missing_ok=True)

    def fill(self):
        self.user("writer", roles=["Rookery Importer"],
                  profiles=["Rookery token writer", "Rookery Agent unmask one record"])
        writer = self.client("writer")
        for number in range(RECORDS):
            token = f"token-{number}"
            record = writer.create(SECRETS, {"msdyn_name": f"record {number}", TOKEN: token})
            self.records[record] = token
        for record in list(self.records)[:4]:
            for version in range(VERSIONS):
                self.records[record] = f"{self.records[record]}-{version}"
                writer.expect(204, "PATCH", f"{SECRETS}({record})", {TOKEN: self.records[record]}, {"If-Match": "*"})
        writer.close()

    def second_person(self, *roles):
        """Somebody whose first token comes from the root key, so that he is nobody else."""
        self.user("sam", roles=["System Administrator", *roles])
        self.stop()
        out = self.folder / "sam.token"
        run(self.binary, "token", "create", "--data", self.data, "--key-file", self.key, "--user", "sam@example.com",
            "--name", "first", "--lifetime", "1h", "--out", out, *MEMORY)
        self.tokens["sam"] = out.read_text(encoding="ascii").strip()
        self.start()

    def job(self, name):
        admin = self.client()
        job = admin.expect(200, "POST", "rky_StartJob", {"Name": name}).json()["JobId"]
        admin.close()
        return job

    def dies(self, job):
        """Until it has ended, or the job has, which needed fewer syncs."""
        end = time.monotonic() + WAIT_SECONDS
        while self.running():
            if time.monotonic() > end:
                raise Failed("the server neither ends nor does its job")
            try:
                if self.is_over(job):
                    self.kill()
                    return
            except (OSError, http.client.HTTPException, ValueError):
                continue  # in the middle of its end
        self._ended()

    def is_over(self, job):
        admin = self.client()
        try:
            return admin.expect(200, "GET", f"asyncoperations({job})?$select=statecode").json()["statecode"] == 3
        finally:
            admin.close()

    def goes_on(self, job, number):
        """A start that ends with the chosen sync, be it of the opening or of what comes then."""
        self.arm(number)
        try:
            self.start()
        except Failed:
            self._listener.join()
            self.process.stderr.close()
        else:
            self.dies(job)
        self.disarm()

    def finishes(self, job):
        self.start()
        end = time.monotonic() + WAIT_SECONDS
        while not self.is_over(job):
            if time.monotonic() > end:
                raise Failed("the job does not come to its end")
        admin = self.client()
        row = admin.expect(200, "GET", f"asyncoperations({job})").json()
        admin.close()
        if row["statuscode"] != SUCCEEDED:
            raise Failed(f"the job ended otherwise: {row['friendlymessage']}")

    def check_records(self):
        owner = self.client("writer")
        for record, token in self.records.items():
            answer = owner.retrieve(record, select=(TOKEN,))
            shown = answer.json()[TOKEN] if answer.status == 200 else None
            if shown != token or answer.status != (404 if token is None else 200):
                raise Failed(f"{record}: {answer}")
        owner.close()

    def verify(self, data=None):
        data = data or self.data
        run(self.binary, "audit", "verify", "--data", data)
        out = run(self.binary, "verify", "--data", data, "--key-file", self.key, *MEMORY).stdout
        if not out.splitlines()[-1].startswith("ok"):
            raise Failed(f"verify: {out}")


def by_job(name):
    return lambda scene: scene.job(name)


def start_purge(scene):
    """Of another record each time, which is gone afterwards."""
    record = next(record for record, token in scene.records.items() if token is not None)
    scene.records[record] = None
    asks, approves = scene.client("admin"), scene.client("sam")
    bound = f"{SECRETS}({record})/Microsoft.Dynamics.CRM."
    job = asks.expect(200, "POST", bound + "rky_PurgeRecord", {}).json()["JobId"]
    approves.expect(204, "POST", bound + "rky_ApprovePurge", {"JobId": job})
    asks.close()
    approves.close()
    return job


def prepare_purge(scene):
    scene.second_person()


def prepare_versions(scene):
    """More versions than are to be kept from now on."""
    scene.stop()
    scene.configure(scene.settings().replace("keep_versions = 10", "keep_versions = 1"))
    scene.start()


def prepare_bin(scene):
    """Records with versions that are deleted while that is kept, and from now on nothing is."""
    scene.extra = "[recycle_bin]\ndays = 1\n"
    scene.stop()
    scene.configure(scene.settings())
    scene.start()
    admin = scene.client()
    for record in list(scene.records)[:4]:
        scene.records[record] = None
        admin.expect(204, "DELETE", f"{SECRETS}({record})")
    admin.close()
    scene.extra = ""
    scene.stop()
    scene.configure(scene.settings())
    scene.start()


def check_bin(scene):
    scene.stop()
    out = run(scene.binary, "verify", "--data", scene.data, "--key-file", scene.key, *MEMORY).stdout
    if "recycle bin" in out:
        raise Failed(f"something lies in the recycle bin: {out}")
    scene.start()


FETCH = f"<fetch><entity name='{SECRETS[:-1]}'/></fetch>"


def prepare_retention(scene):
    """Who brings tokens back made nobody's credential that reads them."""
    scene.second_person("Rookery Security Administrator")
    scene.extra = "[retention]\nenabled = true\n"
    scene.stop()
    scene.configure(scene.settings())
    scene.start()


def bulk(scene, action):
    sam = scene.client("sam")
    started = sam.expect(200, "POST", action, {"FetchXml": FETCH}).json()
    sam.close()
    scene.operation = started["OperationId"]
    return started["JobId"]


def wait_for(scene, job):
    end = time.monotonic() + WAIT_SECONDS
    while not scene.is_over(job):
        if time.monotonic() > end:
            raise Failed("the job does not come to its end")


def kept_tokens(scene):
    """Of the records that are to be there again."""
    if not hasattr(scene, "before"):
        scene.before = dict(scene.records)
    return scene.before


def start_retain(scene):
    job = bulk(scene, "BulkRetain")
    for record in kept_tokens(scene):
        scene.records[record] = None
    return job


def check_account(scene):
    sam = scene.client("sam")
    account = sam.expect(200, "GET", f"retentionoperations({scene.operation})").json()
    sam.close()
    if account["statuscode"] != SUCCEEDED or account["failedcount"] != 0 or account["retentioncount"] > RECORDS:
        raise Failed(f"the account of the run says otherwise: {account}")


def check_retained(scene):
    """All are where they should be, and all of them come back."""
    check_account(scene)
    wait_for(scene, bulk(scene, "rky_BulkRollbackRetain"))
    scene.records.update(kept_tokens(scene))
    scene.check_records()


def start_rollback(scene):
    kept_tokens(scene)
    wait_for(scene, bulk(scene, "BulkRetain"))
    return bulk(scene, "rky_BulkRollbackRetain")


def start_forgetting(scene):
    """Some records for each round, whose end is forgotten by a job."""
    sam = scene.client("sam")
    for record in [record for record, token in scene.records.items() if token is not None][:4]:
        scene.records[record] = None
        sam.expect(200, "POST", "Retain", {"Target": {"@odata.id": f"{SECRETS}({record})"}})
    purged = sam.expect(200, "POST", "PurgeRetainedContent", {"MaxVersionToPurge": 2**62}).json()
    if purged["EntityCountCollection"]["Values"] != [4] or purged["HasMoreRecords"]:
        raise Failed(f"purged otherwise: {purged}")
    jobs = sam.all_rows("asyncoperations?$select=name&$filter=name eq 'forget-purged' and statecode ne 3"
                        .replace(" ", "%20").replace("'", "%27"))
    sam.close()
    if not jobs:
        jobs = scene.client("sam").all_rows("asyncoperations?$select=name&$filter=name%20eq%20%27forget-purged%27")
    return jobs[-1]["asyncoperationid"]


def check_backups(scene):
    for backup in scene.backups.iterdir():
        if backup.name.startswith("half-"):
            raise Failed("a half backup stays")
        run(scene.binary, "verify", backup)


def nothing(_):
    pass


# Name: what is made ready, what starts the job, what must hold at the end, and how many syncs one may take.
OPERATIONS = {
    "rekey-data": (nothing, by_job("data-rekey"), nothing, 8),
    "rekey-rows": (nothing, by_job("row-rekey"), nothing, 10),
    "purge": (prepare_purge, start_purge, nothing, 8),
    "backup": (nothing, by_job("backup"), check_backups, 14),
    "token-versions": (prepare_versions, by_job("token-versions"), nothing, 6),
    "recycle-bin": (prepare_bin, by_job("recycle-bin"), check_bin, 6),
    "retain": (prepare_retention, start_retain, check_retained, 40),
    "rollback-retain": (prepare_retention, start_rollback, check_account, 40),
    "forget-purged": (prepare_retention, start_forgetting, nothing, 6),
}


def kill_servers(scene, operation, rounds, choice):
    prepare, start, check, syncs = OPERATIONS[operation]
    prepare(scene)
    kills = []
    for _ in range(rounds):
        numbers = [choice.choice((-1, 1)) * choice.randint(1, syncs) for _ in range(2)]
        kills += numbers
        job = start(scene)
        scene.arm(numbers[0])
        scene.dies(job)
        scene.disarm()
        scene.goes_on(job, numbers[1])
        scene.finishes(job)
        scene.check_records()
        check(scene)
    scene.stop()
    scene.verify()
    return kills


def kill_restores(scene, rounds, choice):
    """With a newer log that is filled in, which a restore has to do besides all else."""
    job = scene.job("backup")
    while not scene.is_over(job):
        pass
    (backup,) = scene.backups.iterdir()
    writer = scene.client("writer")
    for number in range(30):
        writer.create(SECRETS, {"msdyn_name": f"since {number}", TOKEN: "since"})
    writer.close()
    scene.stop()
    keys = json.loads(run(scene.binary, "backup", "--keyring", "--data", scene.data, "--to", scene.keyrings,
                          "--json").stdout)["file"]
    data = scene.folder / "restored"
    restore = [scene.binary, "restore", str(backup), "--keys", str(keys), "--data", str(data), "--key-file",
               str(scene.key), "--log-archive", str(scene.data), "--new-origin", "a test", *MEMORY]
    environment = {**os.environ, "LD_PRELOAD": str(scene.library), "ROOKERY_KILL_AT": str(scene.kill_at)}
    kills = []
    for _ in range(rounds):
        for number in [choice.choice((-1, 1)) * choice.randint(1, 25) for _ in range(2)]:
            kills.append(number)
            scene.arm(number)
            done = subprocess.run(restore, env=environment, capture_output=True, timeout=60, check=False)
            scene.disarm()
            if done.returncode not in (0, -signal.SIGKILL):
                raise Failed(f"restore: {done.returncode} {done.stderr}")
            if (data / "vault").exists():
                scene.verify(data)
                shutil.rmtree(data)
            elif data.exists():
                run(scene.binary, "status", "--data", data, "--key-file", scene.key, *MEMORY, expect=4)
    done = json.loads(run(*restore, "--json").stdout)
    if done["log_refilled_to"] <= done["log_size"]:
        raise Failed(f"the log was not filled in: {done}")
    scene.verify(data)
    return kills


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rookery")
    parser.add_argument("library")
    parser.add_argument("operation", choices=[*OPERATIONS, "restore"])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    choice = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-boundary-"))
    try:
        with Scene(options.rookery, folder, options.library) as scene:
            scene.fill()
            if options.operation == "restore":
                kills = kill_restores(scene, options.rounds, choice)
            else:
                kills = kill_servers(scene, options.operation, options.rounds, choice)
    except BaseException as problem:
        print(f"FAILED with seed {options.seed}: {type(problem).__name__}: {problem}\nkept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder)
    print(f"{options.operation}: ended at {kills}, and whole")


main()
