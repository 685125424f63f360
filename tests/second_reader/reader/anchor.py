"""The anchor: anchor.md"""

import re
import uuid
from datetime import datetime

from .bits import Damage, lp, newer, u64
from .checkpoint import canonical, check_signatures, log_signer
from .crypto import sha256
from .directory import read_file

NAME = "anchor"
BODY = re.compile(
    r"sv1\.anchor\nvault ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\norigin ([!-~]+)\nlog (0|[1-9][0-9]{0,19}) ([A-Za-z0-9+/=]+)\n"
    r"keyring (0|[1-9][0-9]{0,19})\nrows ([A-Za-z0-9+/=]+)\ntime (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n")


class Anchor:
    """Checked against identity and the log's own key."""

    def __init__(self, data, identity, verifier):
        if len(data) > 4096:
            raise Damage("longer than 4096 bytes")
        if (form := re.match(rb"sv([1-9][0-9]*)\.anchor\n", data)) and int(form[1]) > 1:
            raise newer("anchor")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Damage("not UTF-8") from None
        head, empty, tail = text.partition("\n\n")
        body = head + "\n"
        found = BODY.fullmatch(body)
        if not empty or not tail.endswith("\n") or found is None:
            raise Damage("another spelling than the page's")
        if uuid.UUID(found[1]).bytes != identity.id or found[2] != verifier.name:
            raise Damage("the anchor of another vault or log")
        self.size, self.root = int(found[3]), canonical(found[4], 32)
        self.epoch, self.rows = int(found[5]), canonical(found[6], 32)
        if self.size >= 1 << 64 or self.epoch >= 1 << 64:
            raise Damage("a number that is too large")
        try:
            datetime.strptime(found[7], "%Y-%m-%dT%H:%M:%SZ")
        except ValueError:
            raise Damage("a time that is none") from None
        check_signatures(tail[:-1].split("\n"), body.encode("utf-8"), log_signer(verifier, verifier.name + "#anchor"))


def rows_digest(state, vault):
    sums = b"".join(one.to_bytes(32, "big") for one in state.sums)
    return sha256(lp("sv1.anchor.rows"), vault, u64(state.access_epoch), u64(state.versionnumber), u64(state.live_rows), sums)


def check_anchor(folder, identity, verifier, keyring, state, log, rows, findings):
    """What the anchor asks for against what was found; and that it is there when the organization's row says so."""
    begun = any(row.table.name == "organization" and column.name == "rky_anchoredon"
                for row in rows.live() for number in row.cells for column in (row.table.columns[number],))
    if not begun and not (folder / NAME).exists():
        return
    with findings.at(NAME):
        anchor = Anchor(read_file(folder, NAME), identity, verifier)
        if state.log_size < anchor.size:
            raise Damage(f"entries {state.log_size} to {anchor.size - 1} of the log are missing")
        if log.root(anchor.size) != anchor.root:
            raise Damage("its entries are not those of the log")
        if keyring.epoch < anchor.epoch:
            raise Damage("the keyring is older")
        if (state.log_size, state.epoch) == (anchor.size, anchor.epoch) and rows_digest(state, identity.id) != anchor.rows:
            raise Damage("the rows are others than those of this log")
