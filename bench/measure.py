"""What the benchmarks share: nginx as the yardstick, wrk as the load, medians, facts of the machine."""

import json
import os
import pathlib
import platform
import signal
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "support"))

BODY_BYTES = 1200


def median(values):
    return statistics.median(values)


def free_port():
    """A port the kernel chose. Somebody could take it before nginx does; nginx then says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx:
    """One worker, TLS 1.3, keep-alive, a constant body; everything of it in `folder`."""

    CONFIG = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  keepalive_timeout 300s;
  keepalive_requests 1000000000;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_protocols TLSv1.3;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location / {{ default_type application/json; return 200 "{body}"; }}
  }}
}}
"""

    def __init__(self, folder, certificate, key):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        config = self.folder / "nginx.conf"
        config.write_text(self.CONFIG.format(
            folder=self.folder, port=self.port, certificate=certificate, key=key, body="x" * BODY_BYTES))
        program = next(p for p in ("/usr/sbin/nginx", "/usr/bin/nginx") if os.path.exists(p))
        self.version = subprocess.run(
            [program, "-v"], capture_output=True, text=True, check=True).stderr.strip()
        self.process = subprocess.Popen(
            [program, "-p", str(self.folder), "-c", str(config)], stderr=subprocess.PIPE)
        deadline = time.monotonic() + 10
        while True:
            if self.process.poll() is not None:
                sys.exit(f"nginx did not start: {self.process.stderr.read().decode()}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            if time.monotonic() > deadline:
                self.stop()
                sys.exit("nginx does not listen")
        self.url = f"https://127.0.0.1:{self.port}"

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()
        self.process.stderr.close()


def wrk(url, connections, seconds, token_file, targets_file, pause_ms=0):
    """One run of wrk with one thread. Latencies in microseconds. Exits when an answer was no 200."""
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(HERE / "retrieve.lua"),
         url, "--", str(token_file), str(targets_file), str(pause_ms)],
        capture_output=True, text=True, check=False, timeout=seconds + 60)
    line = next((l for l in done.stdout.splitlines() if l.startswith("RESULT ")), None)
    if done.returncode != 0 or line is None:
        sys.exit(f"wrk failed: {done.stdout}{done.stderr}")
    result = json.loads(line.removeprefix("RESULT "))
    if result["failed"] or not result["requests"]:
        sys.exit(f"{url}: not every request was answered with 200: {result}")
    return result


def synced_write_us(folder, rounds=300):
    """Median of appending 1 KiB to a file and syncing it: what one commit cannot go below."""
    path = pathlib.Path(folder) / "sync-probe"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        os.write(descriptor, b"x" * 1024)
        os.fdatasync(descriptor)
        times.append((time.perf_counter() - began) * 1e6)
    os.close(descriptor)
    path.unlink()
    return median(times)


def anonymous_memory_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0


def filesystem_of(path):
    done = subprocess.run(["stat", "-f", "-c", "%T", str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def machine(binary, data):
    model = "unknown CPU"
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = int(pathlib.Path("/proc/meminfo").read_text(encoding="ascii").split()[1]) >> 20
    wrk_version = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False)
    version = subprocess.run([str(binary), "--version"], capture_output=True, text=True, check=True)
    return {
        "cpu": f"{len(os.sched_getaffinity(0))} × {model}",
        "memory": f"{memory} GiB",
        "kernel": platform.release(),
        "file system of the data": filesystem_of(data),
        "wrk": (wrk_version.stdout + wrk_version.stderr).split(" [")[0].strip(),
        "rookery": version.stdout.strip(),
    }


def default_binary():
    for preset in ("release", "dev"):
        path = HERE.parent / "build" / preset / "rookery"
        if path.exists():
            if preset != "release":
                print("note: measuring an unoptimised build", file=sys.stderr)
            return path
    sys.exit("error: no rookery is built\nhint: cmake --preset release && cmake --build build/release "
             "--target rookery, or name one with --rookery")


def table(header, rows):
    """A table that is Markdown too."""
    rows = [header] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(lines)
