"""backup_test.py ROOKERY [--rounds N]

A server takes backups of a vault whose tokens carry a marker: as a job of its own while others write, while it is killed
in the middle, and into a directory that is gone. One record lives a whole life before that: written, rotated, re-keyed, restored,
backed up and purged. What comes of it is verified with and without keys, restored, also by a
process that is killed, and searched for the marker, as is everything that was printed.
"""

import argparse
import json
import os
import pathlib
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from spellings import spellings  # noqa: E402
from vault import SECRETS, TOKEN, Failed, Serve, run  # noqa: E402

MEMORY = ("--allow-swap", "--allow-unlocked")


class Scene:
    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.printed = []
        self.backups = folder / "backups"
        self.keys = folder / "keys"
        for directory in (self.backups, self.keys):
            directory.mkdir(mode=0o700)

    def run(self, *arguments, **more):
        done = run(self.binary, *arguments, **more)
        self.printed.append(done.stdout + done.stderr)
        return done

    def whole(self):
        return sorted(path for path in self.backups.iterdir() if path.name.startswith("backup-"))

    def halves(self):
        return [path for path in self.backups.iterdir() if path.name.startswith("half-")]

    def verify_all(self):
        for backup in self.whole():
            self.run("verify", backup)


def fill(vault, marker, count):
    writer = vault.client("writer")
    for number in range(count):
        writer.create(SECRETS, {"msdyn_name": f"record {number}", TOKEN: f"t{number}-{marker}-{number}"})
    writer.close()


def prepare_life(scene, vault):
    """Who writes, who reads, and two who purge: the first token of the second one comes from the root key."""
    vault.user("owner", roles=["Rookery Importer"], profiles=["Rookery token writer", "Rookery Agent unmask one record"])
    vault.user("sam", roles=["System Administrator"])
    vault.stop()
    out = scene.folder / "sam.token"
    scene.run("token", "create", "--data", vault.data, "--key-file", vault.key, "--user", "sam@example.com",
              "--name", "first", "--lifetime", "1h", "--out", out, *MEMORY)
    vault.tokens["sam"] = out.read_text(encoding="ascii").strip()
    vault.start()


def whole_life(scene, vault, marker):
    """A record from its making to its purge, with everything in between that touches a token, and copies of both kinds while it
    is there."""
    owner = vault.client("owner")
    record = owner.create(SECRETS, {"msdyn_name": "a life", TOKEN: f"l0-{marker}"})
    for number in range(1, 4):
        owner.expect(204, "PATCH", f"{SECRETS}({record})", {TOKEN: f"l{number}-{marker}"}, {"If-Match": "*"})
    owner.expect(204, "PATCH", f"{SECRETS}({record})", {TOKEN: f"l3-{marker}"}, {"If-Match": "*"})  # once more: no version
    for words in (["key", "rotate"], ["key", "rekey-data"], ["key", "rekey-rows"]):
        scene.run(*words, environment=vault.environment())
    bound = f"{SECRETS}({record})/Microsoft.Dynamics.CRM."
    owner.expect(204, "POST", bound + "rky_RestoreTokenVersion", {"Number": 2})
    listed = owner.expect(200, "GET", bound + "rky_RetrieveTokenVersions()").json()
    if len(listed["Versions"]) != 5:
        raise Failed(f"other versions than were made: {listed}")
    if owner.retrieve(record, select=(TOKEN,)).json()[TOKEN] != f"l1-{marker}":
        raise Failed("the record shows another token than the version that was restored")
    owner.close()
    keys = scene.run("backup", "--keyring", "--data", vault.data, "--to", scene.keys, "--json")
    scene.newest_keys = json.loads(keys.stdout)["file"]
    scene.run("backup", environment=vault.environment())
    scene.run("purge", record, environment=vault.environment())
    scene.run("purge", record, "--approve", environment=vault.environment("sam"))
    shown = scene.run("job", "show", "purge", environment=vault.environment()).stdout
    if "Nothing of msdyn_octwitterhandlesecret" not in shown:
        raise Failed(f"the purge does not say that nothing is left: {shown}")


def backups_while_others_write(scene, vault, marker):
    done = threading.Event()

    def write():
        writer = vault.client("writer")
        while not done.is_set():
            writer.create(SECRETS, {"msdyn_name": "meanwhile", TOKEN: f"m-{marker}"})
        writer.close()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        said = scene.run("backup", environment=vault.environment())
    finally:
        done.set()
        writing.join()
    backup = scene.whole()[-1]
    if not said.stdout.startswith(backup.name):
        raise Failed(f"the command does not say what was written: {said.stdout}")
    checked = scene.run("verify", backup).stdout
    if "signed by the log's key" not in checked:
        raise Failed(f"not signed: {checked}")
    admin = vault.client()
    events = [entry for entry in admin.log() if entry["Action"] == "backup"]
    admin.close()
    if len(events) != len(scene.whole()):
        raise Failed(f"the log has {len(events)} entries of {len(scene.whole())} backups")


def is_refused_elsewhere(scene, vault):
    away = scene.folder / "away"
    scene.backups.rename(away)
    done = scene.run("backup", environment=vault.environment(), expect=1)
    if "there is no directory" not in done.stderr:
        raise Failed(f"the failure does not say why: {done.stderr}")
    scene.backups.symlink_to(away)
    scene.run("backup", environment=vault.environment(), expect=1)
    scene.backups.unlink()
    away.rename(scene.backups)
    os.chmod(scene.backups, 0o755)
    scene.run("backup", environment=vault.environment(), expect=1)
    os.chmod(scene.backups, 0o700)
    scene.verify_all()


def killed_servers(scene, vault, rounds):
    """Whenever the server is killed: older backups stay, the vault opens, and nothing half passes for whole."""
    for _ in range(rounds):
        before = scene.whole()
        starting = subprocess.Popen(
            [scene.binary, "backup"], env={**os.environ, **vault.environment()},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_something(scene, before, random.random() < 0.5)
        vault.kill()
        starting.wait(timeout=60)
        if not set(before) <= set(scene.whole()):
            raise Failed("an older backup went with the server")
        scene.verify_all()
        for half in scene.halves():
            scene.run("verify", half, expect=(4 if not (half / "manifest").exists() else None))
            scene.run("restore", half, "--keys", scene.newest_keys, "--data", scene.folder / "never",
                      "--key-file", vault.key, *MEMORY, expect=4 if not (half / "manifest").exists() else None)
            if not (half / "manifest").exists() and (scene.folder / "never").exists():
                raise Failed("a half backup was restored")
            shutil.rmtree(scene.folder / "never", ignore_errors=True)
        vault.start()
        # What was in hand begins anew by itself, so a new one may have to wait for its end.
        admin = vault.client()
        while any(row["statecode"] != 3 for row in
                  admin.expect(200, "GET", "asyncoperations?$select=statecode").json()["value"]):
            pass
        admin.close()
        if scene.halves():
            raise Failed("a half backup stays")


def wait_for_something(scene, before, half):
    """Until the job has begun to write, or has come to its end."""
    for _ in range(2_000_000):
        if (half and scene.halves()) or set(scene.whole()) - set(before):
            return
    raise Failed("no backup begins")


def restored(scene, vault, backup, data, *more, expect=0):
    return scene.run("restore", backup, "--keys", scene.newest_keys, "--data", data, "--key-file", vault.key,
                     *MEMORY, *more, expect=expect)


def killed_restores(scene, vault, rounds):
    backup = scene.whole()[-1]
    data = scene.folder / "restored"
    for number in range(rounds):
        process = subprocess.Popen(
            [scene.binary, "restore", str(backup), "--keys", str(scene.newest_keys), "--data", str(data),
             "--key-file", str(vault.key), *MEMORY], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=0.02 * (number + 1))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        if (data / "vault").exists():
            scene.run("verify", "--data", data, "--key-file", vault.key, *MEMORY)
            shutil.rmtree(data)
        elif data.exists():
            scene.run("status", "--data", data, "--key-file", vault.key, *MEMORY, expect=4)
    restored(scene, vault, backup, data)
    restored(scene, vault, backup, data, expect=8)
    scene.run("verify", "--data", data, "--key-file", vault.key, *MEMORY)
    shutil.rmtree(data)


def rotated_and_restored(scene, vault):
    """Rotate, back up both, restore, verify: with the keyring of before it does not open, and with the new one all of it does."""
    older_keys = scene.newest_keys
    scene.run("key", "rotate", environment=vault.environment())
    scene.run("backup", environment=vault.environment())
    keys = scene.run("backup", "--keyring", "--data", vault.data, "--to", scene.keys, "--json")
    scene.newest_keys = json.loads(keys.stdout)["file"]
    backup, data = scene.whole()[-1], scene.folder / "rotated"
    said = scene.run("restore", backup, "--keys", older_keys, "--data", data, "--key-file", vault.key, *MEMORY, expect=11)
    if "the keyring is older than the backup" not in said.stderr or data.exists():
        raise Failed(f"a keyring from before the rotation: {said.stderr}")
    restored(scene, vault, backup, data)
    scene.run("verify", "--data", data, "--key-file", vault.key, *MEMORY)
    shutil.rmtree(data)


def what_a_cut_log_tells(scene, vault, backup, archive):
    """An end that nobody vouches for is believed only by who says so, and then nobody's token of then works any more."""
    cut = scene.folder / "cut"
    shutil.copytree(archive, cut)
    (cut / "anchor").unlink()
    data = scene.folder / "of a cut log"
    more = ("--log-archive", cut, "--new-origin", "a test", "--json")
    said = restored(scene, vault, backup, data, *more, expect=11)
    if "is not known to be whole" not in said.stderr or data.exists():
        raise Failed(f"a log that may be cut is believed: {said.stderr}")
    restored(scene, vault, backup, data, *more, "--cut-archive", "--keep-credentials", expect=2)
    done = json.loads(restored(scene, vault, backup, data, *more, "--cut-archive").stdout)
    if not done["all_credentials_revoked"] or done["revoked_credentials"] < 2:
        raise Failed(f"a log that may be cut is believed: {done}")
    scene.run("verify", "--data", data, "--key-file", vault.key, *MEMORY)
    restored(scene, vault, backup, backup / "vault-in-it", expect=2)
    shutil.rmtree(data)
    shutil.rmtree(cut)


def what_stays_revoked(scene, vault):
    """What a newer log says was revoked stays so, other tokens work, and the older state is refused without a reason."""
    backup = scene.whole()[-1]
    tokens = [json.loads(line) for line in
              scene.run("token", "list", "--user", vault.users["writer"], "--json", environment=vault.environment()).stdout.splitlines()]
    scene.run("token", "revoke", tokens[0]["rky_credentialid"], environment=vault.environment())
    vault.stop()
    old_key = (vault.data / "log.vkey").read_text(encoding="ascii").strip()
    seen = scene.folder / "seen.checkpoint"
    scene.run("audit", "verify", "--data", vault.data, "--key", old_key, "--state", seen)
    archive = scene.folder / "archive"
    shutil.move(vault.data, archive)
    said = restored(scene, vault, backup, vault.data, "--log-archive", archive, expect=11)
    if "the backup is older than the log in" not in said.stderr or vault.data.exists():
        raise Failed(f"an older state is restored without a reason: {said.stderr}")
    what_a_cut_log_tells(scene, vault, backup, archive)
    done = json.loads(restored(scene, vault, backup, vault.data, "--log-archive", archive, "--new-origin", "a test", "--json").stdout)
    if done["log_refilled_to"] <= done["log_size"]:
        raise Failed(f"the newer log was not filled in: {done}")
    if done["revoked_credentials"] != 1 or done["all_credentials_revoked"] or done["log_verifier_key"] == old_key:
        raise Failed(f"not what the newer log says: {done}")
    shutil.copytree(archive / "tls", vault.data / "tls", copy_function=shutil.copy2)
    vault.start()
    writer, admin = vault.client("writer"), vault.client()
    writer.expect(401, "GET", f"{SECRETS}?$top=1")
    admin.expect(200, "GET", "WhoAmI")
    if "log-key-change" not in [entry["Action"] for entry in admin.log()]:
        raise Failed("the log does not tell of its new name")
    writer.close()
    admin.close()
    vault.stop()
    said = scene.run("audit", "verify", "--data", vault.data, "--key", old_key, "--state", seen)
    if "handed over: the log " not in said.stdout or "were filled in from a newer copy" not in said.stdout:
        raise Failed(f"the hand-over is not told: {said.stdout}")
    scene.run("verify", "--data", vault.data, "--key-file", vault.key, *MEMORY)
    shutil.rmtree(vault.data)
    shutil.move(archive, vault.data)


def what_was_revoked(scene, vault):
    """Without a newer log nobody's token of then works any more, and a new one does."""
    shutil.move(vault.data, scene.folder / "before")
    said = restored(scene, vault, scene.whole()[-1], vault.data, "--json")  # nobody knows which: all of them
    if json.loads(said.stdout)["revoked_credentials"] < 2:
        raise Failed(f"not all were revoked: {said.stdout}")
    shutil.copytree(scene.folder / "before" / "tls", vault.data / "tls", copy_function=shutil.copy2)
    out = scene.folder / "new.token"
    scene.run("token", "create", "--data", vault.data, "--key-file", vault.key, "--user", "ada@example.com",
              "--name", "after", "--lifetime", "1h", "--out", out, *MEMORY)
    vault.start()
    for who in ("admin", "writer"):
        client = vault.client(who)
        client.expect(401, "GET", f"{SECRETS}?$top=1")
        client.close()
    vault.tokens["admin"] = out.read_text(encoding="ascii").strip()
    admin = vault.client()
    actions = [entry["Action"] for entry in admin.log()]
    admin.close()
    # It sums up what it revoked, so it comes behind that.
    if "restore" not in actions or "credential-revoke" not in actions[:actions.index("restore")]:
        raise Failed(f"the log does not tell of the restore: {actions[-30:]}")


def search(folder, printed, marker):
    needles = spellings(marker)
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    for path in files:
        content = path.read_bytes()
        if any(needle in content for needle in needles):
            raise Failed(f"a token is in {path.relative_to(folder)}")
    text = "".join(printed).encode()
    if any(needle in text for needle in needles):
        raise Failed("a token is in what was printed")
    return len(files)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rookery")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    marker = "Marker" + secrets.token_hex(12)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-backup-"))
    try:
        scene = Scene(options.rookery, folder)
        config = f'[backup]\ndirectory = "{scene.backups}"\nkeep = 50\ninterval_hours = 0\n[jobs]\nshare_percent = 100\n'
        with Serve(options.rookery, folder, config) as vault:
            vault.user("writer", roles=["Rookery Importer"], profiles=["Rookery token writer"])
            prepare_life(scene, vault)
            fill(vault, marker, 200)
            keys = scene.run("backup", "--keyring", "--data", vault.data, "--to", scene.keys, "--json")
            scene.newest_keys = json.loads(keys.stdout)["file"]
            whole_life(scene, vault, marker)
            backups_while_others_write(scene, vault, marker)
            is_refused_elsewhere(scene, vault)
            rotated_and_restored(scene, vault)
            killed_servers(scene, vault, options.rounds)
            scene.run("verify", scene.whole()[-1], "--keys", scene.newest_keys, "--key-file", vault.key, *MEMORY)
            killed_restores(scene, vault, 2 * options.rounds)
            what_stays_revoked(scene, vault)
            what_was_revoked(scene, vault)
            vault.stop()
            scene.printed += vault.lines
        files = search(folder, scene.printed, marker)
    except BaseException as problem:
        print(f"FAILED: {type(problem).__name__}: {problem}\nkept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder)
    print(f"{options.rounds} servers and {2 * options.rounds} restores killed; no token in {files} files")


main()
