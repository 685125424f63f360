#!/usr/bin/env python3
"""The second reader finds nothing in what the vault wrote, and something in everything that was changed since.

    second_reader_test.py [--table]

With --table it prints, for each tampering, what the second reader and `rookery verify` say of it. Vaults are made anew
in a temporary folder. ROOKERY names the program. TRIES=N tries one of N tamperings, chosen by SEED (printed): all of
them take minutes."""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import uuid

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from reader.bits import u16, u64
from reader.schema import Schema
from reader.state import State
from support.vault import SECRETS, TOKEN, TOKEN_SECRET, Client, Serve, Vault, run
from tampered import Copy, Forger, log_key, note_key, with_cell

BINARY = os.environ["ROOKERY"]
ONE_OF = int(os.environ.get("TRIES", "1"))
SEED = os.environ.get("SEED") or os.urandom(4).hex()
OPEN_MEMORY = ("--allow-swap", "--allow-unlocked")
SECRET_TABLE, HANDLE_TABLE, USER_TABLE, MEMBERSHIP_TABLE, PRIVILEGE_PAIRS = (u16(table) for table in (1, 2, 4, 12, 17))
SCHEMA = Schema(HERE.parents[1] / "docs" / "formats" / "schema.json")


def second_reader(data, *opens):
    """(exit code, findings). Anything on stderr but a reason would be a traceback."""
    done = subprocess.run([sys.executable, "-B", str(HERE / "second_reader.py"), str(data), "--json", *map(str, opens)],
                          capture_output=True, text=True, check=False)
    if "Traceback" in done.stderr or not done.stdout:
        raise AssertionError(f"exit {done.returncode}: {done.stderr}")
    return done.returncode, [f"{one['place']}: {one['what']}" for one in json.loads(done.stdout)["findings"]]


def first_reader(data, key):
    """(exit code, what it says first) of `rookery verify`. It writes to the folder."""
    done = subprocess.run([BINARY, "verify", "--data", str(data), "--key-file", str(key), *OPEN_MEMORY, "--json"],
                          capture_output=True, text=True, check=False, timeout=120)
    try:
        findings = json.loads(done.stdout)["findings"]
        said = "; ".join(one if isinstance(one, str) else json.dumps(one) for one in findings[:2])
    except (ValueError, KeyError):
        said = next((line for line in done.stderr.splitlines() if line.startswith("error:")), "")
    return done.returncode, said


class Vaults:
    """The vaults that all tests read. `prod` was served three times, `earlier` is a copy of it after the first."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.prod = self.folder / "prod"
        self.prod.mkdir()
        self.key = self.prod / "root.key"
        self.data = self.prod / "vault"
        self.earlier = self.folder / "earlier"
        with Serve(BINARY, self.prod) as vault:
            self._first_day(vault)
            vault.stop()
            shutil.copytree(self.data, self.earlier, ignore=shutil.ignore_patterns("reserve"))
            vault.start()
            self._second_day(vault)
            vault.stop()
            vault.start()
            client = vault.client()
            client.expect(200, "GET", "WhoAmI")
            client.close()
            vault.stop()

    def _first_day(self, vault):
        admin = vault.client()
        self.writer = vault.user("writer", roles=["Rookery Importer"], profiles=["Rookery token writer"])
        self.agent = vault.user("agent", roles=["Rookery Agent"], profiles=["Rookery Agent unmask one record"])
        self.guest = vault.user("guest")
        self.team = vault.team("social", members=["agent", "guest"], roles=["Rookery Agent"])
        application = admin.create("msdyn_octwitterapplications", {"msdyn_name": "Straße Ünïcode"})
        writer = vault.client("writer")
        writer.create("msdyn_octwitterapplications", {
            "msdyn_name": "second", "msdyn_securetwitterconsumerkey": "k", "msdyn_securetwitterconsumersecret": "s"})
        self.records = []
        for number in range(8):
            handle = admin.create("msdyn_octwitterhandles", {
                "msdyn_name": f"@handle{number}", "msdyn_octwitteruniquehandleid": f"Straße ǅ {number} ",
                "msdyn_octwitterapplicationid@odata.bind": f"msdyn_octwitterapplications({application})"})
            owner = f"systemusers({self.agent})" if number < 5 else f"teams({self.team})"
            self.records.append(writer.create(SECRETS, {
                "msdyn_name": f"handle {number}", "msdyn_octwitteruniquehandleid": f"STRASSE Ǆ {number}",
                "msdyn_octwitterhandleid@odata.bind": f"msdyn_octwitterhandles({handle})", "ownerid@odata.bind": owner,
                TOKEN: f"token-{number}" * (1 + 40 * (number == 2)), TOKEN_SECRET: "ü" * 600 if number == 3 else "short"}))
        admin.close()
        writer.close()

    def _second_day(self, vault):
        admin, writer, agent = vault.client(), vault.client("writer"), vault.client("agent")
        writer.expect(204, "PATCH", f"{SECRETS}({self.records[0]})", {TOKEN: "token-0b"})
        writer.expect(204, "PATCH", f"{SECRETS}({self.records[6]})", {TOKEN_SECRET: ""})
        admin.expect(204, "PATCH", f"{SECRETS}({self.records[3]})", {"msdyn_name": "renamed"})
        for record in self.records[:4]:
            agent.retrieve(record)
        agent.expect(403, "PATCH", f"systemusers({self.writer})", {"nickname": "nobody"})
        admin.expect(412, "PATCH", f"{SECRETS}({self.records[3]})", {"msdyn_name": "late"}, {"If-Match": 'W/"1"'})
        admin.expect(204, "DELETE", f"{SECRETS}({self.records[1]})")
        membership = f"teams({self.team})/teammembership_association"
        admin.expect(204, "DELETE", f"{membership}({self.guest})/$ref")
        admin.expect(204, "POST", f"{membership}/$ref", {"@odata.id": f"systemusers({self.guest})"})
        admin.expect(204, "PATCH", f"systemusers({self.writer})", {"isdisabled": True})
        nobody = Client(vault, "rky1_nobody")
        nobody.expect(401, "GET", "WhoAmI")
        for client in (admin, writer, agent, nobody):
            client.close()


# Tamperings. Each takes a Copy and the Vaults, and changes the copy.

TAMPERINGS = []


def tampering(text):
    def add(function):
        TAMPERINGS.append((text, function))
        return function
    return add


def in_file(name, at=None):
    TAMPERINGS.append((f"{name}: a flipped bit{'' if at is None else f' at {at}'}", lambda copy, _: copy.flip_file(name, at)))


for _name, _at in (("vault", 3), ("vault", 25), ("vault", -2), ("slots", 0), ("slots", 7), ("slots", 60), ("slots", -40),
                   ("slots", -1), ("keyring", 7), ("keyring", 30), ("keyring", 60), ("keyring", None), ("keyring", -1),
                   ("log.vkey", 2), ("log.vkey", None), ("log.vkey", -2),
                   ("tls/ca.pem", None), ("tls/ca.key", None), ("tls/server.pem", None), ("tls/server.key", None),
                   ("store/CURRENT", 3)):
    in_file(_name, _at)


@tampering("vault: the kind is another one")
def _(copy, _):
    path = copy.data / "vault"
    path.write_bytes(path.read_bytes().replace(b"production", b"development"))


@tampering("vault: a newer format")
def _(copy, _):
    path = copy.data / "vault"
    path.write_bytes(path.read_bytes().replace(b"vault 2\n", b"vault 3\n"))


@tampering("vault: a line more")
def _(copy, _):
    path = copy.data / "vault"
    path.write_bytes(path.read_bytes() + b"\n")


@tampering("slots: missing")
def _(copy, _):
    (copy.data / "slots").unlink()


@tampering("keyring: missing")
def _(copy, _):
    (copy.data / "keyring").unlink()


@tampering("log.vkey: missing")
def _(copy, _):
    (copy.data / "log.vkey").unlink()


@tampering("keyring: cut short")
def _(copy, _):
    path = copy.data / "keyring"
    path.write_bytes(path.read_bytes()[:-73])


@tampering("slots: the slot twice")
def _(copy, _):
    path = copy.data / "slots"
    data = path.read_bytes()
    path.write_bytes(data[:1] + u16(2) + data[3:-44] * 2 + data[-44:])


@tampering("a file that is nobody's")
def _(copy, _):
    (copy.data / "keyring.bak").write_bytes(b"")


@tampering("store: a file that is nobody's")
def _(copy, _):
    (copy.data / "store" / "notes.txt").write_bytes(b"")


@tampering("tls: the certificate of another authority")
def _(copy, vaults):
    other = vaults.folder / "dev" / "tls"
    for name in ("server.pem", "server.key"):
        shutil.copy(other / name, copy.data / "tls" / name)


@tampering("store: a bit of the manifest")
def _(copy, _):
    copy.flip_file(f"store/{next((copy.data / 'store').glob('MANIFEST-*')).name}")


def table_files(copy):
    return sorted(path.name for path in (copy.data / "store").glob("*.sst"))


@tampering("store: a bit of the smallest table file")
def _(copy, _):
    copy.flip_file("store/" + min(table_files(copy), key=lambda name: (copy.data / "store" / name).stat().st_size))


@tampering("store: a bit of the largest table file")
def _(copy, _):
    copy.flip_file("store/" + max(table_files(copy), key=lambda name: (copy.data / "store" / name).stat().st_size))


@tampering("store: a bit near the end of a table file, which no scan reads")
def _(copy, _):
    copy.flip_file("store/" + table_files(copy)[0], -200)


@tampering("store: a table file is missing")
def _(copy, _):
    (copy.data / "store" / table_files(copy)[0]).unlink()


# Keyring and slots of other times

@tampering("keyring: the one before is put back")
def _(copy, _):
    old = (copy.data / "keyring").read_bytes()
    (copy.data / "keyring").write_bytes(Forger(copy, SCHEMA).next_keyring())
    first_reader(copy.data, copy.key)  # opens it, and with that writes a state row that names its epoch
    (copy.data / "keyring").write_bytes(old)


@tampering("slots: the set before is put back")
def _(copy, _):
    forger = Forger(copy, SCHEMA)
    (copy.data / "keyring").write_bytes(forger.next_keyring(slot_set=forger.slots.set + 1))


@tampering("slots: two sets ahead of the keyring")
def _(copy, _):
    forger = Forger(copy, SCHEMA)
    (copy.data / "slots").write_bytes(forger.next_slots())
    (copy.data / "slots").write_bytes(Forger(copy, SCHEMA).next_slots())


@tampering("keyring: slot set 0")
def _(copy, _):
    (copy.data / "keyring").write_bytes(Forger(copy, SCHEMA).next_keyring(slot_set=0))


# Rows

def rows_of(copy, table):
    return copy.keys("rows", table)


def secret(copy, vaults, number):
    return SECRET_TABLE + bytes.fromhex(vaults.records[number].replace("-", ""))


@tampering("row: a bit of a cell")
def _(copy, vaults):
    copy.flip("rows", secret(copy, vaults, 0), 20)


@tampering("row: a bit of the wrapped data key")
def _(copy, vaults):
    copy.flip("rows", secret(copy, vaults, 0), -20)


@tampering("row: the wrap generation")
def _(copy, vaults):
    copy.flip("rows", secret(copy, vaults, 0), -1)


@tampering("row: a higher versionnumber")
def _(copy, _):
    copy.flip("rows", rows_of(copy, USER_TABLE)[0], -3)


@tampering("row: the versionnumber of another row")
def _(copy, _):
    one, two = rows_of(copy, HANDLE_TABLE)[:2]
    value, other = copy.family("rows")[one], copy.family("rows")[two]
    copy.put("rows", one, value[:-9] + other[-9:])


@tampering("row: has dek is 2")
def _(copy, _):
    key = rows_of(copy, HANDLE_TABLE)[0]
    copy.put("rows", key, copy.family("rows")[key][:-1] + b"\x02")


@tampering("row: a byte behind the trailer")
def _(copy, _):
    key = rows_of(copy, HANDLE_TABLE)[0]
    copy.put("rows", key, copy.family("rows")[key] + b"\x00")


@tampering("row: the data key is taken away")
def _(copy, vaults):
    key = secret(copy, vaults, 0)
    copy.put("rows", key, copy.family("rows")[key][:-125] + b"\x00")


@tampering("row: sizes that lead past the end")
def _(copy, _):
    key = rows_of(copy, HANDLE_TABLE)[0]
    value = copy.family("rows")[key]
    copy.put("rows", key, value[:13] + b"\xff" + value[14:])


@tampering("row: empty value")
def _(copy, _):
    copy.put("rows", rows_of(copy, HANDLE_TABLE)[0], b"")


@tampering("row: gone")
def _(copy, _):
    copy.delete("rows", rows_of(copy, HANDLE_TABLE)[0])


@tampering("row: a pair gone, with its index entries")
def _(copy, _):
    key = rows_of(copy, PRIVILEGE_PAIRS)[0]
    copy.delete("rows", key)
    for entry in copy.keys("rowidx", PRIVILEGE_PAIRS):
        if entry.endswith(key[2:]):
            copy.delete("rowidx", entry)


@tampering("row: a tombstone gone")
def _(copy, vaults):
    copy.delete("rows", secret(copy, vaults, 1))


@tampering("row: copied to another id")
def _(copy, vaults):
    copy.put("rows", SECRET_TABLE + bytes(16), copy.family("rows")[secret(copy, vaults, 0)])


@tampering("row: copied to another table")
def _(copy, vaults):
    key = secret(copy, vaults, 0)
    copy.put("rows", u16(3) + key[2:], copy.family("rows")[key])


@tampering("row: of a table that has no rows")
def _(copy, vaults):
    key = secret(copy, vaults, 0)
    copy.put("rows", u16(61441) + key[2:], copy.family("rows")[key])


@tampering("rows: two have their values swapped")
def _(copy, vaults):
    copy.swap("rows", secret(copy, vaults, 4), secret(copy, vaults, 5))


@tampering("rows: two wrapped data keys swapped")
def _(copy, vaults):
    one, two = secret(copy, vaults, 4), secret(copy, vaults, 5)
    first, second = copy.family("rows")[one], copy.family("rows")[two]
    copy.put("rows", one, first[:-124] + second[-124:])
    copy.put("rows", two, second[:-124] + first[-124:])


def put_back(copy, vaults, name, keys):
    with Copy(vaults.earlier, copy.key) as earlier:
        for key in keys:
            copy.put(name, key, earlier.family(name)[key])


@tampering("row: put back as it was the day before")
def _(copy, vaults):
    put_back(copy, vaults, "rows", [secret(copy, vaults, 0)])


@tampering("row: the disabled user as he was, index entries too")
def _(copy, vaults):
    key = USER_TABLE + bytes.fromhex(vaults.writer.replace("-", ""))
    put_back(copy, vaults, "rows", [key])
    with Copy(vaults.earlier, copy.key) as earlier:
        for entry in [one for one in copy.keys("rowidx", USER_TABLE) if one.endswith(key[2:])]:
            copy.delete("rowidx", entry)
        for entry in [one for one in earlier.keys("rowidx", USER_TABLE) if one.endswith(key[2:])]:
            copy.put("rowidx", entry, b"")


@tampering("row: the deleted one is live again")
def _(copy, vaults):
    put_back(copy, vaults, "rows", [secret(copy, vaults, 1)])


@tampering("rows and state row of the day before")
def _(copy, vaults):
    with Copy(vaults.earlier, copy.key) as earlier:
        for name in ("rows", "rowidx", "meta"):
            for key in copy.keys(name):
                if key not in earlier.family(name):
                    copy.delete(name, key)
            for key, value in earlier.family(name).items():
                if copy.family(name).get(key) != value:
                    copy.put(name, key, value)


# With the vault's keys

@tampering("with keys: a row with another name and a right tag")
def _(copy, vaults):
    forger = Forger(copy, SCHEMA)
    row = forger.row(secret(copy, vaults, 0))
    copy.put("rows", row.key, forger.tagged(row, with_cell(row, 2, b"another")))


@tampering("with keys: the same, and sums that fit")
def _(copy, vaults):
    forger = Forger(copy, SCHEMA)
    row = forger.row(secret(copy, vaults, 0))
    forger.replace_row(row.key, forger.tagged(row, with_cell(row, 2, b"another")))


@tampering("with keys: a token twice in one row, and sums that fit")
def _(copy, vaults):
    forger = Forger(copy, SCHEMA)
    row = forger.row(secret(copy, vaults, 0))
    forger.replace_row(row.key, forger.tagged(row, with_cell(row, 4, row.cells[5])))


@tampering("with keys: two versionnumbers changed over, and sums that fit")
def _(copy, vaults):
    forger = Forger(copy, SCHEMA)
    one, two = forger.row(secret(copy, vaults, 0)), forger.row(secret(copy, vaults, 5))
    values = [forger.tagged(row, row.body, u64(other.versionnumber) + row.summed[40:]) for row, other in ((one, two), (two, one))]
    forger.replace_row(one.key, values[0])
    forger.replace_row(two.key, values[1])


@tampering("with keys: a versionnumber above the newest, and sums that fit")
def _(copy, vaults):
    forger = Forger(copy, SCHEMA)
    row = forger.row(secret(copy, vaults, 0))
    forger.replace_row(row.key, forger.tagged(row, row.body, u64(10**6) + row.summed[40:]))


@tampering("with keys: text that is not UTF-8, and sums that fit")
def _(copy, vaults):
    forger = Forger(copy, SCHEMA)
    row = forger.row(secret(copy, vaults, 0))
    copy.put("rows", row.key, forger.tagged(row, with_cell(row, 2, b"\xff\xfe")))


@tampering("with keys: a lookup to an unknown table")
def _(copy, vaults):
    forger = Forger(copy, SCHEMA)
    row = forger.row(secret(copy, vaults, 0))
    copy.put("rows", row.key, forger.tagged(row, with_cell(row, 106, u16(99) + row.cells[106][2:])))


# Index entries

@tampering("index: an entry gone")
def _(copy, _):
    copy.delete("rowidx", copy.keys("rowidx", USER_TABLE)[0])


@tampering("index: the alternate key of a record gone")
def _(copy, _):
    copy.delete("rowidx", copy.keys("rowidx", SECRET_TABLE + b"\x03")[0])


@tampering("index: an entry to another row")
def _(copy, _):
    key, other = copy.keys("rowidx", SECRET_TABLE + b"\x03")[:2]
    copy.delete("rowidx", key)
    copy.put("rowidx", key[:-16] + other[-16:], b"")


@tampering("index: an entry that leads nowhere")
def _(copy, _):
    copy.put("rowidx", copy.keys("rowidx", SECRET_TABLE)[0][:-16] + bytes(16), b"")


@tampering("index: an entry of the tombstone")
def _(copy, vaults):
    copy.put("rowidx", SECRET_TABLE + b"\x02" + u16(113) + b"\x80" + bytes(7) + secret(copy, vaults, 1)[2:], b"")


@tampering("index: an entry with a value")
def _(copy, _):
    copy.put("rowidx", copy.keys("rowidx", USER_TABLE)[0], b"x")


@tampering("index: an entry of a name with another owner")
def _(copy, _):
    key = next(key for key in copy.keys("rowidx", SECRET_TABLE) if key[2] == 4)
    copy.flip("rowidx", key, 17)


@tampering("index: an entry of no table")
def _(copy, _):
    copy.put("rowidx", u16(99) + copy.keys("rowidx", USER_TABLE)[0][2:], b"")


# The log

@tampering("log: a bit of a leaf")
def _(copy, _):
    copy.flip("log", log_key(40), 30)


@tampering("log: a bit of a leaf's time")
def _(copy, _):
    copy.flip("log", log_key(40), 19)


@tampering("log: a bit of an inner node")
def _(copy, _):
    copy.flip("log", log_key(63), 84 + 1 + 32 * 3)


@tampering("log: a bit of a sealed core")
def _(copy, _):
    copy.flip("log", log_key(42), -200)


@tampering("log: a bit of a sealed priv")
def _(copy, _):
    copy.flip("log", log_key(42), -1)


@tampering("log: a bit of the day of a detail row")
def _(copy, _):
    copy.flip("log", log_key(42), 84 + 1 + 32 + 4 + 5)


@tampering("log: a bit of the genesis in clear")
def _(copy, _):
    copy.flip("log", log_key(0), 220)


@tampering("log: a byte behind an entry")
def _(copy, _):
    copy.put("log", log_key(42), copy.family("log")[log_key(42)] + b"\x00")


@tampering("log: an entry gone")
def _(copy, _):
    copy.delete("log", log_key(77))


@tampering("log: the last entry gone")
def _(copy, _):
    copy.delete("log", copy.keys("log", b"\x01")[-1])


@tampering("log: the genesis gone")
def _(copy, _):
    copy.delete("log", log_key(0))


@tampering("log: two entries swapped")
def _(copy, _):
    copy.swap("log", log_key(40), log_key(42))


@tampering("log: an entry beyond the end")
def _(copy, _):
    last = copy.keys("log", b"\x01")[-1]
    copy.put("log", log_key(int.from_bytes(last[1:], "big") + 1), copy.family("log")[last])


@tampering("log: a sealed section replaced by another entry's")
def _(copy, _):
    one, two = copy.family("log")[log_key(40)], copy.family("log")[log_key(42)]
    copy.put("log", log_key(40), one[:84 + 1 + 32] + two[84 + 1 + 32:])


@tampering("log: the newest checkpoint gone")
def _(copy, _):
    copy.delete("log", copy.keys("log", b"\x02")[-1])


@tampering("log: a bit of the newest checkpoint's signature")
def _(copy, _):
    copy.flip("log", copy.keys("log", b"\x02")[-1], -10)


@tampering("log: a bit of an older checkpoint's root")
def _(copy, _):
    copy.flip("log", copy.keys("log", b"\x02")[1], 20)


@tampering("log: a checkpoint under another size")
def _(copy, _):
    newest = copy.keys("log", b"\x02")[-1]
    copy.put("log", note_key(7), copy.family("log")[newest])


@tampering("log: the state row of the day before")
def _(copy, vaults):
    put_back(copy, vaults, "log", [b"\x03"])


@tampering("log: the state row gone")
def _(copy, _):
    copy.delete("log", b"\x03")


@tampering("log: a bit of the state row's frontier")
def _(copy, _):
    copy.flip("log", b"\x03", -1)


@tampering("log: a key of no kind")
def _(copy, _):
    copy.put("log", b"\x04", b"")


# The family meta

@tampering("state row: a bit of its counters")
def _(copy, _):
    copy.flip("meta", b"state", 25)


@tampering("state row: a bit of a sum")
def _(copy, _):
    copy.flip("meta", b"state", 100)


@tampering("state row: of the day before")
def _(copy, vaults):
    put_back(copy, vaults, "meta", [b"state"])


@tampering("state row: gone")
def _(copy, _):
    copy.delete("meta", b"state")


@tampering("state row: a newer format")
def _(copy, _):
    copy.put("meta", b"state", u16(3) + copy.family("meta")[b"state"][2:])


@tampering("with keys: a state row whose sum of rows is another")
def _(copy, _):
    change_sum(copy, 0)


@tampering("with keys: a state row whose sum of access facts is another")
def _(copy, _):
    change_sum(copy, 1)


@tampering("with keys: a state row whose sum of the outbox is another")
def _(copy, _):
    change_sum(copy, 2)


def change_sum(copy, number):
    forger, data = Forger(copy, SCHEMA), copy.family("meta")[b"state"]
    sums = State(data, forger.vault, forger.keyring).sums
    sums[number] += 1
    copy.put("meta", b"state", forger.state_row(data, sums))


@tampering("with keys: a state row that counts one row more")
def _(copy, _):
    forger, data = Forger(copy, SCHEMA), copy.family("meta")[b"state"]
    state = State(data, forger.vault, forger.keyring)
    copy.put("meta", b"state", forger.state_row(data[:18] + u64(state.live_rows + 1) + data[26:], state.sums))


@tampering("outbox: an entry gone")
def _(copy, _):
    copy.delete("meta", copy.keys("meta", b"outbox/")[0])


@tampering("outbox: an entry is parked")
def _(copy, _):
    key = copy.keys("meta", b"outbox/")[0]
    copy.flip("meta", key, 9)


@tampering("outbox: an operation that is none")
def _(copy, _):
    key = copy.keys("meta", b"outbox/")[0]
    value = copy.family("meta")[key]
    copy.put("meta", key, value[:8] + b"\x03" + value[9:])


@tampering("outbox: an entry more")
def _(copy, _):
    key = copy.keys("meta", b"outbox/")[0]
    copy.put("meta", key[:9] + bytes(16), copy.family("meta")[key])


@tampering("outbox: an entry of a table that is not synced")
def _(copy, _):
    key = copy.keys("meta", b"outbox/")[0]
    copy.put("meta", key[:7] + USER_TABLE + key[9:], copy.family("meta")[key])


@tampering("meta: other rules of comparison")
def _(copy, _):
    copy.put("meta", b"text-key-rules", b"bytes/1")


@tampering("meta: rules of comparison gone")
def _(copy, _):
    copy.delete("meta", b"text-key-rules")


@tampering("meta: a key that is nobody's")
def _(copy, _):
    copy.put("meta", b"note", b"")


@tampering("default: a key")
def _(copy, _):
    copy.put("default", b"note", b"")


# What is no tampering: all of this happens to a vault.

def opened_by_the_wrong_key(copy, _):
    wrong = copy.data.parent / "wrong.key"
    wrong.write_bytes(os.urandom(32))
    wrong.chmod(0o600)
    first_reader(copy.data, wrong)


def slots_changed_and_keyring_not_yet(copy, _):
    (copy.data / "slots").write_bytes(Forger(copy, SCHEMA).next_slots())


def a_file_left_by_a_crash(copy, _):
    (copy.data / "keyring.new").write_bytes(b"half")


def an_older_checkpoint_gone(copy, _):
    copy.delete("log", copy.keys("log", b"\x02")[1])


def verified_by_the_program(copy, _):
    first_reader(copy.data, copy.key)


HARMLESS = [opened_by_the_wrong_key, slots_changed_and_keyring_not_yet, a_file_left_by_a_crash, an_older_checkpoint_gone,
            verified_by_the_program]


class SecondReader(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory(prefix="second-reader-test-")
        cls.addClassCleanup(cls._folder.cleanup)
        cls.folder = pathlib.Path(cls._folder.name)
        with Vault(BINARY, cls.folder / "dev") as vault:
            vault.stop()
        cls.vaults = Vaults(cls.folder)

    def finds_nothing(self, data, *opens):
        self.assertEqual(second_reader(data, *opens), (0, []))

    def test_finds_nothing_in_a_vault_that_was_served(self):
        self.finds_nothing(self.vaults.data, "--key-file", self.vaults.key)

    def test_finds_nothing_in_a_vault_of_yesterday(self):
        self.finds_nothing(self.vaults.earlier, "--key-file", self.vaults.key)

    def test_finds_nothing_in_a_development_vault(self):
        data = self.folder / "dev"
        self.finds_nothing(data, "--key-file", data / "development.key")

    def test_finds_nothing_in_a_converted_directory_of_format_1(self):
        subprocess.run(["tar", "-C", str(self.folder), "-xf", str(HERE.parent / "vectors" / "vault-1.tar.xz")], check=True)
        data, key = self.folder / "vault", self.folder / "root.key"
        code, findings = second_reader(data, "--key-file", key)
        self.assertEqual((code, len(findings)), (11, 1))  # not converted yet
        run(BINARY, "verify", "--data", data, "--key-file", key, *OPEN_MEMORY)
        self.finds_nothing(data, "--key-file", key)

    def test_finds_nothing_after_a_kill(self):
        folder = self.folder / "killed"
        folder.mkdir()
        with Serve(BINARY, folder) as vault:
            vault.user("somebody")
            vault.kill()
        self.finds_nothing(vault.data, "--key-file", vault.key)

    def test_finds_nothing_in_a_vault_that_keeps_what_is_deleted(self):
        folder = self.folder / "bin"
        folder.mkdir()
        with Serve(BINARY, folder, "[recycle_bin]\ndays = 30\n") as vault:
            admin = vault.client()
            vault.user("writer", roles=["Rookery Importer"], profiles=["Rookery token writer"])
            writer = vault.client("writer")
            made = [writer.create("msdyn_octwitterapplications", {
                "msdyn_name": f"app {n}", "msdyn_securetwitterconsumerkey": f"k{n}",
                "msdyn_securetwitterconsumersecret": f"s{n}"}) for n in range(3)]
            writer.expect(204, "PATCH", f"msdyn_octwitterapplications({made[0]})", {"msdyn_securetwitterconsumerkey": "k"})
            for application in made[:2]:
                admin.expect(204, "DELETE", f"msdyn_octwitterapplications({application})")
            admin.expect(200, "POST", "Restore", {"Target": {"@odata.id": f"msdyn_octwitterapplications({made[1]})"}})
            vault.stop()
        self.finds_nothing(vault.data, "--key-file", vault.key)
        with Copy(vault.data, vault.key) as copy:
            application = u16(3) + uuid.UUID(made[0]).bytes
            copy.flip("rows", application, 20)
            self.assertEqual(second_reader(copy.data, "--key-file", copy.key)[0], 11)
        with Copy(vault.data, vault.key) as copy:
            copy.delete("rowidx", next(key for key in copy.keys("rowidx", u16(3)) if key[2] == 5))
            self.assertEqual(second_reader(copy.data, "--key-file", copy.key)[0], 11)

    def test_finds_nothing_in_a_vault_that_retains_records(self):
        folder = self.folder / "retention"
        folder.mkdir()
        with Serve(BINARY, folder, "[retention]\nenabled = true\n") as vault:
            admin = vault.client()
            vault.user("writer", roles=["Rookery Importer"], profiles=["Rookery token writer"])
            writer = vault.client("writer")
            made = [writer.create("msdyn_octwitterapplications", {
                "msdyn_name": f"app {n}", "msdyn_securetwitterconsumerkey": f"k{n}",
                "msdyn_securetwitterconsumersecret": f"s{n}"}) for n in range(3)]
            writer.expect(204, "PATCH", f"msdyn_octwitterapplications({made[0]})", {"msdyn_securetwitterconsumerkey": "k"})
            target = [{"Target": {"@odata.id": f"msdyn_octwitterapplications({application})"}} for application in made]
            for one in target:
                admin.expect(200, "POST", "Retain", one)
            admin.expect(200, "POST", "RollbackRetain", target[1])
            rows = admin.expect(200, "GET", "msdyn_octwitterapplications?fetchXml=" + urllib.parse.quote(
                '<fetch datasource="retained"><entity name="msdyn_octwitterapplication"><attribute name="versionnumber"/>'
                '</entity></fetch>')).json()["value"]
            newest = max(row["versionnumber"] for row in rows)
            answer = admin.expect(200, "POST", "PurgeRetainedContent", {"MaxVersionToPurge": newest - 1}).json()
            self.assertEqual(answer["EntityCountCollection"]["Values"], [1])
            self.assertFalse(answer["HasMoreRecords"])
            admin.expect(200, "POST", "Retain", target[1])
            vault.stop()
        self.finds_nothing(vault.data, "--key-file", vault.key)
        with Copy(vault.data, vault.key) as copy:
            copy.flip("rows", u16(3) + uuid.UUID(made[1]).bytes, 20)
            self.assertEqual(second_reader(copy.data, "--key-file", copy.key)[0], 11)
        with Copy(vault.data, vault.key) as copy:
            copy.delete("rowidx", next(key for key in copy.keys("rowidx", u16(3)) if key[2] == 5))
            self.assertEqual(second_reader(copy.data, "--key-file", copy.key)[0], 11)

    def test_opens_with_a_passphrase(self):
        folder = self.folder / "passphrase"
        folder.mkdir()
        phrase = folder / "phrase"
        phrase.write_text("correct horse battery stäple\n", encoding="utf-8")
        phrase.chmod(0o600)
        run(BINARY, "init", "--data", folder / "vault", "--passphrase-file", phrase, "--admin", "ada@example.com",
            "--admin-token-file", folder / "token", *OPEN_MEMORY)
        self.finds_nothing(folder / "vault", "--passphrase-file", phrase)
        phrase.write_text("correct horse battery staple\n", encoding="utf-8")
        self.assertEqual(second_reader(folder / "vault", "--passphrase-file", phrase)[0], 11)

    def test_finds_nothing_in_what_happens_to_a_vault(self):
        for change in HARMLESS:
            with self.subTest(change.__name__), Copy(self.vaults.data, self.vaults.key) as copy:
                change(copy, self.vaults)
                self.finds_nothing(copy.data, "--key-file", copy.key)

    def test_finds_what_was_tampered_with(self):
        print(f"SEED={SEED}: one of {ONE_OF} tamperings", file=sys.stderr)
        for text, change in random.Random(SEED).sample(TAMPERINGS, -(-len(TAMPERINGS) // ONE_OF)):
            with self.subTest(text), Copy(self.vaults.data, self.vaults.key) as copy:
                change(copy, self.vaults)
                code, findings = second_reader(copy.data, "--key-file", copy.key)
                self.assertEqual(code, 11)
                self.assertTrue(findings)


def print_table():
    with tempfile.TemporaryDirectory(prefix="second-reader-test-") as folder:
        with Vault(BINARY, pathlib.Path(folder) / "dev") as vault:
            vault.stop()
        vaults = Vaults(folder)
        for text, change in [*TAMPERINGS, *((one.__name__, one) for one in HARMLESS)]:
            with Copy(vaults.data, vaults.key) as copy:
                try:
                    change(copy, vaults)
                except subprocess.CalledProcessError as error:
                    print(f"| {text} | not done: {error.stderr[-200:]} | |")
                    continue
                code, findings = second_reader(copy.data, "--key-file", copy.key)
                other, said = first_reader(copy.data, copy.key)
                mark = "" if (code == 0) == (other == 0) else " DIFFER"
                print(f"| {text} | {code}: {len(findings)}: {'; '.join(findings[:2])[:200]} | {other}: {said[:200]} |{mark}",
                      flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--table"]:
        print_table()
    else:
        unittest.main()
