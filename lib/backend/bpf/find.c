/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Who has it open, before anything is scanned? Two or three programs (find-programs.c) are put
 * together for the one question, loaded, run over everybody, and closed again (Linux 6.1).
 *
 * Tasks come first. Whoever is made after that is not in the list of those who were shown, and so
 * it is known that of him nothing is.
 *
 * To look at what is mapped the iterator has to take the lock of each memory, and to wait where
 * somebody has it who waits for a dead server (memories.c). So a memory is left alone while its
 * task is in uninterruptible sleep, and its processes are told as if they had the file. As long as
 * none is, one pass goes over all.
 *
 * Numbers are those of the first pid namespace, as tasks have them; a caller in another one would
 * be told numbers that are not his.
 *
 * What it cannot see: what changes hands while it looks; a task that goes to sleep between that
 * look and the pass over mappings.
 */
#include "backend/bpf/find.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/bpf/find-programs.h"
#include "backend/bpf/iterator.h"
#include "backend/bpf/loading.h"
#include "util/order.h"

#define FIRST_PID_NS  0xEFFFFFFCU /* PROC_PID_INIT_INO */
#define FIRST_USER_NS 0xEFFFFFFDU /* PROC_USER_INIT_INO */

/* More are put into a map: to load a constant takes 14 us, to put a key into a map half of one. */
#define MOST_IN_TEXT 16

enum {
	TASKS,
	FILES,
	RANGES,
	N_PROGRAMS,
};

/* clang-format off */
static const struct {
	void (*write)(PvAssembler *to, const PvLayout *layout, const PvFindText *text);
	PvFunction function;
} programs[N_PROGRAMS] = {
	[TASKS]  = {pv_find_write_tasks, PV_FUNCTION_TASK},
	[FILES]  = {pv_find_write_files, PV_FUNCTION_TASK_FILE},
	[RANGES] = {pv_find_write_ranges, PV_FUNCTION_TASK_VMA},
};
/* clang-format on */

typedef struct {
	const PvSought *sought;
	PvFound *found;
	PvLayout layout;
	PvFindText text;
	guint64 numbers[PV_MAX_SOUGHT]; /* inodes, then ports */
	int programs[N_PROGRAMS];	/* -1: not needed */
	PvIterator iterator;
	PvArray tasks; /* PvFoundRecord */
	PvArray asked; /* gint32, sorted: the pids that are sought */
	gboolean hit;  /* somebody holds it, in the pass that runs */
} Find;

typedef gboolean (*Take)(Find *find, const PvFoundRecord *record);

/* Sorts them, and leaves each once; how many are left. */
static guint
put_in_order(guint64 *numbers, guint n)
{
	guint n_left = 0;

	qsort(numbers, n, sizeof(*numbers), pv_compare_u64);
	for (guint i = 0; i < n; i++) {
		if (n_left == 0 || numbers[n_left - 1] != numbers[i])
			numbers[n_left++] = numbers[i];
	}
	return n_left;
}

static void
put_pids_in_order(PvArray *pids)
{
	gint32 *all = pids->data;
	guint n_left = 0;

	if (pids->n == 0)
		return;
	qsort(all, pids->n, sizeof(*all), pv_compare_i32);
	for (guint i = 0; i < pids->n; i++) {
		if (n_left == 0 || all[n_left - 1] != all[i])
			all[n_left++] = all[i];
	}
	pv_array_truncate(pids, n_left);
}

static void
take_numbers(Find *find)
{
	const PvSought *sought = find->sought;
	guint64 *ports = find->numbers + sought->n_inodes;

	if (sought->n_inodes > 0)
		memcpy(find->numbers, sought->inodes, sought->n_inodes * sizeof(guint64));
	for (guint i = 0; i < sought->n_ports; i++)
		ports[i] = sought->ports[i];
	find->text = (PvFindText){
		.inodes = find->numbers,
		.ports = ports,
		.n_inodes = put_in_order(find->numbers, sought->n_inodes),
		.n_ports = put_in_order(ports, sought->n_ports),
		.in_places = pv_sought_in_places(sought),
		.tables = sought->n_pids > 0,
		.inode_map = -1,
	};
}

static gboolean
needs(const Find *find, guint program)
{
	switch (program) {
	case FILES:
		return find->text.n_inodes + find->text.n_ports > 0;
	case RANGES:
		return find->text.in_places;
	default:
		return TRUE;
	}
}

static gboolean
load_as_is(Find *find, guint program, char **why)
{
	g_auto(PvAssembler) text;

	pv_asm_init(&text);
	programs[program].write(&text, &find->layout, &find->text);
	if (!pv_asm_finish(&text)) {
		*why = g_strdup_printf("bpf: %s", g_strerror(ENOMEM));
		return FALSE;
	}
	find->programs[program] = pv_bpf_load_iterator(
		&text, find->layout.functions[programs[program].function], why);
	return find->programs[program] >= 0;
}

/* Where programs are not compiled to machine code, they may not call the kernel's own functions. */
static gboolean
load(Find *find, guint program, char **why)
{
	if (load_as_is(find, program, why))
		return TRUE;
	if (find->layout.functions[PV_FUNCTION_CAST] == 0)
		return FALSE;
	find->layout.functions[PV_FUNCTION_CAST] = 0;
	g_clear_pointer(why, g_free);
	return load_as_is(find, program, why);
}

static gboolean
make_map(Find *find, char **why)
{
	if (find->text.n_inodes <= MOST_IN_TEXT)
		return TRUE;
	find->text.inode_map = pv_bpf_make_set(find->text.inodes, find->text.n_inodes, why);
	return find->text.inode_map >= 0;
}

static gboolean
load_all(Find *find, char **why)
{
	gboolean loaded = make_map(find, why);
	sigset_t before;

	pv_bpf_hold_signals(&before);
	for (guint i = 0; loaded && i < N_PROGRAMS; i++)
		loaded = !needs(find, i) || load(find, i, why);
	pv_bpf_release_signals(&before);
	return loaded;
}

/* 0, or a negative errno. */
static int
run(Find *find, guint program, gint32 tid, Take take)
{
	PvIterator *iterator = &find->iterator;
	const char *text;
	gssize size;
	int status = pv_iterator_start_other(iterator, find->programs[program],
					     tid > 0 ? PV_SCOPE_TASK : PV_SCOPE_ALL, tid);

	if (status < 0)
		return status;
	while ((size = pv_iterator_next(iterator, &text)) > 0) {
		const PvFoundRecord *record = (const PvFoundRecord *)text;

		if (size != sizeof(*record) || record->pid <= 0 || record->tid <= 0)
			return -EPROTO;
		if (!take(find, record))
			return -ENOMEM;
	}
	return size;
}

static gboolean
take_task(Find *find, const PvFoundRecord *record)
{
	PvFoundRecord *room = pv_array_append(&find->tasks);

	if (room == NULL || !pv_found_add(&find->found->shown, record->pid))
		return FALSE;
	*room = *record;
	return !(record->marks & PV_FOUND_HOLDS) ||
	       pv_found_add(&find->found->holders, record->pid);
}

static gboolean
take_holder(Find *find, const PvFoundRecord *record)
{
	if (!(record->marks & (PV_FOUND_HOLDS | PV_FOUND_CONCEALS)))
		return TRUE;
	find->hit = TRUE;
	return pv_found_add(&find->found->holders, record->pid);
}

static gboolean
list_asked(Find *find)
{
	const PvSought *sought = find->sought;

	for (guint i = 0; i < sought->n_pids; i++) {
		if (!pv_found_add(&find->asked, sought->pids[i]))
			return FALSE;
	}
	put_pids_in_order(&find->asked);
	return TRUE;
}

/* Those of who is asked for, sorted. */
static gboolean
list_tables(const Find *find, PvArray *tables)
{
	for (guint i = 0; i < find->tasks.n; i++) {
		const PvFoundRecord *task = pv_array_at(&find->tasks, PvFoundRecord, i);
		guint64 *room;

		if (task->files == 0 || !pv_found_has(&find->asked, task->pid))
			continue;
		room = pv_array_append(tables);
		if (room == NULL)
			return FALSE;
		*room = task->files;
	}
	if (tables->n > 0)
		pv_array_truncate(tables, put_in_order(tables->data, tables->n));
	return TRUE;
}

static gboolean
has_one_of(const PvArray *tables, const PvFoundRecord *task)
{
	return task->files != 0 && bsearch(&task->files, tables->data, tables->n, sizeof(guint64),
					   pv_compare_u64) != NULL;
}

static gboolean
add_sharers(Find *find, const PvArray *tables)
{
	for (guint i = 0; tables->n > 0 && i < find->tasks.n; i++) {
		const PvFoundRecord *task = pv_array_at(&find->tasks, PvFoundRecord, i);

		if (has_one_of(tables, task) && !pv_found_has(&find->asked, task->pid) &&
		    !pv_found_add(&find->found->holders, task->pid))
			return FALSE;
	}
	return TRUE;
}

static gboolean
find_sharers(Find *find)
{
	PvArray tables;
	gboolean done;

	if (find->sought->n_pids == 0)
		return TRUE;
	pv_array_init(&tables, sizeof(guint64));
	done = list_asked(find) && list_tables(find, &tables) && add_sharers(find, &tables);
	pv_array_clear(&tables);
	return done;
}

static int
compare_memories(const void *a, const void *b)
{
	return pv_order_u64(((const PvFoundRecord *)a)->memory, ((const PvFoundRecord *)b)->memory);
}

/* Tasks that have one memory: the first of them, and how many records there are. */
typedef struct {
	const PvFoundRecord *tasks;
	guint n;
	gint32 tid; /* of one that the memory may be looked at through; 0: none */
	gboolean locked;
} Memory;

/*
 * A parent sleeps while it waits for the child that it made by vfork(2), and holds no lock: each
 * process beside the first excuses one that sleeps.
 */
static void
take_memory(Find *find, guint first, Memory *memory)
{
	guint n_processes = 0, n_asleep = 0;

	*memory = (Memory){.tasks = pv_array_at(&find->tasks, PvFoundRecord, first)};
	for (guint i = first; i < find->tasks.n; i++) {
		const PvFoundRecord *task = pv_array_at(&find->tasks, PvFoundRecord, i);

		if (task->memory != memory->tasks->memory)
			break;
		memory->n++;
		n_asleep += (task->marks & PV_FOUND_ASLEEP) != 0;
		if (!(task->marks & PV_FOUND_MEMORY))
			continue;
		n_processes++;
		memory->tid = task->tid;
	}
	memory->locked = n_asleep > 0 && n_asleep >= n_processes;
}

static gboolean
is_any_locked(Find *find)
{
	Memory memory;

	for (guint i = 0; i < find->tasks.n; i += memory.n) {
		take_memory(find, i, &memory);
		if (memory.tasks->memory != 0 && memory.locked)
			return TRUE;
	}
	return FALSE;
}

static gboolean
add_all_of(Find *find, const Memory *memory)
{
	for (guint i = 0; i < memory->n; i++) {
		if (!pv_found_add(&find->found->holders, memory->tasks[i].pid))
			return FALSE;
	}
	return TRUE;
}

/* What one of them has mapped, all have. */
static int
look_into(Find *find, const Memory *memory)
{
	int status;

	if (memory->locked)
		return add_all_of(find, memory) ? 0 : -ENOMEM;
	if (memory->tid == 0)
		return 0;
	find->hit = FALSE;
	status = run(find, RANGES, memory->tid, take_holder);
	/* Gone meanwhile. */
	if (status == -ESRCH)
		return 0;
	if (status < 0 || !find->hit)
		return status;
	return add_all_of(find, memory) ? 0 : -ENOMEM;
}

static int
find_mapped(Find *find)
{
	Memory memory;
	int status = 0;

	if (!find->text.in_places || find->tasks.n == 0)
		return 0;
	qsort(find->tasks.data, find->tasks.n, sizeof(PvFoundRecord), compare_memories);
	if (!is_any_locked(find))
		return run(find, RANGES, 0, take_holder);
	for (guint i = 0; status == 0 && i < find->tasks.n; i += memory.n) {
		take_memory(find, i, &memory);
		if (memory.tasks->memory != 0)
			status = look_into(find, &memory);
	}
	return status;
}

static int
run_all(Find *find)
{
	int status = run(find, TASKS, 0, take_task);

	if (status == 0 && !find_sharers(find))
		status = -ENOMEM;
	if (status == 0)
		status = find_mapped(find);
	if (status == 0 && needs(find, FILES))
		status = run(find, FILES, 0, take_holder);
	put_pids_in_order(&find->found->holders);
	put_pids_in_order(&find->found->shown);
	return status;
}

/* Of this thread. */
static gboolean
is_in_first(const char *namespace, guint64 inode)
{
	struct stat st;

	return stat(namespace, &st) == 0 && st.st_ino == inode;
}

char *
pv_bpf_judge_namespaces(void)
{
	if (!is_in_first("/proc/thread-self/ns/user", FIRST_USER_NS))
		return g_strdup("the caller is not known to be in the first user namespace");
	if (!is_in_first("/proc/thread-self/ns/pid", FIRST_PID_NS))
		return g_strdup("the caller is not known to be in the first pid namespace");
	return NULL;
}

static char *
judge_caller(const PvSought *sought)
{
	if (sought->n_inodes > PV_MAX_SOUGHT || sought->n_ports > PV_MAX_SOUGHT - sought->n_inodes)
		return g_strdup("too many inodes and ports are sought");
	return pv_bpf_judge_namespaces();
}

static char *
judge_outcome(const PvFound *found, int status)
{
	if (status == -EINVAL || status == -E2BIG)
		return g_strdup("iterators cannot be limited to one task (Linux 6.1)");
	if (status < 0)
		return g_strdup_printf("bpf: %s", g_strerror(-status));
	if (!pv_found_has(&found->shown, getpid()))
		return g_strdup("the iterators do not show the caller itself");
	return NULL;
}

static void
find_init(Find *find, const PvSought *sought, PvFound *found)
{
	find->sought = sought;
	find->found = found;
	for (guint i = 0; i < N_PROGRAMS; i++)
		find->programs[i] = -1;
	find->text.inode_map = -1;
	find->hit = FALSE;
	pv_iterator_init(&find->iterator, NULL);
	pv_array_init(&find->tasks, sizeof(PvFoundRecord));
	pv_array_init(&find->asked, sizeof(gint32));
	pv_found_init(found);
}

static void
find_clear(Find *find)
{
	for (guint i = 0; i < N_PROGRAMS; i++)
		pv_fd_close(&find->programs[i]);
	pv_fd_close(&find->text.inode_map);
	pv_iterator_clear(&find->iterator);
	pv_array_clear(&find->tasks);
	pv_array_clear(&find->asked);
}

gboolean
pv_bpf_find(const PvSought *sought, PvFound *found, char **why)
{
	char *problem;
	Find find;

	find_init(&find, sought, found);
	problem = judge_caller(sought);
	if (problem == NULL)
		problem = pv_layout_read(&find.layout);
	if (problem == NULL) {
		take_numbers(&find);
		if (load_all(&find, &problem))
			problem = judge_outcome(found, run_all(&find));
	}
	find_clear(&find);
	if (problem == NULL)
		return TRUE;
	pv_found_clear(found);
	*why = problem;
	return FALSE;
}
