"""A real vault whose sync leads to an organization, and the comparison of the two. Standard library only."""

import http.client
import json
import threading
import time
import uuid

from vault import SECRETS, Failed, Serve

APPLICATIONS = "msdyn_octwitterapplications"
HANDLES = "msdyn_octwitterhandles"
RECORDS = SECRETS

STANDARD = ("msdyn_name", "statecode", "statuscode", "importsequencenumber", "timezoneruleversionnumber",
            "utcconversiontimezonecode")
# What is pushed and compared, besides the owner and the time of creation.
COLUMNS = {
    APPLICATIONS: STANDARD + ("msdyn_twitterapplicationsaved", "msdyn_twittercallbackurl", "msdyn_twitterenvironmentname"),
    HANDLES: STANDARD + (
        "msdyn_octwitterscreenname", "msdyn_octwitteruniquehandleid", "_msdyn_octwitterapplicationid_value",
        "_msdyn_liveworkstreamid_value", "_msdyn_ocwidgetlanguage_value", "_msdyn_postconversationsurvey_value",
        "msdyn_enablefileattachmentsforagents", "msdyn_enablefileattachmentsforcustomers",
        "msdyn_postconversationsurveyenable", "msdyn_postconversationsurveymessagetext", "msdyn_postconversationsurveymode"),
    RECORDS: STANDARD + ("msdyn_octwitteruniquehandleid", "_msdyn_octwitterapplicationid_value", "_msdyn_octwitterhandleid_value"),
}


class SyncedVault(Serve):
    """Has a `writer`, who may do everything to the three tables but see a token, owners of each kind (known by their
    object id there, mapped, unknown there), and a configuration for short time-outs."""

    def __init__(self, binary, folder, organization, **options):
        super().__init__(binary, folder)
        self.organization = organization
        self.user("writer", ["System Administrator", "Rookery Security Administrator"], ["Rookery token writer"])
        # An owner must be able to read what it owns.
        known = str(uuid.uuid4())
        self.user("known", ["Rookery Agent"], azureactivedirectoryobjectid=known)
        self.team("Mapped", roles=["Rookery Agent"])
        self.user("unknown", ["Rookery Agent"])
        there = {name: str(uuid.uuid4()) for name in ("known", "mapped")}
        organization.order("POST", "/seed", {"set": "systemusers", "row": {
            "systemuserid": there["known"], "fullname": "Known", "azureactivedirectoryobjectid": known}})
        organization.order("POST", "/seed", {"set": "teams", "row": {"teamid": there["mapped"], "name": "Mapped"}})
        self.owner_choices = [f"/systemusers({self.users['known']})", f"/teams({self.teams['Mapped']})",
                              f"/systemusers({self.users['unknown']})"]
        # Local owner → owner there; an owner that is not here is left out of what is pushed.
        self.owner_there = {self.users["known"]: there["known"], self.teams["Mapped"]: there["mapped"]}
        self._owners = f'[sync.owners]\n"{self.teams["Mapped"]}" = "teams({there["mapped"]})"\n'
        self._options = {"requests_per_second": 1000, "connect_seconds": 1, "request_seconds": 2, **options}
        self.restart_with()

    def restart_with(self, **options):
        """Ends the server and starts it with these options of [sync]."""
        if self.running():
            self.stop()
        self.configure(self.organization.configuration(**{**self._options, **options}) + self._owners)
        self.start()

    def rows(self):
        """As Organization.rows: {set: {id: row}}."""
        client = self.client("writer")
        out = {}
        for table, columns in COLUMNS.items():
            key = table[:-1] + "id"
            found = client.all_rows(f"{table}?$select={','.join([key, *columns])},createdon,overriddencreatedon,_ownerid_value")
            out[table] = {row[key]: row for row in found}
        client.close()
        return out

    def sync_status(self):
        client = self.client("admin")
        try:
            return client.expect(200, "GET", "rky_RetrieveSyncStatus").json()
        finally:
            client.close()


class Drained:
    """Waits until nothing is to be pushed any more; the worker's own waits are cut short meanwhile."""

    def __init__(self, vault, pause=0.05):
        """pause: seconds between two looks"""
        self._vault, self._pause = vault, pause

    def within(self, seconds):
        """True when it came to that in time."""
        deadline = time.monotonic() + seconds
        client = self._vault.client("admin")
        try:
            while time.monotonic() < deadline:
                client.expect(204, "POST", "rky_SyncNow")
                client.expect(200, "POST", "rky_RetrySync")
                status = client.expect(200, "GET", "rky_RetrieveSyncStatus").json()
                if status["Due"] == 0 and status["Parked"] == 0:
                    return True
                threading.Event().wait(self._pause)
            return False
        except (OSError, http.client.HTTPException) as problem:
            raise Failed(f"the server went away: {problem!r}") from problem
        finally:
            client.close()

    def all(self, seconds):
        if not self.within(seconds):
            raise Failed(f"not everything was pushed within {seconds} s: {json.dumps(self._vault.sync_status())}")


def compare(here, there, owner_there):
    """What differs, in words; empty when both sides are equal."""
    problems = []
    for table, columns in COLUMNS.items():
        for record in sorted(here[table].keys() | there[table].keys()):
            mine, theirs = here[table].get(record), there[table].get(record)
            if mine is None or theirs is None:
                problems.append(f"{table}({record}) is only {'there' if mine is None else 'here'}")
                continue
            expected = {name: mine[name] for name in columns}
            found = {name: theirs.get(name) for name in columns}
            expected["createdon"] = mine["overriddencreatedon"] or mine["createdon"]
            found["createdon"] = theirs["createdon"]
            if mine["_ownerid_value"] in owner_there:
                expected["owner"] = owner_there[mine["_ownerid_value"]]
                found["owner"] = theirs["_ownerid_value"]
            problems += [f"{table}({record}) {name}: {expected[name]!r} here, {found[name]!r} there"
                         for name in expected if expected[name] != found[name]]
    return problems
