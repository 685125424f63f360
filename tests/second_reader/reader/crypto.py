"""Keyed hashes, sealed objects and signatures: sealed-object.md, labels.md. Primitives come from hashlib and libsodium."""

import ctypes
import hashlib
import hmac

from .bits import Cursor, Damage, Unreadable, lp, newer

SLOT, KEYRING, DATA_KEY, COLUMN = 1, 2, 3, 4  # types of sealed objects
BUCKETS = {1: 128, 2: 640, 3: 2432}
HEADER, OVERHEAD = 72, 88  # bytes before the ciphertext; these and the tag

try:
    _sodium = ctypes.CDLL("libsodium.so.23")
    _sodium.sodium_init()
except OSError as error:  # the program has to say so itself: no check runs without it
    _sodium = None
    _missing = str(error)


def sodium():
    if _sodium is None:
        raise Unreadable(_missing)
    return _sodium


def keyed(key, label, *parts, size=32):
    """BLAKE2b under a key over LP(label) and the parts."""
    return hashlib.blake2b(lp(label) + b"".join(parts), key=key, digest_size=size).digest()


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def key_id(key):
    return keyed(key, "sv1.kid")[:8]


def decrypt(key, nonce, ciphertext, associated):
    """XChaCha20-Poly1305, the ciphertext with its tag behind it."""
    if len(ciphertext) < 16:
        raise Damage("shorter than its tag")
    out = ctypes.create_string_buffer(max(1, len(ciphertext) - 16))
    size = ctypes.c_ulonglong()
    failed = sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(
        out, ctypes.byref(size), None, ciphertext, ctypes.c_ulonglong(len(ciphertext)),
        associated, ctypes.c_ulonglong(len(associated)), nonce, key)
    if failed:
        raise Damage("does not open")
    return out.raw[:size.value]


class Sealed:
    """A sealed object, taken apart. `open` never tries keys in turn: the caller says which one it must be."""

    def __init__(self, data, kind):
        read = Cursor(data)
        form, suite, self.kind, self.pad = read.u8(), read.u8(), read.u8(), read.u8()
        if form > 1 or suite > 1:
            raise newer("a sealed object of another format or suite")
        if form != 1 or suite != 1:
            raise Damage("no sealed object: format or suite 0")
        if self.kind != kind:
            raise Damage(f"a sealed object of type {self.kind} where {kind} belongs")
        if (self.pad in BUCKETS) if kind != COLUMN else (self.pad not in BUCKETS):
            raise Damage("a pad that its type has not")
        if kind != COLUMN and self.pad != 0:
            raise Damage("a pad that its type has not")
        self.version, self.key_id = read.u32(), read.take(8)
        self.nonce, self.commitment = read.take(24), read.take(32)
        self.data = data
        self._check_size(len(data) - OVERHEAD)

    def _check_size(self, size):
        if self.kind == COLUMN:
            right = size == BUCKETS[self.pad]
        elif self.kind == KEYRING:
            right = 33 <= size <= 299049
        else:
            right = size == 32
        if not right:
            raise Damage("a sealed object of a length that its type has not")

    def open(self, key, version, context):
        if self.version != version:
            raise Damage("sealed under another key version")
        if self.key_id != key_id(key):
            raise Damage("sealed under another key")
        seed = keyed(key, "sv1.seal", self.data[:40], lp(context), size=64)
        if not hmac.compare_digest(seed[32:], self.commitment):
            raise Damage("a commitment that is not right")
        return decrypt(seed[:32], self.nonce, self.data[HEADER:], self.data[:HEADER] + context)


def open_column(data, key, version, context):
    """The clear value of a sealed column: text of at most 600 code points."""
    plain = Sealed(data, COLUMN).open(key, version, context)
    size = int.from_bytes(plain[:2], "big")
    if size > len(plain) - 2:
        raise Damage("a size beyond its bucket")
    value, filler = plain[2:2 + size], plain[2 + size:]
    if any(filler):
        raise Damage("filler that is not zero")
    try:
        if len(value.decode("utf-8")) > 600:
            raise Damage("a value of more than 600 code points")
    except UnicodeDecodeError:
        raise Damage("a value that is not UTF-8") from None
    return value


def public_key(seed):
    public, secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
    sodium().crypto_sign_seed_keypair(public, secret, seed)
    return public.raw


def signed(public, message, signature):
    return len(signature) == 64 and sodium().crypto_sign_verify_detached(
        signature, message, ctypes.c_ulonglong(len(message)), public) == 0


def argon2id(passphrase, salt, operations, memory):
    out = ctypes.create_string_buffer(32)
    if sodium().crypto_pwhash(out, ctypes.c_ulonglong(32), passphrase, ctypes.c_ulonglong(len(passphrase)), salt,
                              ctypes.c_ulonglong(operations), ctypes.c_size_t(memory), 2):
        raise Unreadable("not enough memory to stretch the passphrase")
    return out.raw
