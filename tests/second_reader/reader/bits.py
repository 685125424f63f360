"""What all pages share: big-endian fields, LP, and how damage is told."""

import contextlib
import struct
import uuid


class Damage(Exception):
    """Something stored is not as the pages say. The text never holds a value of the vault."""


class Unreadable(Exception):
    """The reader could not do its work here, which says nothing about the vault: no such folder, no ldb."""


def newer(what):
    return Damage(f"{what}: written by a newer program")


def u8(value):
    return struct.pack(">B", value)


def u16(value):
    return struct.pack(">H", value)


def u32(value):
    return struct.pack(">I", value)


def u64(value):
    return struct.pack(">Q", value)


def lp(value):
    value = value.encode("ascii") if isinstance(value, str) else value
    return u16(len(value)) + value


def guid(raw):
    return str(uuid.UUID(bytes=raw))


class Cursor:
    """Reads a value from its first byte to its last. Every size that leads past the end is damage."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, size):
        if size > len(self.data) - self.at:
            raise Damage("shorter than its sizes say")
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def u8(self):
        return self.number(1)

    def u16(self):
        return self.number(2)

    def u32(self):
        return self.number(4)

    def u64(self):
        return self.number(8)

    def lp(self):
        return self.take(self.u16())

    def end(self):
        if self.at != len(self.data):
            raise Damage("bytes after its end")


class Findings:
    def __init__(self):
        self.all = []

    def add(self, place, what):
        self.all.append((place, what))

    @contextlib.contextmanager
    def at(self, place):
        """Damage within becomes a finding at this place, and the reader goes on behind it."""
        try:
            yield
        except Damage as damage:
            self.add(place, str(damage))
