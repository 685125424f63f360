"""organization_test.py

The organization alone: that it judges what it is sent as Dataverse does, that each fault does what its name
says, and that nothing passes unrecorded. A test of the sync is worth what this one is.
"""

import http.client
import json
import pathlib
import ssl
import sys
import unittest
import urllib.parse
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from organization import Organization, leaks  # noqa: E402

APPLICATIONS = "msdyn_octwitterapplications"
HANDLES = "msdyn_octwitterhandles"
RECORDS = "msdyn_octwitterhandlesecrets"
CREATE = {"If-None-Match": "*"}
UPDATE = {"If-Match": "*"}


class Caller:
    """One request a connection, so that a broken one spoils no other."""

    def __init__(self, organization):
        self.organization = organization
        self.tls = ssl.create_default_context(cafile=organization.facts["ca"])
        self.token = None

    def exchange(self, method, url, body=None, headers=None, timeout=30):
        """(status, headers, body bytes)"""
        where = urllib.parse.urlsplit(url)
        connection = http.client.HTTPSConnection(where.hostname, where.port, context=self.tls, timeout=timeout)
        try:
            connection.request(method, where.path + ("?" + where.query if where.query else ""), body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def sign_in(self, secret=None, scope=None):
        facts = self.organization.facts
        status, _, body = self.exchange("POST", facts["authority"] + "/oauth2/v2.0/token", urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": facts["client_id"],
            "client_secret": secret or self.organization.secret, "scope": scope or facts["url"] + "//.default"}),
            {"Content-Type": "application/x-www-form-urlencoded"})
        answer = json.loads(body)
        self.token = answer.get("access_token")
        return status, answer

    def send(self, method, path, body=None, headers=None, timeout=30):
        """(status, code of the error or None, body)"""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        status, self.headers, answer = self.exchange(
            method, f"{self.organization.facts['url']}/api/data/v9.2/{path}",
            None if body is None else json.dumps(body), sent, timeout)
        parsed = json.loads(answer) if answer else {}
        return status, parsed.get("error", {}).get("code"), parsed


class TheOrganization(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.organization = Organization()
        cls.addClassCleanup(cls.organization.__exit__)
        cls.organization.__enter__()

    def setUp(self):
        self.organization.calm()
        self.caller = Caller(self.organization)
        self.assertEqual(200, self.caller.sign_in()[0])

    def expect(self, status, code, method, path, body=None, headers=None):
        self.assertEqual((status, code), self.caller.send(method, path, body, headers)[:2])

    def make(self, table_set, **columns):
        row = str(uuid.uuid4())
        self.expect(204, None, "PATCH", f"{table_set}({row})", {"msdyn_name": "x", **columns}, CREATE)
        return row

    def row(self, table_set, row):
        return self.organization.rows()[table_set].get(row)

    # Sign-in

    def test_a_request_without_a_good_token_is_challenged_with_authority_and_resource(self):
        for token in (None, "", "stolen", self.caller.token[:-4] + "AAAA"):
            self.caller.token = token
            self.assertEqual(401, self.caller.send("GET", "WhoAmI")[0])
            self.assertEqual(
                f"Bearer authorization_uri={self.organization.facts['authority']}/oauth2/authorize, "
                f"resource_id={self.organization.facts['url']}/", self.caller.headers["WWW-Authenticate"])

    def test_the_authority_gives_a_token_for_the_right_secret_and_resource_alone(self):
        self.expect(200, None, "GET", "WhoAmI")
        self.assertEqual(200, self.caller.sign_in(scope=self.organization.facts["url"] + "/.default")[0])
        self.expect(200, None, "GET", "WhoAmI")
        self.assertEqual(401, self.caller.sign_in(secret="wrong")[0])
        self.assertEqual(400, self.caller.sign_in(scope="https://elsewhere.example/.default")[0])

    def test_a_revoked_token_is_refused_and_a_new_one_taken(self):
        self.expect(200, None, "GET", "WhoAmI")
        self.organization.order("POST", "/revoke")
        self.assertEqual(401, self.caller.send("GET", "WhoAmI")[0])

    # Rows

    def test_create_and_update_keep_their_branch(self):
        row = str(uuid.uuid4())
        path = f"{RECORDS}({row})"
        self.expect(404, "0x80040217", "PATCH", path, {"msdyn_name": "a"}, UPDATE)
        self.expect(204, None, "PATCH", path, {"msdyn_name": "a"}, CREATE)
        self.expect(412, "0x80040237", "PATCH", path, {"msdyn_name": "b"}, CREATE)
        self.expect(204, None, "PATCH", path, {"msdyn_name": "c"}, UPDATE)
        self.assertEqual("c", self.row(RECORDS, row)["msdyn_name"])
        # The literal null is no condition.
        self.expect(204, None, "PATCH", path, {"msdyn_name": "d"}, {"If-None-Match": "null"})

    def test_a_write_on_another_version_is_refused(self):
        row = self.make(RECORDS)
        path = f"{RECORDS}({row})"
        etag = self.caller.send("GET", f"{path}?$select=msdyn_octwitterhandlesecretid")[2]["@odata.etag"]
        self.assertEqual(etag, self.caller.headers["ETag"])
        self.expect(204, None, "PATCH", path, {"msdyn_name": "b"}, {"If-Match": etag})
        self.expect(412, "0x80060882", "PATCH", path, {"msdyn_name": "c"}, {"If-Match": etag})
        self.expect(412, "0x80060882", "DELETE", path, None, {"If-Match": etag})
        self.assertEqual("b", self.row(RECORDS, row)["msdyn_name"])

    def test_what_is_not_given_is_null(self):
        row = self.row(HANDLES, self.make(HANDLES))
        given = {"msdyn_octwitterhandleid", "msdyn_name", "createdon", "modifiedon", "versionnumber", "_createdby_value", "_ownerid_value", "statecode", "statuscode"}
        self.assertEqual(given, {name for name, value in row.items() if value is not None})

    def test_null_clears_a_column_and_a_lookup(self):
        handle = self.make(HANDLES, msdyn_octwitterscreenname="s", msdyn_enablefileattachmentsforagents=True)
        row = self.make(RECORDS, **{"msdyn_octwitterhandleid@odata.bind": f"/{HANDLES}({handle})"})
        self.assertEqual(handle, self.row(RECORDS, row)["_msdyn_octwitterhandleid_value"])
        self.expect(204, None, "PATCH", f"{RECORDS}({row})",
                    {"msdyn_name": None, "msdyn_octwitterhandleid@odata.bind": None}, UPDATE)
        self.assertIsNone(self.row(RECORDS, row)["msdyn_name"])
        self.assertIsNone(self.row(RECORDS, row).get("_msdyn_octwitterhandleid_value"))

    def test_what_a_client_must_not_send_is_refused(self):
        row = self.make(RECORDS)
        path = f"{RECORDS}({row})"
        for body, status, code in [
            ({"msdyn_nam": "x"}, 400, "0x80048d19"),
            ({"_ownerid_value": row}, 400, "0x80048d19"),
            ({"nothing@odata.bind": None}, 400, "0x80048d19"),
            ({"msdyn_name": 5}, 400, "0x80048d19"),
            ({"statecode": "0"}, 400, "0x80048d19"),
            ({"msdyn_name": "x" * 101}, 400, "0x80044331"),
            ({"statecode": 1, "statuscode": 1}, 400, "0x80048408"),
            ({"statuscode": 3}, 400, "0x80048408"),
            ({"createdon": "2020-01-01T00:00:00Z"}, 400, "0x8004022e"),
            ({"overriddencreatedon": "2020-01-01T00:00:00Z"}, 400, "0x8004022e"),
            ({"msdyn_useraccesstoken": None}, 400, "0x8004022e"),
            ({"msdyn_octwitterhandleid@odata.bind": f"/{HANDLES}({row})"}, 404, "0x80040217"),
            ({"msdyn_octwitterhandleid@odata.bind": f"/{APPLICATIONS}({row})"}, 400, "0x80048d19"),
            ({"ownerid@odata.bind": None}, 400, "0x80040215"),
        ]:
            self.expect(status, code, "PATCH", path, body, UPDATE)
        self.expect(204, None, "PATCH", path, {"msdyn_name": "x" * 100, "statecode": 1}, UPDATE)
        self.assertEqual(2, self.row(RECORDS, row)["statuscode"])
        self.expect(404, "0x80060888", "PATCH", "systemuserz(1)", {})
        self.expect(405, "0x8004023b", "PATCH", f"systemusers({self.organization.facts['user']})", {"fullname": "x"})

    def test_an_owner_is_a_user_or_a_team_by_id_or_by_object_id(self):
        user, team, entra = (str(uuid.uuid4()) for _ in range(3))
        self.organization.order("POST", "/seed", {"set": "systemusers", "row": {
            "systemuserid": user, "fullname": "U", "azureactivedirectoryobjectid": entra}})
        self.organization.order("POST", "/seed", {"set": "teams", "row": {"teamid": team, "name": "T"}})
        row = self.make(RECORDS)
        self.assertEqual(self.organization.facts["user"], self.row(RECORDS, row)["_ownerid_value"])
        for reference, owner in [(f"/systemusers(azureactivedirectoryobjectid={entra})", user),
                                 (f"teams({team})", team), (f"/systemusers({user})", user)]:
            self.expect(204, None, "PATCH", f"{RECORDS}({row})", {"ownerid@odata.bind": reference}, UPDATE)
            self.assertEqual(owner, self.row(RECORDS, row)["_ownerid_value"])
        self.expect(404, "0x80040217", "PATCH", f"{RECORDS}({row})",
                    {"ownerid@odata.bind": f"/systemusers(azureactivedirectoryobjectid={team})"}, UPDATE)

    def test_a_migrated_record_was_created_when_it_says(self):
        row = self.make(RECORDS, overriddencreatedon="2020-01-02T03:04:05Z", importsequencenumber=7)
        self.assertEqual("2020-01-02T03:04:05Z", self.row(RECORDS, row)["createdon"])

    def test_a_delete_takes_the_children_along(self):
        application = self.make(APPLICATIONS)
        handle = self.make(HANDLES, **{"msdyn_octwitterapplicationid@odata.bind": f"/{APPLICATIONS}({application})"})
        row = self.make(RECORDS, **{"msdyn_octwitterhandleid@odata.bind": f"/{HANDLES}({handle})"})
        other = self.make(RECORDS)
        self.expect(204, None, "DELETE", f"{APPLICATIONS}({application})")
        self.expect(404, "0x80040217", "DELETE", f"{APPLICATIONS}({application})")
        rows = self.organization.rows()
        self.assertNotIn(handle, rows[HANDLES])
        self.assertNotIn(row, rows[RECORDS])
        self.assertIn(other, rows[RECORDS])
        self.assertEqual(["create", "cascade"], [e["operation"] for e in self.organization.journal() if e["id"] == row])

    def test_a_missing_privilege_is_named(self):
        self.organization.order("POST", "/deny", ["prvDeletemsdyn_octwitterhandlesecret"])
        row = self.make(RECORDS)
        status, code, body = self.caller.send("DELETE", f"{RECORDS}({row})")
        self.organization.order("POST", "/deny", [])
        self.assertEqual((403, "0x80040220"), (status, code))
        self.assertIn("is missing prvDeletemsdyn_octwitterhandlesecret privilege", body["error"]["message"])

    # Faults

    def broken(self, method, path, body=None, headers=None):
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.caller.send(method, path, body, headers, timeout=3)

    def with_fault(self, kind):
        self.organization.faults(seed=1, data={kind: 1})

    def test_a_fault_that_nobody_injects_is_refused(self):
        with self.assertRaisesRegex(Exception, "no fault data/typo"):
            self.organization.faults(data={"typo": 1})

    def test_faults_that_answer(self):
        row = self.make(RECORDS)
        for kind, statuses in [("busy", {429}), ("away", {502, 503, 504}), ("deadlock", {500}), ("redirect", {301, 302, 307, 308}),
                               ("unauthorized", {401}), ("foreign", {401}), ("echo", {400}), ("refused", {403})]:
            with self.subTest(kind=kind):
                self.with_fault(kind)
                self.assertIn(self.caller.send("PATCH", f"{RECORDS}({row})", {"msdyn_name": kind}, UPDATE)[0], statuses)
                self.assertEqual("x", self.row(RECORDS, row)["msdyn_name"])
        self.with_fault("busy")
        self.caller.send("GET", "WhoAmI")
        self.assertIn(self.caller.headers["Retry-After"], ("0", "1"))

    def test_faults_that_break_the_connection(self):
        row = self.make(RECORDS)
        for kind, done in [("before", False), ("after", True), ("cut", True), ("slow", True)]:
            with self.subTest(kind=kind):
                self.with_fault(kind)
                self.broken("PATCH", f"{RECORDS}({row})", {"msdyn_name": kind}, UPDATE)
                self.assertEqual(done, self.row(RECORDS, row)["msdyn_name"] == kind)

    def held(self, kind, name):
        """A record, and its path, with a write on its way."""
        row = self.make(RECORDS)
        self.with_fault(kind)
        self.broken("PATCH", f"{RECORDS}({row})", {"msdyn_name": name}, UPDATE)
        self.organization.faults()
        self.assertEqual("x", self.row(RECORDS, row)["msdyn_name"])
        return row, f"{RECORDS}({row})"

    def names(self, row):
        return [e["body"]["msdyn_name"] for e in self.organization.journal() if e["id"] == row]

    def test_a_delayed_write_arrives_before_what_comes_next(self):
        row, path = self.held("delayed", "old")
        self.assertEqual("old", self.caller.send("GET", path)[2]["msdyn_name"])
        row, path = self.held("delayed", "old")
        self.expect(204, None, "PATCH", path, {"msdyn_name": "new"}, UPDATE)
        self.assertEqual(["x", "old", "new"], self.names(row))

    def test_a_late_write_arrives_after_what_comes_next(self):
        row, path = self.held("late", "old")
        self.expect(204, None, "PATCH", path, {"msdyn_name": "new"}, UPDATE)
        self.assertEqual(["x", "new", "old"], self.names(row))
        # Who read it back before is told.
        row, path = self.held("late", "old")
        answer = self.caller.send("GET", path)[2]
        self.assertEqual("x", answer["msdyn_name"])
        self.expect(412, "0x80060882", "PATCH", path, {"msdyn_name": "new"}, {"If-Match": answer["@odata.etag"]})
        self.assertEqual(["x", "old"], self.names(row))

    def test_a_late_write_arrives_after_a_touch_that_was_refused_too(self):
        row, path = self.held("late", "old")
        self.expect(412, "0x80040237", "PATCH", path, {"msdyn_name": "new"}, CREATE)
        self.assertEqual(["x", "old"], self.names(row))

    def test_what_is_on_its_way_arrives_when_it_calms_down(self):
        row, _ = self.held("late", "old")
        self.organization.calm()
        self.assertEqual(["x", "old"], self.names(row))

    def test_the_same_seed_meets_the_same_requests(self):
        def run(seed):
            self.organization.faults(seed=seed, data={"unauthorized": 0.3, "deadlock": 0.3})
            return [self.caller.send("GET", "WhoAmI")[0] for _ in range(20)]

        self.assertEqual(run(5), run(5))
        self.assertNotEqual(run(5), run(6))

    def test_a_limit_ends_the_faults(self):
        self.organization.faults(limit=2, data={"deadlock": 1})
        self.assertEqual([500, 500, 200], [self.caller.send("GET", "WhoAmI")[0] for _ in range(3)])

    # Evidence

    def test_every_byte_is_recorded_and_every_bearer_token_counted(self):
        before = self.organization.counts()["bearers"]
        marker = f"mark+{uuid.uuid4()}"
        row = self.make(RECORDS, msdyn_octwitteruniquehandleid=marker)
        self.caller.exchange("GET", self.organization.facts["forbidden"] + "/x", None, {"Authorization": "Bearer " + self.caller.token})
        after = self.organization.counts()["bearers"]
        self.assertEqual({"data": 1, "authority": 0, "forbidden": 1}, {n: after[n] - before[n] for n in after})
        self.caller.send("GET", f"{RECORDS}({row})")
        found = leaks(self.organization.recorded(), [marker])
        self.assertEqual({"in", "out"}, {name.split("-")[2] for name in found})
        self.assertTrue(all(name.startswith("data-") for name in found))
        kinds = {name.split("-")[0] for name in leaks(self.organization.recorded(), [self.caller.token])}
        self.assertEqual({"data", "authority", "forbidden"}, kinds)
        self.assertEqual({"authority"}, {name.split("-")[0] for name in leaks(self.organization.recorded(), [self.organization.secret])})
        self.assertEqual([], leaks(self.organization.recorded(), [marker[::-1] + "no"]))


if __name__ == "__main__":
    unittest.main()
