"""Rows and their sealed values: row.md

What a row says is looked at only when its tag is right, so its sizes alone are followed to find the tag."""

import hmac

from .bits import Cursor, Damage, guid, lp, u32, u64
from .crypto import DATA_KEY, Sealed, keyed, open_column
from .keyring import RECORD_KEK, ROW

LIVE, TOMBSTONE, KEPT, RETAINED = 1, 2, 3, 4
LABELS = {LIVE: "sv1.row", TOMBSTONE: "sv1.tomb", KEPT: "sv1.kept", RETAINED: "sv1.retained"}
DEK_VERSION = 0xFF00  # the cell that names the data key
KEPT_BY = {KEPT: 0xFF01, RETAINED: 0xFF02}  # the last cell of a row in the recycle bin, and of one that is retained
WITH_BIN = {"msdyn_octwitterhandlesecret", "msdyn_octwitterhandle", "msdyn_octwitterapplication",
            "rky_tokenversion", "rky_tokenpolicy"}
WRAPPED = 120
SIZES = {"uid": 16, "integer": 8, "bigint": 8, "double": 8, "choice": 8, "state": 8, "status": 8, "boolean": 1, "datetime": 8,
         "lookup": 18, "owner": 18, "digest": 32}


class Row:
    """A row whose tag is right and whose cells are those of its table."""

    def __init__(self, key, value, schema, vault, keyring):
        self.key = key
        if len(key) != 18 or (table := schema.tables.get(int.from_bytes(key[:2], "big"))) is None or not table.rows:
            raise Damage("a key that is not on the page: no such table has rows")
        self.table, self.id = table, key[2:]
        read = Cursor(value)
        self.kind = read.u8()
        if self.kind not in LABELS or (self.kind in KEPT_BY and self.table.name not in WITH_BIN):
            raise Damage("a row of another kind")
        self._read_body(read)
        self.body = value[1:read.at]
        self.tag = read.take(32)
        self._check_tag(vault, keyring)
        self.summed = value[read.at - 32:]  # tag and trailer, as they are stored
        self._read_trailer(read)
        self._check_cells(schema)

    @property
    def place(self):
        return f"rows/{self.table.name}/{guid(self.id)}"

    def _read_body(self, read):
        self.version = read.u64()
        self._raw_cells = [(read.u16(), read.take(read.u32())) for _ in range(read.u16())]
        self.row_key = read.u32()

    def _check_tag(self, vault, keyring):
        tag = keyed(keyring.key(ROW, self.row_key), LABELS[self.kind], vault, lp(self.table.name), lp(self.id), self.body)
        if not hmac.compare_digest(tag, self.tag):
            raise Damage("a tag that is not right")

    def _read_trailer(self, read):
        self.versionnumber = read.u64()
        self.wrapped, self.generation = None, 0
        if (has := read.u8()) > 1:
            raise Damage("has dek is neither 0 nor 1")
        if has:
            self.wrapped, self.generation = read.take(WRAPPED), read.u32()
        read.end()

    def _check_cells(self, schema):
        columns = [column for column, _ in self._raw_cells]
        if any(one >= two for one, two in zip(columns, columns[1:])):
            raise Damage("columns that do not ascend")
        self.cells = dict(self._raw_cells)
        if self.kind == TOMBSTONE and (self.cells or self.wrapped):
            raise Damage("a tombstone with cells or a data key")
        self.kept_by = KEPT_BY.get(self.kind)
        self.kept_since = self._take_deletion(schema)
        self.dek_version = self._take_dek_version()
        for column, value in self.cells.items():
            self._check_cell(column, value, schema)
        if self.sealed_columns() and self.wrapped is None:
            raise Damage("a sealed value without a data key")
        if self.wrapped is not None and self.dek_version is None:
            raise Damage("a data key without a dek version")

    def _take_deletion(self, schema):
        """When the row was deleted or retained, as eight bytes; None of a row that was not."""
        found = {column: self.cells.pop(column) for column in KEPT_BY.values() if column in self.cells}
        if list(found) != ([] if self.kept_by is None else [self.kept_by]):
            raise Damage("a deletion where none belongs, or none where one does")
        if self.kept_by is None:
            return None
        read = Cursor(found[self.kept_by])
        read.take(16)  # its id
        at = read.take(8)
        if self.kind == KEPT:
            read.take(8)  # until when
        for _ in range(read.u16()):
            if read.u16() not in schema.tables:
                raise Damage("a row of no table that went with it")
            read.take(16)
        read.end()
        self._raw_cells.pop()
        return at

    def _take_dek_version(self):
        raw = self.cells.pop(DEK_VERSION, None)  # last, since columns ascend and no column has a higher id
        if raw is None:
            return None
        if not self.table.sealed or len(raw) != 4 or raw == bytes(4) or self._raw_cells[-1][0] != DEK_VERSION:
            raise Damage("a dek version of 0, not last, or in a table without sealed columns")
        return int.from_bytes(raw, "big")

    def _check_cell(self, number, value, schema):
        column = self.table.columns.get(number)
        if column is None or column.place not in ("cell", "derived"):
            raise Damage(f"a cell of the column {number}, which has none")
        wrong = Damage(f"{column.name}: a value that its type has not")
        if column.type in SIZES and len(value) != SIZES[column.type]:
            raise wrong
        if column.type == "boolean" and value > b"\x01":
            raise wrong
        if column.type in ("lookup", "owner") and int.from_bytes(value[:2], "big") not in schema.tables:
            raise Damage(f"{column.name}: leads to an unknown table")
        if column.type == "sealed" and len(value) <= 8:
            raise Damage(f"{column.name}: an empty sealed object")
        if column.type in ("text", "entityname"):
            try:
                value.decode("utf-8")
            except UnicodeDecodeError:
                raise wrong from None

    def sealed_columns(self):
        return [column for column in self.cells if self.table.columns[column].type == "sealed"]

    # Sealed values

    def data_key(self, vault, keyring):
        """None of a row that has none."""
        if self.wrapped is None:
            return None
        sealed = Sealed(self.wrapped, DATA_KEY)
        context = lp("sv1.dek") + vault + lp(self.table.name) + lp(self.id) + u32(self.dek_version)
        if self.generation:
            context += u32(self.generation)
        return sealed.open(keyring.key(RECORD_KEK, sealed.version), sealed.version, context)

    def open_column(self, column, data_key, vault):
        """The clear value, which nobody prints."""
        value_version, sealed = int.from_bytes(self.cells[column][:8], "big"), self.cells[column][8:]
        if not 1 <= value_version <= self.version:
            raise Damage("a value that a later version of the row set")
        context = (lp("sv1.col") + vault + lp(self.table.name) + lp(self.id) + lp(self.table.columns[column].name)
                   + u32(self.dek_version) + u64(value_version))
        return open_column(sealed, data_key, self.dek_version, context)


class Rows:
    """Every row of the store. `damaged` are the keys of those that may not be used."""

    def __init__(self, family, schema, vault, keyring, findings):
        self.whole, self.damaged = {}, set()
        self.clear_values = {}  # (row key, column) -> value, for the keyed hashes of the log
        for key, value in family.items():
            try:
                self.whole[key] = Row(key, value, schema, vault, keyring)
            except Damage as damage:
                self.damaged.add(key)
                findings.add(_place(key, schema), str(damage))
        for row in self.whole.values():
            with findings.at(row.place):
                self._open_values(row, vault, keyring, findings)

    def _open_values(self, row, vault, keyring, findings):
        data_key = row.data_key(vault, keyring)
        for column in row.sealed_columns():
            with findings.at(f"{row.place}/{row.table.columns[column].name}"):
                self.clear_values[row.key, column] = row.open_column(column, data_key, vault)

    def live(self):
        return [row for row in self.whole.values() if row.kind == LIVE]

    def kept(self):
        return [row for row in self.whole.values() if row.kind in KEPT_BY]


def _place(key, schema):
    table = schema.tables.get(int.from_bytes(key[:2], "big"))
    return f"rows/{table.name}/{guid(key[2:])}" if table and len(key) == 18 else f"rows/{key.hex()}"


