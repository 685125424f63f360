"""Rights hold against the people who hold rights: each case is a way that once led to plaintext, to somebody's
rights, or to the end of administration. Usage: rights_test.py ROOKERY"""

import pathlib
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.vault import SECRETS, TOKEN, TOKEN_SECRET, Failed, Vault  # noqa: E402

HANDLES, APPLICATIONS = "msdyn_octwitterhandles", "msdyn_octwitterapplications"
SYSTEM = "726f6f6b-6572-8079-8010-000000000001"
ADMINISTRATOR_ROLE = "726f6f6b-6572-8079-8010-000000000002"
SYSTEM_ROLE = "726f6f6b-6572-8079-8010-000000000003"
LAST_ADMINISTRATOR = "0x80041d30"


def check(holds, what):
    if not holds:
        raise Failed(what)


class Scene:
    """A fresh demo, and what the cases make in it. Administration is done by `security` unless a case says otherwise."""

    def __init__(self, vault):
        self.vault = vault
        self.facts = vault.facts
        self.clients = {}
        self.team = self.facts["teams"]["Social"]
        self.records = self.facts["records"]
        self.agent = vault.users["agent"]
        self.numbers = iter(range(1, 1000))

    def as_(self, who):
        if who not in self.clients:
            self.clients[who] = self.vault.client(who)
        return self.clients[who]

    def expect(self, who, status, method, path, body=None, headers=None):
        return self.as_(who).expect(status, method, path, body, headers)

    def refused(self, who, method, path, body=None, code=None):
        """403, and nothing of the row changed hands; the code if it matters."""
        answer = self.expect(who, 403, method, path, body)
        if code is not None:
            check(answer.json()["error"]["code"] == code, f"{method} {path}: {answer}, not {code}")
        return answer

    def named(self, table_set, name):
        key = {"roles": "roleid", "fieldsecurityprofiles": "fieldsecurityprofileid"}[table_set]
        return next(row[key] for row in self.as_("security").all_rows(f"{table_set}?$select=name")
                    if row["name"] == name)

    def user(self, name, by="security", **columns):
        domain = f"{name}@example.com"
        user = self.as_(by).create("systemusers", {
            "domainname": domain, "firstname": name, "internalemailaddress": domain, **columns})
        self.vault.users[name] = user
        return user

    def credential(self, name, by="security"):
        """Last, as a rule: whoever made it gives the user nothing more while it lives."""
        made = self.expect(by, 200, "POST", "rky_CreateCredential", {
            "UserId": self.vault.users[name], "Name": "test", "LifetimeSeconds": 3600}).json()
        self.vault.tokens[name] = made["Token"]
        return made

    def role(self, *privileges, by="security"):
        """("prvReadUser", "Global"), …"""
        role = self.as_(by).create("roles", {"name": f"role {next(self.numbers)}"})
        self.expect(by, 204, "POST", f"roles({role})/Microsoft.Dynamics.CRM.AddPrivilegesRole", {"Privileges": [
            {"PrivilegeName": name, "Depth": depth} for name, depth in privileges]})
        return role

    @staticmethod
    def pair(user, role):
        return f"systemusers({user})/systemuserroles_association({role})/$ref"

    def give(self, who, collection, table_set, row, status=204):
        return self.expect(who, status, "POST", collection + "/$ref", {"@odata.id": f"{table_set}({row})"})

    def give_role(self, user, role, by="security", status=204):
        return self.give(by, f"systemusers({user})/systemuserroles_association", "roles", role, status)

    def give_profile(self, user, profile, by="security"):
        return self.give(by, f"systemusers({user})/systemuserprofiles_association", "fieldsecurityprofiles", profile)

    def unmasking(self, level=1):
        profile = self.as_("security").create("fieldsecurityprofiles", {"name": f"profile {next(self.numbers)}"})
        for column in (TOKEN, TOKEN_SECRET):
            self.as_("security").create("fieldpermissions", {
                "entityname": "msdyn_octwitterhandlesecret", "attributelogicalname": column, "canread": 4,
                "canreadunmasked": level, "fieldsecurityprofileid@odata.bind": f"/fieldsecurityprofiles({profile})"})
        return profile

    def record(self, owner, **columns):
        number = next(self.numbers)
        unique = f"55{number:08}"
        self.as_("security").create(HANDLES, {"msdyn_name": f"@case{number}", "msdyn_octwitteruniquehandleid": unique,
                                              "ownerid@odata.bind": owner})
        return self.as_("security").create(SECRETS, {
            "msdyn_name": f"@case{number}", "msdyn_octwitteruniquehandleid": unique, TOKEN: f"the-token-of-case-{number}",
            TOKEN_SECRET: f"the-secret-of-case-{number}", "ownerid@odata.bind": owner, **columns})

    def shown(self, who, record):
        answer = self.as_(who).retrieve(record)
        return (answer.json()[TOKEN], answer.headers.get("Rky-Masked")) if answer.status == 200 else (None, answer.status)

    def events(self, since):
        return self.as_("auditor").log(down_to=since)

    def log_size(self):
        return self.expect("auditor", 200, "GET", "rky_RetrieveVaultStatus()").json()["LogSize"]


def assign_to_the_team(scene):
    """Row 1"""
    record = scene.record(f"/systemusers({scene.vault.users['security']})")
    check(scene.shown("agent", record) == (None, 403), "the agent reads a record of somebody else")
    to_team = {"ownerid@odata.bind": f"/teams({scene.team})"}
    scene.refused("admin", "PATCH", f"{SECRETS}({record})", to_team)
    check(scene.shown("agent", record) == (None, 403), "the agent reads after an assign that was refused")
    before = scene.log_size()
    scene.expect("security", 204, "PATCH", f"{SECRETS}({record})", to_team)
    check(scene.shown("agent", record)[0].startswith("the-token-of-case-"), "the agent does not read what he was granted")
    grants = [event for event in scene.events(before) if event["Action"] == "grant"]
    check(len(grants) == 1 and grants[0]["RecordId"] == record and grants[0]["Extras"]["users"] == 1
          and grants[0]["Extras"]["ownerid"] == scene.team, f"the grant is not on the log as one: {grants}")


def assign_to_oneself(scene):
    """Row 2"""
    taker = scene.user("taker")
    scene.give_role(taker, scene.role(*[(f"prv{right}msdyn_octwitterhandlesecret", depth) for right, depth in (
        ("Read", "Basic"), ("Write", "Global"), ("Assign", "Global"))]))
    scene.give_profile(taker, scene.unmasking())
    scene.credential("taker")
    record = scene.records[0]
    scene.refused("taker", "PATCH", f"{SECRETS}({record})", {"ownerid@odata.bind": f"/systemusers({taker})"})
    check(scene.shown("taker", record) == (None, 403), "taker reads what he took")


def activate(scene):
    """Row 3"""
    record = scene.record(f"/teams({scene.team})")
    scene.expect("security", 204, "PATCH", f"{SECRETS}({record})", {"statecode": 1})
    check(scene.shown("agent", record) == (None, 403), "an inactive record shows a token")
    scene.refused("admin", "PATCH", f"{SECRETS}({record})", {"statecode": 0})
    check(scene.shown("agent", record) == (None, 403), "a record is active although that was refused")
    scene.expect("security", 204, "PATCH", f"{SECRETS}({record})", {"statecode": 0})
    check(scene.shown("agent", record)[0] is not None, "an active record shows no token")


def credential_made_before_the_rights(scene):
    """Row 4"""
    user = scene.user("newcomer", by="admin")
    made = scene.credential("newcomer", by="admin")
    check(made["Plaintext"] is False and made["Administration"] is True, f"the marks are wrong: {made.keys()}")
    scene.give("security", f"teams({scene.team})/teammembership_association", "systemusers", user)
    answer = scene.give_profile(user, scene.named("fieldsecurityprofiles", "Rookery Agent unmask one record"))
    check(answer.headers.get("Rky-Credentials-Waiting") == made["CredentialId"],
          f"the grant names no waiting credential: {answer.headers.items()}")
    token, why = scene.shown("newcomer", scene.records[0])
    check(token == "********" and "rky_ConfirmCredential" in why, f"an unconfirmed credential shows {token!r}, {why!r}")
    confirm = {"CredentialId": made["CredentialId"]}
    scene.refused("admin", "POST", "rky_ConfirmCredential", confirm)  # his own making
    scene.refused("stranger", "POST", "rky_ConfirmCredential", confirm)
    scene.expect("security", 204, "POST", "rky_ConfirmCredential", confirm)
    check(scene.shown("newcomer", scene.records[0])[0].endswith("not-real"), "a confirmed credential shows no token")


def credential_for_the_mighty(scene):
    """Row 5"""
    clerk = scene.user("clerk")
    scene.give_role(clerk, scene.role(("prvrkyManageCredentials", "Global")))
    scene.credential("clerk", by="admin")
    for who in ("admin", "security", "auditor", "agent", "reader"):
        scene.refused("clerk", "POST", "rky_CreateCredential", {
            "UserId": scene.vault.users[who], "Name": "mine", "LifetimeSeconds": 60})
    scene.expect("clerk", 200, "POST", "rky_CreateCredential", {
        "UserId": scene.vault.users["stranger"], "Name": "harmless", "LifetimeSeconds": 60})


def role_beyond_ones_own(scene):
    """Row 6"""
    deleg, puppet = scene.user("deleg"), scene.user("puppet")
    scene.give_role(deleg, scene.role(*[(f"prv{right}User", "Global") for right in ("Create", "Read", "Write", "Append")],
                                      ("prvAppendRole", "Global"), ("prvReadRole", "Global")))
    scene.credential("deleg", by="admin")
    for role in (ADMINISTRATOR_ROLE, SYSTEM_ROLE, scene.named("roles", "Rookery Agent")):
        scene.give_role(puppet, role, by="deleg", status=403)
        scene.give_role(deleg, role, by="deleg", status=403)
    # What he holds he may give.
    scene.give_role(puppet, scene.role(("prvReadUser", "Basic")), by="deleg")


def role_for_the_disabled(scene):
    """Row 7"""
    user = scene.user("sleeper", isdisabled=True)
    scene.give_role(user, scene.named("roles", "Rookery Security Administrator"), by="admin", status=403)


def the_last_of_them(scene):
    """Row 8"""
    security = scene.vault.users["security"]
    for pair in (scene.pair(SYSTEM, SYSTEM_ROLE),
                 scene.pair(security, scene.named("roles", "Rookery Security Administrator")),
                 scene.pair(scene.vault.users["admin"], ADMINISTRATOR_ROLE)):
        scene.refused("admin", "DELETE", pair, code=LAST_ADMINISTRATOR)
    # So is whatever else comes to the same.
    for user in (security, scene.vault.users["admin"]):
        for columns in ({"isdisabled": True}, {"accessmode": 2}):
            who = "security" if user != security else "admin"
            if "accessmode" in columns and user == security:
                continue  # prvrkyGrantUnmask is no right on a table: reading modes keep it
            scene.refused(who, "PATCH", f"systemusers({user})", columns, code=LAST_ADMINISTRATOR)
    scene.refused("admin", "PATCH", f"systemusers({SYSTEM})", {"isdisabled": True})
    scene.give_role(scene.vault.users["stranger"], SYSTEM_ROLE, by="admin", status=403)
    # With a second one the first may go.
    deputy = scene.user("deputy", by="admin")
    scene.give_role(deputy, ADMINISTRATOR_ROLE, by="admin")
    scene.expect("admin", 204, "DELETE", scene.pair(deputy, ADMINISTRATOR_ROLE))


def keys_in_urls(scene):
    """Rows 9 and 10"""
    long = "x" * 3000
    scene.expect("security", 400, "PATCH", f"{HANDLES}(msdyn_octwitteruniquehandleid='{long}')", {"msdyn_name": "long"})
    some = "11111111-2222-4333-8444-555555555555"
    scene.expect("security", 400, "PATCH", f"teams(azureactivedirectoryobjectid={some},membershiptype=99)", {"name": "x"})
    column = f"entityname='msdyn_octwitterhandlesecret',attributelogicalname='{TOKEN}'"
    scene.expect("security", 404, "PATCH", f"fieldpermissions(_fieldsecurityprofileid_value={some},{column})", {"canread": 4})
    for _ in range(2):
        scene.expect("security", (400, 404), "PATCH", f"{HANDLES}(msdyn_octwitteruniquehandleid='')", {"msdyn_name": "none"})


def cascade(scene):
    """Row 11"""
    owner = scene.user("appowner")
    scene.give_role(owner, scene.role(*[(f"prv{right}msdyn_octwitterapplication", "Basic")
                                        for right in ("Create", "Read", "Delete")]))
    scene.credential("appowner")
    application = scene.as_("appowner").create(APPLICATIONS, {"msdyn_name": "mine"})
    record = scene.record(f"/teams({scene.team})", **{
        "msdyn_octwitterapplicationid@odata.bind": f"/{APPLICATIONS}({application})"})
    answer = scene.refused("appowner", "DELETE", f"{APPLICATIONS}({application})")
    check("1 of the rows" in answer.json()["error"]["message"] and record not in answer.body.decode(),
          f"the refusal does not say how many, or says which: {answer}")
    check(scene.shown("agent", record)[0] is not None, "a record is gone with a row that was not its owner's to delete")
    scene.expect("appowner", 200, "GET", f"{APPLICATIONS}({application})")
    scene.expect("security", 204, "DELETE", f"{APPLICATIONS}({application})")


def same_name(scene):
    """Row 13"""
    scene.user("twin")
    for name in ("TWIN@example.com", "twin@example.com "):
        answer = scene.expect("security", 412, "POST", "systemusers", {
            "domainname": name, "firstname": "x", "internalemailaddress": "x@example.com"})
        check(scene.vault.users["twin"] not in answer.body.decode(), "the conflict names the other user")


def inactive_in_a_list(scene):
    """Row 14"""
    watcher = scene.user("watcher")
    scene.give_role(watcher, scene.role(("prvReadmsdyn_octwitterhandlesecret", "Global")))
    scene.give_profile(watcher, scene.unmasking(level=3))
    scene.credential("watcher")
    record = scene.record(f"/teams({scene.team})")
    scene.expect("security", 204, "PATCH", f"{SECRETS}({record})", {"statecode": 1})
    rows = scene.expect("watcher", 200, "GET", f"{SECRETS}?$select={TOKEN}&UnMaskedData=true").json()["value"]
    shown = {row["msdyn_octwitterhandlesecretid"]: row[TOKEN] for row in rows}
    check(shown.pop(record) == "********", "a list shows the token of an inactive record")
    check(all(token != "********" for token in shown.values()), f"one inactive record masks others: {len(shown)}")


def long_names(scene):
    """Row 15"""
    user = scene.user("long", **{"lastname": "\U0001f600" * 256})
    scene.expect("security", 204, "PATCH", f"systemusers({user})", {"domainname": "\U0001f600" * 1000})
    before = scene.log_size()
    scene.expect("security", 204, "PATCH", f"systemusers({user})", {
        "applicationid": "11111111-2222-4333-8444-666666666666", "isdisabled": True, "accessmode": 4})
    entry = next(event for event in scene.events(before) if event["RecordId"] == user)
    extras = entry["Extras"]
    check("clipped" not in extras and extras["isdisabled"] == 1 and extras["accessmode"] == 4
          and extras["applicationid"].endswith("666666666666"), f"the entry lost what decides: {extras}")


def not_modified(scene):
    """Row 18"""
    path = f"{SECRETS}({scene.records[1]})?$select={TOKEN}&UnMaskedData=true"
    tag = scene.expect("agent", 200, "GET", path).headers["ETag"]
    before = scene.log_size()
    scene.expect("agent", 304, "GET", path, headers={"If-None-Match": tag})
    entry = next(event for event in scene.events(before) if event["RecordId"] == scene.records[1])
    check(entry["Release"] == "metadata", f"a 304 is logged as {entry['Release']}")


def folded_header(scene):
    """Row 20"""
    for head in ("Transfer-Encoding:\r\n chunked\r\n", "Accept: application/json\r\n\tx\r\n"):
        with socket.create_connection((scene.vault.host, scene.vault.port), timeout=30) as plain:
            with scene.vault.tls.wrap_socket(plain, server_hostname=scene.vault.host) as connection:
                connection.sendall((f"GET /api/data/v9.2/WhoAmI HTTP/1.1\r\nHost: x\r\n{head}"
                                    f"Authorization: Bearer {scene.vault.tokens['agent']}\r\n\r\n").encode())
                check(connection.recv(64).startswith(b"HTTP/1.1 400"), "a folded header is accepted")


def token_in_a_name(scene):
    """Row 22"""
    token = "a-token-that-somebody-pasted-twice"
    answer = scene.expect("security", 400, "POST", SECRETS, {"msdyn_name": token, TOKEN: token})
    text = answer.body.decode()
    check("msdyn_name" in text and token not in text, f"the refusal does not name the column, or says the token: {text}")


def puppets(scene):
    """What somebody may not do for himself he may not do through a user whose credential he made."""
    boss = scene.user("boss")
    scene.give_role(boss, scene.named("roles", "Rookery Security Administrator"))
    made = scene.credential("boss")
    scene.expect("admin", 204, "POST", "rky_ConfirmCredential", {"CredentialId": made["CredentialId"]})
    scene.user("straw", by="boss")
    scene.give_role(scene.vault.users["straw"], scene.named("roles", "Rookery Security Administrator"), by="boss")
    made = scene.credential("straw", by="boss")
    scene.expect("admin", 204, "POST", "rky_ConfirmCredential", {"CredentialId": made["CredentialId"]})
    profile = scene.unmasking()
    for who, user in (("boss", boss), ("straw", boss), ("boss", scene.vault.users["straw"])):
        scene.give(who, f"systemusers({user})/systemuserprofiles_association", "fieldsecurityprofiles", profile, 403)
    # Nor through one more.
    scene.user("second", by="straw")
    scene.credential("second", by="straw")
    scene.give("boss", f"teams({scene.team})/teammembership_association", "systemusers", scene.vault.users["second"], 403)


def second_root(scene):
    """The units stay one tree."""
    units = scene.as_("admin")
    root = scene.facts["businessunits"]["root"]
    unit = units.create("businessunits", {"name": "second", "parentbusinessunitid@odata.bind": f"/businessunits({root})"})
    for columns in ({"parentbusinessunitid@odata.bind": None}, {"parentbusinessunitid": None}):
        scene.expect("admin", 400, "PATCH", f"businessunits({unit})", columns)
    scene.expect("admin", (400, 403), "DELETE", f"businessunits({unit})/parentbusinessunitid/$ref")
    scene.expect("admin", 403, "POST", "roles", {"roleid": "726f6f6b-6572-8079-8010-000000000009", "name": "built-in"})


def reading_mode(scene):
    """Whoever may only read gives nothing, and the last who may give it stays able to."""
    security = scene.vault.users["security"]
    for mode in (2, 3):
        scene.refused("admin", "PATCH", f"systemusers({security})", {"accessmode": mode}, code=LAST_ADMINISTRATOR)
    scene.refused("admin", "PATCH", f"systemusers({scene.vault.users['admin']})", {"accessmode": 1})  # one's own


def enabled_by_moving(scene):
    """Out of what is disabled is as good as enabled."""
    root = f"/businessunits({scene.facts['businessunits']['root']})"
    mover = scene.user("mover")
    scene.give_role(mover, scene.role(*[(f"prv{right}{table}", "Global") for table in ("User", "BusinessUnit")
                                        for right in ("Read", "Write", "Append", "AppendTo")]))
    scene.credential("mover", by="admin")
    closed = scene.as_("security").create("businessunits", {"name": "closed", "parentbusinessunitid@odata.bind": root})
    inner = scene.as_("security").create("businessunits", {
        "name": "inner", "parentbusinessunitid@odata.bind": f"/businessunits({closed})"})
    mighty = scene.user("mighty", by="admin", **{"businessunitid@odata.bind": f"/businessunits({inner})"})
    scene.give_role(mighty, ADMINISTRATOR_ROLE, by="admin")
    scene.expect("security", 204, "PATCH", f"businessunits({closed})", {"isdisabled": True})
    scene.refused("mover", "PATCH", f"businessunits({closed})", {"isdisabled": False})
    scene.refused("mover", "PATCH", f"systemusers({mighty})", {"businessunitid@odata.bind": root})
    scene.refused("mover", "PATCH", f"businessunits({inner})", {"parentbusinessunitid@odata.bind": root})
    scene.expect("admin", 204, "PATCH", f"businessunits({inner})", {"parentbusinessunitid@odata.bind": root})


def names_of_the_vault(scene):
    """Row 16"""
    for name in ("SYSTEM", "system ", "Rookery Sync"):
        scene.expect("security", 412, "POST", "systemusers", {
            "domainname": f"{next(scene.numbers)}@example.com", "firstname": name, "internalemailaddress": "x@example.com"})
    for name in ("System Administrator", "system administrator ", "Rookery System"):
        scene.expect("security", 412, "POST", "roles", {"name": name})


def team_moves(scene):
    """Row 12, last: the demo's team is elsewhere afterwards."""
    record = scene.records[2]
    check(scene.shown("reader", record)[0] == "********", "the reader does not see his unit's record")
    unit = scene.as_("security").create("businessunits", {"name": "elsewhere", "parentbusinessunitid@odata.bind":
                                                          f"/businessunits({scene.facts['businessunits']['root']})"})
    scene.expect("security", 204, "PATCH", f"teams({scene.team})", {"businessunitid@odata.bind": f"/businessunits({unit})"})
    check(scene.shown("reader", record) == (None, 403), "the reader still reads what left his unit with its team")
    row = scene.expect("security", 200, "GET", f"{SECRETS}({record})?$select=_owningbusinessunit_value").json()
    check(row["_owningbusinessunit_value"] == unit, f"the record says another unit than its owner's: {row}")


CASES = (assign_to_the_team, assign_to_oneself, activate, credential_made_before_the_rights, credential_for_the_mighty,
         role_beyond_ones_own, role_for_the_disabled, the_last_of_them, keys_in_urls, cascade, same_name, inactive_in_a_list,
         long_names, not_modified, folded_header, token_in_a_name, reading_mode, puppets, second_root, enabled_by_moving,
         names_of_the_vault, team_moves)


def main():
    failures = []
    with Vault(sys.argv[1]) as vault:
        scene = Scene(vault)
        for case in CASES:
            try:
                case(scene)
            except (Failed, KeyError, OSError, StopIteration, TypeError) as error:
                failures.append(f"{case.__name__}: {type(error).__name__} {error}")
        vault.stop()
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{len(CASES)} cases, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
