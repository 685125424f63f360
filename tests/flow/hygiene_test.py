"""hygiene_test.py ROOKERY PROBE: what a serving process has forbidden itself, seen from outside by /proc, and tried from
inside by a thread of the probe, which is loaded into it."""

import errno
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import Failed, Serve, run  # noqa: E402

# What the probe tries, and what must come.
CALLS = {
    b"e": ("execve", errno.EPERM),
    b"f": ("fork", errno.EPERM),
    b"p": ("ptrace", errno.EPERM),
    b"r": ("process_vm_readv", errno.EPERM),
    b"k": ("keyctl", errno.EPERM),
    b"d": ("to be dumpable again", errno.EPERM),
    b"u": ("io_uring_setup", errno.ENOSYS),
    b"s": ("a socket", 0),
}


def status(pid, thread=None):
    place = f"/proc/{pid}/status" if thread is None else f"/proc/{pid}/task/{thread}/status"
    lines = pathlib.Path(place).read_text(encoding="ascii", errors="replace").splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def limit(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/limits").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return line[len(name):].split()[:2]
    return None


class Probed(Serve):
    """A Serve whose process has the probe in it."""

    def __init__(self, binary, folder, probe, more=""):
        self._to_probe, theirs = os.pipe()[::-1]
        self._from_probe, ours = os.pipe()
        self.descriptors = (theirs, ours)
        self._probe = probe
        super().__init__(binary, folder, more)

    def start(self):
        self.variables = {"LD_PRELOAD": str(self._probe), "ROOKERY_PROBE_IN": str(self.descriptors[0]),
                          "ROOKERY_PROBE_OUT": str(self.descriptors[1])}
        super().start()

    def tries(self, call):
        os.write(self._to_probe, call)
        return int(os.read(self._from_probe, 16))


def expect(what, got, wanted):
    if got != wanted:
        raise Failed(f"{what}: {got!r}, not {wanted!r}")


def filtered(binary, probe):
    with tempfile.TemporaryDirectory() as folder, Probed(binary, folder, probe) as vault:
        pid = vault.process.pid
        threads = os.listdir(f"/proc/{pid}/task")
        if len(threads) < 5:
            raise Failed(f"{len(threads)} threads")
        for thread in threads:
            facts = status(pid, thread)
            expect(f"NoNewPrivs of {facts['Name']}", facts["NoNewPrivs"], "1")
            expect(f"Seccomp of {facts['Name']}", facts["Seccomp"], "2")
        expect("core files", limit(pid, "Max core file size"), ["0", "0"])
        # Nobody's but root's: it is not dumpable.
        expect("the owner of /proc/PID/mem", os.stat(f"/proc/{pid}/mem").st_uid, 0)
        for call, (name, wanted) in CALLS.items():
            expect(name, vault.tries(call), wanted)
        # It serves all the same, and says so.
        admin = vault.client()
        warnings = admin.expect(200, "GET", "rky_RetrieveVaultStatus()").json()["Warnings"]
        admin.close()
        if any("system calls" in line for line in warnings):
            raise Failed(f"a filtered server warns: {warnings}")
        if not any('"system_calls":"filtered"' in line for line in vault.lines):
            raise Failed(f"it does not say that it is filtered: {vault.lines}")
        found = run(binary, "doctor", "--config", vault.config, "--json", expect=None).stdout
        if f"process {pid} serves, its system calls are filtered" not in found:
            raise Failed(f"doctor says: {found}")
        vault.stop()


def unfiltered(binary, probe):
    """The same probe can do it all where the filter is off: it tries what it says."""
    more = "[process]\nfilter_system_calls = false\n"
    with tempfile.TemporaryDirectory() as folder, Probed(binary, folder, probe, more) as vault:
        expect("Seccomp", status(vault.process.pid)["Seccomp"], status(os.getpid())["Seccomp"])
        expect("NoNewPrivs", status(vault.process.pid)["NoNewPrivs"], "1")
        expect("fork", vault.tries(b"f"), 0)
        expect("to be dumpable again", vault.tries(b"d"), 0)
        admin = vault.client()
        warnings = admin.expect(200, "GET", "rky_RetrieveVaultStatus()").json()["Warnings"]
        admin.close()
        if not any("system calls are not filtered" in line for line in warnings):
            raise Failed(f"an unfiltered server does not warn: {warnings}")
        vault.kill()


def commands(binary):
    """A command that holds no key is as private: it may hold a token."""
    with subprocess.Popen([binary, "wait", "--url", "https://127.0.0.1:1", "--timeout", "60s"], stderr=subprocess.PIPE,
                          stdout=subprocess.DEVNULL) as waiting:
        # Its end closes the pipe: until main has begun, nothing is as it will be.
        while status(waiting.pid)["NoNewPrivs"] != "1" and waiting.poll() is None:
            os.sched_yield()
        expect("core files", limit(waiting.pid, "Max core file size"), ["0", "0"])
        expect("the owner of /proc/PID/mem", os.stat(f"/proc/{waiting.pid}/mem").st_uid, 0)
        waiting.kill()


def main():
    binary, probe = sys.argv[1], sys.argv[2]
    try:
        filtered(binary, probe)
        unfiltered(binary, probe)
        commands(binary)
    except Failed as problem:
        sys.exit(f"FAILED: {problem}")
    print("filtered, and not dumpable")


main()
