/* SPDX-License-Identifier: LGPL-2.1-or-later OR (GPL-2.0-only OR BSD-2-Clause) */
/* Copyright the libprocview authors */
/*
 * What the programs tell of fs_struct and mm_struct. It stands on wire.h, and like that one on no
 * other header; who includes this has included that.
 */
#pragma once

/* Of fs_struct: PV_WIRE_CWD and PV_WIRE_ROOT; of mm_struct: PV_WIRE_EXE. */
struct pv_wire_place {
	unsigned int size;
	int tid;
	unsigned long long holder; /* address of the one or the other */
	unsigned long long ino;
	unsigned int dev;
	unsigned int umask;
	unsigned int what;
	unsigned int marks;  /* PV_WIRE_PATH_* */
	unsigned int length; /* bytes behind the record: names, as of struct pv_wire_path */
	unsigned int reserved;
};

enum {
	PV_WIRE_VMA_READ = 1 << 0,
	PV_WIRE_VMA_WRITE = 1 << 1,
	PV_WIRE_VMA_EXECUTE = 1 << 2,
	PV_WIRE_VMA_SHARED = 1 << 3,
};

enum {
	PV_WIRE_VMA_UNLINKED = 1 << 8, /* i_nlink is 0 */
	PV_WIRE_VMA_NAMES = 1 << 9,    /* behind the record are names, and not a path */
};

/* One range of addresses that a file is mapped to. */
struct pv_wire_vma {
	unsigned int size;
	int tid;
	unsigned long long mm;
	unsigned long long ino;
	unsigned long long bytes;
	unsigned int dev;
	unsigned int flags;  /* PV_WIRE_VMA_* */
	unsigned int marks;  /* PV_WIRE_VMA_*, PV_WIRE_PATH_* */
	unsigned int length; /* bytes behind the record, without a NUL at the end of a path */
};
