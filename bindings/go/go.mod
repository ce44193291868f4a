// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
module procview

go 1.19
