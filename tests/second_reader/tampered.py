"""A copy of a stopped vault that can be changed behind the vault's back, as somebody who may write to the disk would,
and, with `Forger`, as somebody who has the vault's keys as well."""

import ctypes
import os
import pathlib
import shutil
import subprocess
import tempfile

from reader.bits import Cursor, lp, u16, u32, u64, u8
from reader.crypto import KEYRING, Sealed, key_id, keyed, sodium
from reader.directory import Identity
from reader.keyring import DIGEST, KEY_FILE, ROW, SLOTS, Keyring, Slots
from reader.rows import LABELS, Row
from reader.secrets_in import key_file
from reader.state import State, summand_of_row
from reader.store import Store


class Copy:
    """Of a data directory and its key file. The reserve, which nobody reads, stays behind."""

    def __init__(self, data, key):
        self._folder = tempfile.TemporaryDirectory(prefix="tampered-")
        self.data, self.key = pathlib.Path(self._folder.name) / "vault", key
        shutil.copytree(data, self.data, ignore=shutil.ignore_patterns("reserve"))
        self._dumps = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def _ldb(self, *arguments):
        subprocess.run(["ldb", f"--db={self.data / 'store'}", "--hex", *arguments], check=True, capture_output=True)
        for log in (self.data / "store").glob("LOG*"):  # ldb's own, and no file of a vault
            log.unlink()
        self._dumps.clear()

    def family(self, name):
        if name not in self._dumps:
            with Store(self.data / "store") as store:
                self._dumps[name] = store.family(name)
        return self._dumps[name]

    def keys(self, name, prefix=b""):
        return [key for key in sorted(self.family(name)) if key.startswith(prefix)]

    def put(self, name, key, value):
        self._ldb(f"--column_family={name}", "put", "0x" + key.hex(), "0x" + value.hex())

    def put_all(self, name, rows):
        pairs = [text for key, value in rows.items() for text in ("0x" + key.hex(), "0x" + value.hex())]
        self._ldb(f"--column_family={name}", "batchput", *pairs)

    def delete(self, name, key):
        self._ldb(f"--column_family={name}", "delete", "0x" + key.hex())

    def flip(self, name, key, at):
        """One bit of the byte at this offset; from the end when it is negative."""
        self.put(name, key, flipped(self.family(name)[key], at))

    def swap(self, name, one, two):
        first, second = self.family(name)[one], self.family(name)[two]
        self.put(name, one, second)
        self.put(name, two, first)

    def flip_file(self, name, at=None):
        path = self.data / name
        data = path.read_bytes()
        os.chmod(path, 0o600)
        path.write_bytes(flipped(data, len(data) // 2 if at is None else at))


def flipped(data, at):
    out = bytearray(data)
    out[at] ^= 1
    return bytes(out)


def log_key(index):
    return b"\x01" + u64(index)


def note_key(size):
    return b"\x02" + u64(size)


class Forger:
    """Makes what only the vault could: with its keys, and from the pages alone."""

    def __init__(self, copy, schema):
        self.copy, self.schema = copy, schema
        self.identity = Identity((copy.data / "vault").read_bytes())
        self.vault = self.identity.id
        self._slots_data = (copy.data / "slots").read_bytes()
        self.slots = Slots(self._slots_data, self.vault)
        self.root, self.generation = self.slots.root_key(KEY_FILE, key_file(copy.key))
        self._keyring_data = (copy.data / "keyring").read_bytes()
        self.keyring = Keyring(self._keyring_data, self.vault, self.root, self.generation)

    def row(self, key):
        return Row(key, self.copy.family("rows")[key], self.schema, self.vault, self.keyring)

    def tagged(self, row, body, trailer=None):
        """The value of that row with another body, and a tag that is right."""
        tag = keyed(self.keyring.active(ROW)[1], LABELS[row.kind], self.vault, lp(row.table.name), lp(row.id), body)
        return u8(row.kind) + body + tag + (row.summed[32:] if trailer is None else trailer)

    def replace_row(self, key, value):
        """Puts the row and a state row that adds up to it: only the log then knows better."""
        before = self.row(key)
        self.copy.put("rows", key, value)
        self.add_to_sums(before, self.row(key))

    def add_to_sums(self, before, after):
        data = self.copy.family("meta")[b"state"]
        state = State(data, self.vault, self.keyring)
        difference = summand_of_row(after, state.digest_key, self.vault) - summand_of_row(before, state.digest_key, self.vault)
        sums = [state.sums[0] + difference, state.sums[1] + (difference if after.table.access_fact else 0), state.sums[2]]
        self.copy.put("meta", b"state", self.state_row(data, sums))

    def state_row(self, data, sums):
        digest = self.keyring.active(DIGEST)[1]
        masked = b"".join(
            ((value % 2**256) ^ int.from_bytes(keyed(digest, "sv1.statemask", self.vault, u8(number), data[:86]), "big")
             ).to_bytes(32, "big") for number, value in enumerate(sums, 1))
        body = data[:86] + masked + data[182:186]
        return body + keyed(self.keyring.active(ROW)[1], "sv1.row", self.vault, lp("sv1.state"), lp(bytes(16)), body)

    def next_keyring(self, slot_set=None):
        """A file of the next epoch with the same keys, and another slot set if one is given."""
        plain = bytearray(self._plain_keyring())
        epoch = self.keyring.epoch + 1
        plain[5:13] = u64(epoch)
        if slot_set is not None:
            plain[29:37] = u64(slot_set)
        key = keyed(self.root, "sv1.keyring")
        header = bytes((1, 1, KEYRING, 0)) + u32(self.generation) + key_id(key) + os.urandom(24)
        context = lp("sv1.keyring") + self.vault + u64(epoch)
        seed = keyed(key, "sv1.seal", header, lp(context), size=64)
        head = header + seed[32:]
        return u64(epoch) + head + encrypt(seed[:32], header[16:40], bytes(plain), head + context)

    def _plain_keyring(self):
        sealed = Sealed(self._keyring_data[8:], KEYRING)
        return sealed.open(keyed(self.root, "sv1.keyring"), self.generation,
                           lp("sv1.keyring") + self.vault + u64(self.keyring.epoch))

    def next_slots(self):
        """The same slots as set n+1."""
        version, key = self.keyring.active(SLOTS)
        body = self._slots_data[:-44] + u64(self.slots.set + 1) + u32(version)
        return body + keyed(key, "sv1.slots", self.vault, body)


def encrypt(key, nonce, plain, associated):
    out, size = ctypes.create_string_buffer(len(plain) + 16), ctypes.c_ulonglong()
    sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, ctypes.byref(size), plain, ctypes.c_ulonglong(len(plain)), associated, ctypes.c_ulonglong(len(associated)),
        None, nonce, key)
    return out.raw[:size.value]


def with_cell(row, column, value):
    """The body of that row with one cell replaced."""
    read = Cursor(row.body)
    out = read.take(8)
    count = read.u16()
    out += u16(count)
    for _ in range(count):
        number, old = read.u16(), read.take(read.u32())
        new = value if number == column else old
        out += u16(number) + u32(len(new)) + new
    return out + read.take(4)
