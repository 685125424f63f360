"""bulk_test.py ROOKERY [--records N]

Many records that changed while no sync ran: all arrive, and the server's own memory (RssAnon) does not grow
with their number. Half of the records are handles, half are what `rookery import` makes beside them.
"""

import argparse
import csv
import pathlib
import shutil
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "bench")]
from organization import Organization  # noqa: E402
from measure import anonymous_memory_kib  # noqa: E402
from synced import Drained, SyncedVault, compare  # noqa: E402
from vault import Failed, run  # noqa: E402

# The store's own buffers fill while pushes are logged; nothing of it grows with the queue.
GROWTH_MIB_MAX = 64


class Peak(threading.Thread):
    """The most memory of a process while it ran."""

    def __init__(self, pid):
        super().__init__()
        self._pid, self._over = pid, threading.Event()
        self.kib = 0

    def run(self):
        while not self._over.wait(0.1):
            self.kib = max(self.kib, anonymous_memory_kib(self._pid))

    def end(self):
        self._over.set()
        self.join()
        return self.kib >> 10


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rookery")
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=200)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-bulk-"))
    try:
        with Organization(folder) as organization, SyncedVault(options.rookery, folder, organization) as vault:
            vault.stop()
            vault.configure("")
            vault.start()
            path = folder / "handles.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["unique_handle_id", "handle", "application", "access_token", "owner"])
                for number in range(options.records // 2):
                    writer.writerow([f"bulk-{number}", f"@bulk{number}", f"App {number % 7}", f"token-{number}", "Mapped"])
            run(options.rookery, "import", path, environment=vault.environment("writer"))
            vault.restart_with()
            before = anonymous_memory_kib(vault.process.pid) >> 10
            peak, began = Peak(vault.process.pid), time.monotonic()
            peak.start()
            # Each look is on the log, too, and the log's writes take memory of the store.
            Drained(vault, pause=1).all(options.seconds)
            seconds, most = time.monotonic() - began, peak.end()
            problems = compare(vault.rows(), organization.rows(), vault.owner_there)
            if problems:
                raise Failed(f"{len(problems)} differences:\n" + "\n".join(problems[:10]))
            writes = organization.counts()["journal"]
            if writes < options.records:
                raise Failed(f"{writes} writes for {options.records} records")
            if most - before > GROWTH_MIB_MAX:
                raise Failed(f"the server grew from {before} to {most} MiB")
            vault.stop()
    except Exception as problem:
        print(f"FAILED: {type(problem).__name__}: {problem}\nkept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder)
    print(f"{writes} writes in {seconds:.0f} s; the server's own memory: {before} MiB before, at most {most} MiB meanwhile")


main()
