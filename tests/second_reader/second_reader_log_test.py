#!/usr/bin/env python3
"""Entries that only somebody with the vault's keys can append: everything around them is right, so that the second
reader must see what is wrong with each of them, and must take what the pages allow."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from forged_log import LogForger, Raw, cbor, head
from reader.bits import Findings
from reader.log import Log
from reader.schema import Schema
from support.vault import run
from tampered import Copy, Forger

BINARY = os.environ["ROOKERY"]
NOTHING = bytes(16)
ACTION_CLEAR, HEARTBEAT, GENESIS, LOG_OPEN = 48, 83, 80, 81


def attempt(core):
    """Of a core, the fields that an attempt to unseal has."""
    kept = {key: core[key] for key in (0, 1, 2, 3, 10)}
    fields = {**kept, 4: ACTION_CLEAR, 5: 2, 6: 10, 7: [4, "", 5, bytes(8)]}
    return dict(sorted(fields.items()))


def right(core):
    """(what it is, arguments of LogForger.append)"""
    return [
        ("a core as it should be", {}),
        ("an unknown key", {"core": core(_99="x")}),
        ("an unknown key with null", {"core": {**core(), 99: None}}),
        ("an unknown key with a map", {"core": core(_99={1: 2})}),
        ("containers to the depth of 4", {"core": core(_99=[[[1]]])}),
        ("an action, outcome and reason that nobody knows", {"core": core(_4=250, _5=9, _6=99)}),
        ("a rule path outside its grammar", {"core": core(_20=["x", 1, "r12"])}),
        ("key versions that no key has", {"core": core(_18=[[4, 77, None, NOTHING]], _19=[2**40, 1])}),
        ("a table that nobody knows", {"core": core(_13="nothing", _14=NOTHING, _17=[1, 1])}),
        ("a text of 255 bytes as node", {"core": core(_3="x" * 255)}),
        ("extras at their bounds", {"core": core(_25={"a": "x" * 1024, "b" * 64: b"x" * 1024})}),
        ("empty lists", {"core": core(_15=[], _18=[], _25={})}),
        ("a section of 4096 bytes", {"core": core(_99="x" * 3983)}),
        ("a priv with an unknown key", {"priv": {0: 1, 77: "x"}}),
        ("a priv without a certificate", {"priv": {0: 1, 5: [771, None]}}),
        ("an attempt to unseal that is sealed", {"core": core(_4=ACTION_CLEAR)}),
        # The last one: what follows entries of a sealed vault opens the log.
        ("an attempt to unseal in clear", {"core": attempt(core()), "encodings": (0, 0)})]


def wrong(core, now):
    event = {"event": NOTHING}
    return [
        *((f"no field {key}", {"core": core(**{f"_{key}": None}), **event}) for key in (0, 1, 2, 3, 4, 5, 6, 7, 10)),
        *((f"another type or size: {fields}"[:70], {"core": core(**fields)}) for fields in (
            {"_0": 0}, {"_0": 2}, {"_3": b"x"}, {"_3": "x" * 256}, {"_7": [4, "S", 5]}, {"_7": [4, b"S", 5, bytes(8)]},
            {"_7": [4, "S", 5, bytes(7)]}, {"_8": [1]}, {"_9": "x" * 256}, {"_10": bytes(15)}, {"_11": "x" * 129},
            {"_12": "x" * 129}, {"_13": "x" * 129}, {"_14": bytes(15)}, {"_15": [3, 2]}, {"_15": [2, 2]}, {"_15": ["a"]},
            {"_16": "a"}, {"_17": [1, 2, 3]}, {"_18": [[4, 1, None, bytes(15)]]}, {"_18": [[4, 1, None]]},
            {"_18": [[5, 1, None, NOTHING], [4, 1, None, NOTHING]]}, {"_19": [1]}, {"_20": ["dataverse", 1]}, {"_21": "x"},
            {"_22": "x"}, {"_23": bytes(7)}, {"_24": bytes(15)}, {"_25": {"a": [1]}}, {"_25": {1: 1}}, {"_25": {"a": None}},
            {"_25": {"x" * 65: 1}}, {"_25": {"a": "x" * 1025}}, {"_25": {"bb": 1, "a": 1}}, {"_26": bytes(7)}, {"_27": "x"},
            {"_99": {"a": 1}}, {"_99": [[[[1]]]]}, {"_99": "x" * 4096})),
        *((f"CBOR outside the profile: {raw.hex()}", {"core": core(_99=Raw(raw))}) for raw in (
            b"\x20", b"\xf9\0\0", b"\xf5", b"\xc1\x01", b"\xf7", b"\x9f\xff", b"\x18\x05", b"\x19\0\x05", b"\x61\xff",
            b"\x63\xed\xa0\x80", b"\x1b\x80" + bytes(7), b"\x9b" + b"\x7f" * 8)),
        ("null in a known field", {"core": {**core(), 12: None}}),
        ("trailing bytes", {"raw": cbor(core()) + b"\0"}),
        ("a key twice", {"raw": head(5, 10) + cbor(core())[1:] + cbor(10) + cbor(NOTHING)}),
        ("keys out of order", {"raw": cbor({10: NOTHING, **core(_10=None)})}),
        ("no map", {"raw": b"\x80"}),
        ("an empty core", {"raw": b""}),
        *((f"a priv that is wrong: {priv}"[:70], {"priv": priv}) for priv in (
            {2: 1}, {0: 2}, {0: 1, 1: bytes(5)}, {0: 1, 3: ["x"] * 9}, {0: 1, 4: "x" * 257}, {0: 1, 5: [1, bytes(31)]},
            {0: 1, 6: "x" * 1025}, {0: 1, 8: bytes(15)}, {0: 1, 9: bytes(31)}, {0: 1, 10: "x" * 513}, {0: 1, 12: "x"})),
        ("another event in the blob", {"event": os.urandom(16)}),
        ("another day", {"day": 3}),
        ("an encoding that is reserved", {"encodings": (1, 1)}),
        ("an index key", {"index_key": 1}),
        ("a heartbeat in clear", {"encodings": (0, 0)}),
        ("an attempt to unseal that names a record", {"core": {**attempt(core()), 14: NOTHING}, "encodings": (0, 0)}),
        ("an attempt to unseal by somebody", {"core": {**attempt(core()), 7: [1, "a", 1, bytes(8)]}, "encodings": (0, 0)}),
        ("core in clear, priv sealed", {"core": core(_4=ACTION_CLEAR), "encodings": (0, 2)}),
        ("core sealed, priv in clear", {"core": core(_4=HEARTBEAT), "encodings": (2, 0)}),
        ("a second genesis in an ordinary leaf", {"core": core(_4=GENESIS)}),
        ("a log-open that names another root", {"core": core(_4=LOG_OPEN, _25={"boot": NOTHING, "root": bytes(32), "size": 5})}),
        ("a log-open that names nothing", {"core": core(_4=LOG_OPEN)}),
        ("an ordinary event in the leaf of a genesis", {"kind": 2}),
        ("a leaf of another kind", {"kind": 3}),
        ("a leaf with a flag", {"flags": 1}),
        ("a leaf of format 1 after format 2", {"form": 1}),
        ("a leaf of a newer format", {"form": 3}),
        ("a leaf with another index", {"named": 5}),
        ("a time before the previous entry's", {"time": now - 1})]


class ForgedEntries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="forged-entries-")
        cls.addClassCleanup(folder.cleanup)
        cls.data, cls.key = pathlib.Path(folder.name) / "vault", pathlib.Path(folder.name) / "root.key"
        run(BINARY, "init", "--data", cls.data, "--key-file", cls.key, "--admin", "ada@example.com", "--admin-token-file",
            pathlib.Path(folder.name) / "token", "--allow-swap", "--allow-unlocked")

    def found(self, cases):
        """Names of those among the cases of which something is found, and what is found besides."""
        with Copy(self.data, self.key) as copy:
            findings = Findings()
            log = Log(copy.family("log"), findings)
            log.check_tree(None)
            forger = LogForger(Forger(copy, Schema(HERE.parents[1] / "docs" / "formats" / "schema.json")), log)
            now, names = forger.time, {}
            for name, arguments in cases(forger):
                forger.time = now
                names[forger.append(**arguments)] = name
            forger.time = now
            forger.publish()
            done = subprocess.run(
                [sys.executable, "-B", str(HERE / "second_reader.py"), str(copy.data), "--key-file", str(self.key), "--json"],
                capture_output=True, text=True, check=False)
        places = [one["place"] for one in json.loads(done.stdout)["findings"]]
        ours = {f"log/{index}": name for index, name in names.items()}
        return {ours[place] for place in places if place in ours}, [place for place in places if place not in ours]

    def test_takes_what_the_pages_allow(self):
        self.assertEqual(self.found(lambda forger: right(forger.base_core)), (set(), []))

    def test_refuses_what_the_pages_refuse(self):
        names = []

        def cases(forger):
            out = wrong(forger.base_core, forger.time)
            names.extend(name for name, _ in out)
            return out + [("the last one is right", {})]

        found, _ = self.found(cases)
        self.assertEqual(set(names) - found, set())
        self.assertNotIn("the last one is right", found)


if __name__ == "__main__":
    unittest.main()
