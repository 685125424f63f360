"""What may stand where, as data. check.py applies it; docs/ARCHITECTURE.md shows both include graphs."""

import pathlib
import re

# A module may include itself, the modules in its row, and everything that those may include.
# A row of src/modules.txt: a module, and the modules that it may include.
MODULE = re.compile(r"^([a-z]+):((?: [a-z]+)*)$", re.MULTILINE)

# Of the tree that this file is in.
INCLUDE_GRAPH = {
    name: depends.split()
    for name, depends in MODULE.findall((pathlib.Path(__file__).parents[2] / "src/modules.txt").read_text())
}

# The same within a module that has rooms, folders of its own folder; DOOR is that folder itself. A room without
# a row is a finding.
DOOR = "."
ROOM_GRAPH = {
    "odata": {
        "json": [],
        "batch": [],
        "request": ["json"],
        "fetchxml": ["request"],
        "response": ["fetchxml"],
        "metadata": ["response"],
        "operations": ["metadata"],
        DOOR: ["batch", "operations"],
    },
    "cli": {
        "options": [],
        "config": ["options"],
        "output": ["options"],
        "client": ["config", "output"],
        "import": ["client"],
        "local": ["config", "output"],
        "doctor": ["local"],
        "commands": ["import", "doctor"],
        DOOR: ["commands"],
    },
}

# Headers of libraries, by prefix, and who may include them: a module, or sources of it by how their
# names begin. The longest prefix that fits decides.
LIBRARIES = {
    "boost/beast": ["http"],
    "boost/asio": ["http"],
    "boost/json": ["odata"],
    "openssl/": ["http"],
    "openssl/sha.h": ["http", "crypto/sha256.cpp"],
    "rocksdb/": ["storage/rocksdb_", "storage/scratch.cpp"],
    "sodium": ["crypto", "base"],
    "p11-kit/": ["crypto/token_module.cpp"],
    "seccomp": ["base/system_call_filter.cpp"],
    "expat": ["odata/fetchxml/fetch_element.cpp"],
    "utf8proc": ["storage/text_key.cpp", "storage/bare_name.cpp"],
    "nlohmann/": ["odata", "sync", "cli"],
    "CLI/": ["cli"],
    "toml": ["cli"],
    "curl/": ["sync", "cli"],
    "spdlog/": ["cli"],
}

# (where, what, what to do instead). `where` is a regular expression on the path from the root;
# comments and string literals of C++ are blanked before `what` is searched.
BANNED = [
    (r"^src/(crypto|identity)/", r"\b(?:mem|str|strn)cmp\s*\(",
     "compare with constant_time_equal"),
    (r"^src/", r"\bstd::(?:rand|srand|mt19937(?:_64)?|default_random_engine|random_device)\b|\bs?rand\s*\(",
     "draw from base/random.hpp"),
    (r"^src/", r"\bdetached\b", "a detached coroutine swallows exceptions: pass a handler that logs"),
    (r"^src/http/", r"\bparser_?\s*(?:\.|->)\s*get\s*\(\)",
     "read into the parser: reading into its message drops the limits set on it"),
    (r"^src/(?!http/)", r"\bco_(?:await|return|yield)\b", "coroutines live in http only"),
    (r"^(src|include)/", r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|popen)\s*\(|(?<![A-Za-z_])(?:std)?::system\s*\(",
     "unbounded or shelling out"),
    (r"^(src|include)/", r"\bstd::(?:format|views|source_location)\b",
     "one of the two compilers has no such thing"),
    (r"^(src|include)/.*\.hpp$", r"\busing\s+namespace\b", "a header decides for everybody who includes it"),
    (r"^src/(?!main\.cpp$)", r"\bstd::c(?:out|err|log)\b|\b(?:f?printf|f?puts|perror)\s*\(",
     "say it with cli/output/console.hpp, which leaves out what may be a secret"),
    (r"^src/(?!cli/options/environment\.cpp$)", r"\bgetenv\s*\(", "a variable is a row of cli/options/environment.cpp"),
    (r"^(src/(?!cli/)|tests/).*\.[ch]pp$", r"\bsleep_(?:for|until)\b|\bu?sleep\s*\(|\bnanosleep\s*\(",
     "wait for the event itself"),
    (r"^(tests|bench)/.*\.py$", r"\btime\.sleep\s*\(", "wait for the event itself"),
]

# Functions that no code in src calls, and why they are there all the same: what only tests need belongs to the tests, and
# what a feature will need comes with it.
WITHOUT_CALLER = {
    "advance": "a clock that is set by hand is what tests have",
    "secret_arena_statistics": "what tests of the arena count",
    "config_options": "rows that a test compares with their page",
    "exit_codes": "rows that a test compares with their page",
    "has_cells": "what the generated page of the schema says of a column",
    "encode_core": "a part of an entry, which vectors of its format are compared with",
    "encode_priv": "a part of an entry, which vectors of its format are compared with",
    "wakes": "lets a test of the sync wait for the event itself",
    "try_take": "lets a test of the queue take without waiting",
}

# Searched in the raw text of every file of ours. Pieces are joined so that this file is no finding.
BANNED_WORDS = [
    (r"\b" + "TO" + r"DO\b|\bFIX" + r"ME\b|\bX" + r"XX\b", "say it in the documents, or do it"),
    (r"/" + r"work/(?:main|shared)|/" + r"root/|/tmp/" + r"bash_jobs", "a path of one machine"),
]

# Headers that no source of ours names, since CMake lists them by a line that they have (rookery_collect).
COLLECTED = [
    ("src/schema/", re.compile(r"^inline constexpr Table ", re.MULTILINE)),
    ("src/messages/", re.compile(r" MessageFacts facts\(\) const;")),
]

# A source of src/ has at most so many lines, unless the comment at its top says why, with the number in the
# sentence: "More than 500 lines, since ...".
LINES_MAX = 500
WHY_LONGER = re.compile(rf"\b{LINES_MAX} lines\b")

SOURCE_FOLDERS = ("src", "include", "tests", "bench", "docs", "config", "scripts", "cmake", "keys", ".ci")
TEXT_SUFFIXES = {".cpp", ".hpp", ".in", ".py", ".md", ".toml", ".txt", ".cmake", ".json", ".lua", ".mjs", ".yml", ""}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)

