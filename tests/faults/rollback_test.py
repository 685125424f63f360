"""rollback_test.py ROOKERY

What was on the log cannot vanish: a stopped or killed vault whose newest files are cut, removed or put back to an older
state, each alone and all together, is not served any more, and what is missing is named. What still opens is what
docs/THREAT_MODEL.md says: files on which nothing depends, and after a kill -9 a cut of the last second alone.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import SECRETS, TOKEN, TOKEN_SECRET, Failed, Serve, run  # noqa: E402

REVEALS = 20
# Nothing depends on their bytes: docs/formats/data-directory.md. An older anchor in the data directory asks for less, which
# is what the second place is for.
OPENS_WITHOUT = re.compile(r"LOCK|reserve|store/(LOCK|IDENTITY|OPTIONS-\d+)|tls/.*")
OPENS_OLDER = re.compile(OPENS_WITHOUT.pattern + "|anchor")
MISSING = re.compile(r"entries (\d+) to (\d+) of the log are missing; the anchor (\S+) is of \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MEMORY = ("--allow-swap", "--allow-unlocked")


class State:
    """A data directory with its second anchor, to be spoiled."""

    def __init__(self, vault, data, second):
        self.vault = vault
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-rollback-"))
        self.data, self.second = self.folder / "vault", self.folder / "second.anchor"
        shutil.copytree(data, self.data)
        shutil.copyfile(second, self.second)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def serve(self):
        """(exit code, what it said): as with systemd, and ended as soon as it serves."""
        config = self.folder / "rookery.toml"
        config.write_text(
            f'data = "{self.data}"\n[server]\nlisten = "127.0.0.1:0"\n[unseal]\nkey_file = "{self.vault.key}"\n'
            f'[memory]\nallow_swap = true\nallow_unlocked = true\n[anchor]\nfile = "{self.second}"\n', encoding="utf-8")
        with subprocess.Popen([self.vault.binary, "serve", "--config", str(config)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            watch = threading.Timer(60, process.kill)
            watch.start()
            said = []
            for line in process.stderr:
                said.append(line)
                if " serving " in line:
                    process.terminate()
            watch.cancel()
        return process.returncode, "".join(said)


def files_of(data):
    return sorted(str(path.relative_to(data)) for path in data.rglob("*") if path.is_file())


def anchored(file):
    return int(re.search(r"^log (\d+) ", file.read_text(encoding="utf-8"), re.M)[1])


def must_refuse(state, what):
    """It is not served, and why is said. A file that the engine misses is its error (1), whatever the vault knows."""
    code, said = state.serve()
    if code not in (1, 4, 11, 13) or "error:" not in said:
        raise Failed(f"{what}: ended with {code}: {said}")
    return said


def must_open(state, what):
    code, said = state.serve()
    if code != 0:
        raise Failed(f"{what}: ended with {code}: {said}")


def must_miss(state, what, first_reveal, last_reveal):
    found = MISSING.search(must_refuse(state, what))
    if not found or int(found[1]) > first_reveal or int(found[2]) < last_reveal:
        raise Failed(f"{what}: does not name entries {first_reveal} to {last_reveal}: {found and found[0]}")


class Scene:
    """A vault with a second place: a state before the reveals, one after them and an orderly stop, and one that was killed."""

    def __init__(self, binary, folder):
        self.second = folder / "volume" / "rookery.anchor"
        self.second.parent.mkdir()
        with Serve(binary, folder, f'[anchor]\nfile = "{self.second}"\n') as vault:
            self.vault = vault
            vault.user("writer", roles=["Rookery Importer"], profiles=["Rookery token writer"])
            vault.user("agent", roles=["Rookery Agent"], profiles=["Rookery Agent unmask one record"])
            self.record = vault.client("writer").create(SECRETS, {
                "msdyn_name": "handle", "ownerid@odata.bind": f"systemusers({vault.users['agent']})",
                TOKEN: "token", TOKEN_SECRET: "secret"})
            vault.stop()
            self.before = State(vault, vault.data, self.second)
            # So that slots and keyring have an older copy, too.
            run(binary, "key", "add-slot", "--data", vault.data, "--key-file", vault.key, "--new-key-file",
                folder / "another.key", *MEMORY)
            vault.start()
            self.first, self.last = self.reveal()
            vault.stop()
            self.after = State(vault, vault.data, self.second)
            self.seen = folder / "seen.checkpoint"
            run(binary, "audit", "verify", "--data", vault.data, "--key", vault.log_key, "--state", self.seen)
            vault.start()
            self.first_killed, self.last_killed = self.reveal()
            # The anchor is written by itself; meanwhile there is something to do.
            client = vault.client()
            while anchored(self.second) <= self.last_killed:
                client.expect(200, "GET", "WhoAmI")
            vault.kill()
            self.killed = State(vault, vault.data, self.second)

    def reveal(self):
        agent = self.vault.client("agent")
        indexes = [agent.retrieve(self.record).log_index() for _ in range(REVEALS)]
        agent.close()
        return indexes[0], indexes[-1]

    def copy(self, state):
        return State(self.vault, state.data, state.second)


def check_each_file(scene):
    older = scene.before.data
    for name in files_of(scene.after.data):
        opens = OPENS_WITHOUT.fullmatch(name) is not None
        for what, spoil in (
                ("removed", lambda path: path.unlink()),
                ("emptied", lambda path: path.write_bytes(b"")),
                ("cut by a byte", lambda path: path.write_bytes(path.read_bytes()[:-1])),
                ("cut by half", lambda path: path.write_bytes(path.read_bytes()[:path.stat().st_size // 2]))):
            with scene.copy(scene.after) as state:
                path = state.data / name
                if path.stat().st_size == 0 and what != "removed":
                    continue  # the write-ahead log of a stopped store is empty
                if opens or (name.startswith("store/") and name.endswith(".log") and path.stat().st_size == 0):
                    continue
                spoil(path)
                must_refuse(state, f"{name} {what}")
        if (older / name).exists() and (older / name).read_bytes() != (scene.after.data / name).read_bytes():
            with scene.copy(scene.after) as state:
                shutil.copyfile(older / name, state.data / name)
                (must_open if OPENS_OLDER.fullmatch(name) else must_refuse)(state, f"{name} put back older")


def check_pairs(scene):
    """Any two of the directory's own files put back older together: what they are with the third is found."""
    parts = ["store", "keyring", "slots", "anchor", "vault", "log.vkey"]
    for number, first in enumerate(parts):
        for second in parts[number + 1:]:
            with scene.copy(scene.after) as state:
                same = True
                for name in (first, second):
                    older, path = scene.before.data / name, state.data / name
                    if older.is_dir():
                        shutil.rmtree(path)
                        shutil.copytree(older, path)
                        same = False
                    elif older.read_bytes() != path.read_bytes():
                        shutil.copyfile(older, path)
                        same = same and name == "anchor"  # which alone asks for less
                (must_open if same else must_refuse)(state, f"{first} and {second} put back older")


def check_together(scene):
    with scene.copy(scene.after) as state:
        must_open(state, "as it was left")
    with scene.copy(scene.after) as state:
        shutil.rmtree(state.data)
        shutil.copytree(scene.before.data, state.data)
        must_miss(state, "everything put back older", scene.first, scene.last)
        run(scene.vault.binary, "audit", "verify", "--data", state.data, "--key", scene.vault.log_key)
    with scene.copy(scene.after) as state:
        shutil.rmtree(state.data / "store")
        shutil.copytree(scene.before.data / "store", state.data / "store")
        must_miss(state, "the store put back older", scene.first, scene.last)
        state.second.unlink()
        must_refuse(state, "the store put back older and the second anchor removed")
        done = run(scene.vault.binary, "status", "--data", state.data, "--key-file", scene.vault.key, *MEMORY, expect=11)
        if not MISSING.search(done.stderr):
            raise Failed(f"a command without a configuration opens it: {done.stderr}")
    with scene.copy(scene.after) as state:
        state.second.unlink()
        said = must_refuse(state, "the second anchor removed")
        if "is missing; this vault has had one there since" not in said:
            raise Failed(f"a removed anchor has another name: {said}")
    with scene.copy(scene.after) as state:
        shutil.copyfile(scene.before.second, state.second)
        must_open(state, "an older second anchor, which asks for less")
    # The newest files of the store, one after the other: what was on the log does not vanish.
    newest = sorted((path for path in (scene.after.data / "store").iterdir() if path.name not in ("LOCK", "IDENTITY")),
                    key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for count in range(1, len(newest) + 1):
        with scene.copy(scene.after) as state:
            for path in newest[:count]:
                (state.data / "store" / path.name).unlink()
            if all(OPENS_WITHOUT.fullmatch(f"store/{path.name}") or path.stat().st_size == 0 for path in newest[:count]):
                continue
            must_refuse(state, f"the newest {count} files of the store removed")


def check_killed(scene):
    with scene.copy(scene.killed) as state:
        must_open(state, "killed")
    log = max((scene.killed.data / "store").glob("*.log"), key=lambda path: path.stat().st_size)
    size, found = log.stat().st_size, 0
    for part in range(24):
        with scene.copy(scene.killed) as state:
            path = state.data / "store" / log.name
            path.write_bytes(path.read_bytes()[:size * part // 24])
            code, said = state.serve()
            if code == 0:
                # Nothing that an anchor covered may be gone.
                raise Failed(f"the write-ahead log cut to {part}/24 is served")
            missing = MISSING.search(said)
            if not missing or int(missing[2]) < scene.last_killed:
                raise Failed(f"the write-ahead log cut to {part}/24: ended with {code}: {said}")
            found += 1
    with scene.copy(scene.killed) as state:
        (state.data / "store" / log.name).unlink()
        must_refuse(state, "the write-ahead log removed")
    with scene.copy(scene.killed) as state:
        shutil.rmtree(state.data)
        shutil.copytree(scene.after.data, state.data)
        must_miss(state, "killed, and everything put back to the stop before", scene.first_killed, scene.last_killed)
    return found


def check_way_back(scene):
    with scene.copy(scene.after) as state:
        shutil.rmtree(state.data)
        shutil.copytree(scene.before.data, state.data)
        must_refuse(state, "an older backup")
        lost = anchored(state.second)
        wrong = state.folder / "wrong.key"
        wrong.write_bytes(b"0" * 64 + b"\n")
        wrong.chmod(0o600)
        accept = ("anchor", "accept", "--data", state.data, "--file", state.second, *MEMORY)
        run(scene.vault.binary, *accept, "--key-file", wrong, expect=9)
        must_refuse(state, "an older backup that nobody with the root key accepted")
        without = ("anchor", "accept", "--data", state.data, *MEMORY, "--key-file", scene.vault.key)
        run(scene.vault.binary, *without, expect=2)  # a second place that is left out is not given up
        done = json.loads(run(scene.vault.binary, *accept, "--key-file", scene.vault.key, "--json").stdout)
        if not MISSING.search(done["accepted"]):
            raise Failed(f"accepted was something else: {done}")
        if done["log_origin"] == scene.vault.log_key.partition("+")[0]:
            raise Failed(f"an older state goes on under the name of the newer log: {done}")
        must_open(state, "an older backup that was accepted")
        if anchored(state.second) >= lost:
            raise Failed("the anchor was not replaced")
        said = run(scene.vault.binary, "verify", "--data", state.data, "--key-file", scene.vault.key, *MEMORY)
        if "was not looked at" not in said.stderr:
            raise Failed(f"a command that looks at no second place does not say so: {said.stderr}")
        # Whoever has seen more of the log, and has the old key, learns what became of it.
        for key in (scene.vault.log_key, done["log_verifier_key"]):
            seen = state.folder / "seen.checkpoint"
            shutil.copyfile(scene.seen, seen)
            said = run(scene.vault.binary, "audit", "verify", "--data", state.data, "--key", key, "--state", seen)
            if "handed over: the log " not in said.stdout or "happened and are not in this log" not in said.stdout:
                raise Failed(f"the hand-over is not told: {said.stdout}")
        # A second place that is put back together with the first is none.
        run(scene.vault.binary, "anchor", "accept", "--data", state.data, "--file", state.data / "second", *MEMORY,
            "--key-file", scene.vault.key, expect=2)
        state.second = state.data / "second"
        code, said = state.serve()
        if code != 2 or "anchor.file lies in the data directory" not in said:
            raise Failed(f"a second place in the data directory: ended with {code}: {said}")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-rollback-vault-"))
    scene = Scene(sys.argv[1], folder)
    with scene.before, scene.after, scene.killed:
        check_together(scene)
        cuts = check_killed(scene)
        check_way_back(scene)
        check_each_file(scene)
        check_pairs(scene)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{cuts} cuts of the write-ahead log, every file of a stopped vault: nothing vanishes")


main()
