# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright the libprocview authors
"""Prints where packages of this Python lie that are installed under the prefix given.

Of the folders that it searches the first that is right below the prefix: on Debian those of /usr
and of /usr/local have different names, and what sysconfig and Meson say is searched is not always.
Under a prefix that it does not search there is no right place, and PYTHONPATH has to name it.
"""

import pathlib
import site
import sys
import sysconfig

prefix = pathlib.Path(sys.argv[1])
for folder in map(pathlib.Path, site.getsitepackages()):
    if prefix in folder.parents and folder.relative_to(prefix).parts[0].startswith("lib"):
        print(folder)
        break
else:
    print(sysconfig.get_path("purelib", "posix_prefix", {"base": str(prefix)}))
