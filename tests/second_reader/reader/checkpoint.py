"""Verifier keys and signed notes: checkpoint.md"""

import base64
import binascii
import copy
import re

from .bits import Damage
from .crypto import sha256, signed
from .directory import origin_is_right

ED25519 = b"\x01"


def canonical(text, size):
    """Canonical base64: one spelling of the same bytes."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Damage("base64 that is none") from None
    if base64.b64encode(raw).decode("ascii") != text or len(raw) != size:
        raise Damage("base64 in another spelling, or of another size")
    return raw


def key_id(name, public):
    return sha256(name.encode("ascii"), b"\n", ED25519, public)[:4]


class VerifierKey:
    def __init__(self, text):
        name, plus, rest = text.partition("+")
        identity, second, key = rest.partition("+")
        if not plus or not second or not name.isascii():
            raise Damage("not a verifier key")
        raw = canonical(key, 33)
        if raw[:1] != ED25519:
            raise Damage("a verifier key of another algorithm")
        self.name, self.public, self.text = name, raw[1:], text
        if identity != key_id(name, self.public).hex():
            raise Damage("a verifier key whose id does not belong to it")

    @classmethod
    def of_file(cls, data):
        text = data.decode("ascii", errors="replace")
        if not text.endswith("\n") or "\n" in text[:-1]:
            raise Damage("another spelling than one line")
        return cls(text[:-1])


class Checkpoint:
    """A note, checked against the log's own key."""

    def __init__(self, note, key):
        if len(note) > 16384:
            raise Damage("a note of more than 16384 bytes")
        try:
            text = note.decode("utf-8")
        except UnicodeDecodeError:
            raise Damage("a note that is not UTF-8") from None
        body, empty, tail = text.partition("\n\n")
        if not empty or not tail.endswith("\n"):
            raise Damage("a note without its empty line or its last newline")
        lines = body.split("\n")
        if len(lines) != 3:
            raise Damage("a note whose body has not three lines")
        origin, size, root = lines
        if not origin_is_right(origin) or origin != key.name:
            raise Damage("a note of another origin")
        if not re.fullmatch(r"0|[1-9][0-9]{0,19}", size) or int(size) >= 1 << 64:
            raise Damage("a note whose size is no number")
        self.size, self.root = int(size), canonical(root, 32)
        check_signatures(tail[:-1].split("\n"), (body + "\n").encode("utf-8"), key)


def log_signer(verifier, name):
    """The log's key under another name."""
    signer = copy.copy(verifier)
    signer.name = name
    return signer


def named(verifier, name):
    """The text of the log's key under this name."""
    raw = base64.b64encode(ED25519 + verifier.public).decode("ascii")
    return f"{name}+{key_id(name, verifier.public).hex()}+{raw}"


def check_signatures(lines, message, key):
    if len(lines) > 16:
        raise Damage("a note with more than 16 signatures")
    ours = 0
    for line in lines:
        found = re.fullmatch("\u2014 ([^ +]+) ([A-Za-z0-9+/]+={0,2})", line)
        if found is None:
            raise Damage("a note with a line that is no signature")
        raw = base64.b64decode(found[2]) if len(found[2]) % 4 == 0 else b""
        if len(raw) < 5 or base64.b64encode(raw).decode("ascii") != found[2]:
            raise Damage("a note with a line that is no signature")
        if found[1] == key.name and raw[:4] == key_id(key.name, key.public):
            ours += 1
            if not signed(key.public, message, raw[4:]):
                raise Damage("a signature that does not verify")
    if not ours:
        raise Damage("a note that the log's key did not sign")
