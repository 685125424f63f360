"""abuse_test.py ROOKERY

What has broken vaults before, tried over HTTPS on the real server by each caller of the demo: odd paths,
zero and negative limits, oracles on sealed columns, escalation by writing, side doors. Three rules hold for
every request of the table beside its expected status: no answer but the agent's own reveal carries a
token, no answer is a 500, and each answer to a known caller is on the log under the id that it carries.
Only answers to those who may say where on the log that is.
"""

import pathlib
import shutil
import sys
import tempfile
import urllib.parse
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import SECRETS, TOKEN, TOKEN_SECRET, Failed, Vault  # noqa: E402

MARK = "demo-access-token"  # in every token of the demo, and in nothing else
MASK = "********"
OF_HANDLE = "msdyn_msdyn_octwitterhandle_msdyn_octwitterhandlesecret_octwitterhandleid"
ROOT = "/api/data/v9.2"


def linked(kind):
    """A list of handles by a token of the records that are linked to them."""
    key = "msdyn_octwitterhandleid"
    return (f"msdyn_octwitterhandles?fetchXml=<fetch><entity name='msdyn_octwitterhandle'><link-entity name='{SECRETS[:-1]}'"
            f" from='{key}' to='{key}' link-type='{kind}'><filter><condition attribute='{TOKEN}' operator='not-null'/>"
            "</filter></link-entity></entity></fetch>").replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")


def fetch_xml(inside, attributes=""):
    """A query of the secrets in FetchXML."""
    xml = f"<fetch {attributes}><entity name='msdyn_octwitterhandlesecret'>{inside}</entity></fetch>"
    return "fetchXml=" + urllib.parse.quote(xml)


def cases(f):
    """(who, method, path, body, allowed statuses). `f` holds the demo's ids."""
    row = f"{SECRETS}({f['record']})"
    clear = f"{row}?$select={TOKEN}&UnMaskedData=true"
    refused, hidden = (400, 403, 404), (403, 404)
    yield "agent", "GET", clear, None, (200,)

    # Paths that two readers could understand differently.
    for path in [f"{ROOT}/../v9.2/{clear}", f"{ROOT}//{clear}", f"{ROOT}/./{clear}",
                 f"{ROOT}/%2e%2e/v9.2/{clear}", f"{ROOT}/{SECRETS}%2f({f['record']})",
                 f"{ROOT}/{SECRETS}%28{f['record']}%29%00", f"{ROOT}/{SECRETS}\\({f['record']})",
                 f"{ROOT}/{SECRETS}%252e({f['record']})", f"{ROOT}/{row};x=1", f"{ROOT}/{row}/",
                 f"{ROOT}/{SECRETS.upper()}({f['record']})", "/api/data/v1.0/" + clear, "/", "/etc/passwd"]:
        yield "agent", "GET", path, None, (400, 404, 405, 501)
        yield "stranger", "GET", path, None, (400, 403, 404, 405, 501)
    for key in [f"{{{f['record']}}}", f["record"].replace("-", ""), "0" * 40, "'" + f["record"] + "'",
                "msdyn_name='@rookery_demo'", "msdyn_octwitteruniquehandleid=1000000001"]:
        yield "stranger", "GET", f"{SECRETS}({key})", None, (400, 403, 404)

    # Limits from the other side.
    for option in ["$top=0", "$top=-1", "$top=9223372036854775808", "$top=1&$top=2", "$skip=1", "$bogus=1"]:
        yield "agent", "GET", f"{SECRETS}?{option}", None, (400, 501)
    yield "agent", "GET", f"{SECRETS}?$filter=" + "not%20" * 300 + "statecode%20eq%200", None, (400,)
    yield "agent", "GET", f"{SECRETS}?$filter=" + "%20or%20".join(["statecode%20eq%200"] * 600), None, (400,)

    # Oracles on what must not be seen, for everybody, the one who may unmask included.
    for who in ("agent", "reader", "admin", "security", "stranger"):
        for query in [f"$filter={TOKEN}%20eq%20'{MARK}'", f"$filter=startswith({TOKEN},'1')", f"$orderby={TOKEN}",
                      f"$filter=contains({TOKEN_SECRET},'a')", f"$filter={TOKEN}%20ne%20null",
                      f"$apply=groupby(({TOKEN}))", f"$apply=aggregate({TOKEN}%20with%20max%20as%20m)",
                      f"$apply=aggregate({TOKEN}%20with%20countdistinct%20as%20n)",
                      f"$apply=filter({TOKEN}%20ne%20null)/aggregate($count%20as%20n)",
                      fetch_xml(f"<attribute name='{TOKEN}' alias='n' aggregate='countcolumn'/>", "aggregate='true'"),
                      fetch_xml(f"<attribute name='{TOKEN}' alias='t' groupby='true'/>", "aggregate='true'"),
                      fetch_xml(f"<attribute name='{TOKEN}'/>", "distinct='true'"),
                      fetch_xml(f"<filter><condition attribute='msdyn_name' operator='eq' valueof='{TOKEN}'/></filter>")]:
            yield who, "GET", f"{SECRETS}?{query}", None, (400, 403, 501)
            yield who, "GET", f"{SECRETS}/$count?{query}", None, (400, 403, 501)
        # Nor on the way through a relationship.
        for condition in [f"a/{TOKEN}%20eq%20'{MARK}'", f"contains(a/{TOKEN_SECRET},'a')", f"a/{TOKEN}%20ne%20null"]:
            for quantifier in ("any", "all"):
                yield who, "GET", f"msdyn_octwitterhandles?$filter={OF_HANDLE}/{quantifier}(a:{condition})", None, (400, 403)
        yield who, "GET", f"rky_tokenversions?$filter=rky_record_msdyn_octwitterhandlesecret/{TOKEN}%20eq%20null", None, (400, 403, 404)
        for kind in ("inner", "outer", "exists"):
            yield who, "GET", linked(kind), None, (400, 403)

    # Reading by those who may not, on every way to the same value.
    for path in [clear, f"{row}/{TOKEN}?UnMaskedData=true", f"{row}/{TOKEN}/$value", f"{SECRETS}?UnMaskedData=true",
                 f"{SECRETS}(msdyn_octwitteruniquehandleid='1000000001')?UnMaskedData=true",
                 f"msdyn_octwitterhandles({f['handle']})?$expand={OF_HANDLE}($select={TOKEN})",
                 f"msdyn_octwitterhandles?UnMaskedData=true&$expand={OF_HANDLE}($select={TOKEN})",
                 f"{row}?UnMaskedData=true&$expand=msdyn_octwitterhandleid($expand={OF_HANDLE}($select={TOKEN}))",
                 f"msdyn_octwitterapplications({f['application']})?UnMaskedData=true"]:
        yield "stranger", "GET", path, None, (403, 404, 501)
        yield "auditor", "GET", path, None, (403, 404, 501)
        for who in ("reader", "security", "admin"):
            yield who, "GET", path, None, (200, 204, 404, 501)

    # Links to changes that nobody was given.
    for token in ("AAAA", "A" * 120, "track:AAAA:AAAA", "%2e%2e", ""):
        for path in (f"{SECRETS}?$select={TOKEN}&$deltatoken={token}", f"{SECRETS}/$count?$deltatoken={token}"):
            yield "stranger", "GET", path, None, (403,)
            yield "agent", "GET", path, None, (403,)
            yield "admin", "GET", path, None, (400,)
    yield "admin", "GET", f"{SECRETS}?UnMaskedData=true&$deltatoken=AAAA", None, (400,)

    # Rights taken by writing.
    me = f["users"]
    for who in ("agent", "reader", "stranger", "auditor"):
        yield who, "PATCH", row, {"ownerid@odata.bind": f"/systemusers({me[who]})"}, refused
        yield who, "POST", f"teams({f['team']})/teammembership_association/$ref", {
            "@odata.id": f"{ROOT}/systemusers({me[who]})"}, refused
        yield who, "POST", f"systemusers({me[who]})/systemuserroles_association/$ref", {
            "@odata.id": f"{ROOT}/roles({f['role']})"}, refused
        yield who, "POST", f"systemusers({me[who]})/systemuserprofiles_association/$ref", {
            "@odata.id": f"{ROOT}/fieldsecurityprofiles({f['profile']})"}, refused
        yield who, "PATCH", f"systemusers({me[who]})", {"businessunitid@odata.bind": f"/businessunits({f['unit']})"}, refused
        yield who, "PATCH", f"fieldpermissions({f['permission']})", {"canreadunmasked": 3}, refused
        yield who, "POST", "rky_CreateCredential", {
            "UserId": me["agent"], "Name": "mine", "LifetimeSeconds": 60}, refused
        yield who, "GET", "rky_credentials", None, hidden
    for who in ("agent", "reader", "stranger", "admin", "security"):
        allowed = (200,) if who in ("security",) else (200, 403)
        yield who, "GET", "rky_RetrieveAuditEvents?@t=1", None, allowed
    # An administrator of rows may not open a way to plaintext, for others or for himself.
    for who in ("admin", "security"):
        yield who, "POST", f"systemusers({me[who]})/systemuserprofiles_association/$ref", {
            "@odata.id": f"{ROOT}/fieldsecurityprofiles({f['profile']})"}, (403,)
        yield who, "POST", f"teams({f['team']})/teammembership_association/$ref", {
            "@odata.id": f"{ROOT}/systemusers({me[who]})"}, (204, 403)
        yield who, "GET", clear, None, (200,)
    yield "admin", "POST", "rky_CreateCredential", {
        "UserId": me["agent"], "Name": "as agent", "LifetimeSeconds": 60}, (403,)
    yield "admin", "POST", f"systemusers({me['stranger']})/systemuserprofiles_association/$ref", {
        "@odata.id": f"{ROOT}/fieldsecurityprofiles({f['profile']})"}, (204, 403)

    # Columns that prove something, masks written back, and bodies that are none.
    for body in [{"createdby@odata.bind": f"/systemusers({me['stranger']})"}, {"versionnumber": 1}, {TOKEN: MASK},
                 {TOKEN: MASK + "x"}, {TOKEN: 5}, {TOKEN: "x" * 601}, {TOKEN.upper(): "x"}, {"nothing": 1},
                 {"_ownerid_value": me["stranger"]}, {"statecode": 77}, {"msdyn_name": "x" * 101}, [1]]:
        yield "security", "PATCH", row, body, (400,)
    yield "security", "POST", f"{SECRETS}/Microsoft.Dynamics.CRM.UpsertMultiple", {"Targets": [
        {"@odata.id": f"{SECRETS}({f['record']})", TOKEN: MASK}]}, (400,)
    # What is not built is refused, not ignored.
    yield "agent", "POST", "$batch", None, (400, 404, 415, 501)
    yield "agent", "DELETE", SECRETS, None, (404, 405)
    yield "agent", "PUT", row, {}, (400, 404, 405, 501)
    yield "agent", "POST", "GrantAccess", {}, (400, 403, 404, 501)


def headers_cases(f):
    """(who, headers, allowed statuses) on the retrieve of one record."""
    for who in ("agent", "admin"):
        yield who, {"X-HTTP-Method-Override": "DELETE"}, (400, 501)
    # On behalf of whom one may not act for, of nobody, and of oneself.
    for who in ("agent", "stranger", "reader"):
        for header in ("MSCRMCallerID", "CallerObjectId"):
            yield who, {header: f["users"]["admin"]}, (403,)
    for who in ("stranger", "admin"):
        yield who, {"MSCRMCallerID": str(uuid.uuid4())}, (403,)
        yield who, {"CallerObjectId": f["users"]["agent"]}, (403,)
        for number in (1, 4, 6):  # SYSTEM, and the users of the sync and of the jobs
            yield who, {"MSCRMCallerID": f"726f6f6b-6572-8079-8010-00000000000{number}"}, (403,)
        yield who, {"MSCRMCallerID": "x"}, (400,)
    yield "agent", {"MSCRMCallerID": f["users"]["agent"]}, (200,)
    yield "admin", {"MSCRMCallerID": f["users"]["stranger"]}, (403,)
    yield "agent", {"If-None-Match": '"x", "'}, (200, 400)
    yield "agent", {"OData-Version": "3.0"}, (400,)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-abuse-"))
    problems, sent = [], []
    try:
        with Vault(sys.argv[1], folder / "data") as vault:
            clients = {who: vault.client(who) for who in vault.tokens}
            security = clients["security"]
            profile = next(p["fieldsecurityprofileid"] for p in security.all_rows("fieldsecurityprofiles")
                           if p["name"] == "Rookery Agent unmask one record")
            facts = {
                "record": vault.facts["records"][0], "handle": vault.facts["handles"][0]["id"],
                "application": vault.facts["applications"][0]["id"], "team": vault.facts["teams"]["Social"],
                "unit": vault.facts["businessunits"]["root"], "users": vault.users, "profile": profile,
                "role": next(r["roleid"] for r in security.all_rows("roles")
                             if r["name"] == "Rookery Security Administrator"),
                "permission": security.all_rows("fieldpermissions")[0]["fieldpermissionid"],
            }

            def judge(what, who, answer, allowed):
                if answer.status not in allowed or answer.status == 500:
                    problems.append(f"{what}: {answer}, not {allowed}")
                if MARK.encode() in answer.body and not (who == "agent" and answer.status == 200):
                    problems.append(f"{what}: shows a token: {answer}")
                if (answer.status < 400) != (answer.log_index() is not None):
                    problems.append(f"{what}: names an entry of the log or not: {answer.headers}")
                sent.append((answer.request_id(), what, who))

            for who, method, path, body, allowed in cases(facts):
                judge(f"{who} {method} {path} {body or ''}", who, clients[who].send(method, path, body), allowed)
            path = f"{SECRETS}({facts['record']})?$select=msdyn_name"
            for who, headers, allowed in headers_cases(facts):
                judge(f"{who} GET with {headers}", who, clients[who].send("GET", path, headers=headers), allowed)

            # Without rights, a record that is there and one that is not look the same.
            there = clients["stranger"].send("GET", f"{SECRETS}({facts['record']})")
            gone = clients["stranger"].send("GET", f"{SECRETS}({uuid.uuid4()})")
            if (there.status, there.body) != (gone.status, gone.body):
                problems.append(f"a stranger can tell a record from none: {there} and {gone}")
            for number in ("1000000001", "4711"):
                answer = clients["auditor"].send("GET", f"{SECRETS}(msdyn_octwitteruniquehandleid='{number}')")
                if answer.status not in (403, 404):
                    problems.append(f"the auditor reads handle {number}: {answer}")

            entries = {e["CorrelationId"]: e for e in clients["auditor"].log()}
            for request, what, who in sent:
                entry = entries.get(request)
                if entry is None or entry["ActorId"] != vault.users[who]:
                    problems.append(f"{what}: the entry of {request} is {entry}")
            if MARK in str(entries):
                problems.append("the log shows a token")
            # After all this the demo works as before.
            clients["agent"].expect(200, "GET", f"{SECRETS}({facts['record']})?$select={TOKEN}&UnMaskedData=true")
            vault.stop()
        if problems:
            raise Failed(f"{len(problems)} of {len(sent)}:\n" + "\n".join(problems[:40]))
    except Exception as problem:
        print(f"FAILED: {type(problem).__name__}: {problem}\nkept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder)
    print(f"{len(sent)} requests, each refused or answered as it must be, each on the log")


main()
