/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The letter of stat(5) for each state that a task can be in.
 */
#include <string.h>

#include "backend/bpf/decode.h"

/* proc_pid_stat(5), and what the kernel's __task_state_index() makes of the bits. */
static void
test_states(void)
{
	enum {
		INTERRUPTIBLE = 0x1,
		UNINTERRUPTIBLE = 0x2,
		STOPPED = 0x4,
		TRACED = 0x8,
		EXIT_DEAD = 0x10,
		EXIT_ZOMBIE = 0x20,
		PARKED = 0x40,
		DEAD = 0x80,
		WAKEKILL = 0x100,
		WAKING = 0x200,
		NOLOAD = 0x400,
		NEW = 0x800,
		RTLOCK_WAIT = 0x1000,
		FREEZABLE = 0x2000,
		FREEZABLE_UNSAFE = 0x4000,
		FROZEN = 0x8000,
	};
	static const struct {
		guint32 state;
		guint32 exit_state;
		char letter;
	} cases[] = {
		{0, 0, 'R'},
		{WAKING, 0, 'R'},
		{NEW, 0, 'R'},
		{INTERRUPTIBLE, 0, 'S'},
		{INTERRUPTIBLE | FREEZABLE, 0, 'S'},
		{INTERRUPTIBLE | FREEZABLE | FREEZABLE_UNSAFE, 0, 'S'},
		{UNINTERRUPTIBLE, 0, 'D'},
		{UNINTERRUPTIBLE | WAKEKILL, 0, 'D'},
		{UNINTERRUPTIBLE | FREEZABLE, 0, 'D'},
		{RTLOCK_WAIT, 0, 'D'},
		{FROZEN, 0, 'D'},
		{UNINTERRUPTIBLE | NOLOAD, 0, 'I'},
		/* Since 6.7 whatever else is set; before that only with nothing else. */
		{UNINTERRUPTIBLE | NOLOAD | FREEZABLE, 0, 'I'},
		{STOPPED | WAKEKILL, 0, 'T'},
		{STOPPED, 0, 'T'},
		{TRACED, 0, 't'},
		{DEAD, EXIT_ZOMBIE, 'Z'},
		{DEAD, EXIT_DEAD, 'X'},
		{0, EXIT_ZOMBIE, 'Z'},
		/* Being reaped: the higher bit counts. */
		{DEAD, EXIT_ZOMBIE | EXIT_DEAD, 'Z'},
		{PARKED, 0, 'P'},
		/* Bits that are not ours to name. */
		{0xffff0000, 0, 'R'},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		char letter = pv_wire_state(cases[i].state, cases[i].exit_state);

		if (letter != cases[i].letter)
			g_error("%#x, %#x: %c, not %c", cases[i].state, cases[i].exit_state, letter,
				cases[i].letter);
	}
}

/* Whatever the bits, it is a letter that stat(5) knows. */
static void
test_states_all(void)
{
	for (guint32 state = 0; state < 0x20000; state++) {
		g_assert_nonnull(memchr("RSDTtXZPI", pv_wire_state(state, 0), 9));
		g_assert_nonnull(memchr("RSDTtXZPI", pv_wire_state(0, state), 9));
	}
	g_assert_nonnull(memchr("RSDTtXZPI", pv_wire_state(G_MAXUINT32, G_MAXUINT32), 9));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/backend/bpf/decode-state/states", test_states);
	g_test_add_func("/backend/bpf/decode-state/all", test_states_all);
	return g_test_run();
}
