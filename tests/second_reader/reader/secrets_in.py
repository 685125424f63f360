"""What opens a vault: key-file.md and passphrase.md."""

import os
import re
import stat

from .bits import Damage, Unreadable


def _private(path, modes):
    """Its bytes, if nobody else may read or write it. What is checked is what was opened."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise Unreadable(f"{path}: not a regular file")
        if facts.st_uid not in (os.geteuid(), 0) or stat.S_IMODE(facts.st_mode) not in modes:
            raise Unreadable(f"{path}: not private: it must be yours or root's, of mode 0400 or 0600")
        return file.read(4096)


def key_file(path):
    """The 32 bytes of a key file. The size alone decides which of the two forms it has."""
    data = _private(path, (0o400, 0o600))
    if len(data) == 32:
        return data
    if len(data) == 65 and re.fullmatch(rb"[0-9a-fA-F]{64}\n", data):
        return bytes.fromhex(data[:64].decode("ascii"))
    raise Damage("is not a key file")


def passphrase_file(path):
    """The bytes of a passphrase. Only line ends at its end do not count."""
    data = _private(path, (0o400, 0o600)).rstrip(b"\r\n")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Damage("is not a passphrase: not UTF-8") from None
    if len(text) < 16 or len(data) > 1024:
        raise Damage("is not a passphrase: shorter than 16 characters or longer than 1024 bytes")
    if any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in text):
        raise Damage("is not a passphrase: a control character")
    return data
