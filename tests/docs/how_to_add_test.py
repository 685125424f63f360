"""The pages about adding something name exactly the files that their examples touch, and the examples fit the
tree. That they build and pass their tests is tried by hand, with try_example.py: it takes as long as a build."""

import pathlib
import shutil
import sys
import tempfile
import unittest

import example

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]

PAGE = """# Add a slot
| File | What |
|---|---|
| `src/NAME_slot.cpp` | the kind |
| `src/kinds.hpp` | its row |

Example: [it](../../tests/docs/examples/slot.patch).
"""

PATCH = """Build: a
Test: b

diff --git a/src/new_slot.cpp b/src/new_slot.cpp
new file mode 100644
index 0000000..7898192
--- /dev/null
+++ b/src/new_slot.cpp
@@ -0,0 +1 @@
+a
diff --git a/src/kinds.hpp b/src/kinds.hpp
index 0000000..7898192 100644
--- a/src/kinds.hpp
+++ b/src/kinds.hpp
@@ -1,2 +1,3 @@
 first
+second
 last
"""

# (file, its text from, its text to, a part of the finding): each is planted alone.
PLANTED = [
    ("docs/development/add-a-slot.md", "| `src/kinds.hpp` | its row |\n", "", "src/kinds.hpp of slot.patch is in 0"),
    ("docs/development/add-a-slot.md", "| `src/kinds", "| `src/NAME_slot.cpp` | twice |\n| `src/kinds", "is in 2"),
    ("docs/development/add-a-slot.md", "| `src/kinds", "| `src/more.hpp` | no |\n| `src/kinds", "not touch src/more.hpp"),
    ("docs/development/add-a-slot.md", "NAME_slot", "new_slot", "src/new_slot.cpp is new"),
    ("docs/development/add-a-slot.md", "slot.patch", "command.patch", "command.patch is not there"),
    ("docs/development/add-a-slot.md", "[it]", "[a](../../tests/docs/examples/slot.patch) [it]", "shows 2 examples"),
    ("src/kinds.hpp", "first", "other", "slot.patch: fits the tree no more"),
    ("tests/docs/examples/slot.patch", "new_slot", "newest", "is in 0 of its rows"),
]


class ThePages(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="rookery-docs-"))
        self.addCleanup(shutil.rmtree, self.scratch)

    def test_the_pages_name_what_their_examples_touch_and_the_examples_fit(self):
        self.assertEqual([], list(example.findings(ROOT, self.scratch)))

    def test_there_is_a_page_and_an_example_for_each_thing_that_is_added(self):
        self.assertEqual(set(example.FILES_MAX), {names[0] for _, names, _ in example.pages(ROOT)})
        for name in example.FILES_MAX:
            self.assertLessEqual({"Build", "Test"}, set(example.orders(example.patch_of(ROOT, name))))


class ThePlantedMistake(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="rookery-docs-"))
        self.addCleanup(shutil.rmtree, self.root)

    def plant(self, number, changed=None, before="", after=""):
        root = self.root / str(number)
        tree = {"docs/development/add-a-slot.md": PAGE, "tests/docs/examples/slot.patch": PATCH,
                "src/kinds.hpp": "first\nlast\n"}
        for name, text in tree.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace(before, after) if name == changed else text, encoding="utf-8")
        scratch = root / "scratch"
        scratch.mkdir()
        return list(example.findings(root, scratch))

    def test_nothing_is_found_where_nothing_is_wrong(self):
        self.assertEqual([], self.plant("clean"))

    def test_every_planted_mistake_is_found(self):
        for number, (name, before, after, expected) in enumerate(PLANTED):
            with self.subTest(name=name, after=after):
                found = self.plant(number, name, before, after)
                self.assertTrue(any(expected in one for one in found), f"only {found}")


if __name__ == "__main__":
    unittest.main()
