"""What rows and the newest entries of the log about them must say alike: data-directory.md, "What agrees with what",
number 5; row.md, "What the tag covers, and what it does not"."""

from .bits import guid, lp, u16
from .crypto import keyed
from .keyring import PSEUDONYM, READING
from .sections import CORRELATION, EXTRAS, OUTCOME, RECORD, SUCCESS, TABLE, TAG, VALUES, VERSIONS


class History:
    """What the log says of one row: its newest entry, the entry of its last change, and the newest hash of each value."""

    def __init__(self):
        self.newest = self.changed = None
        self.hashes = {}

    def add(self, entry):
        before, after = entry.core[VERSIONS]
        self.newest = entry
        if before != after:
            self.changed = entry
        if "clipped" in entry.core.get(EXTRAS, {}):
            self.hashes.clear()  # a hash may be among what was left out
        for column, version, _, value in entry.core.get(VALUES, ()):
            self.hashes[column] = (version, value)


def histories(log, schema, handovers):
    """By row key. An entry is about a row when it names table, record and versions; what was refused or failed left nothing
    there, and what happened after the state that a hand-over put back neither."""
    out = {}
    for entry in log.whole():
        if handovers is not None and handovers.puts_back(entry.index):
            continue
        if entry.core is None or not {TABLE, RECORD, VERSIONS} <= entry.core.keys():
            continue
        if entry.core[OUTCOME] != SUCCESS:
            continue
        table = schema.by_name.get(entry.core[TABLE])
        if table is not None and table.rows:
            out.setdefault(u16(table.id) + entry.core[RECORD], History()).add(entry)
    return out


def check_rows(rows, log, handovers, state, schema, vault, keyring, findings):
    found = histories(log, schema, handovers)
    for key, row in rows.whole.items():
        history = found.get(key)
        if history is None:
            findings.add(row.place, "no entry of the log is about it")
        else:
            _check_newest(row, history.newest, findings)
            _check_hashes(row, history, rows, vault, keyring, findings)
    for key, history in found.items():
        if key not in rows.whole and key not in rows.damaged and history.newest.core[VERSIONS][1] != 0:
            findings.add(f"rows/{history.newest.core[TABLE]}/{guid(key[2:])}",
                         f"missing: the entry {history.newest.index} of the log left it there")
    _check_versionnumbers(rows, found, state, findings)


def _check_newest(row, entry, findings):
    # Leaves of format 1 are from a time when not every change had the tag in its entry.
    tag = entry.core.get(TAG, row.tag[:16] if entry.form == 1 else None)
    if entry.core[VERSIONS][1] != row.version or tag != row.tag[:16]:
        findings.add(row.place, f"version {row.version} is not the one that the newest entry about it, {entry.index}, left")


def _check_hashes(row, history, rows, vault, keyring, findings):
    """The log keeps a keyed hash of every sealed value that was set; whoever opened the value can compare."""
    for column in row.sealed_columns():
        version, hashed = history.hashes.get(column, (None, None))
        value = rows.clear_values.get((row.key, column))
        if hashed is None or value is None or keyring.state(PSEUDONYM, version) not in READING:
            continue
        name = row.table.columns[column].name
        right = keyed(keyring.key(PSEUDONYM, version), "sv1.amac", vault, lp(row.table.name), lp(name), lp(value))[:16]
        if hashed != right:
            findings.add(f"{row.place}/{name}", "another value than the log says was set")


def _check_versionnumbers(rows, found, state, findings):
    """No two alike, none above the state row's, and in the order of the entries. Rows that one request changed share
    its place in that order: which of them came first says nothing."""
    holders = {}
    for row in rows.whole.values():
        if state is not None and row.versionnumber > state.versionnumber:
            findings.add(row.place, f"versionnumber {row.versionnumber} is above the newest, {state.versionnumber}")
        if (other := holders.setdefault(row.versionnumber, row)) is not row:
            findings.add(row.place, f"versionnumber {row.versionnumber} is also that of {other.place}")
    _check_order([holders[number] for number in sorted(holders)], found, findings)


def _check_order(ascending, found, findings):
    """Each row is compared with the newest entry of the request before its own, which is enough: what ascends from
    request to request ascends altogether. So one row out of place is one or two findings."""
    before, ahead, request = None, -1, None
    for row in ascending:
        entry = found[row.key].changed if row.key in found else None
        if entry is None:  # unchanged since a conversion: it has an entry, and no place in this order
            continue
        if entry.core[CORRELATION] != request:
            before, ahead, request = ahead, -1, entry.core[CORRELATION]
        if entry.index < before:
            findings.add(row.place, f"versionnumber {row.versionnumber} follows one that the later entry {before} gave")
            before = -1  # said once for all rows of a request
        ahead = max(ahead, entry.index)
