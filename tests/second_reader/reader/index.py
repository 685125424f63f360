"""Index entries: index.md. They have no tag: what is right follows from the rows alone."""

import unicodedata

from .bits import u8, u16

REFERENCE, ORDERED, KEY, NAME, KEPT_ENTRY = 1, 2, 3, 4, 5
SIGN = 1 << 63


def comparison_form(text):
    """Python's Unicode may be older than the vault's; they differ only in characters that are younger than it."""
    folded = unicodedata.normalize("NFD", text.rstrip(" ")).casefold()
    return unicodedata.normalize("NFC", folded)


def ordered(value):
    """Eight bytes of two's complement, so that their order as bytes is that of the numbers."""
    return (int.from_bytes(value, "big") ^ SIGN).to_bytes(8, "big")


def ordered_text(value):
    form = comparison_form(value.decode("utf-8")).encode("utf-8")
    return form.replace(b"\0", b"\0\xff") + b"\0\0"


def key_value(column, value):
    """None of a null, which an empty text is too."""
    if value is None:
        return None
    if column.type in ("text", "entityname"):
        return ordered_text(value) if comparison_form(value.decode("utf-8")) else None
    if column.type in ("uid", "boolean", "lookup", "owner"):
        return value
    return ordered(value)


def entries_of(row):
    """Every entry that this live row must have, with its value."""
    table = u16(row.table.id)
    named = any(column.index == "name" for column in row.table.columns.values())
    owner = next((value for number, value in row.cells.items() if row.table.columns[number].name == "ownerid"), b"")
    for number, value in row.cells.items():
        column = row.table.columns[number]
        if column.index == "reference":
            yield table + u8(REFERENCE) + u16(number) + value + row.id, b""
        elif column.index == "ordered":
            holds_owner = named and column.name == "modifiedon"
            yield table + u8(ORDERED) + u16(number) + ordered(value) + row.id, owner if holds_owner else b""
    for number, column in row.table.columns.items():
        if column.index == "name":
            name = row.cells.get(number)
            value = u8(0) if name is None else u8(1) + ordered_text(name)
            yield table + u8(NAME) + u16(number) + value + row.id, owner
    for numbers in row.table.keys:
        values = [key_value(row.table.columns[number], row.cells.get(number)) for number in numbers]
        if None not in values:
            yield table + u8(KEY) + u8(len(numbers)) + b"".join(map(u16, numbers)) + b"".join(values) + row.id, b""


def entry_of_kept(row):
    """The one entry of a row in the recycle bin, or of one that is retained."""
    return u16(row.table.id) + u8(KEPT_ENTRY) + u16(row.kept_by) + ordered(row.kept_since) + row.id


def check_index(family, rows, findings):
    right = {entry: (row, value) for row in rows.live() for entry, value in entries_of(row)}
    right |= {entry_of_kept(row): (row, b"") for row in rows.kept()}
    for entry, value in family.items():
        leads_to = entry[:2] + entry[-16:]
        if leads_to in rows.damaged:  # of a damaged row nothing is known
            continue
        if entry not in right:
            findings.add(f"rowidx/{entry.hex()}", "no row makes this entry")
        elif value != right[entry][1]:
            findings.add(f"rowidx/{entry.hex()}", "an entry with another value than its row's")
    for entry, (row, _) in right.items():
        if entry not in family:
            findings.add(row.place, f"its index entry is missing: {entry.hex()}")
