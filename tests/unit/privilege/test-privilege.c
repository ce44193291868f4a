/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the calling thread may do: as /proc says it, and in a thread that has dropped some of it.
 * Of that the test drops what it has; without any capabilities there is little to tell apart.
 */
#include <cap-ng.h>
#include <stdio.h>

#include "privilege/privilege.h"

/* The kernel's own words. */
static guint64
read_effective(void)
{
	g_autofree char *text = NULL;
	const char *line;

	g_assert_true(g_file_get_contents("/proc/thread-self/status", &text, NULL, NULL));
	line = strstr(text, "\nCapEff:");
	g_assert_nonnull(line);
	return g_ascii_strtoull(line + strlen("\nCapEff:"), NULL, 16);
}

static gboolean
has(guint64 effective, guint capability)
{
	return (effective >> capability) & 1;
}

static gboolean
in_first_user_namespace(void)
{
	g_autofree char *link = g_file_read_link("/proc/self/ns/user", NULL);

	return g_strcmp0(link, "user:[4026531837]") == 0;
}

static guint
expect(guint64 effective)
{
	gboolean all = has(effective, CAP_SYS_ADMIN);
	gboolean overrides = has(effective, CAP_DAC_OVERRIDE);
	guint expected = 0;

	if (!in_first_user_namespace())
		return 0;
	if (has(effective, CAP_BPF) || all)
		expected |= PV_CAPABILITY_BPF;
	if (has(effective, CAP_PERFMON) || all)
		expected |= PV_CAPABILITY_PERFMON;
	if (has(effective, CAP_SYS_PTRACE))
		expected |= PV_CAPABILITY_SYS_PTRACE;
	if (has(effective, CAP_DAC_READ_SEARCH))
		expected |= PV_CAPABILITY_DAC_READ_SEARCH;
	else if (overrides)
		expected |= PV_CAPABILITY_DAC_READ_SEARCH | PV_CAPABILITY_DAC_OVERRIDE;
	return expected;
}

static void
check_here(void)
{
	guint expected = expect(read_effective());
	PvPrivileges privileges;

	pv_privilege_look(&privileges);
	g_assert_cmphex(privileges.capabilities, ==, expected);
	g_assert_cmpint(privileges.can_ptrace, ==, (expected & PV_CAPABILITY_SYS_PTRACE) != 0);
	g_assert_cmpint(privileges.can_search, ==, (expected & PV_CAPABILITY_DAC_READ_SEARCH) != 0);
	g_assert_cmpint(pv_privilege_can_ptrace(), ==, privileges.can_ptrace);
	g_assert_cmpint(pv_privilege_can_search(), ==, privileges.can_search);
}

/* Capabilities are a thread's own: what is dropped here is dropped nowhere else. */
static gpointer
drop_and_check(gpointer data)
{
	const int *dropped = data;

	g_assert_cmpint(capng_get_caps_process(), ==, 0);
	for (; *dropped >= 0; dropped++)
		capng_update(CAPNG_DROP, CAPNG_EFFECTIVE, *dropped);
	g_assert_cmpint(capng_apply(CAPNG_SELECT_CAPS), ==, 0);
	check_here();
	return NULL;
}

static void
test_as_it_is(void)
{
	check_here();
}

static void
test_dropped(void)
{
	static const int drops[][6] = {
		{CAP_SYS_PTRACE, -1},
		{CAP_DAC_READ_SEARCH, -1},
		{CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE, -1},
		{CAP_DAC_OVERRIDE, -1},
		{CAP_BPF, -1},
		{CAP_SYS_ADMIN, -1},
		{CAP_SYS_ADMIN, CAP_BPF, -1},
		{CAP_SYS_ADMIN, CAP_PERFMON, -1},
		{CAP_SYS_ADMIN, CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE, CAP_DAC_OVERRIDE, -1},
	};

	if (read_effective() == 0) {
		g_test_skip("no capability is in effect that could be dropped");
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(drops); i++)
		g_thread_join(g_thread_new("dropper", drop_and_check, (gpointer)drops[i]));
	/* And this thread is what it was. */
	check_here();
}

/* The embedding program's own use of libcap-ng in the same thread is not disturbed. */
static void
test_state_is_put_back(void)
{
	PvPrivileges privileges;

	capng_clear(CAPNG_SELECT_ALL);
	capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, CAP_CHOWN);
	pv_privilege_look(&privileges);
	g_assert_true(capng_have_capability(CAPNG_EFFECTIVE, CAP_CHOWN));
	g_assert_false(capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_PTRACE));
	g_assert_false(capng_have_capability(CAPNG_EFFECTIVE, CAP_KILL));
}

static void
test_names(void)
{
	static const char *const names[] = {"CAP_BPF", "CAP_PERFMON", "CAP_SYS_PTRACE",
					    "CAP_DAC_READ_SEARCH", "CAP_DAC_OVERRIDE"};
	static const guint bits[] = {PV_CAPABILITY_BPF, PV_CAPABILITY_PERFMON,
				     PV_CAPABILITY_SYS_PTRACE, PV_CAPABILITY_DAC_READ_SEARCH,
				     PV_CAPABILITY_DAC_OVERRIDE};

	for (guint i = 0; i < PV_N_CAPABILITIES; i++) {
		g_assert_cmphex(bits[i], ==, 1U << i);
		g_assert_cmpstr(pv_capability_name(i), ==, names[i]);
		/* libcap-ng knows them by these. */
		g_assert_cmpint(capng_name_to_capability(names[i] + strlen("CAP_")), >=, 0);
	}
	g_assert_null(pv_capability_name(PV_N_CAPABILITIES));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/privilege/as-it-is", test_as_it_is);
	g_test_add_func("/privilege/dropped", test_dropped);
	g_test_add_func("/privilege/state-is-put-back", test_state_is_put_back);
	g_test_add_func("/privilege/names", test_names);
	return g_test_run();
}
