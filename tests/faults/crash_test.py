"""crash_test.py ROOKERY [--rounds N] [--seed S] [--seconds MAX]

kill -9 at random moments under mixed load, N times on one data directory. After each start:
every acknowledged write is there, whole; every revealed token has its entry on the log, and so has
every acknowledged write; the log verifies offline. At the end the whole store verifies.

A state of a record is its version and its owner. The name and both tokens say the version, so a row
that mixes two versions is seen. A client chooses its record's id and has one request under way: at
the kill each record is in the acknowledged state or in the one just asked for, and in no third.
"""

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
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import SECRETS, TOKEN, TOKEN_SECRET, Failed, Vault, run  # noqa: E402

WRITERS = 6
ABSENT = None  # the state of a record that is not there: never created, or deleted


class Record:
    def __init__(self, record_id):
        self.id = record_id
        self.possible = {ABSENT}   # states it may be in: one, or two after a request without answer
        self.version = 0           # highest ever asked for
        self.ended = False         # a delete was asked for: the id is spent


def name_of(record, version):
    return f"crash {record.id[:8]} v{version}"


def tokens_of(record, version):
    return f"token-{record.id}-{version}", f"secret-{record.id}-{version}"


def row_of(record, version):
    token, secret = tokens_of(record, version)
    return {"msdyn_name": name_of(record, version), TOKEN: token, TOKEN_SECRET: secret}


class Load(threading.Thread):
    """One writer with records of its own and one request at a time; ends with the server."""

    def __init__(self, vault, owners, records, seed):
        super().__init__()
        self.vault = vault
        self.owners = owners              # the first one is the agents' team
        self.records = records
        self.random = random.Random(seed)
        self.writer = vault.client("security")
        self.agent = vault.client("agent")
        self.logged = []                  # (log index, action, record id) of each answered request
        self.reveals = 0
        self.problem = None

    def run(self):
        try:
            while True:
                self.one_request()
        except (OSError, http.client.HTTPException):
            pass  # the kill
        except Exception as problem:  # reported by the main thread
            self.problem = f"{type(problem).__name__}: {problem}"
        finally:
            self.writer.close()
            self.agent.close()

    def one_request(self):
        alive = [r for r in self.records if r.possible != {ABSENT}]
        kind = self.random.choice(
            ["create", "update", "update", "update", "retrieve", "retrieve", "retrieve", "assign", "delete"]
        )
        if not alive or kind == "create":
            record = Record(str(uuid.UUID(int=self.random.getrandbits(128), version=4)))
            self.records.append(record)
            owner = self.owners[0]
            self.write(record, (1, owner), "create", "PATCH",
                       {**row_of(record, 1), "ownerid@odata.bind": f"/teams({owner})"},
                       {"If-None-Match": "*"})
            return
        record = self.random.choice(alive)
        (version, owner), = record.possible
        if kind == "update":
            self.write(record, (record.version + 1, owner), "update", "PATCH",
                       row_of(record, record.version + 1), {"If-Match": "*"})
        elif kind == "assign":
            other = self.random.choice([o for o in self.owners if o != owner])
            self.write(record, (version, other), "update", "PATCH",
                       {"ownerid@odata.bind": f"/teams({other})"}, {"If-Match": "*"})
        elif kind == "delete":
            record.ended = True
            self.write(record, ABSENT, "delete", "DELETE", None, {})
        elif owner == self.owners[0]:
            answer = self.agent.retrieve(record.id)
            if answer.status != 200:
                raise Failed(f"retrieve of {record.id}: {answer}")
            row = answer.json()
            if (row[TOKEN], row[TOKEN_SECRET]) != tokens_of(record, version):
                raise Failed(f"{record.id} shows another version than {version}: {row}")
            self.logged.append((answer.log_index(), "retrieve", record.id))
            self.reveals += 1

    def write(self, record, state, action, method, body, headers):
        before = record.possible
        record.possible = before | {state}  # until there is an answer, both can be
        if state is not ABSENT:
            record.version = max(record.version, state[0])
        answer = self.writer.send(method, f"{SECRETS}({record.id})", body, headers)
        if answer.status != 204:
            raise Failed(f"{method} {record.id} {sorted(body or {})}: {answer}")
        record.possible = {state}
        self.logged.append((answer.log_index(), action, record.id))


def read_state(security, agent, record, owners):
    """The state that the server shows, checked for being whole."""
    path = f"{SECRETS}({record.id})"
    answer = security.send("GET", path + "?$select=msdyn_name,_ownerid_value")
    if answer.status == 404:
        return ABSENT
    if answer.status != 200:
        raise Failed(f"{record.id}: {answer}")
    row = answer.json()
    version = int(row["msdyn_name"].rsplit(" v", 1)[1])
    owner = row["_ownerid_value"]
    if row["msdyn_name"] != name_of(record, version):
        raise Failed(f"{record.id} is called {row['msdyn_name']!r}")
    if owner != owners[0]:
        security.expect(204, "PATCH", path, {"ownerid@odata.bind": f"/teams({owners[0]})"})
    shown = agent.retrieve(record.id)
    if shown.status != 200:
        raise Failed(f"{record.id}: {shown}")
    row = shown.json()
    if (row[TOKEN], row[TOKEN_SECRET]) != tokens_of(record, version):
        raise Failed(f"{record.id} says version {version} and shows {row[TOKEN]!r}, {row[TOKEN_SECRET]!r}")
    if owner != owners[0]:
        security.expect(204, "PATCH", path, {"ownerid@odata.bind": f"/teams({owner})"})
    return version, owner


def check_records(vault, records, owners):
    security, agent = vault.client("security"), vault.client("agent")
    for record in records:
        state = read_state(security, agent, record, owners)
        if state not in record.possible:
            raise Failed(f"{record.id} is in {state}, acknowledged or under way was {record.possible}")
        record.possible = {state}
        if state is not ABSENT:
            record.version = max(record.version, state[0])
    security.close()
    agent.close()


def check_log(vault, logged):
    """Each answered request stands from the index on that its answer named."""
    if not logged:
        return
    auditor = vault.client("auditor")
    entries = {e["Index"]: e for e in auditor.log(down_to=min(index for index, _, _ in logged))}
    auditor.close()
    for index, action, record in logged:
        entry = entries.get(index)
        if entry is None:
            raise Failed(f"{action} of {record} was answered with log index {index}, which is not there")
        # The first of the request's: what goes with a record is removed before it.
        said = []
        while entry is not None and entry["CorrelationId"] == entries[index]["CorrelationId"]:
            said.append((entry["Action"], entry["RecordId"], entry["Outcome"]))
            entry = entries.get(index + len(said))
        if (action, record, "success") not in said:
            raise Failed(f"from log index {index} on there is {said}, the answer was for {action} of {record}")
        entry = entries[index]
        if action == "retrieve" and entry["Release"] != "plaintext":
            raise Failed(f"log index {index} of a reveal says release {entry['Release']!r}")


def another_team(vault):
    """A team that the agent is not in."""
    admin = vault.client("security")
    unit = vault.facts["businessunits"]["Social Media"]
    team = admin.create("teams", {
        "name": f"Night shift {uuid.uuid4()}", "teamtype": 0,
        "businessunitid@odata.bind": f"/businessunits({unit})",
    })
    # An owner must be able to read what it owns: it gets the roles of the agents' team.
    for role in admin.all_rows(f"teams({agents_team(vault)})/teamroles_association?$select=roleid"):
        admin.expect(204, "POST", f"teams({team})/teamroles_association/$ref",
                     {"@odata.id": f"{vault.facts['api']}/roles({role['roleid']})"})
    admin.close()
    return team


def agents_team(vault):
    return vault.facts["teams"]["Social"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rookery")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="no new round after this")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    choice = random.Random(options.seed)

    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-crash-"))
    data = folder / "data"
    began = time.monotonic()
    records, touched, logged = [], [], []
    owners = None
    answered = reveals = rounds = 0
    try:
        for rounds in range(1, options.rounds + 1):
            with Vault(options.rookery, data) as vault:
                if owners is None:
                    owners = [agents_team(vault), another_team(vault)]
                check_records(vault, touched, owners)
                check_log(vault, logged)
                # Now and then the kill meets a server that has hardly started.
                duration = choice.uniform(0.0, 0.05) if rounds % 10 == 0 else choice.uniform(0.1, 0.4)
                shares = [[] for _ in range(WRITERS)]
                old = [r for r in records if not r.ended]
                for record in choice.sample(old, min(len(old), 4 * WRITERS)):
                    shares[choice.randrange(WRITERS)].append(record)
                before = {id(r) for r in records}
                loads = [Load(vault, owners, share, choice.getrandbits(64)) for share in shares]
                for load in loads:
                    load.start()
                threading.Event().wait(duration)
                vault.kill()
                for load in loads:
                    load.join()
                    if load.problem:
                        raise Failed(load.problem)
                touched = [r for load in loads for r in load.records]
                records += [r for r in touched if id(r) not in before]
                logged = [line for load in loads for line in load.logged]
                answered += len(logged)
                reveals += sum(load.reveals for load in loads)
            run(options.rookery, "audit", "verify", "--data", data)
            if time.monotonic() - began > options.seconds:
                break

        with Vault(options.rookery, data) as vault:
            check_log(vault, logged)
            check_records(vault, records, owners)
            vault.stop()
        run(options.rookery, "audit", "verify", "--data", data)
        run(options.rookery, "verify", "--data", data, "--key-file", data / "development.key", "--allow-swap")
        if answered < rounds or reveals == 0:
            raise Failed(f"only {answered} answers and {reveals} reveals: the load did not run")
    except BaseException as problem:
        print(f"FAILED in round {rounds} with seed {options.seed}: {problem}")
        print(f"the data directory is kept: {data}")
        sys.exit(1)
    shutil.rmtree(folder)
    print(f"{rounds} kills, {len(records)} records, {answered} answered requests, {reveals} reveals: all there")


main()
