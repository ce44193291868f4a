/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What proves that a file, or a program, is another one, and what does not.
 */
#include <fcntl.h>
#include <string.h>

#include "core/kind.h"
#include "fixture.h"
#include "snapshot/same.h"

/* Each case tells what makes the two sides of a pair different from a usual file. */
typedef struct {
	PvStore *store;
	PvFile *file;
} Side;

static Side
begin(const char *path)
{
	Side side = {pv_store_new(), NULL};

	fixture_process(side.store, 10);
	fixture_task(side.store, 10, "name");
	fixture_table(side.store, (gint32[]){10, 0});
	fixture_descriptor(side.store, 0, path);
	side.file = fixture_last_file(side.store);
	side.file->kind = PV_KIND_REGULAR;
	side.file->known = PV_FILE_INODE | PV_FILE_FLAGS | PV_FILE_MOUNT | PV_FILE_POS;
	side.file->ino = 7;
	side.file->dev = pv_dev(8, 1);
	side.file->flags = O_RDWR;
	side.file->mount_id = 20;
	return side;
}

static void
add_fact(Side *side, guint fact, guint64 value)
{
	g_assert_true(pv_details_add_number(&side->store->details, 0, fact, value));
}

static gboolean
end_with(Side before, Side after, gboolean same_numbers)
{
	gboolean same;

	pv_details_settle(&before.store->details);
	pv_details_settle(&after.store->details);
	fixture_seal(before.store);
	fixture_seal(after.store);
	same = pv_same_file(pv_store_file(before.store, 0), pv_store_file(after.store, 0),
			    same_numbers);
	pv_store_unref(before.store);
	pv_store_unref(after.store);
	return same;
}

static gboolean
end(Side before, Side after)
{
	return end_with(before, after, TRUE);
}

static void
test_inode(void)
{
	Side before = begin("/a"), after = begin("/b");

	/* Renamed, written to, and its flags changed by fcntl(2). */
	after.file->pos = 100;
	after.file->flags |= O_APPEND | O_NONBLOCK;
	g_assert_true(end(before, after));

	before = begin("/a"), after = begin("/a");
	after.file->ino++;
	g_assert_false(end(before, after));

	before = begin("/a"), after = begin("/a");
	after.file->dev++;
	g_assert_false(end(before, after));

	/* Without an inode there is but the name. */
	before = begin("/a"), after = begin("/b");
	after.file->known &= ~PV_FILE_INODE;
	g_assert_false(end(before, after));
	before = begin("/a"), after = begin(NULL);
	after.file->known &= ~PV_FILE_INODE;
	g_assert_true(end(before, after));
}

/* BPF has the kernel's own numbers, and on some file systems stat(2) has others. */
static void
test_other_numbers(void)
{
	Side before = begin("/a"), after = begin("/a");

	g_assert_true(pv_same_numbers("pidfd", "procfs"));
	g_assert_true(pv_same_numbers("bpf", "bpf"));
	g_assert_false(pv_same_numbers("bpf", "pidfd"));
	after.file->ino++;
	after.file->dev++;
	g_assert_true(end_with(before, after, FALSE));
	before = begin("/a"), after = begin("/b");
	after.file->ino++;
	g_assert_false(end_with(before, after, FALSE));
	/* Renamed, on a file system that has but one number. */
	before = begin("/a"), after = begin("/b");
	g_assert_true(end_with(before, after, FALSE));
	/* Of what lies on no disk there is but one. */
	before = begin(NULL), after = begin(NULL);
	before.file->kind = after.file->kind = PV_KIND_SOCKET;
	after.file->ino++;
	g_assert_false(end_with(before, after, FALSE));
}

static void
test_opening(void)
{
	Side before = begin("/a"), after = begin("/a");

	after.file->flags = O_RDONLY;
	g_assert_false(end(before, after));

	before = begin("/a"), after = begin("/a");
	after.file->flags |= O_PATH;
	g_assert_false(end(before, after));

	before = begin("/a"), after = begin("/a");
	after.file->flags |= O_SYNC;
	g_assert_false(end(before, after));

	before = begin("/a"), after = begin("/a");
	after.file->mount_id++;
	g_assert_false(end(before, after));

	before = begin("/a"), after = begin("/a");
	after.file->flags = O_RDONLY;
	after.file->mount_id = 0;
	after.file->known = PV_FILE_INODE;
	g_assert_true(end(before, after));
}

static void
test_kind(void)
{
	Side before = begin("/a"), after = begin("/a");

	after.file->kind = PV_KIND_FIFO;
	g_assert_false(end(before, after));
	before = begin("/a"), after = begin("/a");
	after.file->kind = PV_KIND_UNKNOWN;
	g_assert_true(end(before, after));
}

/* The next file got the inode number of one that was removed. */
static void
test_reused_number(void)
{
	Side before = begin("/tmp/a"), after = begin("/tmp/b");

	before.file->known |= PV_FILE_DELETED;
	after.file->known |= PV_FILE_DELETED;
	g_assert_false(end(before, after));

	before = begin("/tmp/a"), after = begin("/tmp/a");
	before.file->known |= PV_FILE_DELETED;
	g_assert_false(end(before, after));

	/* Removed meanwhile; its directory renamed. */
	before = begin("/tmp/a"), after = begin("/tmp/a");
	after.file->known |= PV_FILE_DELETED;
	g_assert_true(end(before, after));
	before = begin("/tmp/old/a"), after = begin("/tmp/new/a");
	before.file->known |= PV_FILE_DELETED;
	after.file->known |= PV_FILE_DELETED;
	g_assert_true(end(before, after));

	/* Made without a name, and got one: linkat(2). */
	before = begin("/tmp/#7"), after = begin("/tmp/a");
	before.file->known |= PV_FILE_DELETED;
	before.file->flags |= O_TMPFILE;
	after.file->flags |= O_TMPFILE;
	g_assert_true(end(before, after));
}

static gboolean
same_with_fact(guint kind, guint fact, guint64 first, guint64 second)
{
	Side before = begin("anon"), after = begin("anon");

	before.file->kind = after.file->kind = kind;
	add_fact(&before, fact, first);
	add_fact(&after, fact, second);
	return end(before, after);
}

static void
test_facts(void)
{
	g_assert_true(same_with_fact(PV_KIND_EVENTFD, PV_FACT_EVENTFD_ID, 1, 1));
	g_assert_false(same_with_fact(PV_KIND_EVENTFD, PV_FACT_EVENTFD_ID, 1, 2));
	g_assert_true(same_with_fact(PV_KIND_EVENTFD, PV_FACT_EVENTFD_COUNT, 1, 2));
	g_assert_false(same_with_fact(PV_KIND_BPF_MAP, PV_FACT_BPF_ID, 1, 2));
	g_assert_false(same_with_fact(PV_KIND_BPF_PROG, PV_FACT_BPF_ID, 1, 2));
	g_assert_false(same_with_fact(PV_KIND_BPF_LINK, PV_FACT_BPF_ID, 1, 2));
	g_assert_false(same_with_fact(PV_KIND_TIMERFD, PV_FACT_TIMERFD_CLOCK, 0, 1));
	g_assert_true(same_with_fact(PV_KIND_TIMERFD, PV_FACT_TIMERFD_TICKS, 0, 1));
	g_assert_false(same_with_fact(PV_KIND_CHARDEV, PV_FACT_PTY_INDEX, 3, 4));
	g_assert_false(same_with_fact(PV_KIND_PIDFD, PV_FACT_PIDFD_PID, 3, 4));
	g_assert_true(same_with_fact(PV_KIND_PIDFD, PV_FACT_PIDFD_PID, 3, (guint64)-1));
}

static void
test_anonymous(void)
{
	Side before = begin("anon_inode:[a]"), after = begin("anon_inode:[b]");

	before.file->kind = after.file->kind = PV_KIND_ANON_INODE;
	g_assert_false(end(before, after));
}

static gboolean
same_with_cookies(guint64 first, guint64 second)
{
	Side sides[] = {begin(NULL), begin(NULL)};
	guint64 cookies[] = {first, second};

	for (guint i = 0; i < 2; i++) {
		PvSocket *socket = pv_array_append(&sides[i].store->details.sockets);

		socket->ino = 7;
		socket->cookie = cookies[i];
		sides[i].file->kind = PV_KIND_SOCKET;
	}
	return end(sides[0], sides[1]);
}

static void
test_cookies(void)
{
	g_assert_true(same_with_cookies(1, 1));
	g_assert_true(same_with_cookies(1, 0));
	g_assert_false(same_with_cookies(1, 2));
}

/* What a program is known by. */
typedef struct {
	const char *exe;
	const char *comm;
	const char *cmdline;
	guint64 ino; /* 0: places were not collected */
	guint64 mm_key;
	const char *backend; /* which told the inode */
} Program;

static PvStore *
run(const Program *program)
{
	PvStore *store = pv_store_new();
	PvProcess *process = fixture_process(store, 10);
	PvTask *task = fixture_task(store, 10, program->comm);
	PvMemory *memory;

	task->mm_key = program->mm_key;
	store->key_id = 1;
	if (program->exe != NULL)
		process->exe = fixture_string(store, program->exe);
	if (program->cmdline != NULL) {
		process->known |= PV_PROCESS_COMMAND;
		process->cmdline = fixture_string(store, program->cmdline);
		process->cmdline_len = strlen(program->cmdline);
	}
	if (program->ino != 0) {
		memory = pv_array_append(&store->details.memories);
		memory->exe_ino = program->ino;
		memory->backend = program->backend;
		*(guint32 *)pv_array_append(&store->details.memory_of) = 0;
	}
	fixture_seal(store);
	return store;
}

static gboolean
executed(Program before, Program after)
{
	PvStore *old = run(&before), *now = run(&after);
	gboolean executed =
		pv_same_process_executed(pv_store_process(old, 0), pv_store_process(now, 0));

	pv_store_unref(old);
	pv_store_unref(now);
	return executed;
}

static void
test_executed(void)
{
	const Program shell = {"/bin/sh", "sh", "sh", 0, 0, NULL};

	g_assert_false(executed(shell, shell));
	g_assert_true(executed(shell, (Program){"/bin/ls", "ls", "ls", 0, 0, NULL}));
	g_assert_true(executed(shell, (Program){"/bin/ls", "sh", "ls -l", 0, 0, NULL}));
	/* prctl(2), and what daemons write over their arguments. */
	g_assert_false(executed(shell, (Program){"/bin/sh", "new", "sh", 0, 0, NULL}));
	g_assert_false(executed(shell, (Program){"/bin/sh", "new", "new: idle", 0, 0, NULL}));
	/* The program was replaced on disk; a directory was renamed; the path is not known. */
	g_assert_false(executed(shell, (Program){"/bin/sh (deleted)", "new", "new", 0, 0, NULL}));
	g_assert_false(executed(shell, (Program){"/old/sh", "sh", "sh", 0, 0, NULL}));
	g_assert_false(executed(shell, (Program){NULL, "ls", "ls", 0, 0, NULL}));
}

static void
test_executed_file(void)
{
	const Program shell = {"/bin/sh", "sh", "sh", 5, 0, NULL};

	g_assert_true(executed(shell, (Program){"/bin/sh", "sh", "sh", 6, 0, NULL}));
	g_assert_false(executed(shell, (Program){"/bin/dash", "dash", "dash", 5, 0, NULL}));
	/* On overlayfs BPF has other numbers than stat(2). */
	g_assert_false(executed(shell, (Program){"/bin/sh", "sh", "sh", 6, 0, "bpf"}));
	g_assert_true(executed(shell, (Program){"/bin/ls", "ls", "ls", 5, 0, "bpf"}));
	/* One of the two does not know which file it is. */
	g_assert_true(executed(shell, (Program){"/bin/ls", "ls", "ls", 0, 0, NULL}));
}

static void
test_executed_memory(void)
{
	const Program shell = {"/bin/sh", "sh", "sh", 5, 7, NULL};

	g_assert_true(executed(shell, (Program){"/bin/sh", "sh", "sh", 5, 8, NULL}));
	g_assert_false(executed(shell, (Program){"/bin/ls", "ls", "ls", 6, 7, NULL}));
	/* It is about to end: it has none. */
	g_assert_false(executed(shell, (Program){"/bin/sh", "sh", "sh", 5, 0, NULL}));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/same/inode", test_inode);
	g_test_add_func("/snapshot/same/other-numbers", test_other_numbers);
	g_test_add_func("/snapshot/same/opening", test_opening);
	g_test_add_func("/snapshot/same/kind", test_kind);
	g_test_add_func("/snapshot/same/reused-number", test_reused_number);
	g_test_add_func("/snapshot/same/facts", test_facts);
	g_test_add_func("/snapshot/same/anonymous", test_anonymous);
	g_test_add_func("/snapshot/same/cookies", test_cookies);
	g_test_add_func("/snapshot/same/executed", test_executed);
	g_test_add_func("/snapshot/same/executed-file", test_executed_file);
	g_test_add_func("/snapshot/same/executed-memory", test_executed_memory);
	return g_test_run();
}
