"""Keyed hashes, ids and base 62 as docs/formats/ has them, on Python's own library. Vault id a0..af; the
key of purpose p is the 32 bytes p*32, p*32+1, ... modulo 256, as in row_tag.py."""

from hashlib import blake2b, sha256
from struct import pack
import zlib

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MASK = 2**64 - 1


def span(first, count):
    return bytes(range(first, first + count))


VAULT = span(0xA0, 16)


def key_of(purpose):
    return bytes((purpose * 32 + i) % 256 for i in range(32))


PSEUDONYM, ROW, CREDENTIAL, DIGEST = (key_of(purpose) for purpose in (3, 6, 7, 8))


def lp(value):
    value = value.encode() if isinstance(value, str) else value
    return pack(">H", len(value)) + value


def in_vault(key, label, *parts):
    """Under the vault's id, as all but a key's own id are."""
    return blake2b(lp(label) + VAULT + b"".join(parts), key=key, digest_size=32).digest()


def key_id(key):
    return blake2b(lp("sv1.kid"), key=key, digest_size=32).digest()[:8]


def pair_id(table, first, second):
    out = bytearray(sha256(b"sv1.pair" + pack(">H", table) + first + second).digest()[:16])
    out[6] = out[6] & 0x0F | 0x80
    out[8] = out[8] & 0x3F | 0x80
    return bytes(out)


def base62(value, width):
    number, out = (value if isinstance(value, int) else int.from_bytes(value, "big")), ""
    for _ in range(width):
        number, digit = divmod(number, 62)
        out = DIGITS[digit] + out
    assert number == 0
    return out


def bearer_token(credential, secret):
    checked = f"rky1_{base62(credential, 22)}_{base62(secret, 43)}"
    return checked + base62(zlib.crc32(checked.encode()), 6)


def siphash24(key, message):
    k0, k1 = (int.from_bytes(key[i:i + 8], "little") for i in (0, 8))
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def turn(value, by):
        return (value << by | value >> (64 - by)) & MASK

    def rounds(count):
        for _ in range(count):
            v[0] = (v[0] + v[1]) & MASK
            v[2] = (v[2] + v[3]) & MASK
            v[1], v[3] = turn(v[1], 13) ^ v[0], turn(v[3], 16) ^ v[2]
            v[0] = turn(v[0], 32)
            v[2] = (v[2] + v[1]) & MASK
            v[0] = (v[0] + v[3]) & MASK
            v[1], v[3] = turn(v[1], 17) ^ v[2], turn(v[3], 21) ^ v[0]
            v[2] = turn(v[2], 32)

    padded = message + bytes(7 - len(message) % 8) + bytes([len(message) % 256])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at:at + 8], "little")
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return (v[0] ^ v[1] ^ v[2] ^ v[3]).to_bytes(8, "little")
