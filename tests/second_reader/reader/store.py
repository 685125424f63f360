"""The families of the RocksDB store, read through Debian's `ldb` from a copy: data-directory.md, "Families".

`ldb` may write into the folder that it opens, so it never sees the vault's own. What it prints is bytes in hex; all
meaning is given to them elsewhere."""

import pathlib
import re
import shutil
import subprocess
import tempfile

from .bits import Damage, Unreadable

FAMILIES = ("default", "rows", "rowidx", "log", "meta")


class Store:
    def __init__(self, folder):
        self._copy = tempfile.TemporaryDirectory(prefix="second-reader-")
        self.folder = pathlib.Path(self._copy.name) / "store"
        try:
            shutil.copytree(folder, self.folder)
        except (OSError, shutil.Error) as error:
            raise Unreadable(f"{folder}: cannot be copied: {error}") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._copy.cleanup()

    def _ldb(self, *arguments):
        try:
            done = subprocess.run(["ldb", f"--db={self.folder}", *arguments], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise Unreadable("ldb is not installed (Debian: rocksdb-tools)") from None
        wrong = re.search(r"(?:Corruption|IO error|Invalid argument|Not implemented|Failed)[^\n]*",
                          done.stdout[:400] + done.stderr)
        if done.returncode != 0 or wrong:
            said = wrong[0] if wrong else f"ldb ended with {done.returncode}"
            raise Damage("cannot be read: " + said.replace(str(self.folder), "store"))
        return done.stdout

    def family(self, name):
        """Every key of a family with its value."""
        rows = {}
        for line in self._ldb(f"--column_family={name}", "--hex", "scan").splitlines():
            found = re.fullmatch(r"0x([0-9A-F]*) (?::|==>) 0x([0-9A-F]*)", line.strip())
            if found is None:
                raise Damage("cannot be read: ldb printed something else than a pair")
            rows[bytes.fromhex(found[1])] = bytes.fromhex(found[2])
        return rows

    def check_families(self):
        names = re.search(r"\{(.*)\}", self._ldb("list_column_families"))
        if names is None or sorted(names[1].split(", ")) != sorted(FAMILIES):
            raise Damage("other families than those of the page")

    def check_files(self, findings):
        """The manifest has a CRC-32C of every table file: it finds what no scan touches."""
        with findings.at("store"):
            for line in self._ldb("--hex", "file_checksum_dump").splitlines():
                found = re.fullmatch(r"(\d+), (\w+), 0x([0-9A-F]*)", line.strip())
                if found is None or found[2] != "FileChecksumCrc32c":
                    continue  # written by a tool that makes none: RocksDB has nothing to compare either
                name = f"{int(found[1]):06}.sst"
                with findings.at(f"store/{name}"):
                    self._check_file(name, bytes.fromhex(found[3]))

    def _check_file(self, name, recorded):
        try:
            data = (self.folder / name).read_bytes()
        except OSError:
            raise Damage("missing") from None
        if crc32c(data).to_bytes(4, "big") != recorded:
            raise Damage("not the file that the manifest knows")


def _crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


CRC_TABLE = _crc_table()


def crc32c(data):
    table, value = CRC_TABLE, 0xFFFFFFFF
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFFFFFF
