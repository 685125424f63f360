"""Hand-overs: how a log came to go on under another name. handover.md"""

import re
import uuid

from .bits import Damage, newer
from .checkpoint import canonical, check_signatures, log_signer

BODY = re.compile(
    r"sv(1|2)\.handover\nvault ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\nfrom ([!-~]+)\nto ([!-~]+)\n"
    r"log (0|[1-9][0-9]{0,19}) ([A-Za-z0-9+/=]+)\n(?:rows (0|[1-9][0-9]{0,19})\n)?seen (0|[1-9][0-9]{0,19}) ([A-Za-z0-9+/=]+)\n"
    r"time (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n")


class Handover:
    def __init__(self, data, verifier):
        if len(data) > 4096:
            raise Damage("longer than 4096 bytes")
        if (form := re.match(rb"sv([1-9][0-9]*)\.handover\n", data)) and int(form[1]) > 2:
            raise newer("hand-over")
        try:
            head, empty, tail = data.decode("utf-8").partition("\n\n")
        except UnicodeDecodeError:
            raise Damage("not UTF-8") from None
        body = head + "\n"
        found = BODY.fullmatch(body)
        if not empty or not tail.endswith("\n") or found is None:
            raise Damage("another spelling than the page's")
        self.vault, self.source, self.target = uuid.UUID(found[2]).bytes, found[3], found[4]
        self.size, self.root = int(found[5]), canonical(found[6], 32)
        self.rows = self.size if found[7] is None else int(found[7])
        self.seen, self.seen_root = int(found[8]), canonical(found[9], 32)
        if (found[1] == "2") != (self.rows < self.size) or (found[7] is None) != (found[1] == "1"):
            raise Damage("another version than its lines are of")
        if self.source == self.target or self.seen < self.size:
            raise Damage("it says what no vault does")
        if self.seen == self.size and self.seen_root != self.root:
            raise Damage("two roots of one size")
        check_signatures(tail[:-1].split("\n"), body.encode("utf-8"), log_signer(verifier, self.source + "#handover"))


class Handovers:
    """All of a log, in order; `verifier` has the name that it has now."""

    def __init__(self, notes, vault, verifier, findings):
        self.all, self._verifier = [], verifier
        for size, note in sorted(notes.items()):
            with findings.at(f"log/handover/{size}"):
                one = Handover(note, verifier)
                if one.size != size or one.vault != vault:
                    raise Damage("of another size than its key says, or of another vault")
                if self.all and (one.source != self.all[-1].target or one.target in {each.source for each in self.all}):
                    raise Damage("it does not go on from the one before")
                if self.all and one.rows < self.all[-1].size:
                    raise Damage("rows of before the one before")
                self.all.append(one)
        if self.all and self.all[-1].target != verifier.name:
            findings.add("log.vkey", "not the name that the hand-overs lead to")

    def at(self, size):
        """The key, under the name that a checkpoint over so many entries was signed with."""
        for one in self.all:
            if size <= one.size:
                return log_signer(self._verifier, one.source)
        return self._verifier

    def puts_back(self, index):
        """Whether rows were put back to what they were before the entry."""
        return any(one.rows <= index < one.size for one in self.all)

    def first(self):
        """The name that the log began with."""
        return self.all[0].source if self.all else self._verifier.name
