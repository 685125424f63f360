"""The audit log: entries, their tree, its state row and checkpoints. audit-log.md

`Log.read` needs no key; `open_sections` opens what the entries say. A damaged entry is a finding of its own and hides no
other: each node is compared with the stored nodes below it, so that only what was changed is named."""

from .bits import Cursor, Damage, lp, newer, u32, u64, u8
from .checkpoint import Checkpoint
from .crypto import decrypt, keyed, sha256
from .keyring import AUDIT
from .sections import (ACTION, EVENT, EXTRAS, FORMAT_CHANGE, GENESIS, LOG_OPEN, MAY_BE_CLEAR, TIME, UNSEAL_ATTEMPT, is_attempt, read_core, read_priv)

LEAF = 84
DAY_MS = 24 * 60 * 60 * 1000
CORE_SECTION, PRIV_SECTION = 1, 2
CLEAR, SEALED = 0, 2
EMPTY_TREE = sha256(b"")


def trailing_ones(index):
    return (~index & (index + 1)).bit_length() - 1


def join(left, right):
    return sha256(b"\x01", left, right)


class Entry:
    """One row of the family `log`, taken apart and not yet opened."""

    def __init__(self, index, data):
        read = Cursor(data)
        self.index, self.leaf = index, read.take(LEAF)
        self._read_leaf(Cursor(self.leaf))
        count = read.u8()
        if count != 1 + trailing_ones(index):
            raise Damage("another number of nodes than its index gives")
        self.nodes = [read.take(32) for _ in range(count)]
        self.rows = {CORE_SECTION: read.take(read.u32()), PRIV_SECTION: read.take(read.u32())}
        read.end()
        self.core = self.priv = self.clear = None  # known once it was opened

    def _read_leaf(self, read):
        self.form, kind, flags = read.u8(), read.u8(), read.u16()
        if self.form > 2:
            raise newer("leaf format")
        if self.form == 0:
            raise Damage("a leaf of format 0")
        self.genesis = kind == 2
        if kind not in (1, 2) or flags != 0:
            raise Damage("a leaf of another kind, or with a flag")
        if self.genesis != (self.index == 0):
            raise Damage("a genesis that is not at index 0, or something else there")
        if read.u64() != self.index:
            raise Damage("a leaf with another index than its row")
        self.time = read.u64()
        self.commitments = {CORE_SECTION: read.take(32), PRIV_SECTION: read.take(32)}

    def committed(self, section, salt, data):
        """What the leaf must have in the place of this section."""
        if section == PRIV_SECTION:
            return sha256(b"sv1.audit.priv\0", salt, data)
        core = sha256(b"sv1.audit.core\0", salt, data)
        return core if self.form == 1 else sha256(b"sv1.audit.bind\0", u64(self.index), core)


class Log:
    def __init__(self, family, findings):
        self._findings = findings
        self.entries, self.checkpoints = {}, {}
        self.size = self.checkpoint_size = None  # as the state row says
        self._state = None
        self._notes, self.handed = {}, {}
        self._sort(family)

    def _sort(self, family):
        for key, value in sorted(family.items()):
            kind, number = key[:1], int.from_bytes(key[1:], "big")
            if kind == b"\x01" and len(key) == 9:
                self.entries[number] = None  # there, whatever it turns out to be
                with self._findings.at(f"log/{number}"):
                    self.entries[number] = Entry(number, value)
            elif kind == b"\x02" and len(key) == 9:
                self._notes[number] = value
            elif key == b"\x03":
                self._state = value
            elif kind == b"\x04" and len(key) == 9:
                self.handed[number] = value
            else:
                self._findings.add(f"log/{key.hex()}", "a key that is not on the page")

    def whole(self):
        """The entries that could be taken apart, in order."""
        return [self.entries[index] for index in sorted(self.entries) if self.entries[index] is not None]

    # The tree

    def node(self, level, last):
        """The node at this level whose last leaf this is, as it is stored."""
        entry = self.entries.get(last)
        if entry is None:
            raise Damage(f"the entry {last} that it needs is missing or damaged")
        return entry.nodes[level]

    def frontier(self, size):
        """One node for each set bit, lowest bit first."""
        out, end = [], size
        for level in range(size.bit_length()):
            if size >> level & 1:
                out.append(self.node(level, end - 1))
                end -= 1 << level
        return out

    def root(self, size):
        return fold(self.frontier(size))

    # Checks that need no key

    def check_tree(self, handovers):
        """All but what the entries say. `handovers` is None when log.vkey cannot be read."""
        for entry in self.whole():
            with self._findings.at(f"log/{entry.index}"):
                self._check_nodes(entry)
        self._check_order()
        if handovers is not None:
            for size, note in self._notes.items():
                with self._findings.at(f"log/checkpoint/{size}"):
                    self._check_note(size, Checkpoint(note, handovers.at(size)))
            for one in handovers.all:
                with self._findings.at(f"log/handover/{one.size}"):
                    if one.root != self.root(one.size):
                        raise Damage("entries that are not those that were handed over")
        with self._findings.at("log/state"):
            self._check_state()

    def _check_nodes(self, entry):
        if entry.nodes[0] != sha256(b"\x00", entry.leaf):
            raise Damage("a leaf without its stored hash")
        for level in range(1, len(entry.nodes)):
            if entry.nodes[level] != join(self.node(level - 1, entry.index - (1 << (level - 1))), entry.nodes[level - 1]):
                raise Damage("a stored node that does not follow from its children")

    def _check_order(self):
        before = None
        for entry in self.whole():
            if before is not None and entry.time < before.time:
                self._findings.add(f"log/{entry.index}", "a time before the previous entry's")
            if before is not None and entry.form < before.form:
                self._findings.add(f"log/{entry.index}", "a leaf of format 1 after one of format 2")
            before = entry

    def _check_note(self, size, note):
        if note.size != size:
            raise Damage("a note over another size than its key says")
        if self._state is not None and note.root != self.root(size):
            raise Damage("a note with another root than the entries'")
        self.checkpoints[size] = note

    def _check_state(self):
        if self._state is None:
            raise Damage("missing")
        read = Cursor(self._state)
        if (form := read.u8()) != 2:
            raise newer("log state") if form > 2 else Damage(f"a state row of format {form}")
        self.size, root, time, self.checkpoint_size = read.u64(), read.take(32), read.u64(), read.u64()
        frontier = [read.take(32) for _ in range(read.u8())]
        read.end()
        self._check_indexes()
        if len(frontier) != bin(self.size).count("1") or root != fold(frontier):
            raise Damage("a root that does not follow from its frontier")
        if self.checkpoint_size != max(self._notes, default=0):
            raise Damage(f"names a checkpoint over {self.checkpoint_size}, the newest is over {max(self._notes, default=0)}")
        if frontier != self.frontier(self.size):
            raise Damage("a frontier that is not that of the entries")
        last = self.entries.get(self.size - 1)
        if last is not None and last.time != time:
            raise Damage("another time than the last entry's")

    def _check_indexes(self):
        if self.size == 0:
            raise Damage("a log without its genesis")
        for index in self.entries:
            if index >= self.size:
                self._findings.add(f"log/{index}", "an entry at or beyond the log's size")
        missing = self.size - sum(index < self.size for index in self.entries)
        if missing:
            first = next(index for index in range(self.size) if index not in self.entries)
            self._findings.add(f"log/{first}", f"missing ({missing} of the log's entries are)")

    # What the entries say

    def open_sections(self, vault, origin, keyring):
        """Those of all entries but the genesis; without a keyring, the clear ones alone. Checks of both are the same."""
        while_sealed = False
        for entry in self.whole():
            if entry.index != 0:
                with self._findings.at(f"log/{entry.index}"):
                    self._open_entry(entry, vault, origin, keyring)
                    if while_sealed and not entry.clear and entry.core and entry.core[ACTION] not in (LOG_OPEN, FORMAT_CHANGE):
                        raise Damage("after entries of a sealed vault, and it opens no log")
            while_sealed = bool(entry.clear) and entry.index != 0

    def _open_entry(self, entry, vault, origin, keyring):
        rows = {section: DetailRow(data) for section, data in entry.rows.items()}
        encodings = {row.encoding for row in rows.values()}
        if len(encodings) != 1:
            raise Damage("one section in clear beside a sealed one")
        entry.clear = encodings == {CLEAR}
        if not entry.clear and keyring is None:
            return
        plain = {section: row.open(section, vault, origin, keyring) for section, row in rows.items()}
        for section, data in plain.items():
            if entry.commitments[section] != entry.committed(section, data[:32], data[32:]):
                raise Damage("a section that does not have its commitment")
        core, priv = read_core(plain[CORE_SECTION][32:]), read_priv(plain[PRIV_SECTION][32:])
        self._check_event(entry, core, rows.values())
        if entry.clear and not entry.genesis and not is_attempt(core, priv):
            raise Damage("an attempt to unseal that says more than a sealed vault writes")
        entry.core, entry.priv = core, priv

    def _check_event(self, entry, core, rows):
        if any(row.day != core[TIME] // DAY_MS for row in rows):
            raise Damage("a section of another day than the event's")
        if any(row.event not in (None, core[EVENT]) for row in rows):
            raise Damage("a section of another event")
        if entry.clear and core[ACTION] not in MAY_BE_CLEAR:
            raise Damage(f"in clear, which an entry of action {core[ACTION]} may not be")
        if (core[ACTION] == GENESIS) != entry.genesis:
            raise Damage("a genesis that its leaf does not call one, or the other way round")
        if entry.genesis and not entry.clear:
            raise Damage("a genesis that is not in clear")
        if core[ACTION] == LOG_OPEN:
            self._check_log_open(entry, core.get(EXTRAS, {}))

    def _check_log_open(self, entry, extras):
        size, root = extras.get("size"), extras.get("root")
        if type(size) is not int or size > entry.index or root != self.root(size):
            raise Damage("a log-open that names another state than the log had")

    def check_genesis(self, identity, verifier):
        """The first entry says in clear whose log it is. False when it is another's: then nothing else of it opens."""
        first = self.entries.get(0)
        if first is None:
            return True  # said already; a log may have lost any entry
        with self._findings.at("log/0"):
            self._open_entry(first, identity.id, identity.origin, None)
        if first.core is None:
            self._findings.add("log/0", "no genesis that could be read")
            return True
        said = first.core.get(EXTRAS, {})
        for name, right in (("vault", identity.id), ("kind", identity.kind), ("origin", identity.origin)):
            if said.get(name) != right:
                self._findings.add("log/0", f"the genesis names another {name} than the file `vault`")
        if verifier is not None and said.get("vkey") != verifier:
            self._findings.add("log/0", "the genesis names another vkey than the file `log.vkey`")
        return said.get("vault") == identity.id and said.get("origin") == identity.origin

    def sealed_beyond(self, size):
        """Entries from there on that a sealed vault does not write."""
        return [entry.index for entry in self.whole()
                if entry.index >= size and (entry.core is None or not entry.clear or entry.core[ACTION] != UNSEAL_ATTEMPT)]


def fold(frontier):
    if not frontier:
        return EMPTY_TREE
    root = frontier[0]
    for node in frontier[1:]:
        root = join(node, root)
    return root


class DetailRow:
    def __init__(self, data):
        read = Cursor(data)
        if (form := read.u8()) != 1:
            raise newer("detail row") if form > 1 else Damage("a detail row of version 0")
        self.encoding, self.day, index_key = read.u8(), read.u32(), read.u8()
        if self.encoding not in (CLEAR, SEALED) or index_key != 0:
            raise Damage("a detail row of another encoding or with an index key")
        self._blob = read.lp()
        read.end()
        self.event = None  # only a sealed one names it
        if self.encoding == CLEAR and len(self._blob) < 32:
            raise Damage("a section shorter than its salt")
        if self.encoding == SEALED:
            read = Cursor(self._blob)
            self.event, self.key_version, self.nonce = read.take(16), read.u32(), read.take(24)
            self._sealed = read.take(len(self._blob) - read.at)

    def open(self, section, vault, origin, keyring):
        """salt || section"""
        if self.encoding == CLEAR:
            return self._blob
        day_key = keyed(keyring.key(AUDIT, self.key_version), "sv1.auditday", vault, lp(origin), u32(self.day), u8(section))
        plain = decrypt(day_key, self.nonce, self._sealed, lp("sv1.detail") + u8(section) + self.event)
        if len(plain) < 32:
            raise Damage("a section shorter than its salt")
        return plain
