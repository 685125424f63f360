"""An example of adding something: a patch in tests/docs/examples, and the page that tells how, docs/development/add-a-*.md.

The patch begins with lines `Build:`, `Write:` and `Test:` for try_example.py. What it adds is whole and has a test,
but is nothing that anybody needs: it is never merged.
"""

import os
import pathlib
import re
import shutil
import subprocess

EXAMPLES = "tests/docs/examples"
PAGES = "docs/development"

# Of a new thing: more files than this, its tests and its pages included (two are written by programs), and it is dear to add.
FILES_MAX = {"message": 9, "table": 3, "column-type": 9, "command": 5, "slot": 4, "job": 6}

LINK = re.compile(r"\]\(\.\./\.\./tests/docs/examples/([a-z-]+)\.patch\)")
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
CHANGED = re.compile(r"^diff --git a/(\S+) b/\S+\n(new file)?", re.MULTILINE)
HEADER = re.compile(r"^(Build|Write|Test): (.+)$", re.MULTILINE)
PLACEHOLDER = re.compile(r"[A-Z]{2,}")


def pages(root):
    """(page's path, the names of its examples, the files in its table) of every page about adding something."""
    for path in sorted((root / PAGES).glob("add-a-*.md")):
        text = path.read_text(encoding="utf-8")
        yield path.name, LINK.findall(text), ROW.findall(text)


def patch_of(root, name):
    return root / EXAMPLES / f"{name}.patch"


def touched(patch):
    """{path: whether it is new} of the files that the patch touches."""
    return {path: bool(new) for path, new in CHANGED.findall(patch.read_text(encoding="utf-8"))}


def orders(patch):
    """What stands above the first change: {"Build": targets, ...}."""
    return dict(HEADER.findall(patch.read_text(encoding="utf-8").split("\ndiff --git ")[0]))


def fits(row, path):
    """Whether a row of a page, with NAME for what is chosen, means this file."""
    pattern = "".join("[a-z0-9_]+" if PLACEHOLDER.fullmatch(part) else re.escape(part)
                      for part in re.split(r"([A-Z]{2,})", row))
    return re.fullmatch(pattern, path) is not None


def apply(patch, folder):
    """Applies the patch to a copy of (a part of) the tree; what git says when it cannot."""
    apart = dict(os.environ, GIT_CEILING_DIRECTORIES=str(folder.parent))  # no repository is meant
    done = subprocess.run(["git", "apply", "--whitespace=nowarn", "-C1", str(patch)], cwd=folder, env=apart,
                          capture_output=True, text=True)
    return done.stderr if done.returncode != 0 else None


def copy(root, names, folder):
    for name in names:
        if (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, folder / name)


def findings(root, scratch):
    """What is not so of the pages and their examples. `scratch`: an empty folder."""
    root = pathlib.Path(root)
    shown = []
    for page, names, rows in pages(root):
        if len(names) != 1:
            yield f"{PAGES}/{page}: shows {len(names)} examples, not one"
            continue
        name = names[0]
        shown.append(name)
        patch = patch_of(root, name)
        if not patch.is_file():
            yield f"{PAGES}/{page}: {patch.name} is not there"
            continue
        files = touched(patch)
        if len(files) > FILES_MAX[name]:
            yield f"{patch.name}: touches {len(files)} files, more than {FILES_MAX[name]}"
        for path, new in files.items():
            # A row of its own says more than one with NAME.
            mine = [row for row in rows if row == path] or [row for row in rows if fits(row, path)]
            if len(mine) != 1:
                yield f"{PAGES}/{page}: {path} of {patch.name} is in {len(mine)} of its rows"
            elif new != bool(PLACEHOLDER.search(mine[0])):
                yield f"{PAGES}/{page}: {mine[0]} is {'new' if new else 'there already'}"
        for row in rows:
            if not any(fits(row, path) for path in files):
                yield f"{PAGES}/{page}: {patch.name} does not touch {row}"
        folder = scratch / name
        folder.mkdir()
        copy(root, files, folder)
        refused = apply(patch, folder)
        if refused is not None:
            yield f"{patch.name}: fits the tree no more: {refused.strip()}"
    for patch in sorted((root / EXAMPLES).glob("*.patch")):
        if patch.stem not in shown:
            yield f"{patch.name}: no page shows it"
