#!/usr/bin/env python3
"""A ciphertext that opens under two Poly1305 keys, for tests/crypto/sealed_object_test.cpp.

XChaCha20-Poly1305 does not commit to its key: whoever knows two keys can solve for a ciphertext
block that gives both the same tag. This builds such an object of type column (bucket 1) with the
header and commitment of the first key. Only the commitment check refuses it under the second.

Both keys are 32 bytes, 00..1f and 20..3f; vault id a0..af, table "t", record 10..1f, column "c",
dek version 1, value version 1; both are presented under the first key's id.
"""

from hashlib import blake2b
from struct import pack, unpack

M32 = 0xFFFFFFFF
P = 2**130 - 5
CONSTANTS = b"expand 32-byte k"


def lp(value):
    value = value.encode() if isinstance(value, str) else value
    return pack(">H", len(value)) + value


def rounds(state):
    w = list(state)

    def quarter(a, b, c, d):
        for x, y, z, r in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            w[x] = (w[x] + w[y]) & M32
            w[z] ^= w[x]
            w[z] = ((w[z] << r) | (w[z] >> (32 - r))) & M32

    for _ in range(10):
        quarter(0, 4, 8, 12), quarter(1, 5, 9, 13), quarter(2, 6, 10, 14), quarter(3, 7, 11, 15)
        quarter(0, 5, 10, 15), quarter(1, 6, 11, 12), quarter(2, 7, 8, 13), quarter(3, 4, 9, 14)
    return w


def hchacha(key, nonce16):
    w = rounds(unpack("<16I", CONSTANTS + key + nonce16))
    return pack("<8I", *(w[:4] + w[12:]))


def stream(key, nonce24, blocks):
    subkey = hchacha(key, nonce24[:16])
    out = b""
    for counter in range(blocks):
        state = unpack("<16I", CONSTANTS + subkey + pack("<I", counter) + bytes(4) + nonce24[16:])
        out += pack("<16I", *((a + b) & M32 for a, b in zip(rounds(state), state)))
    return out


def blocks_of(ad, ciphertext):
    pad = lambda x: x + bytes(-len(x) % 16)
    data = pad(ad) + pad(ciphertext) + pack("<QQ", len(ad), len(ciphertext))
    return [int.from_bytes(data[i : i + 16], "little") + 2**128 for i in range(0, len(data), 16)]


def split(poly_key):
    r = int.from_bytes(poly_key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    return r, int.from_bytes(poly_key[16:], "little")


def evaluate(r, blocks):
    h = 0
    for block in blocks:
        h = (h + block) * r % P
    return h


def tag_of(poly_key, blocks):
    r, s = split(poly_key)
    return (evaluate(r, blocks) + s) % 2**128


K1, K2 = bytes(range(32)), bytes(range(32, 64))
VAULT, RECORD, NONCE = bytes(range(0xA0, 0xB0)), bytes(range(0x10, 0x20)), bytes(range(0x60, 0x78))
kid = blake2b(lp("sv1.kid"), key=K1, digest_size=32).digest()[:8]
context = lp("sv1.col") + VAULT + lp("t") + lp(RECORD) + lp("c") + pack(">IQ", 1, 1)
head = bytes([1, 1, 4, 1]) + pack(">I", 1) + kid + NONCE
seeds = [blake2b(lp("sv1.seal") + head + lp(context), key=k, digest_size=64).digest() for k in (K1, K2)]
header = head + seeds[0][32:]
ad = header + context
keystreams = [stream(seed[:32], NONCE, 3) for seed in seeds]
poly_keys = [k[:32] for k in keystreams]

# A valid plaintext under the first key in all but two blocks (the last ones, whose filler is lost):
# 126 - 32 bytes of value. One block is solved for, the other is varied until the solution is a block.
value = b"x" * 40
plain = pack(">H", len(value)) + value + bytes(126 - len(value))
ciphertext = bytearray(a ^ b for a, b in zip(plain, keystreams[0][64 : 64 + 128]))
fixed = len(ad) + -len(ad) % 16
solved = (fixed + 112) // 16
for attempt in range(100000):
    ciphertext[96:112] = attempt.to_bytes(16, "little")
    ciphertext[112:128] = bytes(16)
    blocks = blocks_of(ad, bytes(ciphertext))
    (r1, s1), (r2, s2) = (split(k) for k in poly_keys)
    power = len(blocks) - solved
    # evaluate(r1) + s1 = evaluate(r2) + s2 (mod 2^128): taken as equality modulo P with an offset.
    base1, base2 = evaluate(r1, blocks), evaluate(r2, blocks)
    factor = (pow(r1, power, P) - pow(r2, power, P)) % P
    x = (base2 + s2 - base1 - s1) * pow(factor, -1, P) % P
    if x >= 2**128:
        continue
    ciphertext[112:128] = x.to_bytes(16, "little")
    blocks = blocks_of(ad, bytes(ciphertext))
    tags = [tag_of(k, blocks) for k in poly_keys]
    if tags[0] == tags[1]:
        print("after", attempt, "attempts")
        print((header + bytes(ciphertext) + tags[0].to_bytes(16, "little")).hex())
        break
else:
    raise SystemExit("no solution found")
