/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Names of devices: recorded lists, hostile ones, and those of this machine.
 */
#include <string.h>

#include "backend/devices.h"
#include "backend/procfs/devices-parse.h"

typedef gboolean Parse(const char *text, gsize length, PvArray *lines);

typedef struct {
	gboolean block;
	guint32 major, first_minor, last_minor;
	const char *name;
} Expected;

static void
assert_lines(Parse *parse, const char *text, const Expected *expected, guint n)
{
	gsize length = strlen(text);
	g_autofree char *copy = length == 0 ? NULL : g_memdup2(text, length);
	PvArray lines;

	pv_array_init(&lines, sizeof(PvDeviceLine));
	g_assert_true(parse(copy, length, &lines));
	g_assert_cmpuint(lines.n, ==, n);
	for (guint i = 0; i < n; i++) {
		const PvDeviceLine *line = pv_array_at(&lines, PvDeviceLine, i);

		g_assert_cmpint(line->block, ==, expected[i].block);
		g_assert_cmpuint(line->major, ==, expected[i].major);
		g_assert_cmpuint(line->first_minor, ==, expected[i].first_minor);
		g_assert_cmpuint(line->last_minor, ==, expected[i].last_minor);
		g_assert_cmpmem(line->name.p, (gsize)(line->name.end - line->name.p),
				expected[i].name, strlen(expected[i].name));
	}
	pv_array_clear(&lines);
}

static void
test_devices(void)
{
	static const char text[] = "Character devices:\n  1 mem\n  4 /dev/vc/0\n  4 tty\n  4 ttyS\n"
				   "136 pts\n203 cpu/cpuid\n\nBlock devices:\n  7 loop\n253 a b\n";
	static const Expected expected[] = {
		{FALSE, 1, 0, 0xfffff, "mem"},	 {FALSE, 4, 0, 0xfffff, "/dev/vc/0"},
		{FALSE, 4, 0, 0xfffff, "tty"},	 {FALSE, 4, 0, 0xfffff, "ttyS"},
		{FALSE, 136, 0, 0xfffff, "pts"}, {FALSE, 203, 0, 0xfffff, "cpu/cpuid"},
		{TRUE, 7, 0, 0xfffff, "loop"},	 {TRUE, 253, 0, 0xfffff, "a b"},
	};

	assert_lines(pv_devices_parse, text, expected, G_N_ELEMENTS(expected));
}

static void
test_others(void)
{
	static const Expected misc[] = {{FALSE, 10, 200, 200, "tun"}, {FALSE, 10, 1, 1, "psaux"}};
	static const Expected partitions[] = {{TRUE, 254, 0, 0, "vda"},
					      {TRUE, 259, 7, 7, "nvme0n1p2"}};
	static const Expected terminals[] = {{FALSE, 5, 2, 2, "/dev/ptmx"},
					     {FALSE, 136, 0, 1048575, "/dev/pts"},
					     {FALSE, 4, 1, 63, "/dev/tty"}};

	assert_lines(pv_misc_parse, "200 tun\n  1 psaux\n", misc, G_N_ELEMENTS(misc));
	assert_lines(pv_partitions_parse,
		     "major minor  #blocks  name\n\n 254        0  268435456 vda\n"
		     " 259        7          1 nvme0n1p2\n",
		     partitions, G_N_ELEMENTS(partitions));
	assert_lines(pv_tty_drivers_parse,
		     "/dev/ptmx            /dev/ptmx        5       2 system\n"
		     "pty_slave            /dev/pts      136 0-1048575 pty:slave\n"
		     "unknown              /dev/tty        4 1-63 console\n",
		     terminals, G_N_ELEMENTS(terminals));
}

static void
test_malformed(void)
{
	static const char *const texts[] = {
		"",	      "\n",	  "1\n",
		"1 \n",	      "x mem\n",  "-1 mem\n",
		"4096 mem\n", "1x mem\n", "4294967296 mem\n",
		"1 mem",
	};

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		assert_lines(pv_devices_parse, texts[i], NULL, 0);
		assert_lines(pv_partitions_parse, texts[i], NULL, 0);
		assert_lines(pv_tty_drivers_parse, texts[i], NULL, 0);
	}
	assert_lines(pv_misc_parse, "1048576 x\n1 \nx y\n", NULL, 0);
	assert_lines(pv_partitions_parse, "1 2 x a\n1 1048576 3 a\n1 2 3 \n", NULL, 0);
	assert_lines(pv_tty_drivers_parse, "a b 1 2-1 x\na b 1 2- x\na b 1 x x\na b 1\n", NULL, 0);
}

static void
assert_is(gboolean found, const PvLine *line, const char *expected)
{
	if (expected == NULL) {
		g_assert_false(found);
		return;
	}
	g_assert_true(found);
	g_assert_cmpmem(line->p, (gsize)(line->end - line->p), expected, strlen(expected));
}

/* What every Linux has. */
static void
test_live(void)
{
	const PvContext context = {.proc_path = "/proc"};
	PvDevices devices;
	PvLine name;

	g_assert_cmpint(pv_devices_read(&devices, &context), ==, 0);
	assert_is(pv_devices_find_driver(&devices, FALSE, pv_dev(1, 3), &name), &name, "mem");
	if (devices.sys_dev >= 0)
		assert_is(pv_devices_find_name(&devices, FALSE, pv_dev(1, 3), &name), &name,
			  "null");
	/* Majors of several drivers. */
	assert_is(pv_devices_find_driver(&devices, FALSE, pv_dev(5, 2), &name), &name, "/dev/ptmx");
	assert_is(pv_devices_find_driver(&devices, FALSE, pv_dev(5, 0), &name), &name, "/dev/tty");
	assert_is(pv_devices_find_driver(&devices, FALSE, pv_dev(5, 77), &name), &name, NULL);
	assert_is(pv_devices_find_driver(&devices, TRUE, pv_dev(4095, 0), &name), &name, NULL);
	assert_is(pv_devices_find_name(&devices, TRUE, pv_dev(4095, 0), &name), &name, NULL);
	pv_devices_clear(&devices);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/procfs/devices-parse/devices", test_devices);
	g_test_add_func("/backend/procfs/devices-parse/others", test_others);
	g_test_add_func("/backend/procfs/devices-parse/malformed", test_malformed);
	g_test_add_func("/backend/procfs/devices-parse/live", test_live);
	return g_test_run();
}
