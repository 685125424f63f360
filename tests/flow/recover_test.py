"""The only administrator of a vault is gone: whoever holds the root key gives administration to somebody else, which
is on the log and in the status until another reviewer acknowledges it. Usage: recover_test.py ROOKERY"""

import json
import pathlib
import stat
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.vault import Failed, Serve, run  # noqa: E402


def check(holds, what):
    if not holds:
        raise Failed(what)


def main():
    binary = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, Serve(binary, folder) as vault:
        unsealing = ["--data", vault.data, "--key-file", vault.key, "--allow-swap", "--allow-unlocked"]
        out = vault.folder / "recovered.token"
        recover = ["recover", *unsealing, "--user", "grace@example.com", "--create", "--out", out]
        run(binary, *recover, expect=8)  # a server has it
        vault.user("rev", roles=["Rookery Auditor"])
        reviewer = vault.tokens["rev"]
        vault.stop()

        # Without the root key, or over what is there, nothing happens.
        other = vault.folder / "other.key"
        other.write_bytes(vault.key.read_bytes()[:-20] + b"0" * 19 + b"\n")
        other.chmod(0o600)
        wrong = run(binary, *[other if part == vault.key else part for part in recover], expect=None)
        check(wrong.returncode != 0 and not out.exists(), f"recovered without the root key: {wrong}")
        taken = vault.folder / "taken"
        taken.write_text("mine", encoding="ascii")
        run(binary, *recover[:-1], taken, expect=7)
        check(taken.read_text(encoding="ascii") == "mine", "a file that was there is overwritten")

        # A folder that is not there: nobody is made and nothing is given.
        run(binary, *recover[:-1], vault.folder / "nowhere" / "token", expect=1)
        run(binary, *[part for part in recover if part != "--create"], expect=4)  # nor by a name that nobody has
        check(not out.exists(), "a token file is left behind")

        made = json.loads(run(binary, *recover, "--json").stdout)
        check(stat.S_IMODE(out.stat().st_mode) == 0o600, "others may read the token")
        warnings = json.loads(run(binary, "status", *unsealing, "--json").stdout)["warnings"]
        check(any("grace@example.com" in line and "root key" in line for line in warnings), f"no warning: {warnings}")

        vault.start()
        vault.tokens["grace"] = out.read_text(encoding="ascii").strip()
        grace = vault.client("grace")
        check(grace.expect(200, "GET", "WhoAmI").json()["UserId"] == made["user"], "the token is another user's")
        entry = next(event for event in grace.log() if "rky_recovereduser" in event["Extras"])
        check(entry["ActorType"] == "system" and entry["Extras"]["rky_recovereduser"] == made["user"], f"the entry: {entry}")
        grace.expect(204, "PATCH", f"systemusers({vault.users['admin']})", {"isdisabled": True})  # she has all that Ada had
        grace.expect(403, "PATCH", f"systemusers({made['user']})", {"isdisabled": True})  # the last one now

        # Whoever was recovered is not who acknowledges it.
        refused = run(binary, "recover", "--acknowledge", environment=vault.environment("grace"), expect=None)
        check(refused.returncode != 0 and "own recovery" in refused.stderr, f"acknowledged his own recovery: {refused}")
        sock = grace.create("systemusers", {
            "domainname": "sock@example.com", "firstname": "Sock", "internalemailaddress": "sock@example.com"})
        roles = {row["name"]: row["roleid"] for row in grace.all_rows("roles?$select=name")}
        grace.expect(204, "POST", f"systemusers({sock})/systemuserroles_association/$ref",
                     {"@odata.id": f"roles({roles['Rookery Auditor']})"})
        vault.tokens["sock"] = grace.expect(200, "POST", "rky_CreateCredential", {
            "UserId": sock, "Name": "sock", "LifetimeSeconds": 3600}).json()["Token"]
        vault.client("sock").expect(403, "POST", "rky_AcknowledgeRecovery")
        check(vault.tokens["rev"] == reviewer, "the reviewer has another token")
        environment = vault.environment("rev")
        status = json.loads(run(binary, "status", "--json", environment=environment).stdout)
        check(any("root key" in line for line in status["warnings"]), f"the server does not warn: {status}")
        run(binary, "recover", "--acknowledge", environment=environment)
        status = json.loads(run(binary, "status", "--json", environment=environment).stdout)
        check(not any("root key" in line for line in status["warnings"]), f"the warning stays: {status}")
        vault.stop()

        # Recovering again gives what is missing, and needs no second grant. One recovery at a time is open.
        again = vault.folder / "again.token"
        by_name = [part for part in recover if part != "--create"]
        run(binary, *by_name[:-1], again)
        other_user = ["ada@example.com" if part == "grace@example.com" else part for part in by_name[:-1]]
        run(binary, *other_user, vault.folder / "ada.token", expect=5)
        lines = run(binary, "verify", *unsealing).stdout.splitlines()
        check(lines[-1].startswith("ok"), f"verify: {lines[-3:]}")
        vault.start()
        vault.client("grace").expect(401, "GET", "WhoAmI")  # what she had ends with a new recovery
    print("recovered, acknowledged, verified")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as error:
        print(error, file=sys.stderr)
        sys.exit(1)
