# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Which packages tools/bootstrap asks for. Nothing is installed, configured or built: dpkg-query is
# one that knows what the test says, id says who it is, apt-get ends the test, and what bootstrap
# would build is in the way.

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOOTSTRAP = ROOT / "tools" / "bootstrap"
DAEMONS = ["collectd-core", "collectd-dev", "libmicrohttpd12", "libprotobuf-c1", "prometheus"]

DPKG_QUERY = """#!/bin/sh
# dpkg-query -W -f FORMAT PACKAGE…: nothing of one that it does not know, and exit status 1
shift
format=$2
shift 2
for package in "$@"; do
	case " {absent} " in
	*" $package "*) ;;
	*) case $package in
		*t64) [ "$package" = "{renamed}" ] || continue ;;
		esac
		printf '%s' "$format" | sed 's/${{db:Status-Abbrev}}/ii /' ;;
	esac
done
exit 1
"""


class Bootstrap(unittest.TestCase):
    def say(self, absent, renamed="", what="test", uid=1000):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            programs = {
                "dpkg-query": DPKG_QUERY.format(absent=" ".join(absent), renamed=renamed),
                "id": f"#!/bin/sh\necho {uid}\n",
                "apt-get": "#!/bin/sh\nexit 1\n",
            }
            for name, text in programs.items():
                path = folder / "bin" / name
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
                path.chmod(0o755)
            for build in ("build-test", "build-ptree", "build-install"):
                (folder / build).mkdir()
                (folder / build / "in-the-way").touch()
            (folder / "tools").mkdir()
            script = folder / "tools" / "bootstrap"
            script.write_text(BOOTSTRAP.read_text(encoding="utf-8"), encoding="utf-8")
            ran = subprocess.run(
                ["sh", str(script), what],
                env={**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
                capture_output=True, text=True, check=False,
            )
        self.assertEqual(ran.returncode, 1, ran)
        self.assertEqual(ran.stdout, "")
        return ran.stderr

    def test_what_is_there_is_not_asked_for(self):
        for what in ("test", "ptree", "install"):
            said = self.say([], what=what)
            self.assertIn("is in the way", said)
            self.assertNotIn("missing", said)
            self.assertNotIn("skip", said)

    def test_what_is_missing_is_named(self):
        for what in ("test", "ptree", "install"):
            said = self.say(["clang", "libmnl-dev"], what=what)
            self.assertRegex(said, r"install .* libmnl-dev clang\n")

    def test_what_starts_services_is_not_demanded(self):
        """Whoever has none of it builds and tests all the same, and is told what will skip."""
        said = self.say(DAEMONS)
        self.assertIn(f"not installed, as they start services: {' '.join(DAEMONS)}.", said)
        self.assertIn("is in the way", said)
        self.assertNotIn("packages are missing", said)

    def test_a_library_that_was_renamed_is_there(self):
        said = self.say(["libmicrohttpd12"], renamed="libmicrohttpd12t64")
        self.assertIn("is in the way", said)
        self.assertNotIn("libmicrohttpd12", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
