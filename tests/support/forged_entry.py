"""Appends a well-formed entry in clear to a log, with its place in the tree and a state row to match: what somebody
who can write to the disk, but has no key, can do. By docs/formats/audit-log.md alone."""

import os
from hashlib import sha256
from struct import pack, unpack_from


def cbor(value):
    def head(major, number):
        for limit, mark, form in ((24, None, None), (1 << 8, 24, ">B"), (1 << 16, 25, ">H"), (1 << 32, 26, ">I"),
                                  (1 << 64, 27, ">Q")):
            if number < limit:
                return bytes([major << 5 | number]) if mark is None else bytes([major << 5 | mark]) + pack(form, number)
        raise ValueError(number)

    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return head(5, len(value)) + b"".join(cbor(key) + cbor(value[key]) for key in sorted(value))


def node(left, right):
    return sha256(b"\1" + left + right).digest()


def commitment(section, salt, content):
    return sha256(b"sv1.audit." + section + b"\0" + salt + content).digest()


def appended(state, action, record=None):
    """(key and value of the entry, value of the state row) after `state`, the value of the log's state row."""
    size, time, checkpoint = unpack_from(">Q", state, 1)[0], unpack_from(">Q", state, 41)[0], state[49:57]
    frontier = [state[58 + 32 * i:90 + 32 * i] for i in range(state[57])]
    core = {0: 1, 1: os.urandom(16), 2: time, 3: "vm/audit/1", 4: action, 5: 1, 6: 0, 7: [4, "", 5, bytes(8)],
            10: os.urandom(16)}
    if record:
        core |= {13: "msdyn_octwitterhandlesecret", 14: record}
    salts, core = (os.urandom(32), os.urandom(32)), cbor(core)
    bound = sha256(b"sv1.audit.bind\0" + pack(">Q", size) + commitment(b"core", salts[0], core)).digest()
    leaf = bytes([2, 1, 0, 0]) + pack(">QQ", size, time) + bound + commitment(b"priv", salts[1], b"")
    nodes = [sha256(b"\0" + leaf).digest()]
    for level in range(64):
        if not size >> level & 1:
            break
        nodes.append(node(frontier.pop(0), nodes[-1]))
    frontier.insert(0, nodes[-1])
    root = frontier[0]
    for left in frontier[1:]:
        root = node(left, root)

    def detail(salt, content):
        row = pack(">BBIBH", 1, 0, time // 86_400_000, 0, 32 + len(content)) + salt + content
        return pack(">I", len(row)) + row

    entry = leaf + bytes([len(nodes)]) + b"".join(nodes) + detail(salts[0], core) + detail(salts[1], b"")
    after = b"\2" + pack(">Q", size + 1) + root + pack(">Q", time) + checkpoint + bytes([len(frontier)])
    return (b"\1" + pack(">Q", size), entry), after + b"".join(frontier)
