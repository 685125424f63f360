"""disk_test.py ROOKERY [--flips N] [--seed S] [--second-reader FILE [--second-reader-tries N]]

Whoever can write to the disk of a stopped vault is found: a row for each file, family and field of the formats, changed,
cut, removed, duplicated, swapped, put back older, forged; and N random flips of bytes over all files and all values of
the store. After each of them `rookery verify` must say so; `rookery audit verify`, which has no keys, where the log's
public part was changed; and the second reader, if it is named, wherever `rookery verify` does: in one of N tries, chosen
by the seed, since it takes longer than both. Printed are how many were tried, and what was missed. By hand:

  python3 tests/faults/disk_test.py build/release/rookery --flips 2000 --second-reader tests/second_reader/second_reader.py
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import forged_entry  # noqa: E402
from vault import SECRETS, TOKEN, TOKEN_SECRET, Client, Failed, Serve, run  # noqa: E402

FAMILIES = ("rows", "rowidx", "log", "meta")
# Bytes on which nothing depends: docs/THREAT_MODEL.md, docs/formats/data-directory.md.
UNCHECKED = re.compile(r"store/(IDENTITY|LOCK|OPTIONS-\d+)|LOCK|reserve")
# What the second reader leaves to the program, as the pages say: it reads no certificates, and a store with rules
# for texts of another Unicode version is one that it cannot judge.
LEFT_BY_READER = re.compile(r"of (tls/ca\.(pem|key)|meta 0x746578742d6b65792d72756c6573)$")
# A slot that is changed opens nothing any more: then there are no keys to look further with, and that is said.
NO_KEYS = 9
STATE = b"state"
LOG_STATE = b"\x03"


class Copy:
    """A copy of the vault's directory, to be spoiled. The store is read and written by RocksDB's own tool."""

    def __init__(self, original):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-disk-"))
        self.data = self.folder / "vault"
        shutil.copytree(original, self.data)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def ldb(self, family, *arguments):
        done = subprocess.run(
            ["ldb", f"--db={self.data / 'store'}", f"--column_family={family}", "--hex", *arguments],
            capture_output=True, text=True, check=False)
        for log in (self.data / "store").glob("LOG*"):  # the tool's own, which would be found
            log.unlink()
        if done.returncode != 0:
            raise Failed(f"ldb {arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def all(self, family):
        lines = re.findall(r"^0x([0-9A-F]*) : 0x([0-9A-F]*)$", self.ldb(family, "scan").replace(" : \n", " : 0x\n"), re.M)
        return {bytes.fromhex(key): bytes.fromhex(value) for key, value in lines}

    def put(self, family, key, value):
        self.ldb(family, "put", "0x" + key.hex(), "0x" + value.hex())

    def remove(self, family, key):
        self.ldb(family, "delete", "0x" + key.hex())

    def file(self, name):
        return self.data / name


def flipped(value, at, bit=0):
    return value[:at] + bytes([value[at] ^ (1 << bit)]) + value[at + 1:]


def flip_file(path, at, bit=0):
    path.write_bytes(flipped(path.read_bytes(), at, bit))


class Vault:
    """The vault that is spoiled, and what it was like a while ago."""

    def __init__(self, binary, folder):
        self.binary = binary
        with Serve(binary, folder) as vault:
            vault.user("writer", roles=["Rookery Importer"], profiles=["Rookery token writer"])
            vault.user("agent", roles=["Rookery Agent"], profiles=["Rookery Agent unmask one record"])
            self.fill(vault, range(4))
            vault.stop()
            self.older = folder / "older"
            shutil.copytree(vault.data, self.older)
            vault.start()
            self.fill(vault, range(4, 8))
            writer = vault.client("writer")
            writer.expect(204, "PATCH", f"{SECRETS}({self.records[0]})", {TOKEN: "a newer token"})
            vault.client().expect(204, "DELETE", f"{SECRETS}({self.records[1]})")
            Client(vault, "rky1_nobody").send("GET", "WhoAmI")
            vault.stop()
            (vault.data / "reserve").unlink(missing_ok=True)
            self.key = vault.key
            self.data = vault.data
            self.log_key = vault.log_key
        # An entry that a sealed vault wrote.
        wrong = folder / "wrong.key"
        wrong.write_bytes(b"0" * 64 + b"\n")
        wrong.chmod(0o600)
        run(binary, "verify", "--data", self.data, "--key-file", wrong, "--allow-swap", "--allow-unlocked", expect=None)

    records = []

    def fill(self, vault, numbers):
        writer, agent = vault.client("writer"), vault.client("agent")
        for number in numbers:
            record = writer.create(SECRETS, {
                "msdyn_name": f"handle {number}", "ownerid@odata.bind": f"systemusers({vault.users['agent']})",
                TOKEN: f"token-{number}", TOKEN_SECRET: f"secret-{number}"})
            self.records = [*self.records, record]
            agent.retrieve(record)

    def verify(self, copy):
        done = run(self.binary, "verify", "--data", copy.data, "--key-file", self.key, "--allow-swap",
                   "--allow-unlocked", "--json", expect=None)
        try:
            return done.returncode, [f"{f['place']}: {f['what']}" for f in json.loads(done.stdout)["findings"]]
        except ValueError:
            return done.returncode, [done.stderr.strip()]

    def audit_verify(self, copy):
        done = run(self.binary, "audit", "verify", "--data", copy.data, "--key", self.log_key, "--json", expect=None)
        return done.returncode, [done.stdout]

    def second_reader(self, program, copy):
        done = subprocess.run(
            [sys.executable, program, str(copy.data), "--key-file", str(self.key)],
            capture_output=True, text=True, check=False)
        return done.returncode, (done.stdout + done.stderr).splitlines()


def rows_of(copy, kind=1):
    """Rows of the table of secrets: live ones, or tombstones."""
    return {key: value for key, value in copy.all("rows").items() if key[:2] == b"\0\1" and value[0] == kind}


def one(mapping):
    return next(iter(sorted(mapping.items())))


def entries(copy):
    return {key: value for key, value in copy.all("log").items() if key[0] == 1}


def checkpoints(copy):
    return {key: value for key, value in copy.all("log").items() if key[0] == 2}


def outbox(copy):
    return {key: value for key, value in copy.all("meta").items() if key.startswith(b"outbox/")}


def sections(entry):
    """Where the core row and the priv row of an entry begin, and their sizes."""
    at = 84
    at += 1 + 32 * entry[at]
    core = struct.unpack_from(">I", entry, at)[0]
    priv_at = at + 4 + core
    return (at + 4, core), (priv_at + 4, struct.unpack_from(">I", entry, priv_at)[0])


def change(family, choose, how):
    """A change of one value of a family: `how` makes another value of it, or None to remove it."""
    def do(copy, _):
        key, value = one(choose(copy))
        new = how(value)
        copy.remove(family, key) if new is None else copy.put(family, key, new)
    return do


def sealed_entries(copy):
    """Of the middle of the log, which a checkpoint covers and whose details are sealed."""
    found = {key: value for key, value in entries(copy).items() if value[sections(value)[0][0] + 1] == 2}
    return dict(sorted(found.items())[len(found) // 2:])


def flip_core(value):
    (at, size), _ = sections(value)
    return flipped(value, at + size - 5)


def flip_priv(value):
    _, (at, size) = sections(value)
    return flipped(value, at + size - 5)


def destroy_details(copy, _):
    for key, value in sealed_entries(copy).items():
        copy.put("log", key, flip_priv(flip_core(value)))




def clear_entry_appended(action):
    def do(copy, _):
        (key, entry), state = forged_entry.appended(copy.all("log")[LOG_STATE], action)
        copy.put("log", key, entry)
        copy.put("log", LOG_STATE, state)
    return do


def forged_node(copy, _):
    """Attempts to unseal up to a size at which a node over everything is made, which is then another one: whatever is
    appended after it continues a tree of the forger's own, although no entry was changed yet."""
    state = copy.all("log")[LOG_STATE]
    while True:
        (key, entry), state = forged_entry.appended(state, 48)
        size = struct.unpack_from(">Q", state, 1)[0]
        if size & (size - 1) == 0:
            break
        copy.put("log", key, entry)
    top = 85 + 32 * (entry[84] - 1)
    entry = entry[:top] + bytes(32) + entry[top + 32:]
    copy.put("log", key, entry)
    copy.put("log", LOG_STATE, state[:9] + bytes(32) + state[41:58] + bytes(32))


def remove_checkpoint_and_say_so(copy, _):
    found = sorted(checkpoints(copy))
    copy.remove("log", found[-1])
    state = copy.all("log")[LOG_STATE]
    copy.put("log", LOG_STATE, state[:49] + found[-2][1:] + state[57:])


def attempt_with_record(copy, _):
    record = one(rows_of(copy))[0][2:]
    (key, entry), state = forged_entry.appended(copy.all("log")[LOG_STATE], 48, record)
    copy.put("log", key, entry)
    copy.put("log", LOG_STATE, state)


def put_back(name):
    def do(copy, vault):
        shutil.copyfile(vault.older / name, copy.file(name))
    return do


def put_back_store(copy, vault):
    shutil.rmtree(copy.file("store"))
    shutil.copytree(vault.older / "store", copy.file("store"))


def older_value(family, choose):
    def do(copy, vault):
        with Copy(vault.older) as older:
            (key, value), now = one(choose(older)), copy.all(family)
            for key, value in sorted(choose(older).items()):
                if now.get(key) != value:
                    return copy.put(family, key, value)
        raise Failed("nothing has changed since")
    return do


def swap_rows(copy, _):
    (first, a), (second, b) = sorted(rows_of(copy).items())[:2]
    copy.put("rows", first, b)
    copy.put("rows", second, a)


def swap_entries(copy, _):
    (first, a), (second, b) = sorted(sealed_entries(copy).items())[:2]
    copy.put("log", first, b)
    copy.put("log", second, a)


def duplicate_row(copy, _):
    key, value = one(rows_of(copy))
    copy.put("rows", flipped(key, len(key) - 1), value)


def remove_all(family, choose):
    def do(copy, _):
        for key in choose(copy):
            copy.remove(family, key)
    return do


def remove_last(family, choose):
    def do(copy, _):
        copy.remove(family, max(choose(copy)))
    return do


def spell_id_otherwise(copy, _):
    text = copy.file("vault").read_text()
    copy.file("vault").write_text(re.sub(r"id [0-9a-f-]{36}", lambda match: "id " + match[0][3:].upper(), text))


def trailing(name, more):
    def do(copy, _):
        with copy.file(name).open("ab") as file:
            file.write(more)
    return do


def cut(name):
    def do(copy, _):
        path = copy.file(name)
        path.write_bytes(path.read_bytes()[:-1])
    return do


def new_file(name, content=b"x"):
    def do(copy, _):
        copy.file(name).write_bytes(content)
    return do


def flip_in(name, at):
    return lambda copy, _: flip_file(copy.file(name), at % copy.file(name).stat().st_size)


def state(copy):
    return {STATE: copy.all("meta")[STATE]}


def log_state(copy):
    return {LOG_STATE: copy.all("log")[LOG_STATE]}


def unknown_key(family, key, value=b""):
    return lambda copy, _: copy.put(family, key, value)


def trailer_of(value):
    """Offset of the trailer of a secret's row: it has a data key."""
    return len(value) - 133


LOG = "log"  # also to be found without keys
KEYS = "keys"

DIRECTED = [
    # name, who must find it, change
    *[(f"{name}: {what}", KEYS, how) for name in ("vault", "slots", "keyring", "log.vkey", "anchor") for what, how in (
        ("first byte", flip_in(name, 0)), ("middle byte", flip_in(name, 40)), ("last byte", flip_in(name, -1)),
        ("cut", cut(name)), ("one byte more", trailing(name, b"\n")))],
    ("vault: id in capitals", KEYS, spell_id_otherwise),
    *[(f"{name}: removed", KEYS, lambda copy, _, name=name: copy.file(name).unlink())
      for name in ("vault", "slots", "keyring", "log.vkey", "anchor")],
    ("store: put back older", KEYS, put_back_store),
    ("a file of no vault", KEYS, new_file("notes.txt")),
    ("a file of no store", KEYS, new_file("store/extra")),
    ("a file that was never put in its place", KEYS, new_file("tls/ca.pem.new")),
    ("store/CURRENT flipped", LOG, flip_in("store/CURRENT", 3)),
    ("row: kind", KEYS, change("rows", rows_of, lambda v: flipped(v, 0, 1))),
    ("row: row version", KEYS, change("rows", rows_of, lambda v: flipped(v, 8))),
    ("row: a cell", KEYS, change("rows", rows_of, lambda v: flipped(v, 20))),
    ("row: tag", KEYS, change("rows", rows_of, lambda v: flipped(v, trailer_of(v) - 1))),
    ("row: versionnumber", KEYS, change("rows", rows_of, lambda v: flipped(v, trailer_of(v) + 7))),
    ("row: has dek", KEYS, change("rows", rows_of, lambda v: flipped(v, trailer_of(v) + 8))),
    ("row: wrapped data key", KEYS, change("rows", rows_of, lambda v: flipped(v, trailer_of(v) + 60))),
    ("row: wrap generation", KEYS, change("rows", rows_of, lambda v: flipped(v, len(v) - 1))),
    ("row: removed", KEYS, change("rows", rows_of, lambda v: None)),
    ("row: bytes behind it", KEYS, change("rows", rows_of, lambda v: v + b"\0")),
    ("row: put back older", KEYS, older_value("rows", rows_of)),
    ("row: under another id", KEYS, duplicate_row),
    ("rows: swapped", KEYS, swap_rows),
    ("tombstone: removed", KEYS, change("rows", lambda copy: rows_of(copy, 2), lambda v: None)),
    ("tombstone: flipped", KEYS, change("rows", lambda copy: rows_of(copy, 2), lambda v: flipped(v, 4))),
    ("rows: a key of no table", KEYS, unknown_key("rows", b"\x7f\xff" + bytes(16))),
    ("index: entry removed", KEYS, change("rowidx", lambda copy: copy.all("rowidx"), lambda v: None)),
    ("index: entry with a value", KEYS, change("rowidx", lambda copy: copy.all("rowidx"), lambda v: b"x")),
    ("index: entry forged", KEYS, unknown_key("rowidx", b"\0\1\2\0\x71" + bytes(24))),
    ("index: entry that leads nowhere", KEYS, unknown_key("rowidx", b"short")),
    ("log: core details overwritten", KEYS, change("log", sealed_entries, flip_core)),
    ("log: priv details overwritten", KEYS, change("log", sealed_entries, flip_priv)),
    ("log: all details from the middle on destroyed", KEYS, destroy_details),
    ("log: leaf format", LOG, change("log", sealed_entries, lambda v: b"\1" + v[1:])),
    ("log: leaf time", LOG, change("log", sealed_entries, lambda v: flipped(v, 19))),
    ("log: core commitment", LOG, change("log", sealed_entries, lambda v: flipped(v, 30))),
    ("log: priv commitment", LOG, change("log", sealed_entries, lambda v: flipped(v, 60))),
    ("log: node", LOG, change("log", sealed_entries, lambda v: flipped(v, 90))),
    ("log: entry cut", LOG, change("log", sealed_entries, lambda v: v[:-1])),
    ("log: entry removed", LOG, change("log", sealed_entries, lambda v: None)),
    ("log: last entry removed", LOG, remove_last("log", entries)),
    ("log: entries swapped", LOG, swap_entries),
    ("log: entry duplicated behind the end", LOG,
     lambda copy, _: copy.put("log", b"\1" + struct.pack(">Q", len(entries(copy))), one(sealed_entries(copy))[1])),
    ("log: all checkpoints removed", LOG, remove_all("log", checkpoints)),
    ("log: newest checkpoint removed", LOG, remove_last("log", checkpoints)),
    ("log: a checkpoint flipped", LOG, change("log", checkpoints, lambda v: flipped(v, len(v) - 10))),
    ("log: a checkpoint in another's place", LOG,
     lambda copy, _: copy.put("log", b"\2" + struct.pack(">Q", 3), one(checkpoints(copy))[1])),
    ("log: state row's size", LOG, change("log", log_state, lambda v: flipped(v, 8))),
    ("log: state row's root", LOG, change("log", log_state, lambda v: flipped(v, 20))),
    ("log: state row's time", LOG, change("log", log_state, lambda v: flipped(v, 48))),
    ("log: state row's checkpoint size", LOG, change("log", log_state, lambda v: flipped(v, 56))),
    ("log: state row removed", LOG, change("log", log_state, lambda v: None)),
    *[(f"log: an entry of action {action} in clear appended", LOG, clear_entry_appended(action))
      for action in (1, 3, 16, 17, 49, 80, 81, 82, 93, 101)],
    ("log: a node over everything forged by entries of a sealed vault", LOG, forged_node),
    ("log: newest checkpoint removed, and the state row says so", KEYS, remove_checkpoint_and_say_so),
    ("log: an attempt to unseal that says more than a vault writes", KEYS, attempt_with_record),
    ("log: a key of no kind", LOG, unknown_key("log", b"\x04more", b"x")),
    *[(f"state row: byte {at}", KEYS, change("meta", state, lambda v, at=at: flipped(v, at)))
      for at in (1, 9, 17, 25, 33, 41, 60, 81, 85, 100, 130, 160, 185, 200)],
    ("state row: removed", KEYS, change("meta", state, lambda v: None)),
    ("state row: put back older", KEYS, older_value("meta", state)),
    ("outbox: value changed", KEYS, change("meta", outbox, lambda v: flipped(v, 7))),
    ("outbox: state changed", KEYS, change("meta", outbox, lambda v: flipped(v, 9))),
    ("outbox: entry removed", KEYS, change("meta", outbox, lambda v: None)),
    ("outbox: emptied", KEYS, remove_all("meta", outbox)),
    ("outbox: entry added", KEYS,
     lambda copy, _: copy.put("meta", b"outbox/" + bytes([0, 1]) + bytes(16), one(outbox(copy))[1])),
    ("meta: a key of no kind", KEYS, unknown_key("meta", b"extra", b"x")),
    ("meta: text key rules", LOG, change("meta", lambda copy: {b"text-key-rules": copy.all("meta")[b"text-key-rules"]},
                                         lambda v: flipped(v, 3))),
    ("meta: text key rules removed", LOG, lambda copy, _: copy.remove("meta", b"text-key-rules")),
    *[(f"store: a file called {name}", KEYS, new_file(f"store/{name}")) for name in (
        "9223372036854775807.sst", "18446744073709551614.log", "notes.sst", "OPTIONS-x")],
    ("default family: a key", KEYS, unknown_key("default", b"extra", b"x")),
]


def random_flip(copy, chance):
    """Flips one bit of a file's byte or of a value in the store; says what, and whether anything depends on it."""
    if chance.random() < 0.5:
        names = sorted(str(path.relative_to(copy.data)) for path in copy.data.rglob("*")
                       if path.is_file() and path.stat().st_size > 0)
        name = chance.choice(names)
        at, bit = chance.randrange(copy.file(name).stat().st_size), chance.randrange(8)
        flip_file(copy.file(name), at, bit)
        return f"bit {bit} of byte {at} of {name}", not UNCHECKED.fullmatch(name)
    family = chance.choice([family for family in FAMILIES if family != "rowidx"])
    key, value = chance.choice(sorted(copy.all(family).items()))
    at, bit = chance.randrange(len(value)), chance.randrange(8)
    copy.put(family, key, flipped(value, at, bit))
    return f"bit {bit} of byte {at} of {family} 0x{key.hex()}", True


class Account:
    """What was tried, by whom it had to be found, and what was missed."""

    def __init__(self, vault, options):
        self.vault, self.reader, self.seed, self.one_of = vault, options.second_reader, options.seed, options.one_of
        self.tried, self.missed, self.unchecked = {}, [], 0

    def judge(self, name, copy, without_keys):
        with Copy(copy.data) as again:
            code, findings = self.vault.verify(again)
        self.note("verify", name, code, findings)
        if without_keys:
            with Copy(copy.data) as again:
                self.note("audit verify", name, *self.vault.audit_verify(again))
        chosen = random.Random(f"{self.seed} {name}").randrange(self.one_of) == 0
        if self.reader and chosen and not LEFT_BY_READER.search(name):
            with Copy(copy.data) as again:
                self.note("the second reader", name, *self.vault.second_reader(self.reader, again))

    def note(self, who, name, code, told):
        self.tried[who] = self.tried.get(who, 0) + 1
        if code == 0:
            self.missed.append(f"{who}: {name}")
        elif code == NO_KEYS and name.endswith("of slots"):
            return
        elif code not in (1, 3, 4, 11, 13) or not any(told) or any("Traceback" in line for line in told):
            self.missed.append(f"{who}: {name}: ended with {code}: {str(told)[:300]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rookery")
    parser.add_argument("--flips", type=int, default=40)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--second-reader")
    parser.add_argument("--second-reader-tries", dest="one_of", type=int, default=1, metavar="N", help="one of N")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-disk-vault-"))
    vault = Vault(options.rookery, folder)
    account = Account(vault, options)
    with Copy(vault.data) as copy:
        copy.put("rows", *one(copy.all("rows")))  # written anew by the tool, and the same
        for who, (code, told) in (("verify", vault.verify(copy)), ("audit verify", vault.audit_verify(copy))):
            if code != 0:
                raise Failed(f"{who} finds something in a vault that nobody touched: {told}")

    # What a sealed vault writes can be forged while it is sealed: it is counted as what nobody vouches for.
    with Copy(vault.data) as copy:
        before = json.loads(vault.audit_verify(copy)[1][0])["unvouched"]
        clear_entry_appended(48)(copy, vault)
        code, told = vault.audit_verify(copy)
        if before != 1 or code != 0 or json.loads(told[0])["unvouched"] != 2:
            raise Failed(f"a forged attempt to unseal is not marked: {code} {told}")
        if vault.verify(copy)[0] != 0 or json.loads(vault.audit_verify(copy)[1][0])["unvouched"] != 0:
            raise Failed(f"after the next unseal the entries are not vouched for: {vault.verify(copy)} {vault.audit_verify(copy)}")

    def directed(row):
        name, who, do = row
        with Copy(vault.data) as copy:
            do(copy, vault)
            account.judge(name, copy, who == LOG)

    def flip(number):
        with Copy(vault.data) as copy:
            name, depends = random_flip(copy, random.Random(f"{options.seed} {number}"))
            if depends:
                account.judge(name, copy, False)
            else:
                account.unchecked += 1

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(directed, DIRECTED))
        list(pool.map(flip, range(options.flips)))
    shutil.rmtree(folder, ignore_errors=True)
    for who, number in account.tried.items():
        print(f"{who}: {number} tried")
    print(f"{account.unchecked} flips where nothing depends on the bytes; {len(account.missed)} missed")
    for line in account.missed:
        print(f"missed: {line}")
    sys.exit(1 if account.missed else 0)


if __name__ == "__main__":
    main()
