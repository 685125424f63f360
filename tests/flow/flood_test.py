"""flood_test.py ROOKERY [--seconds S] [--caller]

A user without any role sends requests as fast as he can. Each is refused as it must be, and the log of it
stays small: the first ones of a minute are written singly, the rest are counted, and no refusal is lost
from the sum of the two. What others do is written as ever.

By hand, with --caller, another user's latency is measured as well, without the flood and with it, for as
many seconds each:

  python3 tests/flow/flood_test.py build/release/rookery --seconds 60 --caller
"""

import argparse
import multiprocessing
import pathlib
import shutil
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import API, SECRETS, Failed, Vault  # noqa: E402

LOG_BYTES_PER_SECOND = 64 << 10
SINGLY_A_MINUTE = 200  # limits.user_refusals_logged
AHEAD = 32             # requests sent before the first of them is answered


def flood(address, tls, token, path, until, results):
    """One connection at full speed until the time has come; reports (answers, those that were not as expected)."""
    request = (f"GET {path} HTTP/1.1\r\nHost: {address[0]}\r\nAuthorization: Bearer {token}\r\n\r\n").encode() * AHEAD
    answers = wrong = 0
    with socket.create_connection(address) as plain, tls.wrap_socket(plain, server_hostname=address[0]) as stream:
        while time.monotonic() < until:
            stream.sendall(request)
            received = b""
            while received.count(b"}}") < AHEAD:
                piece = stream.recv(1 << 16)
                if not piece:
                    raise Failed(f"the connection of the flood ended after {answers} answers")
                received += piece
            answers += AHEAD
            wrong += AHEAD - min(received.count(b"HTTP/1.1 403 Forbidden\r\n"), received.count(b'"0x80040220"'),
                                 received.count(b"\r\nREQ_ID: "))
            wrong += received.count(b"Audit-Log")
    results.put((answers, wrong))


def store_bytes(vault):
    return sum(file.stat().st_size for file in (vault.data / "store").iterdir() if file.suffix in (".log", ".sst"))


def start_flood(vault, seconds):
    results = multiprocessing.Queue()
    path = f"{API}{SECRETS}({vault.facts['records'][0]})"
    process = multiprocessing.Process(target=flood, args=(
        (vault.host, vault.port), vault.tls, vault.tokens["stranger"], path, time.monotonic() + seconds, results))
    process.start()
    return process, results


def end_flood(process, results):
    process.join()
    if process.exitcode != 0:
        raise Failed(f"the flood ended with {process.exitcode}")
    return results.get()


def growth_by_second(vault, process):
    """Bytes that the store grew by in each second of the flood."""
    grown, before, pause = [], store_bytes(vault), threading.Event()
    while process.is_alive():
        pause.wait(1)
        now = store_bytes(vault)
        grown.append(now - before)
        before = now
    return grown


def entries_of(vault, who):
    """His refusals on the log: how many singly, and how many by the sum of the aggregates."""
    singly = counted = 0
    for entry in vault.client("auditor").log():
        if entry["ActorId"] != vault.users[who] or entry["Outcome"] != "denied":
            continue
        if entry["Action"] == "refusals-aggregated":
            counted += entry["Count"]
            if entry["Extras"].get("error:missing_privilege") != entry["Count"]:
                raise Failed(f"not all of the flood's refusals are of one kind: {entry}")
        else:
            singly += 1
    return singly, counted


def latencies(vault, seconds):
    """Microseconds of one retrieve after another."""
    client, record = vault.client("agent"), vault.facts["records"][0]
    times, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic_ns()
        answer = client.retrieve(record)
        times.append((time.monotonic_ns() - began) // 1000)
        if answer.status != 200:
            raise Failed(f"the agent's retrieve: {answer}")
    client.close()
    return sorted(times)


def show(what, times):
    rank = lambda share: times[min(len(times) - 1, int(len(times) * share))]  # noqa: E731
    print(f"another caller {what}: {len(times)} retrieves, p50 {rank(.5)} µs, p99 {rank(.99)} µs, p99.9 {rank(.999)} µs")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rookery")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--caller", action="store_true")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-flood-"))
    try:
        with Vault(options.rookery, folder / "data") as vault:
            if options.caller:
                show("without the flood", latencies(vault, options.seconds))
            began = time.monotonic()
            process, results = start_flood(vault, options.seconds)
            if options.caller:
                show("with the flood", latencies(vault, options.seconds))
                answers, wrong = end_flood(process, results)
            else:
                grown = growth_by_second(vault, process)
                answers, wrong = end_flood(process, results)
                minutes = int((time.monotonic() - began) // 60) + 2  # that it may have touched
                singles = SINGLY_A_MINUTE * minutes
                print(f"the store grew by {grown} bytes a second")
                # The single entries of a minute come at its beginning: all of it may take what its seconds may.
                if sum(grown) > LOG_BYTES_PER_SECOND * 60 * minutes:
                    raise Failed(f"the store grew by {sum(grown)} bytes in {len(grown)} seconds")
                if sorted(grown)[len(grown) // 2] > LOG_BYTES_PER_SECOND:
                    raise Failed("the store grew by more than 64 KiB in most seconds")
                if answers < 2 * singles:
                    raise Failed(f"{answers} answers are no flood")
            vault.stop()
        with Vault(options.rookery, folder / "data") as vault:
            singly, counted = entries_of(vault, "stranger")
            vault.stop()
        print(f"{answers} refusals, {answers / options.seconds:.0f} a second; on the log {singly} singly, {counted} counted")
        if wrong:
            raise Failed(f"{wrong} of {answers} answers were not the refusal that was expected")
        if singly + counted != answers:
            raise Failed(f"the log knows {singly + counted} of {answers} refusals")
        if not options.caller and singly > singles:
            raise Failed(f"{singly} entries of their own, not at most {singles}")
    except Exception as problem:
        print(f"FAILED: {type(problem).__name__}: {problem}\nkept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    main()
