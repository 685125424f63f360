"""full_disk_test.py ROOKERY

The disk of a running server fills up, and is freed again: first that is said, then only administrators store
something new, then nothing is answered; and a server that is stopped on a disk without a byte left ends its
log in order.

The disk is a small one in memory, which takes a mount: as root, or in a namespace of its own. Where neither is
allowed the bounds are set from what is free on the disk of the temporary folder instead, farther apart, since
others write there too, and a file takes the room between them; all but the very last byte is tried there too.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import SECRETS, Failed, Serve, run  # noqa: E402

MIB = 1 << 20
APPLICATIONS = "msdyn_octwitterapplications"
PATIENCE_SECONDS = 30
DISK, OPEN, NEW_DATA, ANSWER, RESERVE = 512, 256, 160, 80, 16  # MiB
SHARED_SCALE = 10  # of these on a disk that others use
INSIDE = "ROOKERY_TEST_OWN_MOUNTS"


def in_namespace(*flags):
    """This test again, where it may mount; None where that is not allowed."""
    command = ["unshare", *flags]
    try:
        allowed = subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    except OSError:
        return None
    if allowed.returncode != 0:
        return None
    return subprocess.run([*command, sys.executable, *sys.argv], env={**os.environ, INSIDE: "1"}, check=False).returncode


class Disk:
    """A folder whose free space the test decides: a tmpfs of its own, or what lies between two bounds of a large
    disk, where `other` is what is free beyond the whole small one."""

    def __init__(self, folder, small):
        self.folder, self.small = folder, small
        self.mib = MIB if small else SHARED_SCALE * MIB
        folder.mkdir()
        if small:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=0700", "none", folder], check=True)
        self.other = 0 if small else self.free() - DISK * self.mib
        if self.other < 0:
            raise Failed("the disk of the temporary folder is too full for this test")
        self.ballast = folder / "ballast"

    def free(self):
        return shutil.disk_usage(self.folder).free

    def leave(self, mib):
        """So much is free, as the server counts; never more on the way, which it might see."""
        with self.ballast.open("ab") as file:
            held = file.tell()
            take = held + self.free() - self.other - mib * self.mib
            if take > held:
                os.posix_fallocate(file.fileno(), held, take - held)
            else:
                os.truncate(file.fileno(), take)

    def fill(self):
        """To the last byte, if it is this test's own."""
        self.leave(0)
        if self.small and self.free() != 0:
            raise Failed(f"{self.free()} bytes are left")

    def clear(self):
        self.ballast.unlink(missing_ok=True)

    def options(self):
        bounds = {"open_bytes": OPEN, "new_data_bytes": NEW_DATA, "answer_bytes": ANSWER}
        lines = [f"{name} = {self.other + mib * self.mib}" for name, mib in bounds.items()]
        return "\n".join(["[disk]", "open_percent = 0", f"reserve_bytes = {RESERVE * MIB}", *lines]) + "\n"


def until(what, condition):
    pause, patience = threading.Event(), time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > patience:
            raise Failed(f"{what} did not happen within {PATIENCE_SECONDS} s")
        pause.wait(0.05)


def warnings(client):
    """Of the status, about the disk."""
    lines = client.expect(200, "GET", "rky_RetrieveVaultStatus()").json()["Warnings"]
    return [line for line in lines if "are free" in line]


def ready(vault):
    client = vault.client()
    status = client.send("GET", "/readyz").status
    client.close()
    return status == 200


def new_application(client, name):
    return client.send("POST", APPLICATIONS, {"msdyn_name": name})


def expect_503(answer, text):
    if answer.status != 503 or text not in answer.json()["error"]["message"] or "Retry-After" not in answer.headers:
        raise Failed(f"not the refusal for a full disk: {answer}")


def told(vault):
    """What the operator's log says of the disk, in order."""
    lines = [json.loads(line) for line in vault.lines]
    return [line["level"] if line["event"] == "disk-space" else line["event"] for line in lines
            if line["event"].startswith("disk-space")]


def fills_up(vault, disk):
    admin, maker = vault.client("admin"), vault.client("maker")
    disk.leave((OPEN + NEW_DATA) // 2)
    until("the warning in the status", lambda: warnings(admin))
    if new_application(maker, "with little").status != 204:
        raise Failed("little space is no reason to refuse")

    disk.leave((NEW_DATA + ANSWER) // 2)
    until("only administrators store", lambda: new_application(maker, "with scarce space").status == 503)
    expect_503(new_application(maker, "again"), "nearly full")
    if new_application(admin, "by an administrator").status != 204:
        raise Failed("an administrator stores nothing although there is space")
    maker.expect(200, "GET", f"{APPLICATIONS}?$select=msdyn_name")
    if not ready(vault):
        raise Failed("the server says that it is not ready while it can write its log")

    disk.leave(ANSWER // 4)
    until("nothing is answered", lambda: not ready(vault))
    for client in (admin, maker):
        expect_503(client.send("GET", f"{SECRETS}?$select=msdyn_name"), "disk is full")

    disk.clear()
    until("the server is ready again", lambda: ready(vault))
    if new_application(maker, "with space again").status != 204:
        raise Failed("with space again nothing is stored")
    if warnings(admin):
        raise Failed(f"the status still says {warnings(admin)}")
    until("the operator is told", lambda: len(told(vault)) == 4)
    if told(vault) != ["warning", "warning", "error", "disk-space-back"]:
        raise Failed(f"the operator was told {told(vault)}")


def ends_in_order(vault, disk):
    disk.leave(ANSWER // 4)
    until("nothing is answered", lambda: not ready(vault))
    disk.fill()
    vault.stop()  # its exit code is 0
    disk.clear()
    run(vault.binary, "audit", "verify", "--data", vault.data)
    vault.start()
    actions = [entry["Action"] for entry in vault.client("admin").log()]
    opened = len(actions) - 1 - actions[::-1].index("log-open")
    if "log-close" not in actions[opened - 2:opened]:
        raise Failed(f"the log was not ended: {actions[opened - 6:]}")
    if "refusals-aggregated" not in actions:
        raise Failed("what was refused on the full disk is not on the log")
    vault.stop()


def main():
    small = INSIDE in os.environ
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-disk-"))
    disk = None
    try:
        vault = Serve(sys.argv[1], folder)
        with vault:
            vault.user("maker", roles=["Rookery Importer"])
            vault.stop()
            disk = Disk(folder / "disk", small)
            shutil.move(vault.data, disk.folder / "vault")
            vault.data = disk.folder / "vault"
            vault.configure(disk.options())
            vault.start()
            fills_up(vault, disk)
            ends_in_order(vault, disk)
    except Exception as problem:
        print(f"FAILED: {type(problem).__name__}: {problem}\nkept: {folder}")
        sys.exit(1)
    if small:
        subprocess.run(["umount", disk.folder], check=True)
    shutil.rmtree(folder)
    print("on a disk of its own" if small else "on the disk of the temporary folder")


if __name__ == "__main__":
    if INSIDE not in os.environ:
        for more in (["--mount"], ["--user", "--map-root-user", "--mount"]):
            code = in_namespace(*more)
            if code is not None:
                sys.exit(code)
    main()
