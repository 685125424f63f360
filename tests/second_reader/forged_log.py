"""Entries that only somebody with the vault's keys could append: the tree, the checkpoint and both state rows are right,
so that a reader has to see what is wrong with the entry itself."""

import base64
import ctypes
import os

from reader.bits import lp, u16, u32, u64, u8
from reader.checkpoint import key_id as note_key_id
from reader.crypto import keyed, public_key, sha256, sodium
from reader.keyring import AUDIT, LOG_SIGNING
from reader.log import DAY_MS, fold, join, trailing_ones
from reader.state import State
from tampered import encrypt, log_key, note_key


class Raw(bytes):
    """Bytes that stand in an encoding as they are."""


def head(major, number):
    if number < 24:
        return bytes((major << 5 | number,))
    for short, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            return bytes((major << 5 | short,)) + number.to_bytes(size, "big")
    raise ValueError("too large")


def cbor(value):
    """In the order given: what is out of order is the caller's doing."""
    if isinstance(value, Raw):
        return bytes(value)
    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(key) + cbor(one) for key, one in value.items())


class LogForger:
    def __init__(self, forger, log):
        self._forger, self._copy = forger, forger.copy
        self._rows, self._nodes = {}, {index: entry.nodes for index, entry in log.entries.items()}
        self.size = log.size
        self.time = log.entries[log.size - 1].time

    def base_core(self, **more):
        """A core that is right, with fields changed (`_5=2`), added or taken away (`_5=None`)."""
        core = {0: 1, 1: os.urandom(16), 2: self.time, 3: "node", 4: 83, 5: 1, 6: 0, 7: [4, "SYSTEM", 5, bytes(8)], 10: bytes(16)}
        for name, value in more.items():
            core[int(name[1:])] = value
        return {key: core[key] for key in sorted(core) if core[key] is not None}

    def append(self, core=None, priv=b"", *, kind=1, form=2, flags=0, time=None, day=None, event=None, encodings=(2, 2),
               index_key=0, raw=None, named=None):
        """The index of the new entry."""
        core = self.base_core() if core is None else core
        index, event = self.size, core.get(1, bytes(16)) if event is None else event
        sections = {1: cbor(core) if raw is None else raw, 2: priv if isinstance(priv, bytes) else cbor(priv)}
        salts = {1: os.urandom(32), 2: os.urandom(32)}
        self.time = self.time if time is None else time
        commitment = sha256(b"sv1.audit.core\0", salts[1], sections[1])
        leaf = (u8(form) + u8(kind) + u16(flags) + u64(index if named is None else named) + u64(self.time)
                + (sha256(b"sv1.audit.bind\0", u64(index), commitment) if form != 1 else commitment)
                + sha256(b"sv1.audit.priv\0", salts[2], sections[2]))
        day = core.get(2, self.time) // DAY_MS if day is None else day
        rows = [self._detail(section, salts[section] + sections[section], day, event, encoding, index_key)
                for section, encoding in zip((1, 2), encodings)]
        nodes = [sha256(b"\0", leaf)]
        for level in range(trailing_ones(index)):
            nodes.append(join(self._nodes[index - (1 << level)][level], nodes[level]))
        self._nodes[index] = nodes
        self._rows[log_key(index)] = (leaf + u8(len(nodes)) + b"".join(nodes)
                                      + b"".join(u32(len(row)) + row for row in rows))
        self.size += 1
        return index

    def _detail(self, section, plain, day, event, encoding, index_key):
        if encoding == 2:
            version, key = self._forger.keyring.active(AUDIT)
            nonce = os.urandom(24)
            day_key = keyed(key, "sv1.auditday", self._forger.vault, lp(self._forger.identity.origin), u32(day), u8(section))
            plain = event + u32(version) + nonce + encrypt(day_key, nonce, plain, lp("sv1.detail") + u8(section) + event)
        return u8(1) + u8(encoding) + u32(day) + u8(index_key) + lp(plain)

    def publish(self):
        """Writes it all, with a state row and a checkpoint over it."""
        frontier, end = [], self.size
        for level in range(self.size.bit_length()):
            if self.size >> level & 1:
                frontier.append(self._nodes[end - 1][level])
                end -= 1 << level
        root = fold(frontier)
        self._rows[b"\x03"] = (u8(2) + u64(self.size) + root + u64(self.time) + u64(self.size) + u8(len(frontier))
                               + b"".join(frontier))
        self._rows[note_key(self.size)] = self._note(root)
        data = self._copy.family("meta")[b"state"]
        sums = State(data, self._forger.vault, self._forger.keyring).sums
        data = data[:34] + u64(self.size) + root + u64(self.size) + data[82:]
        self._copy.put_all("log", self._rows)
        self._copy.put("meta", b"state", self._forger.state_row(data, sums))

    def _note(self, root):
        origin, seed = self._forger.identity.origin, self._forger.keyring.active(LOG_SIGNING)[1]
        body = f"{origin}\n{self.size}\n{base64.b64encode(root).decode()}\n".encode()
        signature = ctypes.create_string_buffer(64)
        public = public_key(seed)
        sodium().crypto_sign_detached(signature, None, body, ctypes.c_ulonglong(len(body)), seed + public)
        signed = base64.b64encode(note_key_id(origin, public) + signature.raw).decode()
        return body + f"\n\u2014 {origin} {signed}\n".encode()
