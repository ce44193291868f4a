# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# The crate for Rust: what its own tests say upon live scenes, what does not compile, and whether what it
# says of C is what the headers say. Nobody else compares the two: a wrong type would go unseen until a
# register is read that nobody has written.

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from bindings_test import BUILD, SOURCE_ROOT, environment
from compilers import CRATE, beside, crate, rustc

sys.path.insert(0, str(SOURCE_ROOT / "tests" / "abi"))
from declared import headers, prototypes

# Where the headers are: one is generated.
INCLUDE = [SOURCE_ROOT / "include", BUILD / "include"]
FUNCTION = re.compile(r"pub fn (\w+)\(([^)]*)\)(?:\s*->\s*([^;]+))?;")
ENUMERATION = re.compile(r"typedef enum[^{]*\{(.*?)\} Procview(\w+);", re.S)
TYPES = {
    "void": "", "int": "c_int", "guint": "c_uint", "char": "c_char", "double": "c_double",
    "gboolean": "gboolean", "gint64": "i64", "guint64": "u64", "guint16": "u16", "guint8": "u8",
    "gsize": "usize", "gpointer": "*mut c_void", "GQuark": "u32",
    "ProcviewProgressFunc": "Option<ProgressFunc>",
    "ProcviewJsonSelectFunc": "Option<JsonSelectFunc>",
}
MAIN = "use procview::*;\nfn main() {{\nlet mut scanner = Scanner::new().unwrap();\n{}}}\n"
TAKE = "let snapshot = scanner.scan(&Query::new()).unwrap();\n"
KEPT = "let part = snapshot.fd_tables().next().unwrap();\n{}println!(\"{{}}\", part.id());\n"
# What a program may not do, and the error that says so.
WRONG = {
    "a part without its snapshot": (TAKE + KEPT.format("drop(snapshot);\n"), "E0505"),
    "a name without its snapshot": (
        "let name;\n{\n" + TAKE + "name = snapshot.processes().next().unwrap().exe();\n}\n"
        "println!(\"{:?}\", name);\n", "E0597"),
    "one scanner in two threads": (
        "std::thread::scope(|scope| { scope.spawn(|| scanner.scan(&Query::new()).is_ok());\n"
        "scope.spawn(|| scanner.scan(&Query::new()).is_ok()); });\n", "E0499"),
    "one scanner seen from another thread": (
        "let seen = &mut scanner;\nfn share<T: Sync>(_: &T) {}\nshare(seen);\n", "E0277"),
    "sums in two threads": (
        TAKE + "fn share<T: Sync>(_: &T) {}\nshare(&Counts::new(&snapshot).unwrap());\n", "E0277"),
}


def of_c(declared, parts):
    """A type of C in the words of ffi.rs."""
    base = re.sub(r"\bconst\b|\*", "", declared).strip()
    if base in TYPES:
        rust = TYPES[base]
    elif base.startswith("Procview"):
        rust = base.removeprefix("Procview") if base in parts else "c_uint"
    else:
        rust = base
    # Outermost last: "const char *const *" is a pointer to constant pointers to constant characters.
    for before in re.findall(r"([^*]*)\*", declared):
        rust = ("*const " if "const" in before else "*mut ") + rust
    return rust


def parameters_of_c(text):
    for parameter in text.split(","):
        declared = re.fullmatch(r"\s*(.*?)(\w+)\s*", parameter, re.S)
        if parameter.strip() != "void":
            yield " ".join(declared.group(1).split())


def values():
    """(type, value, number) of all enumerations, as Rust would call them."""
    for _, text in headers(INCLUDE):
        for body, name in ENUMERATION.findall(text):
            for number, value in enumerate(re.findall(r"PROCVIEW_(\w+)(?:\s*=\s*([^,]+))?,", body)):
                yield name, value[0], value[1].strip() or str(number)


class Rust(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.options = crate(cls.folder)

    def test_scenes(self):
        program = self.folder / "scenes"
        rustc("--test", *self.options, CRATE / "tests" / "scenes.rs", "-o", program,
              cwd=self.folder).check_returncode()
        # One at a time: they count what the process has open.
        tested = subprocess.run([program, "--test-threads=1"], env=environment(), check=False,
                                capture_output=True, timeout=200)
        print(tested.stdout.decode(), tested.stderr.decode())
        self.assertEqual(tested.returncode, 0)
        self.assertGreater(tested.stdout.count(b"... ok"), 10)

    def test_documentation(self):
        rustdoc = beside(os.environ["RUSTC"], "rustdoc")
        if rustdoc is None:
            self.skipTest("there is no rustdoc")
        options = ["--edition", "2021", "--test", "--crate-name", "procview", *self.options]
        tested = subprocess.run(
            [rustdoc, *options, CRATE / "src" / "lib.rs"], cwd=self.folder, check=False,
            env={**environment(), "TMPDIR": str(self.folder)}, capture_output=True)
        self.assertEqual(tested.returncode, 0, tested.stdout.decode() + tested.stderr.decode())
        self.assertGreater(tested.stdout.count(b"... ok"), 2)

    def compile(self, body):
        source = self.folder / "program.rs"
        source.write_text(MAIN.format(body))
        return rustc("--emit=metadata", *self.options, source, cwd=self.folder, capture_output=True)

    def test_what_does_not_compile(self):
        right = self.compile(TAKE + KEPT.format(""))
        self.assertEqual(right.returncode, 0, right.stderr.decode())
        for what, (body, error) in WRONG.items():
            ran = self.compile(body)
            self.assertNotEqual(ran.returncode, 0, what)
            self.assertEqual(set(re.findall(r"error\[(E\d+)\]", ran.stderr.decode())), {error}, what)


class Declarations(unittest.TestCase):
    def test_functions(self):
        source = (CRATE / "src" / "ffi.rs").read_text()
        opaque = re.search(r"opaque! \{(.*?)\}", source, re.S).group(1).split()
        parts = {"Procview" + name for name in opaque}
        known = {name: text for name, (text, _) in prototypes(INCLUDE).items()}
        seen = 0
        for name, parameters, returned in FUNCTION.findall(source):
            if not name.startswith("procview_"):
                continue
            seen += 1
            result, inner = re.fullmatch(r"(.*?)\b\w+\((.*)\)", known[name], re.S).groups()
            told = [" ".join(one.split(":", 1)[1].split()) for one in parameters.split(",") if one.strip()]
            self.assertEqual(told, [of_c(one, parts) for one in parameters_of_c(inner)], name)
            self.assertEqual(returned.strip(), of_c(result.strip(), parts), name)
        self.assertGreater(seen, 120)

    def test_values(self):
        source = (CRATE / "src" / "values.rs").read_text()
        listed = {}
        for name, body in re.findall(r"(?:values|flags)! \{.*?(\w+) \{\n(.*?)\n    \}\n\}", source, re.S):
            rust = dict(re.findall(r"^\s*(\w+) = ([^,]+),", body, re.M))
            listed[{"Json": "JsonFlags"}.get(name, name)] = rust
        self.assertGreater(len(listed), 12)
        checked = set()
        for name, value, number in values():
            if name in listed:
                checked.add(name)
                prefix = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper() + "_"
                prefix = prefix.replace("SCANNER_FLAGS_", "SCANNER_").replace("JSON_FLAGS_", "JSON_")
                prefix = prefix.replace("CHANGE_KIND_", "CHANGE_")
                self.assertEqual(listed[name].get(value.removeprefix(prefix)), number, value)
        self.assertEqual(checked, set(listed))

    def test_error_codes(self):
        source = (CRATE / "src" / "error.rs").read_text()
        told = re.findall(r"(\d+) if domain == ours => ErrorKind::(\w+)", source)
        codes = [(number, "".join(word.title() for word in value.split("_")[1:]))
                 for name, value, number in values() if name == "Error"]
        self.assertEqual(told, codes)

    def test_unsafe_says_why(self):
        for path in sorted((CRATE / "src").glob("*.rs")):
            lines = path.read_text().split("\n")
            for number, line in enumerate(lines):
                if not re.search(r"\bunsafe (\{|impl\b)", line) or line.lstrip().startswith("//"):
                    continue
                above = number - 1
                # What a line belongs to that was broken.
                while not lines[above].lstrip().startswith("//") and number - above < 4:
                    above -= 1
                while lines[above - 1].lstrip().startswith("//"):
                    above -= 1
                self.assertIn("SAFETY:", lines[above], f"{path.name}:{number + 1}")


if __name__ == "__main__":
    rustc("--version", cwd=tempfile.gettempdir())
    unittest.main(argv=sys.argv[:1])
