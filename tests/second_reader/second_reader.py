#!/usr/bin/env python3
"""Reads a stopped vault with what opens it, and says everything in it that the pages in docs/formats do not allow.

    second_reader.py DATA --key-file FILE [--json]
    second_reader.py DATA --passphrase-file FILE [--json]

It shares nothing with the program but those pages. One finding a line, `place: what`, then how much was read. Ends with 0 when
nothing was found, 11 when something was or the vault does not open, 2 on wrong usage, 3 when it could not do its work.
It changes nothing in DATA and prints no value of a row."""

import argparse
import json
import pathlib
import sys

from reader.agreement import check_rows
from reader.anchor import check_anchor
from reader.bits import Damage, Findings, Unreadable
from reader.checkpoint import VerifierKey, named
from reader.crypto import public_key
from reader.directory import Identity, check_names, check_tls, folder_of, hold, read_file
from reader.handover import Handovers
from reader.index import check_index
from reader.keyring import KEY_FILE, LOG_SIGNING, PASSPHRASE, Keyring, Slots
from reader.log import Log
from reader.rows import Rows
from reader.schema import Schema
from reader.secrets_in import key_file, passphrase_file
from reader.state import Meta, State, check_state
from reader.store import FAMILIES, Store

CLEAN, USAGE, UNREADABLE, DAMAGED = 0, 2, 3, 11


class Reading:
    """One pass over a vault: its findings, and what was counted."""

    def __init__(self, folder, secret, schema):
        self.folder, self.secret, self.schema = folder, secret, schema
        self.findings = Findings()
        self.rows = self.entries = 0
        self.identity = self.verifier = self.keyring = None

    def run(self):
        """The checks in the order in which one needs the other. Without identity nothing can be read; without keyring,
        the log alone."""
        with self.findings.at("vault"):
            self.identity = Identity(read_file(self.folder, "vault"))
        if self.identity is None:
            return
        check_names(self.folder, self.identity.kind == "development", self.findings)
        check_tls(self.folder / "tls", self.findings)
        with self.findings.at("log.vkey"):
            self.verifier = VerifierKey.of_file(read_file(self.folder, "log.vkey"))
        self._open_keyring()
        if not (self.folder / "store").is_dir():
            self.findings.add("store", "missing")
            return
        with Store(self.folder / "store") as store, self.findings.at("store"):
            store.check_families()
            store.check_files(self.findings)
            self._check_store({name: self._family(store, name) for name in FAMILIES})

    def _open_keyring(self):
        slots = None
        with self.findings.at("slots"):
            slots = Slots(read_file(self.folder, "slots"), self.identity.id)
            root, generation = slots.root_key(*self.secret())
        if slots is None or "slots" in {place for place, _ in self.findings.all}:
            return
        with self.findings.at("keyring"):
            self.keyring = Keyring(read_file(self.folder, "keyring"), self.identity.id, root, generation)
        if self.keyring is None:
            return
        with self.findings.at("slots"):
            slots.check_set(self.keyring)
        if self.verifier is not None and public_key(self.keyring.active(LOG_SIGNING)[1]) != self.verifier.public:
            self.findings.add("log.vkey", "not the key of the seed in the keyring")

    def _family(self, store, name):
        """None of one that cannot be read: that is said once, and not again of all that lies in it."""
        with self.findings.at(f"store/{name}"):
            return store.family(name)
        return None

    def _check_store(self, families):
        for key in families["default"] or ():
            self.findings.add(f"default/{key.hex()}", "a key that is not on the page")
        if families["log"] is None:
            return
        log = Log(families["log"], self.findings)
        handovers = first = None
        if self.verifier is not None:
            handovers = Handovers(log.handed, self.identity.id, self.verifier, self.findings)
            if handovers.first() != self.identity.origin:
                self.findings.add("log.vkey", "another origin than the vault's")
            first = named(self.verifier, handovers.first())
        log.check_tree(handovers)
        self.entries = len(log.entries)
        if not log.check_genesis(self.identity, first):
            return
        log.open_sections(self.identity.id, self.identity.origin, self.keyring)
        if self.keyring is not None and None not in (families["rows"], families["rowidx"], families["meta"]):
            self._check_rows(families, log, handovers)

    def _check_rows(self, families, log, handovers):
        vault = self.identity.id
        rows = Rows(families["rows"], self.schema, vault, self.keyring, self.findings)
        self.rows = len(families["rows"])
        check_index(families["rowidx"], rows, self.findings)
        meta, state = Meta(families["meta"], self.schema, self.findings), None
        with self.findings.at("meta/state"):
            if meta.state is None:
                raise Damage("missing")
            state = State(meta.state, vault, self.keyring)
        if state is not None:
            check_state(state, log, rows, meta, vault, self.findings)
            if self.verifier is not None:
                check_anchor(self.folder, self.identity, self.verifier, self.keyring, state, log, rows, self.findings)
        check_rows(rows, log, handovers, state, self.schema, vault, self.keyring, self.findings)


def parse(arguments):
    parser = argparse.ArgumentParser(description="Reads a stopped vault from its format pages alone.")
    parser.add_argument("data")
    opens = parser.add_mutually_exclusive_group(required=True)
    opens.add_argument("--key-file")
    opens.add_argument("--passphrase-file")
    parser.add_argument("--schema", default=pathlib.Path(__file__).resolve().parents[2] / "docs" / "formats" / "schema.json")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def report(reading, as_json):
    found = reading.findings.all
    if as_json:
        print(json.dumps({"ok": not found, "rows": reading.rows, "entries": reading.entries,
                          "findings": [{"place": place, "what": what} for place, what in found]}))
        return
    for place, what in found:
        print(f"{place}: {what}")
    print(f"{'damaged' if found else 'ok'}: {reading.rows} rows, {reading.entries} entries, {len(found)} findings")


def main(arguments=None):
    options = parse(arguments)

    def secret():
        if options.key_file is not None:
            return KEY_FILE, key_file(options.key_file)
        return PASSPHRASE, passphrase_file(options.passphrase_file)

    try:
        folder = folder_of(options.data)
        hold(folder)
        reading = Reading(folder, secret, Schema(options.schema))
        reading.run()
    except Unreadable as reason:
        print(f"second_reader: {reason}", file=sys.stderr)
        return UNREADABLE
    report(reading, options.json)
    return DAMAGED if reading.findings.all else CLEAN


if __name__ == "__main__":
    sys.exit(main())
