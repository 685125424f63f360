"""Fields of the two sections of an entry: audit-log.md, "Encoding of sections". Fields that the page does not know are
kept; known ones must have their type."""

from .bits import Damage, newer
from .cbor import decode_section

GENESIS, UNSEAL_ATTEMPT, LOG_OPEN, FORMAT_CHANGE = 80, 48, 81, 101  # actions
SUCCESS = 1  # an outcome
MAY_BE_CLEAR = (GENESIS, UNSEAL_ATTEMPT)

# Keys of core that other checks speak of.
EVENT, TIME, ACTION, OUTCOME, CORRELATION, TABLE, RECORD, VERSIONS, VALUES, TAG, EXTRAS = 1, 2, 4, 5, 10, 13, 14, 17, 18, 24, 25
ALWAYS = (0, EVENT, TIME, 3, ACTION, OUTCOME, 6, 7, CORRELATION)


def is_attempt(core, priv):
    """In the one form that a sealed vault writes: anybody with the disk could write more into it."""
    return (set(core) == set(ALWAYS) and (core[OUTCOME], core[6]) in ((1, 0), (2, 10), (4, 0))
            and core[7] == [4, "", 5, bytes(8)] and not priv)


def uint(value):
    return type(value) is int


def octets(*sizes):
    return lambda value: type(value) is bytes and len(value) in sizes


def text(most):
    return lambda value: type(value) is str and len(value.encode("utf-8")) <= most


def several(*fields):
    return lambda value: type(value) is list and len(value) == len(fields) and all(
        right(one) for right, one in zip(fields, value))


def or_null(right):
    return lambda value: value is None or right(value)


def columns(value):
    return type(value) is list and all(map(uint, value)) and _ascending(value)


def changed_values(value):
    one = several(uint, uint, or_null(octets(16)), or_null(octets(16)))
    return type(value) is list and all(map(one, value)) and _ascending([item[0] for item in value])


def _ascending(numbers):
    return all(one < two for one, two in zip(numbers, numbers[1:]))


def extras(value):
    return type(value) is dict and all(
        len(key.encode("utf-8")) <= 64 and (uint(one) or text(1024)(one) or (type(one) is bytes and len(one) <= 1024))
        for key, one in value.items())


def chain(value):
    return type(value) is list and len(value) <= 8 and all(map(text(128), value))


ANY_TEXT = text(4096)
CORE = {
    0: uint, 1: octets(16), 2: uint, 3: text(255), 4: uint, 5: uint, 6: uint, 7: several(uint, ANY_TEXT, uint, octets(8)),
    8: several(uint, ANY_TEXT), 9: text(255), 10: octets(16), 11: text(128), 12: text(128), 13: text(128), 14: octets(16),
    15: columns, 16: uint, 17: several(uint, uint), 18: changed_values, 19: several(uint, uint),
    20: several(ANY_TEXT, uint, ANY_TEXT), 21: uint, 22: uint, 23: octets(8), 24: octets(16), 25: extras, 26: octets(8),
    27: octets(8)}
PRIV = {
    0: uint, 1: octets(4, 16), 2: uint, 3: chain, 4: text(256), 5: several(uint, or_null(octets(32))), 6: text(1024),
    7: text(128), 8: octets(16), 9: octets(32), 10: text(512), 11: text(255), 12: uint}


def read_core(data):
    fields = decode_section(data)
    for key in ALWAYS:
        if key not in fields:
            raise Damage(f"a core without its field {key}")
    _check(fields, CORE, "core")
    return fields


def read_priv(data):
    if not data:
        return {}
    fields = decode_section(data)
    if 0 not in fields:
        raise Damage("a priv without its field 0")
    _check(fields, PRIV, "priv")
    return fields


def _check(fields, known, name):
    for key, value in fields.items():
        if key in known and not known[key](value):
            raise Damage(f"a field of another type than its own: {name} {key}")
    if fields[0] != 1:
        raise newer(f"{name} schema") if fields[0] > 1 else Damage(f"{name} of schema 0")
