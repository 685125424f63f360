"""try_example.py NAME...: builds examples of tests/docs/examples and runs their tests, each in a copy of the tree in
build/examples/NAME. By hand: it takes as long as a build. Without names, all of them."""

import pathlib
import shutil
import subprocess
import sys

import example

ROOT = pathlib.Path(__file__).parents[2]


def run(folder, *command):
    print("$", *command, flush=True)
    subprocess.run(command, cwd=folder, check=True)


def attempt(name):
    patch = example.patch_of(ROOT, name)
    folder = ROOT / "build" / "examples" / name
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    example.copy(ROOT, [one for one in listed.split("\0") if one], folder)
    refused = example.apply(patch, folder)
    if refused is not None:
        sys.exit(f"{patch.name}: {refused}")
    orders = example.orders(patch)
    run(folder, "cmake", "--preset", "dev")
    run(folder, "cmake", "--build", "build/dev", "--target", *orders["Build"].split())
    if "Write" in orders:
        run(folder, *orders["Write"].split())
    run(folder, "ctest", "--test-dir", "build/dev", "--output-on-failure", "-R", orders["Test"])


for one in sys.argv[1:] or sorted(example.FILES_MAX):
    attempt(one)
