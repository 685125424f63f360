"""A scrub on a real server: started, paused, resumed and canceled by commands and over the API, through an orderly stop
and a kill, at a share of the machine that lets the test look at it. Usage: jobs_test.py ROOKERY"""

import json
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.vault import Failed, Serve, run  # noqa: E402

SLOW = "[jobs]\nshare_percent = 1\n"
FAST = "[jobs]\nshare_percent = 100\n"
ROWS = 3000
WAIT_SECONDS = 60


def check(holds, what):
    if not holds:
        raise Failed(what)


class Jobs:
    def __init__(self, binary, vault):
        self.binary, self.vault = binary, vault

    def run(self, *words, who="admin", expect=0):
        return run(self.binary, "job", *words, environment=self.vault.environment(who), expect=expect).stdout

    def note(self, *words, expect=0):
        return run(self.binary, "job", *words, environment=self.vault.environment("admin"), expect=expect).stderr

    def show(self):
        return json.loads(self.run("show", "scrub", "--json"))

    def status(self):
        """How far it is by now; the row is older."""
        out = run(self.binary, "status", "--json", environment=self.vault.environment()).stdout
        return next(job for job in json.loads(out)["jobs"] if job["name"] == "scrub")

    def until(self, what, holds):
        end = time.monotonic() + WAIT_SECONDS
        while not holds():  # each look is a process of its own: it is no tight loop
            check(time.monotonic() < end, f"{what}: {self.show()}, {self.status()}")


def fill(vault):
    client = vault.client()
    for first in range(0, ROWS, 1000):
        client.expect(200, "POST", "msdyn_octwitterapplications/Microsoft.Dynamics.CRM.CreateMultiple", {"Targets": [
            {"@odata.type": "Microsoft.Dynamics.CRM.msdyn_octwitterapplication", "msdyn_name": f"application {number}"}
            for number in range(first, first + 1000)]})
    client.close()


def main():
    binary = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, Serve(binary, folder, SLOW) as vault:
        fill(vault)
        vault.user("rev", roles=["Rookery Auditor"])
        jobs = Jobs(binary, vault)
        check(jobs.run("list") == "", "there are jobs already")
        check("has run yet" in jobs.note("show", "scrub", expect=4), "a job that never ran is said not to exist")
        check(jobs.status()["state"] == "Idle", "a job runs that nobody started")
        first = jobs.run("start", "scrub").strip()
        jobs.run("start", "scrub", expect=None)
        check(jobs.run("list").count("\n") == 1, "two jobs of one name")
        jobs.until("it does not begin", lambda: jobs.status()["done"] > 0)

        # Who may see jobs but not steer them.
        jobs.run("pause", "scrub", who="rev", expect=5)
        check("In Progress" in jobs.run("show", "scrub", who="rev"), "an auditor does not see the job")

        jobs.run("pause", "scrub")
        jobs.until("it does not pause", lambda: jobs.status()["state"] == "Waiting")
        paused = jobs.show()
        check("Waiting (paused)" in jobs.run("show", "scrub"), "the line does not say that it is paused")
        check("is paused already" in jobs.note("pause", "scrub"), "it is paused a second time")
        check(paused["state"] == "Waiting" and 0 < paused["done"] < paused["total"], f"paused: {paused}")
        vault.stop()
        vault.start()
        check(jobs.show() == paused, "a paused job is another one after a restart")
        jobs.run("resume", first)
        jobs.until("it does not go on", lambda: jobs.status()["done"] > paused["done"])
        vault.stop()
        vault.start()
        stopped = jobs.show()
        check(stopped["state"] == "In Progress" and stopped["done"] > paused["done"], f"after a stop: {stopped}")
        jobs.until("it does not go on by itself", lambda: jobs.status()["done"] > stopped["done"])
        vault.kill()  # what was not written down is done again, and nothing else
        vault.configure(FAST)
        vault.start()
        jobs.until("it does not end", lambda: jobs.show()["completed"] is not None)
        ended = jobs.show()
        check(ended["state"] == "Succeeded" and ended["id"] == first, f"ended: {ended}")
        check(ended["done"] == ended["total"] >= 4 * ROWS and ended["findings"] == 0, f"ended: {ended}")

        vault.stop()
        vault.configure(SLOW)
        vault.start()
        jobs.until("a restart forgets how it ended", lambda: jobs.status()["id"] == first)
        check(jobs.status()["last_completed"] == ended["completed"], f"after a restart: {jobs.status()}")
        client = vault.client()
        second = client.expect(200, "POST", "rky_StartJob", {"Name": "scrub"}).json()["JobId"]
        client.expect(400, "PATCH", f"asyncoperations({second})", {"statecode": 3, "statuscode": 30})
        client.expect(400, "PATCH", f"asyncoperations({second})", {"name": "mine"})
        client.expect(405, "POST", "asyncoperations", {})
        client.expect(204, "PATCH", f"asyncoperations({second})", {"statecode": 3, "statuscode": 32},
                      {"If-Match": "*"})
        jobs.until("it is not canceled", lambda: jobs.show()["state"] == "Canceled")
        jobs.run("resume", "scrub", expect=None)
        check(jobs.show()["state"] == "Canceled", "a canceled job goes on")
        check("is canceled already" in jobs.note("cancel", "scrub"), "it is canceled a second time")
        client.expect(400, "PATCH", f"asyncoperations({second})", {"statecode": 3, "statuscode": 32},
                      {"If-Match": "*"})

        # Within one second: the name is that of the one that has not ended.
        for _ in range(5):
            third = jobs.run("start", "scrub").strip()
            check(jobs.show()["id"] == third, "the name is that of an older job")
            check(third in jobs.note("cancel", "scrub"), "another job is canceled")

        told = [event for event in client.log(record=first) if event["Action"] in ("create", "update")]
        states = [event["Extras"]["statuscode"] for event in told if "statuscode" in event["Extras"]]
        changes = [state for at, state in enumerate(states) if at == 0 or states[at - 1] != state]
        check(changes == [0, 20, 10, 0, 20, 30], f"the log tells {changes}")
        check(told[0]["ActorId"] == vault.users["admin"], "the log does not tell who started it")
        client.close()
        vault.stop()
        out = run(binary, "verify", "--data", vault.data, "--key-file", vault.key, "--allow-swap",
                  "--allow-unlocked").stdout
        check(out.splitlines()[-1].startswith("ok"), f"verify: {out}")
    print("paused, resumed, stopped, killed, ended and canceled")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as error:
        print(error, file=sys.stderr)
        sys.exit(1)
