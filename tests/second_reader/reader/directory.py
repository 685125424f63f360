"""The folder itself: which files lie there, and who the vault says it is. data-directory.md"""

import fcntl
import os
import pathlib
import re
import ssl
import stat
import uuid

from .bits import Damage, Unreadable, newer

FILES = {"LOCK", "vault", "slots", "keyring", "log.vkey", "anchor", "reserve"}
OF_DEVELOPMENT = {"development.key", "development.json"}
TLS = {"ca.key", "ca.pem", "server.key", "server.pem"}
STORE = re.compile(r"CURRENT|IDENTITY|LOCK|(MANIFEST|OPTIONS)-\d{6,12}|\d{6,12}\.(log|sst|dbtmp)|OPTIONS-\d{6,12}\.dbtmp")
NO_TIME_CHECK = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: a certificate that expired still belongs to its authority


def origin_is_right(origin):
    return (1 <= len(origin) <= 255 and re.fullmatch(r"[!-~]+/audit/[!-~]+", origin) is not None
            and "+" not in origin)


class Identity:
    """The file `vault`."""

    def __init__(self, data):
        first = re.match(rb"rookery vault ([1-9][0-9]{0,8})\n", data)
        if first is None:
            raise Damage("not the identity of a vault")
        if first[1] == b"1":
            raise Damage("a directory of format 1: it has to be converted before it can be read")
        if first[1] != b"2":
            raise newer("data directory")
        found = re.fullmatch(
            r"rookery vault 2\nid ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\n"
            r"kind (production|development)\norigin ([!-~]+)\n",
            data.decode("ascii", errors="replace"))
        if found is None or not origin_is_right(found[3]):
            raise Damage("another spelling than the one of format 2")
        self.id, self.kind, self.origin = uuid.UUID(found[1]).bytes, found[2], found[3]


def read_file(folder, name):
    """Missing and unreadable are two things: the first is damage, the second says nothing about the vault."""
    try:
        return (folder / name).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise Damage("missing, or not a file") from None
    except OSError as error:
        raise Unreadable(f"{folder / name}: {error.strerror}") from None


def hold(folder):
    """Takes the lock for as long as this process lives, so that no vault is read while it changes."""
    try:
        descriptor = os.open(folder / "LOCK", os.O_RDONLY)
    except FileNotFoundError:
        return
    except OSError as error:
        raise Unreadable(f"{folder / 'LOCK'}: {error.strerror}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        raise Unreadable(f"{folder}: in use by another process") from None


REPLACED = {"vault.new", "slots.new", "keyring.new", "log.vkey.new", "anchor.new"}


def check_names(folder, development, findings):
    """Every name must be on the page. `NAME.new` is for five of them: it was to replace NAME, and the next opening removes it."""
    for path in _inside(folder):
        name = path.name
        if name in ("store", "tls") or (name == "tokens" and development):
            _check_folder(path, findings)
        elif name not in FILES | REPLACED | (OF_DEVELOPMENT if development else set()):
            findings.add(name, "a file that is not on the page")
        elif not stat.S_ISREG(path.lstat().st_mode):
            findings.add(name, "not a regular file")


def _inside(folder):
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise Unreadable(f"{folder}: {error.strerror}") from None


def _check_folder(folder, findings):
    if not folder.is_dir():
        findings.add(folder.name, "not a folder")
        return
    right = {"store": STORE.fullmatch,
             "tls": lambda name: name in TLS,
             "tokens": re.compile(r"[a-z]+\.(token|header)").fullmatch}[folder.name]
    for path in _inside(folder):
        if not right(path.name) or not stat.S_ISREG(path.lstat().st_mode):
            findings.add(f"{folder.name}/{path.name}", "a file that is not on the page")


def check_tls(folder, findings):
    """Keys, certificate and authority must belong together. A vault whose configuration names others has none."""
    if not folder.is_dir():
        return
    for name in ("ca", "server"):
        if any((folder / f"{name}.{end}").exists() for end in ("pem", "key")):
            with findings.at(f"tls/{name}.pem"):
                _pair(folder / f"{name}.pem", folder / f"{name}.key")
    if all((folder / name).exists() for name in TLS) and not any(place.startswith("tls/") for place, _ in findings.all):
        with findings.at("tls/server.pem"):
            _greet(folder)


def _pair(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError):
        raise Damage("certificate and key cannot be read or do not belong together") from None
    return context


def _greet(folder):
    """Lets a client that trusts only the authority greet a server with the certificate, all in memory."""
    server = _pair(folder / "server.pem", folder / "server.key")
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_flags |= NO_TIME_CHECK
    try:
        client.load_verify_locations(folder / "ca.pem")
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        ends = (client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True))
        for _ in range(4):
            for end in ends:
                _step(end)
        if ends[0].version() is None:
            raise Damage("the server's certificate is of another authority")
    except (OSError, ValueError):
        raise Damage("the server's certificate is of another authority") from None


def _step(end):
    try:
        end.do_handshake()
    except ssl.SSLWantReadError:
        pass


def folder_of(text):
    folder = pathlib.Path(text)
    if not folder.is_dir():
        raise Unreadable(f"{text}: no such folder")
    return folder
