# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
#
# Who has a file may lose it and live on: is he shown as gone, once, and below him whoever goes too?

import os
import re
import subprocess
import tempfile
import unittest

from ptree_cli import ENVIRONMENT
from screen import Session

# A file that is inherited: two processes, of which the younger tells its number.
FAMILY = ["sh", "-c", "exec 7<\"$0\"; sh -c 'echo $$; read x'; :"]


def first_that_loses(screen, pid):
    """The first whole view that shows a process as gone."""
    lost = re.compile(rf"- +{pid} ")
    return next((view for view in screen.pictures if any(map(lost.match, view))), None)


class LivesOn(unittest.TestCase):
    def test_parent_and_child(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "shared")
            with open(path, "w", encoding="utf-8"):
                pass
            parent = subprocess.Popen([*FAMILY, path], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
            child = int(parent.stdout.readline())
            with Session("--watch=0.2", path, width=300) as session:
                session.wait_for_line(rf"^  +{child} ")
                # Another file, by the same name.
                os.rename(path, path + "-before")
                with open(path, "w", encoding="utf-8"):
                    pass
                picture = session.wait_for(lambda screen: first_that_loses(screen, child))
            marks = [line[:1] for line in picture if re.match(rf". +{parent.pid} ", line)]
            self.assertEqual(marks, ["-"], picture)
            parent.stdin.close()
            parent.stdout.close()
            parent.wait()


if __name__ == "__main__":
    unittest.main()
