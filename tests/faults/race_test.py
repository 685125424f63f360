"""race_test.py ROOKERY [--seconds S] [--seed S]

Agents fetch tokens as fast as they can while an administrator takes rights away and gives them back.
Afterwards the log is read in its own order: no token was revealed after the entry that forbade it and
before the one that allowed it again, and no agent was told to come back later (503).

Each change is known by the index that its answer named, so the log judges the server by the server's
own order and nothing depends on the clocks of the clients.
"""

import argparse
import collections
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import SECRETS, TOKEN, TOKEN_SECRET, Client, Failed, Vault  # noqa: E402

AGENTS = 4
RECORDS = 4


class Agent(threading.Thread):
    """Fetches until it is told to stop. Its token may be replaced while it runs."""

    def __init__(self, vault, user, token, records, stop):
        super().__init__()
        self.vault, self.user, self.token = vault, user, token
        self.records, self.stop = records, stop
        self.statuses = collections.Counter()
        self.problem = None

    def run(self):
        try:
            client, used = None, None
            number = 0
            while not self.stop.is_set():
                if used != self.token:
                    used = self.token
                    client = Client(self.vault, used)
                number += 1
                answer = client.retrieve(self.records[number % len(self.records)])
                self.statuses[answer.status] += 1
                if answer.status == 200 and not answer.json()[TOKEN]:
                    self.statuses["hidden"] += 1
        except Exception as problem:  # reported by the main thread
            self.problem = f"{type(problem).__name__}: {problem}"


class Administrator:
    """Makes one change at a time; remembers each as (log index, what, subject, allowed afterwards)."""

    def __init__(self, vault):
        self.vault = vault
        self.client = vault.client("security")
        self.api = vault.facts["api"]
        self.team = vault.facts["teams"]["Social"]
        self.unit = vault.facts["businessunits"]["Social Media"]
        self.changes = []
        self.issuer = self.client  # makes the tokens: whoever makes one gives its user nothing more
        self.client = self.second_administrator()

    def second_administrator(self):
        """Changes the rights. An administrator confirms that this one may administer."""
        user = self.client.create("systemusers", {
            "domainname": "second@example.com", "firstname": "Race", "lastname": "Second",
            "internalemailaddress": "second@example.com"})
        role = next(row["roleid"] for row in self.client.all_rows("roles?$select=name")
                    if row["name"] == "Rookery Security Administrator")
        self.client.expect(204, "POST", f"systemusers({user})/systemuserroles_association/$ref",
                           {"@odata.id": f"{self.api}/roles({role})"})
        made = self.client.expect(200, "POST", "rky_CreateCredential", {
            "UserId": user, "Name": "second", "LifetimeSeconds": 3600}).json()
        self.vault.client("admin").expect(204, "POST", "rky_ConfirmCredential", {"CredentialId": made["CredentialId"]})
        return Client(self.vault, made["Token"])

    def note(self, answer, what, subject, allowed):
        self.changes.append((answer.log_index(), what, subject, allowed))
        return answer

    def new_team(self):
        return self.client.create("teams", {
            "name": f"Elsewhere {uuid.uuid4()}", "teamtype": 0,
            "businessunitid@odata.bind": f"/businessunits({self.unit})",
        })

    def new_agent(self, number):
        user = self.client.create("systemusers", {
            "firstname": "Race", "lastname": f"Agent {number}", "accessmode": 4,
            "applicationid": str(uuid.uuid4()),
            "domainname": f"race-{number}-{uuid.uuid4()}@example.com",
            "internalemailaddress": f"race-{number}@example.com",
            "businessunitid@odata.bind": f"/businessunits({self.unit})",
        })
        self.member(user, True)
        return user

    def new_record(self, number):
        return self.issuer.create(SECRETS, {
            "msdyn_name": f"race {number}", TOKEN: f"race-token-{number}", TOKEN_SECRET: f"race-secret-{number}",
            "ownerid@odata.bind": f"/teams({self.team})",
        })

    def member(self, user, allowed):
        path = f"teams({self.team})/teammembership_association"
        if allowed:
            answer = self.client.expect(
                204, "POST", path + "/$ref", {"@odata.id": f"{self.api}/systemusers({user})"})
        else:
            answer = self.client.expect(204, "DELETE", f"{path}({user})/$ref")
        self.note(answer, "member", user, allowed)

    def enabled(self, user, allowed):
        answer = self.client.expect(204, "PATCH", f"systemusers({user})", {"isdisabled": not allowed})
        self.note(answer, "enabled", user, allowed)

    def new_token(self, user):
        answer = self.issuer.expect(200, "POST", "rky_CreateCredential", {
            "UserId": user, "Name": "race", "LifetimeSeconds": 3600,
        })
        self.note(answer, "credential", user, True)
        made = answer.json()
        return made["CredentialId"], made["Token"]

    def revoke(self, user, credential):
        answer = self.client.expect(
            (200, 204), "POST", "rky_RevokeCredential", {"CredentialId": credential})
        self.note(answer, "credential", user, False)

    def owned_by_agents(self, record, allowed, other):
        owner = self.team if allowed else other
        answer = self.client.expect(
            204, "PATCH", f"{SECRETS}({record})", {"ownerid@odata.bind": f"/teams({owner})"})
        self.note(answer, "owned", record, allowed)

    def unmask_permissions(self):
        """Gives the team the profile that unmasks; its permissions on the tokens by id, with level."""
        profile, = self.client.all_rows(
            "fieldsecurityprofiles?$select=fieldsecurityprofileid"
            "&$filter=name%20eq%20'Rookery%20Agent%20unmask%20one%20record'")
        profile = profile["fieldsecurityprofileid"]
        self.client.expect(204, "POST", f"teams({self.team})/teamprofiles_association/$ref",
                           {"@odata.id": f"{self.api}/fieldsecurityprofiles({profile})"})
        permissions = self.client.all_rows(
            "fieldpermissions?$select=fieldpermissionid,canreadunmasked,attributelogicalname"
            f"&$filter=_fieldsecurityprofileid_value%20eq%20{profile}")
        return {p["fieldpermissionid"]: p["canreadunmasked"] for p in permissions
                if p["canreadunmasked"] and p["attributelogicalname"] in (TOKEN, TOKEN_SECRET)}

    def unmask(self, permission, level, allowed):
        answer = self.client.expect(
            204, "PATCH", f"fieldpermissions({permission})",
            {"canreadunmasked": level if allowed else 0})
        self.note(answer, "unmask", permission, allowed)


def judge(entries, changes, users, permissions):
    """The log in its own order against the changes. Returns how many reveals stood where they may."""
    allowed = collections.defaultdict(lambda: True)
    for user in users:
        allowed["member", user] = allowed["credential", user] = False
    by_index = {index: (what, subject, value) for index, what, subject, value in changes}
    reveals = 0
    for entry in entries:
        index = entry["Index"]
        if index in by_index:
            what, subject, value = by_index[index]
            allowed[what, subject] = value
        if entry["Action"] != "retrieve" or entry["Release"] != "plaintext" or entry["Outcome"] != "success":
            continue
        user, record = entry["ActorId"], entry["RecordId"]
        if user not in users:
            continue
        reveals += 1
        broken = [what for what, subject in
                  (("member", user), ("enabled", user), ("credential", user), ("owned", record))
                  if not allowed[what, subject]]
        if permissions and not any(allowed["unmask", p] for p in permissions):
            broken.append("unmask")
        if broken:
            raise Failed(f"log index {index}: a token was revealed although forbidden by {broken}: {entry}")
    return reveals


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rookery")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    choice = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-race-"))
    stop = threading.Event()
    agents = []
    try:
        with Vault(options.rookery, folder / "data") as vault:
            admin = Administrator(vault)
            other = admin.new_team()
            for role in admin.client.all_rows(f"teams({admin.team})/teamroles_association?$select=roleid"):
                admin.client.expect(204, "POST", f"teams({other})/teamroles_association/$ref",
                                    {"@odata.id": f"{admin.api}/roles({role['roleid']})"})
            records = [admin.new_record(number) for number in range(RECORDS)]
            users = [admin.new_agent(number) for number in range(AGENTS)]
            credentials = {}
            for user in users:
                credentials[user], token = admin.new_token(user)
                agents.append(Agent(vault, user, token, records, stop))
            permissions = admin.unmask_permissions()
            if not permissions:
                raise Failed("the profile unmasks nothing")
            for agent in agents:
                agent.start()

            end = time.monotonic() + options.seconds
            while time.monotonic() < end and not any(agent.problem for agent in agents):
                agent = choice.choice(agents)
                record = choice.choice(records)
                kind = choice.choice(["member", "enabled", "token", "owner", "unmask"])
                if kind == "member":
                    admin.member(agent.user, False)
                    admin.member(agent.user, True)
                elif kind == "enabled":
                    admin.enabled(agent.user, False)
                    admin.enabled(agent.user, True)
                elif kind == "token":
                    admin.revoke(agent.user, credentials[agent.user])
                    credentials[agent.user], agent.token = admin.new_token(agent.user)
                elif kind == "owner":
                    admin.owned_by_agents(record, False, other)
                    admin.owned_by_agents(record, True, other)
                else:
                    for permission in permissions:
                        admin.unmask(permission, permissions[permission], False)
                    for permission in permissions:
                        admin.unmask(permission, permissions[permission], True)
            stop.set()
            for agent in agents:
                agent.join()
                if agent.problem:
                    raise Failed(agent.problem)

            entries = vault.client("auditor").log()
            reveals = judge(entries, admin.changes, users, permissions)
            statuses = sum((agent.statuses for agent in agents), collections.Counter())
            if set(statuses) - {200, 401, 403, 404, "hidden"}:
                raise Failed(f"agents were answered {dict(statuses)}")
            if reveals == 0 or statuses[403] + statuses[401] == 0 or len(admin.changes) < 20:
                raise Failed(f"no race: {reveals} reveals, {dict(statuses)}, {len(admin.changes)} changes")
            # The judge itself: it must object when a change that allowed is left out.
            self_test(entries, admin.changes, users, permissions)
            vault.stop()
    except BaseException as problem:
        stop.set()
        print(f"FAILED with seed {options.seed}: {type(problem).__name__}: {problem}")
        print(f"the data directory is kept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder)
    print(f"{len(admin.changes)} changes of rights against {reveals} reveals: none out of order; {dict(statuses)}")


def self_test(entries, changes, users, permissions):
    """With the memberships never allowed, the same log must be found guilty."""
    without = [change for change in changes if change[1] != "member"]
    try:
        judge(entries, without, users, permissions)
    except Failed:
        return
    raise Failed("the judge finds nothing in a log that breaks the rule")


main()
