"""The tables and columns of schema.json: schema.md"""

import json
import pathlib

from .bits import Unreadable


class Table:
    def __init__(self, facts):
        self.id, self.name = facts["id"], facts["name"]
        self.rows, self.access_fact = facts["rows"], facts["access_fact"]
        self.outbox, self.sealed, self.pair = facts["outbox"], facts["sealed"], facts["pair"]
        self.columns = {column["id"]: Column(column) for column in facts["columns"]}
        self.keys = [key["columns"] for key in facts["keys"]]


class Column:
    def __init__(self, facts):
        self.id, self.name, self.type = facts["id"], facts["name"], facts["type"]
        self.place, self.index = facts["place"], facts["index"]


class Schema:
    def __init__(self, path):
        try:
            facts = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Unreadable(f"{path}: {error}") from None
        self.tables = {table["id"]: Table(table) for table in facts["tables"]}
        self.by_name = {table.name: table for table in self.tables.values()}
