/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * How little power is enough?
 *
 * ptree prints names that other processes chose. So it gives up what it does not need before it
 * looks at the first of them: of root's capabilities it keeps those that scans use, which are none
 * where BPF serves them. Where it is left to the one scan whether BPF is worth opening, those that
 * this takes are kept as well, until the scan is over; what is printed is printed without any. Who
 * watches a path keeps what it takes to look it up again.
 *
 * Where the power is not the user's own, but lent by the file's owner, it opens a scanner and is
 * given back: all else, to begin with paths on the command line, is done as the user.
 */
#include "privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "message.h"

static const char *const of_opening[] = {"CAP_BPF", "CAP_PERFMON", NULL};
static const char *const nothing[] = {NULL};

/* A security module may have set the mark for root, who has lent nothing. */
gboolean
privileges_are_lent(void)
{
	return getauxval(AT_SECURE) != 0 && getuid() != 0;
}

static gboolean
complain(const char *what)
{
	message_print("cannot give up %s: %s", what, g_strerror(errno));
	return FALSE;
}

/* The capabilities stay, to be sorted out next. */
static gboolean
return_ids(void)
{
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setresgid(gid, gid, gid) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		return complain("the identity of the file's owner");
	return TRUE;
}

/* In the state of libcap-ng: those of the names that the process has. */
static void
select_capabilities(const char *const *names)
{
	guint64 has = 0;

	for (gsize i = 0; names[i] != NULL; i++) {
		int capability = capng_name_to_capability(names[i] + strlen("CAP_"));

		if (capability >= 0 && capng_have_capability(CAPNG_PERMITTED, capability))
			has |= G_GUINT64_CONSTANT(1) << capability;
	}
	capng_clear(CAPNG_SELECT_ALL);
	for (int capability = 0; capability < 64; capability++) {
		if (has & G_GUINT64_CONSTANT(1) << capability)
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, capability);
	}
}

/*
 * The bounding set says what execve(2) may give, which no_new_privs ends anyway; to empty it is a
 * right of its own, and no matter if that is lacking. The ambient set can only be emptied.
 */
static gboolean
keep_of_known(const char *const *names)
{
	select_capabilities(names);
	capng_apply(CAPNG_SELECT_BOUNDS);
	capng_apply(CAPNG_SELECT_AMBIENT);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return complain("capabilities");
	return TRUE;
}

static gboolean
keep(const char *const *names)
{
	if (capng_get_caps_process() < 0)
		return complain("capabilities");
	return keep_of_known(names);
}

gboolean
privileges_begin(void)
{
	return !privileges_are_lent() || (return_ids() && keep(of_opening));
}

/* One of the two is enough to search directories of others. */
static gboolean
keep_for_paths(const char *const *uses)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) names = NULL;

	if (capng_get_caps_process() < 0)
		return complain("capabilities");
	g_strv_builder_addv(builder, (const char **)uses);
	g_strv_builder_add(builder, capng_have_capability(CAPNG_PERMITTED, CAP_DAC_READ_SEARCH)
					    ? "CAP_DAC_READ_SEARCH"
					    : "CAP_DAC_OVERRIDE");
	names = g_strv_builder_end(builder);
	return keep_of_known((const char *const *)names);
}

gboolean
privileges_drop(const char *const *uses, gboolean looks_up_paths)
{
	gboolean dropped = privileges_are_lent() ? keep(nothing)
			   : looks_up_paths	 ? keep_for_paths(uses)
						 : keep(uses);

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return complain("new privileges");
	return dropped;
}

/*
 * The bounding set, where it may be emptied, is empty already: not to be asked for a second time.
 * Nor are those that are left looked up, for none of them stays.
 */
gboolean
privileges_end(void)
{
	select_capabilities(nothing);
	if (capng_apply(CAPNG_SELECT_CAPS) < 0)
		return complain("capabilities");
	return TRUE;
}
