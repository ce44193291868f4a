/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where does the kernel keep which member of a structure?
 */
#pragma once

#include <glib.h>

#define PV_BTF_ABSENT (-1)

typedef struct {
	const char *structure;
	const char *member; /* also of unions and structures without a name inside of it */
} PvBtfMember;

typedef struct {
	const PvBtfMember *members;
	const char *const *functions;
	const char *const *structures;
	gint32 *offsets;	/* for each member: bytes, or PV_BTF_ABSENT */
	guint32 *ids;		/* for each function: what BPF_PROG_LOAD takes, or 0 */
	guint32 *structure_ids; /* 0: there is none of that name, or more than one */
	guint n_members;
	guint n_functions;
	guint n_structures;
} PvBtfWanted;

/*
 * Reads the contents of /sys/kernel/btf/vmlinux. FALSE: it is no BTF of this machine's byte order,
 * or of a kind that is not known; nothing is told then.
 */
gboolean pv_btf_parse(const char *bytes, gsize size, const PvBtfWanted *wanted);
