"""Root key slots and keyring: keyring.md."""

import hmac

from .bits import Cursor, Damage, guid, lp, newer, u16, u64
from .crypto import KEYRING, SLOT, Sealed, argon2id, key_id, keyed

RECORD_KEK, AUDIT, PSEUDONYM, INDEX, EXPORT, ROW, CREDENTIAL, DIGEST, LOG_SIGNING, SLOTS = range(1, 11)
PRE_ACTIVE, ACTIVE, DECRYPT_ONLY, COMPROMISED, DESTROY_PENDING, DESTROYED = range(1, 7)

# Which states permit what a reader does with a key: open what was sealed, and check a tag or a keyed hash.
READING = (ACTIVE, DECRYPT_ONLY, COMPROMISED)
PASSPHRASE, KEY_FILE = 1, 2  # types of slots


class Slot:
    def __init__(self, data):
        read = Cursor(data)
        if (form := read.u8()) != 1:
            raise newer("slot format") if form > 1 else Damage("a slot of format 0")
        self.kind, self.id, self.generation = read.u8(), read.u16(), read.u32()
        read.u64()  # created
        label = read.lp()
        self.params = read.lp()
        self.context = data[:read.at]
        self.sealed = Sealed(read.lp(), SLOT)
        read.end()
        if self.kind not in (PASSPHRASE, KEY_FILE):
            raise Damage(f"a slot of the unknown type {self.kind}")
        try:
            label.decode("utf-8")
        except UnicodeDecodeError:
            raise Damage("a label that is not UTF-8") from None
        if len(label) > 64:
            raise Damage("a label of more than 64 bytes")
        if self.kind == KEY_FILE and self.params:
            raise Damage("a key file slot with params")
        if self.kind == PASSPHRASE:
            self._read_costs()

    def _read_costs(self):
        read = Cursor(self.params)
        algorithm, self.operations, self.memory, self.salt = read.u8(), read.u32(), read.u64(), read.take(16)
        read.end()
        if algorithm != 2:
            raise Damage("params of another algorithm")
        if not 3 <= self.operations <= 16 or not 64 << 20 <= self.memory <= 4 << 30:
            raise Damage("Argon2id costs outside their bounds")

    def _slot_key(self, vault, secret):
        if self.kind == PASSPHRASE:
            secret = argon2id(secret, self.salt, self.operations, self.memory)
        label = "sv1.slot.pass" if self.kind == PASSPHRASE else "sv1.slot.file"
        return keyed(secret, label, vault, u16(self.id))

    def open(self, vault, secret):
        """The root key, or None when the secret belongs to another slot: the key id says which of the two it is."""
        key = self._slot_key(vault, secret)
        if key_id(key) != self.sealed.key_id:
            return None
        return self.sealed.open(key, self.id, lp("sv1.slot") + vault + self.context)


class Slots:
    """The file `slots`. A slot opens before the set's tag can be checked, so `check_set` comes after the keyring."""

    def __init__(self, data, vault):
        self._vault = vault
        read = Cursor(data)
        if (form := read.u8()) != 2:
            raise newer("slots format") if form > 2 else Damage(f"slots of format {form}")
        count = read.u16()
        if not 1 <= count <= 64:
            raise Damage(f"{count} slots")
        self.slots = [Slot(read.take(read.u32())) for _ in range(count)]
        self.set, self.key_version = read.u64(), read.u32()
        self._tagged, self._tag = data[:read.at], read.take(32)
        read.end()
        ids = [slot.id for slot in self.slots]
        if ids[0] == 0 or any(one >= two for one, two in zip(ids, ids[1:])):
            raise Damage("slot ids that do not ascend from 1")

    def root_key(self, kind, secret):
        """The root key and its generation."""
        for slot in self.slots:
            if slot.kind == kind and (root := slot.open(self._vault, secret)) is not None:
                return root, slot.generation
        raise Damage("no slot opens with this secret")

    def check_set(self, keyring):
        key = keyring.key(SLOTS, self.key_version)
        tag = keyed(key, "sv1.slots", self._vault, self._tagged)
        if not hmac.compare_digest(tag, self._tag):
            raise Damage("the tag over the set of slots is not right")
        # One above is a change of the set that was cut off between its two files; the next opening finishes it.
        if self.set not in (keyring.slot_set, keyring.slot_set + 1):
            raise Damage(f"the set of slots is number {self.set}, the keyring's is {keyring.slot_set}")


class Key:
    def __init__(self, read):
        self.purpose, self.version, self.state, flags = read.u8(), read.u32(), read.u8(), read.u8()
        name, _, _, _ = read.take(8), read.u64(), read.u64(), read.u64()  # created, changed, uses reserved
        self.secret = read.lp()
        if not RECORD_KEK <= self.purpose <= SLOTS or not PRE_ACTIVE <= self.state <= DESTROYED:
            raise Damage("a key of an unknown purpose or state")
        if self.version == 0 or flags != 0:
            raise Damage("a key of version 0, or with a flag")
        if len(self.secret) != (0 if self.state == DESTROYED else 32):
            raise Damage("a destroyed key with bytes, or another one without")
        if self.state != DESTROYED and name != key_id(self.secret):
            raise Damage("a key id that is not the key's")


class Keyring:
    def __init__(self, data, vault, root, generation):
        read = Cursor(data)
        self.epoch = read.u64()
        if self.epoch == 0:
            raise Damage("epoch 0")
        key = keyed(root, "sv1.keyring")
        plain = Sealed(data[8:], KEYRING).open(key, generation, lp("sv1.keyring") + vault + u64(self.epoch))
        self._read(Cursor(plain), vault)

    def _read(self, read, vault):
        if read.take(4) != b"SVKR":
            raise Damage("no keyring within")
        if (form := read.u8()) != 2:
            raise newer("keyring format") if form > 2 else Damage(f"a keyring of format {form}")
        if read.u64() != self.epoch:
            raise Damage("another epoch within than without")
        if (other := read.take(16)) != vault:
            raise Damage(f"the keyring of the vault {guid(other)}")
        self.slot_set = read.u64()
        if self.slot_set == 0:
            raise Damage("slot set 0")
        if (count := read.u32()) > 4096:
            raise Damage("more than 4096 keys")
        keys = [Key(read) for _ in range(count)]
        read.end()
        order = [(key.purpose, key.version) for key in keys]
        if any(one >= two for one, two in zip(order, order[1:])):
            raise Damage("keys out of order or twice")
        self._keys = dict(zip(order, keys))
        for purpose in range(RECORD_KEK, SLOTS + 1):
            if sum(key.purpose == purpose and key.state == ACTIVE for key in keys) != 1:
                raise Damage(f"not exactly one active key of purpose {purpose}")

    def state(self, purpose, version):
        """None of a key that is not there."""
        return self._keys[purpose, version].state if (purpose, version) in self._keys else None

    def key(self, purpose, version):
        """The key that is named, to open or to check with: another one is never tried."""
        if self.state(purpose, version) not in READING:
            raise Damage(f"the keyring has no key {purpose}/{version} that may open or check")
        return self._keys[purpose, version].secret

    def active(self, purpose):
        """(version, key)"""
        return next((key.version, key.secret) for key in self._keys.values()
                    if key.purpose == purpose and key.state == ACTIVE)

    def before_active(self, purpose):
        """Version of the active key's predecessor, or None."""
        active = self.active(purpose)[0]
        return max((key.version for key in self._keys.values() if key.purpose == purpose and key.version < active),
                   default=None)


def may_tag_state_row(keyring, version, epoch):
    """Whether this row key may vouch for a state row that was written under that epoch of the keyring. An old key says
    nothing about which rows are the newest, but for the first state row after its successor came."""
    if version == keyring.active(ROW)[0]:
        return True
    return (version == keyring.before_active(ROW) and keyring.state(ROW, version) == DECRYPT_ONLY
            and epoch < keyring.epoch)


