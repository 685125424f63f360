#!/usr/bin/env python3
"""Expected values for tests/crypto/row_authenticator_test.cpp and its neighbours.

A second implementation of every keyed hash over a row, a credential, a log detail and a source
address, on Python's own BLAKE2b. Vault id a0..af, record id 10..1f; the key of purpose p is the 32
bytes p*32, p*32+1, ... modulo 256. Run it and compare with the constants of the tests.
"""

from hashlib import blake2b
from struct import pack

from hashes import VAULT, key_of, lp, siphash24, span


def keyed(key, *parts):
    return blake2b(b"".join(parts), key=key, digest_size=32).digest()


RECORD = span(0x10, 16)
AUDIT, PSEUDONYM, ROW, CREDENTIAL, DIGEST, SLOTS = (key_of(p) for p in (2, 3, 6, 7, 8, 10))


def row_tag(label, table, record, row_version, cells, key_version=1, key=ROW, vault=VAULT):
    body = pack(">QH", row_version, len(cells))
    for column, content in cells:
        body += pack(">HI", column, len(content)) + content
    body += pack(">I", key_version)
    return body, keyed(key, lp(label), vault, lp(table), lp(record), body)


CELLS = [(1, b"alice"), (2, span(0, 200)), (0xFF00, pack(">I", 3))]
live_body, live = row_tag("sv1.row", "twitter_user", RECORD, 5, CELLS)
tomb_body, tomb = row_tag("sv1.tomb", "twitter_user", RECORD, 6, [])
print("live body ", live_body[:24].hex(), "...", len(live_body))
print("live tag  ", live.hex())
print("tomb body ", tomb_body.hex())
print("tomb tag  ", tomb.hex())
place = (VAULT, pack(">H", 7), RECORD, pack(">Q", 5))
print("format 1  ", keyed(DIGEST, lp("sv1.rowsum"), *place, live).hex())
print("summand   ", keyed(DIGEST, lp("sv1.rowtotal"), *place, live, pack(">QB", 77, 0)).hex())
print("outbox    ", keyed(DIGEST, lp("sv1.outsum"), VAULT, lp(b"outbox/" + RECORD), lp("entry")).hex())
print("state mask", keyed(DIGEST, lp("sv1.statemask"), VAULT, bytes([2]), span(0, 94)).hex())

# A set of no slots, number 3.
slots = pack(">BHQI", 2, 0, 3, 1)
print("slot set  ", (slots + keyed(SLOTS, lp("sv1.slots"), VAULT, slots)).hex())

# The layout without a key version, under the key that the sealed object's vector derives: shows that
# the cells are framed as they always were.
wide = bytes.fromhex(
    "0101040100000003ddd8b7840cda8615606162636465666768696a6b6c6d6e6f7071727374757677c5ef7d86d58b076f519f084001e3ebf160253765cfd9be49"
    "7241868a1879e23ce991b194a35e3e9e88af7119eddf59f2f4a3fedf335558157b0beea8f7e1c4015dc9a7841466b7a243ccad4681811e27e24d830c6e9814d1"
    "aabdd3c2f0687df1d4a5196ec6941adca817c794ff7f8d983ab0c293cbed8f09c8a0de6c3a324bc6f0fad253d6c5fb39197b5f62d0b5d1e6eca969ec5db18962"
    "eecce8dc117f5428807bfa8bfd6fe69a2fbeed61fa9be398"
)
derived = keyed(span(0x80, 32), lp("sv1.rowmac"))
old_body, _ = row_tag("sv1.row", "twitter_user", RECORD, 5, [(1, b"alice"), (2, wide)])
old = keyed(derived, lp("sv1.row"), VAULT, lp("twitter_user"), lp(RECORD), old_body[:-4])
assert derived.hex() == "e7585227534dc2d9a942e9bf9c9886557338c0ea334c12393fa274e2ea563d8b"
assert old.hex() == "606c6509a6823bab794a9eaa720b2def28ccdbcc3479aea35833e31c9b94f983"

USER, CREDENTIAL_ID = span(0x20, 16), span(0x30, 16)
claims = [lp("sv1.cred"), VAULT, CREDENTIAL_ID, lp("s3cr3t"), USER, pack(">QI", 1700000000000, 9)]
print("credential", keyed(CREDENTIAL, *claims).hex())

token = "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"
value = [lp("sv1.amac"), VAULT, lp("twitter_user"), lp("access_token"), lp(token)]
assert keyed(span(0, 32), *value)[:16].hex() == "4f151f7eb166854156f3193ec072db2c"
print("value hash", keyed(PSEUDONYM, *value)[:16].hex())
print("source    ", keyed(PSEUDONYM, lp("sv1.srch"), VAULT, lp(bytes([192, 0, 2, 10])))[:8].hex())
print("day key   ", keyed(AUDIT, lp("sv1.auditday"), VAULT, lp("vault.example/audit/n1"), pack(">IB", 19675, 1)).hex())

# The vector of SipHash's authors: key 00..0f, message 00..0e.
assert siphash24(span(0, 16), span(0, 15)).hex() == "e545be4961ca29a1"
print("name mark ", siphash24(keyed(PSEUDONYM, lp("sv1.name"), VAULT)[:16], "Rita Demo".encode()).hex())
