"""marker_test.py ROOKERY [--records N]

Imports N handles whose tokens carry a marker, reads some of them, has some requests refused, stops
the server, and then searches every file of the data directory and everything that the processes
printed for the marker: as it is, in base64 at each of the three offsets, in hexadecimal, in UTF-16,
and backwards. None may be found. The search is tried on a planted file first.
"""

import argparse
import base64
import csv
import pathlib
import secrets
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from spellings import spellings  # noqa: E402
from vault import SECRETS, TOKEN, TOKEN_SECRET, Failed, Vault, environment_for, run  # noqa: E402

CHUNK = 1 << 24


def search(paths, needles):
    """(file, needle) of each file that holds one."""
    longest = max(map(len, needles))
    for path in paths:
        with path.open("rb") as file:
            tail = b""
            while chunk := file.read(CHUNK):
                window = tail + chunk
                for needle in needles:
                    if needle in window:
                        yield path, needle
                tail = window[-longest:]


def check_search(folder, marker, needles):
    """The search would find what it looks for, across a chunk's end too."""
    token = f"aa-{marker}-zz".encode()
    for number, content in enumerate([
        token, base64.b64encode(token), base64.b64encode(b"x" + token), base64.b64encode(b"xy" + token),
        token.hex().encode(), b"\xff" * (CHUNK - len(token) // 2) + token,
    ]):
        planted = folder / f"planted-{number}"
        planted.write_bytes(content)
        if not list(search([planted], needles)):
            raise Failed(f"the search misses the planted file {number}")
        planted.unlink()


def write_csv(path, count, marker, owner):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["handle", "unique_handle_id", "application", "access_token", "access_token_secret",
                         "owner"])
        for number in range(count):
            writer.writerow([f"handle{number}", f"marker-{number}", "Marker application",
                             f"t{number}-{marker}-{number}", f"s{number}-{marker}-{number}", owner])


def use(vault, marker, data, count):
    """Reads, changes and refusals: whatever touches a token on its way."""
    agent, security, reader = (vault.client(who) for who in ("agent", "security", "reader"))
    agent.expect(401, "GET", f"{SECRETS}?$top=1", headers={"Authorization": f"Bearer rky1_{marker}"})
    revealed = 0
    for number in range(0, count, max(1, count // 50)):
        key = f"{SECRETS}(msdyn_octwitteruniquehandleid='marker-{number}')"
        answer = agent.expect(200, "GET", f"{key}?$select={TOKEN},{TOKEN_SECRET}&UnMaskedData=true")
        if marker not in answer.json()[TOKEN]:
            raise Failed(f"record {number} shows {answer}")
        revealed += 1
        if marker.encode() in reader.send("GET", key).body:
            raise Failed("a masked read shows the token")
    token = f"new-{marker}"
    security.expect(204, "PATCH", f"{SECRETS}(msdyn_octwitteruniquehandleid='marker-0')",
                    {TOKEN: token}, {"If-Match": "*"})
    # Refused, with the marker where it does not belong.
    refusals = [
        ("GET", f"{SECRETS}?$filter={TOKEN}%20eq%20'{marker}'", None),
        ("GET", f"{SECRETS}?$orderby={marker}", None),
        ("GET", f"{SECRETS}(msdyn_octwitteruniquehandleid='{marker}')", None),
        ("GET", f"{SECRETS}({marker})", None),
        ("GET", f"{marker}", None),
        ("POST", SECRETS, {TOKEN: "********" + marker}),
        ("POST", SECRETS, {"msdyn_nosuchcolumn": marker}),
        ("POST", SECRETS, {TOKEN: marker * 200}),
        ("POST", SECRETS, {TOKEN: [marker]}),
    ]
    for method, path, body in refusals:
        answer = security.send(method, path, body)
        if answer.status < 400:
            raise Failed(f"{method} {path} was not refused: {answer}")
        if TOKEN in path and marker.encode() in answer.body:
            raise Failed(f"{method}: the refusal repeats the token: {answer}")
    for client in (agent, security, reader):
        client.close()
    return revealed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rookery")
    parser.add_argument("--records", type=int, default=2000)
    options = parser.parse_args()
    marker = "Marker" + secrets.token_hex(12)
    needles = spellings(marker)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-marker-"))
    try:
        check_search(folder, marker, needles)
        data = folder / "data"
        inputs = folder / "input"
        inputs.mkdir()
        printed = folder / "printed"
        with Vault(options.rookery, data) as vault, printed.open("wb") as out:
            write_csv(inputs / "handles.csv", options.records, marker, "Social")
            done = run(options.rookery, "import", inputs / "handles.csv",
                       environment=environment_for(vault, inputs, "security"))
            out.write((done.stdout + done.stderr).encode())
            revealed = use(vault, marker, data, options.records)
            tail = run(options.rookery, "audit", "tail", "--count", "1000", "--json",
                       environment=environment_for(vault, inputs, "auditor"))
            out.write((tail.stdout + tail.stderr).encode())
            alive = [p for p in data.rglob("*") if p.is_file()]
            hits = list(search(alive, needles))
            out.write(vault.stop().encode())
            out.write(vault.errors().encode())
        for command in (
            ("audit", "verify", "--data", data),
            ("verify", "--data", data, "--key-file", data / "development.key", "--allow-swap"),
        ):
            done = run(options.rookery, *command)
            with printed.open("ab") as out:
                out.write((done.stdout + done.stderr).encode())
        files = [p for p in data.rglob("*") if p.is_file()]
        hits += search(files + [printed], needles)
        if hits:
            raise Failed("found in " + ", ".join(f"{path.relative_to(folder)} as {needle!r}"
                                                 for path, needle in hits))
        size = sum(p.stat().st_size for p in files)
    except BaseException as problem:
        print(f"FAILED: {type(problem).__name__}: {problem}\nkept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder)
    print(f"{options.records} records, {revealed} revealed; no token in {len(files)} files "
          f"({size >> 10} KiB) nor in anything printed")


main()
