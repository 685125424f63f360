"""The narrow CBOR of the log's sections: audit-log.md, "Encoding of sections". One value has one encoding, so whatever
decodes here would encode to the same bytes."""

from .bits import Cursor, Damage

UINT, BYTES, TEXT, ARRAY, MAP, SIMPLE = 0, 2, 3, 4, 5, 7
EXTRAS = 25  # the key of the top map under which keys are texts


def decode_section(data):
    """The top map."""
    if len(data) > 4096:
        raise Damage("a section of more than 4096 bytes")
    read = Cursor(data)
    value = _value(read, depth=0)
    read.end()
    if not isinstance(value, dict):
        raise Damage("a section that is no map")
    return value


def _head(read):
    first = read.u8()
    major, short = first >> 5, first & 31
    if short < 24:
        return major, short
    if short > 27:
        raise Damage("CBOR: an indefinite or reserved length")
    size = 1 << (short - 24)
    value = read.number(size)
    if major == SIMPLE or value < (24 if size == 1 else 1 << (size * 4)):
        raise Damage("CBOR: a float, or a head that is not the shortest")
    return major, value


def _value(read, depth, extras=False):
    major, number = _head(read)
    if major == UINT:
        if number >= 1 << 63:
            raise Damage("CBOR: a number above 2^63-1")
        return number
    if major == BYTES:
        return read.take(number)
    if major == TEXT:
        return _text(read.take(number))
    if major == SIMPLE and number == 22:
        return None
    if major not in (ARRAY, MAP):
        raise Damage("CBOR: a type outside the profile")
    if depth == 4:
        raise Damage("CBOR: more than 4 containers within each other")
    if number > len(read.data):
        raise Damage("shorter than its sizes say")
    if major == ARRAY:
        return [_value(read, depth + 1) for _ in range(number)]
    return _map(read, number, depth + 1, extras)


def _text(raw):
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Damage("CBOR: text that is not UTF-8") from None


def _map(read, count, depth, extras):
    out, before = {}, b""
    for _ in range(count):
        start = read.at
        key = _value(read, depth)
        encoded = read.data[start:read.at]
        if type(key) is not (str if extras else int):
            raise Damage("CBOR: a key of another type")
        if encoded <= before:
            raise Damage("CBOR: keys twice or out of order")
        before = encoded
        out[key] = _value(read, depth, extras=depth == 1 and key == EXTRAS)
    return out
