"""The vectors of docs/formats/ are what this program computes from the pages alone, and stand in them."""

import base64
import binascii
import json
import pathlib
import re
import sys
import unittest
from hashlib import sha256
from struct import pack, unpack_from

import hashes
from hashes import CREDENTIAL, DIGEST, PSEUDONYM, ROW, VAULT, in_vault, key_of, lp, span

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]
FORMATS = ROOT / "docs" / "formats"

TOKEN = "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb"
SECRETS, SECRET_COLUMN = "msdyn_octwitterhandlesecret", "msdyn_useraccesstoken"


def text_of(page):
    return (FORMATS / page).read_text(encoding="utf-8")


class Page(unittest.TestCase):
    def assert_says(self, page, *values):
        """Bytes as hex, with blanks in it or not; a text as it is."""
        text = text_of(page)
        dense = re.sub(r"\s+", "", text)
        for value in values:
            found = value.hex() in dense if isinstance(value, bytes) else value in text
            self.assertTrue(found, f"{page} lacks {value.hex() if isinstance(value, bytes) else value}")


def example_of(page, heading, block=0):
    """The hex of each line of a page's block; a remark begins with #."""
    lines = text_of(page).split(f"## {heading}\n")[1].split("```")[1 + 2 * block].strip().splitlines()
    return ["".join(re.findall(r"\b[0-9a-f]+\b", line.split("#")[0])) for line in lines]


class Schema(Page):
    """What schema.md, row.md and index.md say is enough to read a row."""

    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads(text_of("schema.json"))
        cls.tables = {table["id"]: table for table in cls.schema["tables"]}
        cls.named = {table["name"]: table for table in cls.schema["tables"]}

    team, user = span(0x20, 16), span(0x30, 16)
    pair = hashes.pair_id(12, team, user)

    def row(self):
        cells = b"".join(
            pack(">HIH", column, 18, table) + id for column, table, id in ((2, 5, self.team), (3, 4, self.user))
        )
        body = pack(">QH", 1, 2) + cells + pack(">I", 1)
        tag = in_vault(ROW, "sv1.row", lp("teammembership"), lp(self.pair), body)
        return pack(">H", 12) + self.pair, b"\x01" + body + tag + pack(">QB", 9, 0)

    def cells_of(self, table, value):
        columns = {column["id"]: column for column in table["columns"]}
        (count,), at, out = unpack_from(">H", value, 9), 11, {}
        for _ in range(count):
            column, size = unpack_from(">HI", value, at)
            self.assertEqual("cell", columns[column]["place"])
            out[column] = value[at + 6:at + 6 + size]
            at += 6 + size
        return out, at + 4

    def index_entries(self, table, id, cells):
        for column in table["columns"]:
            if column["index"] == "reference" and column["id"] in cells:
                yield pack(">HBH", table["id"], 1, column["id"]) + cells[column["id"]] + id

    def test_the_example_is_what_the_page_describes(self):
        key, value = self.row()
        block = "".join(example_of("schema.md", "Example"))
        self.assertEqual((key + value).hex(), block)
        summand = in_vault(DIGEST, "sv1.rowtotal", key, value[1:9], value[-41:])
        self.assert_says("schema.md", summand, hashes.pair_id(12, self.user, self.team))

    def test_the_state_row_of_a_vault_with_that_row_is_what_its_page_shows(self):
        key, value = self.row()
        clear = pack(">HQQQQQ", 2, 5, 9, 1, 1, 42) + span(0x40, 32) + pack(">QI", 40, 1)
        summand = in_vault(DIGEST, "sv1.rowtotal", key, value[1:9], value[-41:])
        body = clear
        for number, total in enumerate((summand, summand, bytes(32)), 1):
            mask = in_vault(DIGEST, "sv1.statemask", bytes([number]), clear)
            body += bytes(a ^ b for a, b in zip(total, mask))
        body += pack(">I", 1)
        tag = in_vault(ROW, "sv1.row", lp("sv1.state"), lp(bytes(16)), body)
        self.assertEqual((body + tag).hex(), "".join(example_of("vault-state.md", "Example")))
        self.assertEqual(218, len(body + tag))

    def test_the_anchor_of_that_state_is_what_its_page_shows(self):
        key, value = self.row()
        summand = in_vault(DIGEST, "sv1.rowtotal", key, value[1:9], value[-41:])
        rows = sha256(lp("sv1.anchor.rows") + VAULT + pack(">QQQ", 5, 9, 1) + summand + summand + bytes(32)).digest()
        self.assert_says("anchor.md", rows, f"rows {base64.b64encode(rows).decode()}\n",
                         f"log 42 {base64.b64encode(span(0x40, 32)).decode()}\n")
        public = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")  # of the seed 00..1f
        name = sha256(b"vault.example/audit/n1#anchor\n\x01" + public).digest()[:4]
        self.assert_says("anchor.md", name)

    def test_the_summand_of_an_outbox_entry_is_what_its_page_shows(self):
        key, value = (bytes.fromhex(line) for line in example_of("outbox.md", "Example"))
        self.assert_says("outbox.md", in_vault(DIGEST, "sv1.outsum", lp(key), lp(value)))

    def test_the_tag_of_a_set_of_slots_is_what_its_page_shows(self):
        shown = bytes.fromhex("".join(example_of("keyring.md", "Example")))
        self.assertEqual(in_vault(key_of(10), "sv1.slots", shown[:-32]), shown[-32:])

    def test_a_leaf_commits_to_its_details_at_its_index(self):
        commitment = bytes.fromhex("e6aba96b2681c5f3a4da1ff093e99e14f80a7d9ae322281bd965cd3fa8602763")
        bound = sha256(b"sv1.audit.bind\0" + pack(">Q", 42) + commitment).digest()
        self.assert_says("audit-log.md", commitment, bound)

    def test_the_example_is_read_with_schema_json_alone(self):
        key, value = self.row()
        table = self.tables[unpack_from(">H", key)[0]]
        cells, end = self.cells_of(table, value)
        tag = in_vault(ROW, "sv1.row", lp(table["name"]), lp(key[2:]), value[1:end])
        self.assertEqual(tag, value[end:end + 32])
        names = {column["id"]: column["name"] for column in table["columns"]}
        ends = [next(cells[id][2:] for id in cells if names[id] == name) for name in table["pair"]]
        self.assertEqual(key[2:], hashes.pair_id(table["id"], *ends))
        for column in table["columns"]:
            if column["id"] in cells:
                target = self.tables[unpack_from(">H", cells[column["id"]])[0]]["name"]
                self.assertIn(target, column["targets"])
        entries = [entry.hex() for entry in self.index_entries(table, key[2:], cells)]
        self.assertEqual(entries, example_of("schema.md", "Example", 1))
        self.assertTrue(table["access_fact"])

    def test_every_name_that_the_schema_leads_to_is_in_it(self):
        for table in self.schema["tables"]:
            columns = {column["name"]: column for column in table["columns"]}
            ids = [column["id"] for column in table["columns"]]
            self.assertEqual(ids, sorted(set(ids)), table["name"])
            self.assertEqual("id", columns[table["primary_id"]]["place"])
            self.assertEqual(table["intersect"], table["pair"] is not None)
            self.assertEqual(table["sealed"], any(c["type"] == "sealed" for c in table["columns"]))
            self.assertLessEqual({id for key in table["keys"] for id in key["columns"]}, set(ids))
            for column in table["columns"]:
                self.assertLessEqual(set(column["targets"]), set(self.named))
                self.assertEqual(column["type"] in ("lookup", "owner"), bool(column["targets"]))
                self.assertEqual(column["place"] == "redirected", column["sibling"] is not None)
                if column["sibling"] is not None:
                    self.assertEqual("sealed", columns[column["sibling"]]["type"])

    def test_ids_of_privileges_are_made_as_the_page_says(self):
        rights = ("create", "read", "write", "delete", "append", "append to", "assign", "share")
        for privilege in self.schema["privileges"]:
            self.assertEqual(f"726f6f6b-6572-8079-8001-00000000{privilege['id']:04x}", privilege["row"])
            if privilege["table"] is None:
                self.assertGreater(privilege["id"], 0xF000)
            else:
                table, right = divmod(privilege["id"], 8)
                self.assertEqual(privilege["table"], self.tables[table]["name"])
                word = rights[right].replace(" ", "")
                self.assertTrue(privilege["name"].lower().startswith(f"prv{word}"), privilege)

    def test_only_outside_tables_and_what_the_program_makes_have_no_rows(self):
        without = {table["name"] for table in self.schema["tables"] if not table["rows"]}
        outside = {table["name"] for table in self.schema["tables"] if table["outside"]}
        self.assertEqual(without, outside | {"privilege", "savedquery", "audit"})


class KeyFile(Page):
    def test_the_example_makes_the_slot_key_that_the_page_says(self):
        secret = binascii.unhexlify(text_of("key-file.md").split("```")[1].strip())
        self.assertEqual(span(0, 32), secret)
        slot_key = in_vault(secret, "sv1.slot.file", pack(">H", 2))
        self.assert_says("key-file.md", slot_key, hashes.key_id(slot_key))


class Passphrase(Page):
    def test_the_example_makes_the_slot_key_that_the_page_says(self):
        # Argon2id is not in Python's library: the secret is the page's own.
        secret = binascii.unhexlify(re.search(r"^secret +([0-9a-f]{64})", text_of("passphrase.md"), re.M)[1])
        slot_key = in_vault(secret, "sv1.slot.pass", pack(">H", 1))
        self.assert_says("passphrase.md", slot_key, hashes.key_id(slot_key))

    def test_the_params_are_those_of_the_example(self):
        self.assert_says("passphrase.md", pack(">BIQ", 2, 3, 64 << 20) + span(0, 16))


class Credential(Page):
    credential, user, secret = span(0x30, 16), span(0x20, 16), span(0x40, 32)

    def test_the_example_is_made_as_the_page_says(self):
        claims = (self.credential, lp(self.secret), self.user, pack(">QI", 1700000000000, 9))
        self.assert_says(
            "credential.md",
            hashes.bearer_token(self.credential, self.secret),
            sha256(self.credential).digest()[:8],
            in_vault(CREDENTIAL, "sv1.cred", *claims),
        )

    def test_a_token_has_the_length_of_its_parts(self):
        for byte in (0x00, 0xFF):
            token = hashes.bearer_token(bytes([byte]) * 16, bytes([byte]) * 32)
            self.assertEqual(5 + 22 + 1 + 43 + 6, len(token))


class Pseudonyms(Page):
    def test_the_examples_are_made_as_the_page_says(self):
        name_key = in_vault(PSEUDONYM, "sv1.name")[:16]
        sources = [bytes([192, 0, 2, 10]), bytes.fromhex("20010db8" + 11 * "00" + "01"), bytes.fromhex("20010db800000000")]
        self.assert_says(
            "pseudonyms.md",
            in_vault(PSEUDONYM, "sv1.amac", lp(SECRETS), lp(SECRET_COLUMN), lp(TOKEN))[:16],
            *(in_vault(PSEUDONYM, "sv1.srch", lp(source))[:8] for source in sources),
            name_key,
            hashes.siphash24(name_key, "Rita Demo".encode()),
        )

    def test_the_siphash_is_that_of_its_authors(self):
        self.assertEqual("e545be4961ca29a1", hashes.siphash24(span(0, 16), span(0, 15)).hex())

    def test_the_value_of_the_log_page_is_made_in_the_same_way(self):
        value = in_vault(key_of(0), "sv1.amac", lp("twitter_user"), lp("access_token"), lp(TOKEN))[:16]
        self.assert_says("audit-log.md", value)


class Labels(Page):
    def test_the_examples_are_made_as_the_page_says(self):
        self.assert_says("labels.md", lp("sv1.row"), lp("sv1.tomb"))
        ends = (lp(span(0x10, 16)), pack(">QQ", 5, 123456789))
        self.assert_says("labels.md", in_vault(span(0x80, 32), "sv1.dekgen", *ends))

    def test_every_label_of_the_source_stands_on_the_page(self):
        label = re.compile(r'"(sv1\.[a-z.]+)"')
        used = {
            found
            for path in sorted((ROOT / "src").rglob("*.[ch]pp"))
            for found in label.findall(path.read_text(encoding="utf-8"))
        }
        self.assertIn("sv1.row", used)
        # Those of slot keys stand in the table of the types of slots.
        pages = text_of("labels.md") + text_of("keyring.md")
        told = set(re.findall(r"`(sv1\.[a-z.]+)`", pages))
        self.assertEqual(set(), used - told, "docs/formats/labels.md lacks them")


class EveryPage(unittest.TestCase):
    """Of the pages that this folder computes."""

    def test_a_page_begins_with_an_example_and_says_what_to_refuse(self):
        for page in ("schema.md", "key-file.md", "passphrase.md", "credential.md", "pseudonyms.md", "labels.md", "anchor.md"):
            headings = re.findall(r"^## (.*)$", text_of(page), re.M)
            self.assertEqual("Example", headings[0], page)
            self.assertIn("A reader must refuse", headings, page)
            self.assertIn("Vectors", headings, page)


if __name__ == "__main__":
    unittest.main()
