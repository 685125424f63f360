"""The family `meta`: vault state row, outbox and text rules. vault-state.md, outbox.md, index.md"""

import hmac

from .bits import Cursor, Damage, guid, lp, newer, u8, u64
from .crypto import keyed
from .keyring import DIGEST, ROW, may_tag_state_row

STATE, TEXT_RULES, OUTBOX = b"state", b"text-key-rules", b"outbox/"
UPSERT, REMOVE = 1, 2
MODULUS = 1 << 256


class State:
    def __init__(self, data, vault, keyring):
        form = int.from_bytes(data[:2], "big")
        if form > 2:
            raise newer("store format")
        if len(data) != 218 or form != 2:
            raise Damage("another length or format than the page's")
        read = Cursor(data)
        read.u16()
        self.access_epoch, self.versionnumber, self.live_rows, self.epoch = read.u64(), read.u64(), read.u64(), read.u64()
        self.log_size, self.log_root, self.checkpoint_size = read.u64(), read.take(32), read.u64()
        digest_version = read.u32()
        masked = [read.take(32) for _ in range(3)]
        row_version, tag = read.u32(), read.take(32)
        if self.epoch > keyring.epoch:
            raise Damage(f"the keyring is older than the vault: its epoch is {keyring.epoch}, not {self.epoch}")
        if not may_tag_state_row(keyring, row_version, self.epoch):
            raise Damage("under a row key that may not vouch for it")
        right = keyed(keyring.key(ROW, row_version), "sv1.row", vault, lp("sv1.state"), lp(bytes(16)), data[:186])
        if not hmac.compare_digest(tag, right):
            raise Damage("a tag that is not right")
        active, self.digest_key = keyring.active(DIGEST)
        if digest_version != active:
            raise Damage("under another digest key than the active one")
        self.sums = [self._unmask(number, field, data, vault) for number, field in enumerate(masked, 1)]

    def _unmask(self, number, field, data, vault):
        mask = keyed(self.digest_key, "sv1.statemask", vault, u8(number), data[:86])
        return int.from_bytes(field, "big") ^ int.from_bytes(mask, "big")


def summand_of_row(row, key, vault):
    return int.from_bytes(keyed(key, "sv1.rowtotal", vault, row.key, u64(row.version), row.summed), "big")


def summand_of_entry(entry, value, key, vault):
    return int.from_bytes(keyed(key, "sv1.outsum", vault, lp(entry), lp(value)), "big")


class Meta:
    """The family, sorted; the state row is read apart, since it says what all else must add up to."""

    def __init__(self, family, schema, findings):
        self.state = family.get(STATE)
        self.outbox = {key: value for key, value in family.items() if key.startswith(OUTBOX)}
        for key in family:
            if key not in (STATE, TEXT_RULES) and key not in self.outbox:
                findings.add(f"meta/{key.hex()}", "a key that is not on the page")
        rules = family.get(TEXT_RULES, b"")
        if not rules.startswith(b"nfc-casefold-trim/1 unicode/") or not rules.endswith((b" index/3", b" index/4", b" index/5")):
            findings.add("meta/text-key-rules", "missing, or rules that this reader does not know")
        for key, value in self.outbox.items():
            with findings.at(outbox_place(key)):
                check_outbox_entry(key, value, schema)


def outbox_place(key):
    return f"meta/outbox/{int.from_bytes(key[7:9], 'big')}/{guid(key[9:])}" if len(key) == 25 else f"meta/{key.hex()}"


def check_outbox_entry(key, value, schema):
    table = schema.tables.get(int.from_bytes(key[7:9], "big"))
    if len(key) != 25 or table is None or not table.outbox:
        raise Damage("an entry of no table that is synced")
    if len(value) != 18 or value[8] not in (UPSERT, REMOVE) or value[9] > 1:
        raise Damage("another length, operation or state than the page's")


def check_state(state, log, rows, meta, vault, findings):
    """What the state row names against what is there."""
    def agree(what, named, found):
        if named != found:
            findings.add("meta/state", f"{what}: {named} named, {found} found")

    def agree_sum(of, named, found):
        if named != found % MODULUS:
            findings.add("meta/state", f"the sum of {of} is another one")

    with findings.at("meta/state"):
        if log.size is not None and state.log_size > log.size:
            raise Damage(f"the log is shorter than the state row says: {log.size}, not {state.log_size}")
        if log.root(state.log_size) != state.log_root:
            raise Damage("a log root that is not the tree's")
    for index in log.sealed_beyond(state.log_size):
        findings.add(f"log/{index}", "beyond the state row's log, and not of a kind that a sealed vault writes")
    if log.checkpoint_size is not None:
        agree("checkpoint size", state.checkpoint_size, log.checkpoint_size)
    entries = sum(summand_of_entry(key, value, state.digest_key, vault) for key, value in meta.outbox.items())
    agree_sum("the outbox", state.sums[2], entries)
    if rows.damaged:  # they are findings already, and what they would add is not known
        return
    agree("live rows", state.live_rows, len(rows.live()))
    summands = [(row, summand_of_row(row, state.digest_key, vault)) for row in rows.whole.values()]
    agree_sum("rows", state.sums[0], sum(summand for _, summand in summands))
    agree_sum("access facts", state.sums[1], sum(summand for row, summand in summands if row.table.access_fact))
