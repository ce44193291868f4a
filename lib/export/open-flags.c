/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Which flags of open(2) a file has, from the kernel's value of them (F_GETFL, or the line "flags"
 * of fdinfo).
 *
 * The flags that act on opening alone (O_CREAT, O_EXCL, O_TRUNC, O_NOCTTY) are not kept by the
 * kernel, and close-on-exec belongs to the descriptor.
 */
#include "export/open-flags.h"

#include <fcntl.h>
#include <stdio.h>

/* The kernel sets it on every file that a 64-bit program opens, so it tells nothing, and libc
 * defines it as 0 there. */
#if defined(__arm__) || defined(__aarch64__) || defined(__m68k__) || defined(__alpha__)
#define KERNEL_LARGEFILE 0400000u
#elif defined(__powerpc__)
#define KERNEL_LARGEFILE 0200000u
#elif defined(__mips__)
#define KERNEL_LARGEFILE 020000u
#elif defined(__sparc__)
#define KERNEL_LARGEFILE 01000000u
#elif defined(__hppa__)
#define KERNEL_LARGEFILE 04000u
#else
#define KERNEL_LARGEFILE 0100000u
#endif

/* The O_ACCMODE of some C libraries has more bits than the kernel's. */
#define ACCESS_MODE 3u

/* Flags of several bits come before those that have a part of them. */
static const struct {
	guint32 bits;
	const char *name;
} flag_names[] = {
	{O_APPEND, "O_APPEND"},	      {O_NONBLOCK, "O_NONBLOCK"}, {O_TMPFILE, "O_TMPFILE"},
	{O_DIRECTORY, "O_DIRECTORY"}, {O_NOFOLLOW, "O_NOFOLLOW"}, {O_SYNC, "O_SYNC"},
	{O_DSYNC, "O_DSYNC"},	      {O_DIRECT, "O_DIRECT"},	  {O_NOATIME, "O_NOATIME"},
	{O_PATH, "O_PATH"},	      {O_ASYNC, "O_ASYNC"},
};

static const char *const access_names[] = {"O_RDONLY", "O_WRONLY", "O_RDWR"};

const char *
pv_open_mode(guint32 flags)
{
	static const char *const modes[] = {"r", "w", "rw", "-"};

	return (flags & O_PATH) != 0 ? "-" : modes[flags & ACCESS_MODE];
}

void
pv_open_flags_foreach(guint32 flags, PvOpenFlagFunc func, gpointer data)
{
	guint32 rest = flags & ~KERNEL_LARGEFILE;
	guint32 access = flags & ACCESS_MODE;

	if (access < G_N_ELEMENTS(access_names)) {
		rest &= ~ACCESS_MODE;
		if ((flags & O_PATH) == 0)
			func(access_names[access], data);
	}
	for (guint i = 0; i < G_N_ELEMENTS(flag_names); i++) {
		if ((rest & flag_names[i].bits) != flag_names[i].bits)
			continue;
		rest &= ~flag_names[i].bits;
		func(flag_names[i].name, data);
	}
	if (rest != 0) {
		char hex[16];

		snprintf(hex, sizeof(hex), "0x%x", rest);
		func(hex, data);
	}
}
