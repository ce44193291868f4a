/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What is known of files beyond what all have, beside what the scene knows of its own: numbers,
 * texts, and what inotify and fanotify watch.
 *
 * What a backend cannot know is in a table here: then it has to be absent. All else has to be there.
 */
#include <string.h>
#include <sys/eventfd.h>

#include "pv-test.h"

/* Kernels and backends that do not tell; each line is a line of what-each-backend-sees.md too. */
static const struct {
	const char *backend;
	const char *fact;
} silent[] = {
	/* No line of fdinfo, and no call that could not wait for a writer. */
	{"procfs", "pipe.used_bytes"},
	{"procfs", "pipe.capacity_bytes"},
	{"procfs", "pipe.readers"},
	{"procfs", "pipe.writers"},
	{"pidfd", "pipe.used_bytes"},
	{"pidfd", "pipe.capacity_bytes"},
	{"pidfd", "pipe.readers"},
	{"pidfd", "pipe.writers"},
	/* Known to whoever has a descriptor. */
	{"procfs", "memfd.seals"},
	{"procfs", "mqueue.n_messages"},
	{"procfs", "mqueue.max_messages"},
	{"procfs", "mqueue.message_size_bytes"},
	{"procfs", "mqueue.size_bytes"},
	/* To be read from the queue's file, which changes its time of last access. */
	{"pidfd", "mqueue.size_bytes"},
	{"procfs", "perf_event.type"},
	{"procfs", "perf_event.config"},
	{"pidfd", "perf_event.type"},
	{"pidfd", "perf_event.config"},
	{"procfs", "bpf.name"},
	{"pidfd", "bpf.name"},
	/* A list in the kernel, not a number. */
	{"bpf", "userfaultfd.pending"},
};

/* What a file of a kind may have facts of. */
static const struct {
	const char *group;
	const char *kinds;
} groups[] = {
	{"pipe", " pipe fifo "},
	{"eventfd", " eventfd "},
	{"timerfd", " timerfd "},
	{"signalfd", " signalfd "},
	{"fanotify", " fanotify "},
	{"pidfd", " pidfd "},
	{"io_uring", " io_uring "},
	{"bpf", " bpf-map bpf-prog bpf-link "},
	{"userfaultfd", " userfaultfd "},
	{"perf_event", " perf-event "},
	{"memfd", " memfd "},
	{"mqueue", " mqueue "},
	{"nsfs", " nsfs "},
	{"tun", " chardev "},
	{"pty", " chardev "},
	{"device", " chardev blockdev "},
};

static char *
fact_name(ProcviewFact fact)
{
	return g_strdup_printf("%s.%s", procview_fact_get_group(fact),
			       procview_fact_to_string(fact));
}

static ProcviewFact
find_fact(const char *name)
{
	for (guint fact = 0; procview_fact_to_string(fact) != NULL; fact++) {
		g_autofree char *here = fact_name(fact);

		if (strcmp(here, name) == 0)
			return (ProcviewFact)fact;
	}
	g_error("the scene tells of %s, which is no fact", name);
}

/* Since 6.5. */
static gboolean
fdinfo_tells_semaphores(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fdinfo/%d", fd);
	g_autofree char *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	close(fd);
	return strstr(text, "eventfd-semaphore") != NULL;
}

static gboolean
is_silent(ProcviewSnapshot *snapshot, int tid, const char *fact)
{
	const char *backend = procview_fd_table_get_backend_name(pv_test_table_of(snapshot, tid));

	if (strcmp(fact, "eventfd.semaphore") == 0 && strcmp(backend, "bpf") != 0)
		return !fdinfo_tells_semaphores();
	for (guint i = 0; i < G_N_ELEMENTS(silent); i++)
		if (strcmp(silent[i].backend, backend) == 0 && strcmp(silent[i].fact, fact) == 0)
			return TRUE;
	return FALSE;
}

static char *
from_hex(const char *text)
{
	gsize n = strlen(text) / 2;
	char *bytes = g_malloc0(n + 1);

	for (gsize i = 0; i < n; i++)
		bytes[i] = (char)(g_ascii_xdigit_value(text[2 * i]) << 4 |
				  g_ascii_xdigit_value(text[2 * i + 1]));
	return bytes;
}

static char *
value_of(ProcviewFile *file, ProcviewFact fact)
{
	guint64 number;

	if (procview_fact_get_fact_type(fact) == PROCVIEW_FACT_TYPE_TEXT)
		return g_strdup(procview_file_get_text(file, fact));
	if (!procview_file_get_number(file, fact, &number))
		return NULL;
	return g_strdup_printf("%" G_GUINT64_FORMAT, number);
}

/* TID:FD:FACT:VALUE. What differs is told, and counted: one run shows all that is wrong. */
static guint
check_fact(ProcviewSnapshot *snapshot, const char *line, gboolean falling)
{
	g_auto(GStrv) parts = g_strsplit(line, ":", 4);
	int tid = atoi(parts[0]);
	ProcviewFile *file = pv_test_file_of(snapshot, tid, atoi(parts[1]));
	ProcviewFact fact = find_fact(parts[2]);
	gboolean is_text = procview_fact_get_fact_type(fact) == PROCVIEW_FACT_TYPE_TEXT;
	g_autofree char *told = is_text ? from_hex(parts[3]) : g_strdup(parts[3]);
	g_autofree char *known = value_of(file, fact);
	gboolean right;

	if (is_silent(snapshot, tid, parts[2]))
		right = known == NULL;
	else if (falling)
		right = known != NULL &&
			g_ascii_strtoull(known, NULL, 10) - 1 < g_ascii_strtoull(told, NULL, 10) &&
			g_ascii_strtoull(known, NULL, 10) + G_GUINT64_CONSTANT(60000000000) >
				g_ascii_strtoull(told, NULL, 10);
	else
		right = g_strcmp0(known, told) == 0;
	if (!right)
		g_printerr("# %s: is %s\n", line, known != NULL ? known : "absent");
	return right ? 0 : 1;
}

static guint
check_lines(PvTestScene *scene, ProcviewSnapshot *snapshot, const char *key)
{
	GPtrArray *lines = pv_test_scene_all(scene, key);
	guint n = 0;

	for (guint i = 0; i < lines->len; i++)
		n += check_fact(snapshot, g_ptr_array_index(lines, i), strcmp(key, "most") == 0);
	return n;
}

/* A fact of its kind, with which the scene may have nothing to do. */
static gboolean
belongs(ProcviewFact fact, ProcviewFile *file)
{
	const char *kind = procview_kind_to_string(procview_file_get_kind(file));
	g_autofree char *word = g_strdup_printf(" %s ", kind);

	for (guint i = 0; i < G_N_ELEMENTS(groups); i++)
		if (strcmp(groups[i].group, procview_fact_get_group(fact)) == 0)
			return strstr(groups[i].kinds, word) != NULL;
	return FALSE;
}

/* Nothing is there that does not belong there. */
static guint
check_no_others(PvTestScene *scene, ProcviewSnapshot *snapshot)
{
	g_autoptr(GPtrArray) descriptors = pv_test_scene_descriptors(scene);
	guint n = 0;

	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		ProcviewFile *file = pv_test_file_of(snapshot, d->tid, d->fd);

		for (guint j = 0; j < procview_file_get_n_facts(file); j++) {
			ProcviewFact fact = procview_file_get_fact(file, j);
			g_autofree char *name = fact_name(fact);
			g_autofree char *value = value_of(file, fact);

			g_assert_nonnull(value);
			if (belongs(fact, file))
				continue;
			g_printerr("# %d of %d: a %s has %s %s\n", d->fd, d->tid, d->kind, name,
				   value);
			n++;
		}
	}
	return n;
}

static void
say_missing(PvTestScene *scene)
{
	GPtrArray *missing = pv_test_scene_all(scene, "missing");

	for (guint i = 0; i < missing->len; i++)
		g_test_message("not made here: %s", (char *)g_ptr_array_index(missing, i));
}

static void
facts(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("details", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	guint n = 0;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner,
					 PROCVIEW_COLLECT_ALL | PROCVIEW_COLLECT_DETAILS);
	pv_test_assert_scene(scene, snapshot);
	n += check_lines(scene, snapshot, "number");
	n += check_lines(scene, snapshot, "text");
	n += check_lines(scene, snapshot, "most");
	n += check_no_others(scene, snapshot);
	g_assert_cmpuint(n, ==, 0);
	say_missing(scene);
}

/* Neither paths nor descriptions: what is asked for does not lean on what is not. */
static void
facts_alone(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("details", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	guint n = 0;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_DETAILS);
	n += check_lines(scene, snapshot, "number");
	n += check_lines(scene, snapshot, "text");
	n += check_lines(scene, snapshot, "most");
	g_assert_cmpuint(n, ==, 0);
}

static void
only_when_asked(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("details", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GPtrArray) descriptors = NULL;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_scan(scene, scanner);
	descriptors = pv_test_scene_descriptors(scene);
	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		ProcviewFile *file = pv_test_file_of(snapshot, d->tid, d->fd);

		g_assert_cmpuint(procview_file_get_n_facts(file), ==, 0);
		g_assert_cmpuint(procview_file_get_n_marks(file), ==, 0);
		g_assert_cmpuint(procview_file_get_n_registrations(file), ==, 0);
	}
}

/* TID:FD:TYPE:WD:INO:MAJ.MIN:MOUNT:MASK:IGNORED */
static gboolean
is_mark(ProcviewMark *mark, char **parts)
{
	static const char *const types[] = {"inode", "mount", "filesystem"};
	guint64 inode = 0;
	guint major, minor, mount_id;
	g_autofree char *device = NULL;
	int wd = -1;

	if (!procview_mark_get_watch_descriptor(mark, &wd))
		wd = -1;
	if (strcmp(types[procview_mark_get_mark_type(mark)], parts[2]) != 0 || wd != atoi(parts[3]))
		return FALSE;
	procview_mark_get_inode(mark, &inode);
	if (inode != g_ascii_strtoull(parts[4], NULL, 10))
		return FALSE;
	if (procview_mark_get_device(mark, &major, &minor))
		device = g_strdup_printf("%u.%u", major, minor);
	/* Of a mount, the kernel tells the number and not the device. */
	if (device != NULL ? strcmp(device, parts[5]) != 0 : strcmp(parts[2], "mount") != 0)
		return FALSE;
	if (strcmp(parts[2], "mount") == 0 &&
	    (!procview_mark_get_mount_id(mark, &mount_id) || mount_id != (guint)atoi(parts[6])))
		return FALSE;
	return procview_mark_get_mask(mark) == g_ascii_strtoull(parts[7], NULL, 16) &&
	       procview_mark_get_ignored_mask(mark) == g_ascii_strtoull(parts[8], NULL, 16);
}

static void
show_marks(ProcviewFile *file)
{
	for (guint i = 0; i < procview_file_get_n_marks(file); i++) {
		ProcviewMark *mark = procview_file_get_mark(file, i);
		guint major = 0, minor = 0, mount_id = 0;
		guint64 inode = 0;
		int wd = -1;

		procview_mark_get_watch_descriptor(mark, &wd);
		procview_mark_get_inode(mark, &inode);
		procview_mark_get_device(mark, &major, &minor);
		procview_mark_get_mount_id(mark, &mount_id);
		g_printerr("#   is there: type %d, wd %d, inode %" G_GUINT64_FORMAT
			   ", device %u.%u, mount %u, mask %" G_GINT64_MODIFIER
			   "x, ignored %" G_GINT64_MODIFIER "x\n",
			   procview_mark_get_mark_type(mark), wd, inode, major, minor, mount_id,
			   procview_mark_get_mask(mark), procview_mark_get_ignored_mask(mark));
	}
}

static guint
check_mark(ProcviewSnapshot *snapshot, const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, ":", -1);
	ProcviewFile *file = pv_test_file_of(snapshot, atoi(parts[0]), atoi(parts[1]));

	g_assert_cmpuint(g_strv_length(parts), ==, 9);
	for (guint i = 0; i < procview_file_get_n_marks(file); i++)
		if (is_mark(procview_file_get_mark(file, i), parts))
			return 0;
	g_printerr("# %s: is not there\n", line);
	show_marks(file);
	return 1;
}

static guint
count_lines_of(PvTestScene *scene, const char *key, int tid, int fd)
{
	GPtrArray *lines = pv_test_scene_all(scene, key);
	g_autofree char *prefix = g_strdup_printf("%d:%d:", tid, fd);
	guint n = 0;

	for (guint i = 0; i < lines->len; i++)
		n += g_str_has_prefix(g_ptr_array_index(lines, i), prefix);
	return n;
}

static void
marks(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("details", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GPtrArray) descriptors = NULL;
	GPtrArray *lines;
	guint n = 0;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_DETAILS);
	lines = pv_test_scene_all(scene, "mark");
	for (guint i = 0; i < lines->len; i++)
		n += check_mark(snapshot, g_ptr_array_index(lines, i));
	descriptors = pv_test_scene_descriptors(scene);
	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		ProcviewFile *file = pv_test_file_of(snapshot, d->tid, d->fd);

		g_assert_cmpuint(procview_file_get_n_marks(file), ==,
				 count_lines_of(scene, "mark", d->tid, d->fd));
	}
	g_assert_cmpuint(n, ==, 0);
}

/* Each has a number that no other has. */
static void
eventfd_ids(ProcviewBackend backend)
{
	g_autoptr(PvTestScene) scene = pv_test_scene_start("details", NULL);
	g_autoptr(ProcviewScanner) scanner = pv_test_scanner(backend);
	g_autoptr(ProcviewSnapshot) snapshot = NULL;
	g_autoptr(GPtrArray) descriptors = NULL;
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	guint n = 0;

	if (scene == NULL || scanner == NULL)
		return;
	snapshot = pv_test_scene_collect(scene, scanner, PROCVIEW_COLLECT_DETAILS);
	descriptors = pv_test_scene_descriptors(scene);
	for (guint i = 0; i < descriptors->len; i++) {
		const PvTestDescriptor *d = g_ptr_array_index(descriptors, i);
		ProcviewFile *file = pv_test_file_of(snapshot, d->tid, d->fd);
		guint64 id;

		if (strcmp(d->kind, "eventfd") != 0)
			continue;
		g_assert_true(procview_file_get_number(file, PROCVIEW_FACT_EVENTFD_ID, &id));
		g_assert_true(g_hash_table_add(seen, GUINT_TO_POINTER((guint)id)));
		n++;
	}
	g_assert_cmpuint(n, >=, 4);
}

int
main(int argc, char **argv)
{
	pv_test_init(&argc, &argv, 60);
	pv_test_require_kcmp();
	pv_test_add("/details/facts", facts);
	pv_test_add("/details/facts-alone", facts_alone);
	pv_test_add("/details/only-when-asked", only_when_asked);
	pv_test_add("/details/marks", marks);
	pv_test_add("/details/eventfd-ids", eventfd_ids);
	return g_test_run();
}
