"""sync_test.py ROOKERY

`rookery serve` with a sync: what arrives, what must never leave, what happens when the organization refuses,
lies or is gone, and what an operator sees and can do about it.
"""

import contextlib
import json
import pathlib
import re
import shutil
import sys
import tempfile
import threading
import unittest
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from organization import Organization, leaks  # noqa: E402
from spellings import spellings  # noqa: E402
from synced import APPLICATIONS, HANDLES, RECORDS, Drained, SyncedVault, compare  # noqa: E402
from vault import TOKEN, TOKEN_SECRET, Serve, run  # noqa: E402

ROOKERY = sys.argv.pop(1)
WAIT_SECONDS = 30


class SyncTest(unittest.TestCase):
    """One vault and one organization for all tests: none may rely on what another left."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-sync-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.organization = Organization(cls.folder)
        cls.addClassCleanup(cls.organization.__exit__)
        # No test here waits for a time-out; a busy machine must not make one either.
        cls.vault = SyncedVault(ROOKERY, cls.folder, cls.organization, connect_seconds=10, request_seconds=10)
        cls.addClassCleanup(cls.vault.__exit__)

    def setUp(self):
        self.organization.calm()
        self.organization.order("POST", "/deny", [])
        self.writer = self.vault.client("writer")
        self.addCleanup(self.writer.close)

    def make(self, table, **columns):
        return self.writer.create(table, {"msdyn_name": "x", **columns})

    def restart(self, **options):
        self.vault.restart_with(**options)
        self.writer.close()

    def drained(self):
        Drained(self.vault).all(WAIT_SECONDS)

    def until(self, holds, what):
        """Waits for it; what it waits for is told when it does not come."""
        for _ in range(WAIT_SECONDS * 20):
            found = holds()
            if found:
                return found
            threading.Event().wait(0.05)
        self.fail(f"did not happen within {WAIT_SECONDS} s: {what}; {json.dumps(self.vault.sync_status())}")

    def there(self, table, record):
        return self.organization.rows()[table].get(record)

    def cli(self, *arguments, who="admin", expect=0):
        return run(ROOKERY, *arguments, environment=self.vault.environment(who), expect=expect)

    # What arrives

    def test_metadata_arrives_with_owner_state_parents_and_time(self):
        application = self.make(APPLICATIONS, msdyn_twittercallbackurl="https://example.com/ä")
        handle = self.make(HANDLES, msdyn_octwitterscreenname="me", **{
            "msdyn_octwitterapplicationid@odata.bind": f"/{APPLICATIONS}({application})",
            "msdyn_liveworkstreamid@odata.bind": f"/msdyn_liveworkstreams({uuid.uuid4()})",
            "ownerid@odata.bind": f"/teams({self.vault.teams['Mapped']})"})
        record = self.make(RECORDS, overriddencreatedon="2019-05-01T00:00:00Z", importsequencenumber=7, **{
            TOKEN: "t", "msdyn_octwitterhandleid@odata.bind": f"/{HANDLES}({handle})",
            "ownerid@odata.bind": f"/systemusers({self.vault.users['known']})"})
        self.writer.expect(204, "PATCH", f"{RECORDS}({record})", {"statecode": 1})
        self.drained()
        self.assertEqual([], compare(self.vault.rows(), self.organization.rows(), self.vault.owner_there))
        row = self.there(RECORDS, record)
        self.assertEqual((1, 2, handle), (row["statecode"], row["statuscode"], row["_msdyn_octwitterhandleid_value"]))
        self.writer.expect(204, "DELETE", f"{APPLICATIONS}({application})")
        self.drained()
        self.assertEqual([], compare(self.vault.rows(), self.organization.rows(), self.vault.owner_there))
        self.assertIsNone(self.there(RECORDS, record))

    def test_an_owner_that_is_unknown_there_is_left_out_and_counted(self):
        before = self.vault.sync_status()["OwnersLeftOut"]
        record = self.make(RECORDS, **{"ownerid@odata.bind": f"/systemusers({self.vault.users['unknown']})"})
        self.drained()
        self.assertEqual(self.organization.facts["user"], self.there(RECORDS, record)["_ownerid_value"])
        self.assertGreater(self.vault.sync_status()["OwnersLeftOut"], before)

    def test_a_record_that_was_pushed_is_not_pushed_again_after_a_restart(self):
        self.make(RECORDS)
        self.drained()
        writes = self.organization.counts()["journal"]
        self.restart()
        self.drained()
        self.assertEqual(writes, self.organization.counts()["journal"])

    # What must never leave

    def test_no_token_reaches_the_wire_and_no_credential_a_wrong_host(self):
        markers = [f"MARK{number}-{uuid.uuid4().hex}" for number in range(6)]
        self.organization.faults(seed=3, data={"foreign": 0.1, "unauthorized": 0.1, "redirect": 0.1, "echo": 0.1, "flood": 0.05,
                                      "after": 0.1, "cut": 0.1})
        self.organization.order("POST", "/revoke")
        for number in range(20):
            self.make(APPLICATIONS, msdyn_securetwitterconsumerkey=markers[0] + "-k", msdyn_securetwitterconsumersecret=f"s-{markers[1]}")
            record = self.make(RECORDS, **{
                TOKEN: f"{number}-{markers[2]}", TOKEN_SECRET: markers[3]})
            self.writer.expect(204, "PATCH", f"{RECORDS}({record})", {TOKEN: markers[4], TOKEN_SECRET: f"{markers[5]}="})

        def told():
            """Rows of errors, and the log."""
            with contextlib.closing(self.vault.client("admin")) as admin:
                return json.dumps(admin.all_rows("syncerrors")) + json.dumps(admin.log())

        def met():
            """Each fault, and the echo by a push: a request that pushes nothing leaves nothing on the log."""
            faults = self.organization.counts()["faults"].keys()
            if {"foreign", "redirect", "echo", "flood"} <= faults and "0x80048d19" in told():
                return True
            self.cli("sync", "retry")
            self.make(RECORDS)
            return False

        self.until(met, "each fault to be met")
        self.organization.calm()
        self.drained()

        counts = self.organization.counts()
        self.assertEqual(0, counts["requests"]["forbidden"], "somebody spoke to the forbidden host")
        self.assertEqual(0, counts["bearers"]["authority"])
        recorded = list(self.organization.recorded())
        self.assertEqual([], leaks(recorded, markers))
        # The search would find what does leave.
        self.assertNotEqual([], leaks(recorded, ["msdyn_octwitteruniquehandleid"]))
        # The client secret goes to the token endpoint alone, and a bearer token to the organization alone.
        secret = leaks(recorded, [self.organization.secret])
        self.assertNotEqual([], secret)
        tenant = self.organization.facts["authority"].rsplit("/", 1)[1]
        for name, data in recorded:
            if name in secret:
                self.assertRegex(name, "^authority-.*-in$")
                targets = set(re.findall(rb"^(?:GET|POST|PUT|PATCH|DELETE) (\S+) HTTP", data, re.MULTILINE))
                self.assertEqual({f"/{tenant}/oauth2/v2.0/token".encode()}, targets)
            if re.search(rb"^authorization:\s*bearer", data, re.IGNORECASE | re.MULTILINE):
                self.assertRegex(name, "^data-.*-in$")
        # What the organization echoed is nowhere in the vault: not in its rows, its log, its messages.
        bearer = re.search(rb"[Bb]earer (eyJ\S+)", b"".join(data for name, data in recorded if name.startswith("data-"))).group(1)
        seen = told() + "".join(self.vault.lines) + json.dumps(self.vault.sync_status())
        self.assertIn("0x80048d19", seen)
        for needle in spellings(bearer.decode()[:40]) | spellings(self.organization.secret):
            self.assertNotIn(needle, seen.encode())

    def test_a_proxy_of_the_environment_is_not_used(self):
        self.vault.variables = {name: self.organization.facts["forbidden"] for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")}
        try:
            self.restart()
            record = self.make(RECORDS)
            self.drained()
        finally:
            self.vault.variables = {}
            self.restart()
        self.assertIsNotNone(self.there(RECORDS, record))
        self.assertEqual(0, self.organization.counts()["requests"]["forbidden"])

    def paused_with(self, **options):
        """What the status says while a record waits under these options; the organization's counts before and after."""
        before = self.organization.counts()
        self.restart(**options)
        try:
            record = self.make(RECORDS)
            status = self.until(lambda: (s := self.vault.sync_status())["PausedWhy"] and s, "a pause")
            self.assertGreaterEqual(status["Due"], 1)
            self.assertEqual(0, status["Parked"])
            self.assertIsNone(self.there(RECORDS, record))
            return status, before, self.organization.counts()
        finally:
            self.restart()
            self.drained()

    def test_an_authority_that_is_not_on_the_list_is_not_shown_the_secret(self):
        for authority in (self.organization.facts["authority"][:-1], self.organization.facts["authority"] + "/more",
                          self.organization.facts["forbidden"] + "/" + self.organization.facts["authority"].rsplit("/", 1)[1]):
            _, before, after = self.paused_with(authorities=[authority])
            self.assertEqual(before["requests"]["authority"], after["requests"]["authority"])
            self.assertEqual(0, after["requests"]["forbidden"])

    def test_a_wrong_client_secret_pauses_and_condemns_no_record(self):
        wrong = self.folder / "wrong.secret"
        wrong.touch(0o600)
        wrong.write_text("wrong\n", encoding="ascii")
        status, before, after = self.paused_with(client_secret_file=str(wrong))
        self.assertNotIn("wrong\n", json.dumps(status))
        self.assertGreater(after["requests"]["authority"], before["requests"]["authority"])
        self.assertEqual(before["bearers"]["data"], after["bearers"]["data"])

    def test_a_certificate_of_an_unknown_authority_ends_every_exchange(self):
        _, before, after = self.paused_with(ca_file=self.vault.ca)
        self.assertEqual(before["requests"], after["requests"])

    # Unknown outcomes

    def test_a_write_that_comes_late_never_undoes_a_newer_one(self):
        for killed in (False, True):
            with self.subTest(killed=killed):
                record = self.make(RECORDS, msdyn_name="1")
                self.drained()
                late = self.organization.counts()["faults"].get("late", 0)
                self.organization.faults(limit=1, data={"late": 1})
                self.writer.expect(204, "PATCH", f"{RECORDS}({record})", {"msdyn_name": "2"})
                self.until(lambda: self.organization.counts()["faults"].get("late", 0) > late, "the write to be held")
                self.writer.expect(204, "PATCH", f"{RECORDS}({record})", {"msdyn_name": "3"})
                if killed:
                    self.vault.kill()
                    self.vault.start()
                    self.writer.close()
                self.drained()
                self.organization.calm()
                names = [e["body"]["msdyn_name"] for e in self.organization.journal() if e["id"] == record]
                self.assertEqual(sorted(names), names)
                self.assertEqual("3", self.there(RECORDS, record)["msdyn_name"])

    # Refused for good

    def test_what_somebody_else_made_there_under_the_same_id_is_neither_changed_nor_deleted(self):
        record = str(uuid.uuid4())
        theirs = {"msdyn_octwitterhandleid": record, "msdyn_name": "theirs", "_createdby_value": str(uuid.uuid4())}
        self.organization.order("POST", "/seed", {"set": HANDLES, "row": theirs})
        parked = self.vault.sync_status()["Parked"]
        self.make(HANDLES, msdyn_octwitterhandleid=record)
        self.until(lambda: self.vault.sync_status()["Parked"] == parked + 1, "the record to be parked")
        self.assertEqual("theirs", self.there(HANDLES, record)["msdyn_name"])
        self.writer.expect(204, "PATCH", f"{HANDLES}({record})", {"msdyn_name": "ours"})
        self.until(lambda: self.vault.sync_status()["Due"] == 0, "the change to be parked")
        self.vault.client("admin").expect(204, "DELETE", f"{HANDLES}({record})")
        self.until(lambda: self.vault.sync_status()["Due"] == 0, "the removal to be parked")
        self.assertEqual("theirs", self.there(HANDLES, record)["msdyn_name"])
        self.assertEqual(parked + 1, self.vault.sync_status()["Parked"])

    def test_a_missing_privilege_stops_its_records_alone_and_retry_mends_it(self):
        self.organization.order("POST", "/deny", ["prvCreatemsdyn_octwitterhandle"])
        handle = self.make(HANDLES)
        child = self.make(RECORDS, **{"msdyn_octwitterhandleid@odata.bind": f"/{HANDLES}({handle})"})
        others = [self.make(APPLICATIONS), self.make(RECORDS)]
        self.until(lambda: self.vault.sync_status()["Due"] == 0, "everything else to be pushed")
        self.assertIsNotNone(self.there(APPLICATIONS, others[0]))
        self.assertIsNotNone(self.there(RECORDS, others[1]))
        self.assertIsNone(self.there(HANDLES, handle))
        admin = self.vault.client("admin")
        self.addCleanup(admin.close)

        def errors():
            return [row for row in admin.all_rows("syncerrors") if row["_regardingobjectid_value"] == handle]

        (error,) = errors()
        self.assertEqual(("Create", "0x80040220", 0), (error["action"], error["errorcode"], error["statecode"]))
        self.assertIn("prvCreatemsdyn_octwitterhandle", error["errordetail"])
        self.assertIn("msdyn_name", error["requestdata"])
        status = self.vault.sync_status()
        self.assertEqual("prvCreatemsdyn_octwitterhandle", status["MissingPrivilege"])
        self.assertGreaterEqual(status["Parked"], 1)
        self.assertIn({"Code": "0x80040220", "Count": 1}, [
            {"Code": e["Code"], "Count": min(e["Count"], 1)} for e in status["OpenErrors"]])
        text = self.cli("sync", "status").stdout
        self.assertIn("prvCreatemsdyn_octwitterhandle", text)
        self.assertIn("may still lie there", text.replace("\n", " "))
        # Still not allowed: no second row tells the same.
        self.assertRegex(self.cli("sync", "retry").stdout, r"^\d+ records are due again")
        self.until(lambda: self.vault.sync_status()["Due"] == 0, "the second try")
        self.assertEqual(1, len(errors()))
        # A new version of a parked record is tried at once; the record's own errors are fixed by it.
        self.organization.order("POST", "/deny", [])
        self.writer.expect(204, "PATCH", f"{HANDLES}({handle})", {"msdyn_name": "again"})
        self.drained()
        self.assertEqual("again", self.there(HANDLES, handle)["msdyn_name"])
        self.assertEqual(handle, self.there(RECORDS, child)["_msdyn_octwitterhandleid_value"])
        self.assertEqual([(1, 1)], [(row["statecode"], row["statuscode"]) for row in errors()])
        self.assertEqual([], self.vault.sync_status()["OpenErrors"])

    def test_every_push_and_failure_is_on_the_log(self):
        record = self.make(RECORDS)
        self.drained()
        self.organization.order("POST", "/deny", ["prvWritemsdyn_octwitterhandlesecret"])
        self.writer.expect(204, "PATCH", f"{RECORDS}({record})", {"msdyn_name": "y"})
        self.until(lambda: self.vault.sync_status()["Parked"] == 1, "the refusal")
        admin = self.vault.client("admin")
        self.addCleanup(admin.close)
        pushes = [e for e in admin.log(record=record) if e["Action"] == "sync-push"]
        self.assertEqual([("success", "create"), ("failed", "update")], [(e["Outcome"], e["Extras"]["operation"]) for e in pushes])
        self.assertEqual("0x80040220", pushes[1]["Extras"]["code"])
        lines = [line for line in self.cli("audit", "tail", "--record", record).stdout.splitlines() if "rky_CompletePush" in line]
        named = f"  msdyn_octwitterhandlesecret 'y' (now) {record}  "
        self.assertIn(f"{named}create status 204", lines[0])
        self.assertIn(f"{named}update status 403 code 0x80040220 missing prvWritemsdyn_octwitterhandlesecret  ", lines[1])
        self.organization.order("POST", "/deny", [])
        self.drained()

    # An operator's hand

    def test_status_now_and_retry_need_their_rights(self):
        for command in ("now", "retry", "status"):
            self.cli("sync", command, who="unknown", expect=5)
        self.cli("sync", "now")
        document = json.loads(self.cli("sync", "status", "--json").stdout)
        self.assertTrue(document["Configured"])
        self.assertEqual(self.organization.facts["url"], document["Organization"])

    def test_the_sync_stops_while_its_user_is_disabled(self):
        admin = self.vault.client("admin")
        self.addCleanup(admin.close)
        users = admin.all_rows("systemusers?$select=fullname,systemuserid,isdisabled")
        (user,) = [row["systemuserid"] for row in users if "Sync" in row["fullname"]]
        admin.expect(204, "PATCH", f"systemusers({user})", {"isdisabled": True})
        try:
            record = self.make(RECORDS)
            self.until(lambda: "disabled" in (self.vault.sync_status()["PausedWhy"] or ""), "the pause")
            self.assertIsNone(self.there(RECORDS, record))
        finally:
            admin.expect(204, "PATCH", f"systemusers({user})", {"isdisabled": False})
        self.drained()
        self.assertIsNotNone(self.there(RECORDS, record))
        # The operator's log says why it stopped; that it goes on has no reason, and no empty field for one.
        def told():
            return [{name: value for name, value in json.loads(line).items() if name != "time"}
                    for line in self.vault.lines if '"sync-' in line][-2:]

        expected = [{"level": "warning", "event": "sync-paused", "why": "the user Rookery Sync is disabled"},
                    {"level": "info", "event": "sync-resumed"}]
        self.until(lambda: told() == expected, "the pause and its end to be told")

    def test_a_organization_that_never_answers_delays_nobody_and_ends_with_the_server(self):
        self.organization.faults(seed=1, data={"slow": 1})
        self.restart(request_seconds=60, parallel=4)
        records = [self.make(RECORDS, **{TOKEN: "t"}) for _ in range(40)]
        self.until(lambda: self.organization.counts()["faults"].get("slow", 0) > 0, "a request that hangs")
        for record in records:
            self.writer.expect(200, "GET", f"{RECORDS}({record})?$select=msdyn_name")
        self.vault.stop()
        self.organization.calm()
        self.restart()
        self.drained()
        self.assertEqual([], compare(self.vault.rows(), self.organization.rows(), self.vault.owner_there))


class WithoutSync(unittest.TestCase):
    def test_a_server_without_the_section_says_so(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-sync-"))
        self.addCleanup(shutil.rmtree, folder)
        with Serve(ROOKERY, folder) as vault:
            environment = vault.environment()
            self.assertIn("not configured", run(ROOKERY, "sync", "status", environment=environment).stdout)
            for command in ("now", "retry"):
                run(ROOKERY, "sync", command, environment=environment, expect=15)
            vault.stop()


if __name__ == "__main__":
    unittest.main()
