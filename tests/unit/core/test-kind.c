/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Kinds told from what was seen of a file: names of every kernel so far, and names that lie.
 */
#include <sys/stat.h>

#include "core/kind.h"

#define TMPFS	   0x01021994
#define EXT4	   0xef53
#define HUGETLBFS  0x958458f6
#define ANON_INODE 0x09041934
#define MQUEUE	   0x19800202
#define PIPEFS	   0x50495045
#define PIDFS	   0x50494446
#define NSFS	   0x6e736673
#define SECRETMEM  0x5345434d

typedef struct {
	guint expected;
	PvLook look; /* name, magic, mode, deleted */
} Case;

static void
check(const Case *cases, guint n)
{
	for (guint i = 0; i < n; i++) {
		guint kind = pv_kind_classify(&cases[i].look);

		if (kind != cases[i].expected)
			g_error("case %u (%s): %s, not %s", i, cases[i].look.name,
				pv_kind_name(kind), pv_kind_name(cases[i].expected));
	}
}

static void
test_modes(void)
{
	static const Case cases[] = {
		{PV_KIND_REGULAR, {"/x", EXT4, S_IFREG | 0644, FALSE}},
		{PV_KIND_REGULAR, {NULL, 0, S_IFREG | 0644, FALSE}},
		{PV_KIND_DIRECTORY, {"/", EXT4, S_IFDIR | 0755, FALSE}},
		{PV_KIND_SYMLINK, {"/x", 0, S_IFLNK | 0777, FALSE}},
		{PV_KIND_CHARDEV, {"/dev/null", 0, S_IFCHR | 0666, FALSE}},
		{PV_KIND_BLOCKDEV, {"/dev/vda", 0, S_IFBLK | 0660, FALSE}},
		{PV_KIND_SOCKET, {"socket:[812]", 0, S_IFSOCK | 0777, FALSE}},
		{PV_KIND_SOCKET, {NULL, 0, S_IFSOCK | 0777, FALSE}},
		/* A socket's place in a file system, opened with O_PATH. */
		{PV_KIND_SOCKET, {"/run/x.sock", TMPFS, S_IFSOCK | 0777, FALSE}},
		{PV_KIND_UNKNOWN, {NULL, 0, 0, FALSE}},
		{PV_KIND_UNKNOWN, {"/x", EXT4, 0, FALSE}},
		{PV_KIND_UNKNOWN, {NULL, 0, S_IFMT, FALSE}},
	};

	check(cases, G_N_ELEMENTS(cases));
}

static void
test_pipes(void)
{
	static const Case cases[] = {
		{PV_KIND_PIPE, {"pipe:[40028]", 0, S_IFIFO | 0600, FALSE}},
		{PV_KIND_PIPE, {NULL, PIPEFS, S_IFIFO | 0600, FALSE}},
		{PV_KIND_FIFO, {"/run/initctl", 0, S_IFIFO | 0600, FALSE}},
		{PV_KIND_FIFO, {"/pipe:[40028]", 0, S_IFIFO | 0600, FALSE}},
		{PV_KIND_FIFO, {NULL, TMPFS, S_IFIFO | 0600, FALSE}},
		{PV_KIND_FIFO, {"/x (deleted)", 0, S_IFIFO | 0600, TRUE}},
		{PV_KIND_UNKNOWN, {NULL, 0, S_IFIFO | 0600, FALSE}},
	};

	check(cases, G_N_ELEMENTS(cases));
}

static void
test_anon_inodes(void)
{
	static const Case cases[] = {
		{PV_KIND_EVENTFD, {"anon_inode:[eventfd]", 0, 0600, FALSE}},
		{PV_KIND_EVENTPOLL, {"anon_inode:[eventpoll]", ANON_INODE, 0600, FALSE}},
		{PV_KIND_TIMERFD, {"anon_inode:[timerfd]", 0, 0600, FALSE}},
		{PV_KIND_SIGNALFD, {"anon_inode:[signalfd]", 0, 0600, FALSE}},
		{PV_KIND_INOTIFY, {"anon_inode:inotify", 0, 0600, FALSE}},
		{PV_KIND_INOTIFY, {"anon_inode:[inotify]", 0, 0600, FALSE}},
		{PV_KIND_FANOTIFY, {"anon_inode:[fanotify]", 0, 0600, FALSE}},
		{PV_KIND_IO_URING, {"anon_inode:[io_uring]", 0, 0600, FALSE}},
		{PV_KIND_BPF_MAP, {"anon_inode:bpf-map", 0, 0600, FALSE}},
		{PV_KIND_BPF_PROG, {"anon_inode:bpf-prog", 0, 0600, FALSE}},
		{PV_KIND_BPF_LINK, {"anon_inode:bpf_link", 0, 0600, FALSE}},
		{PV_KIND_BPF_LINK, {"anon_inode:bpf-link", 0, 0600, FALSE}},
		{PV_KIND_USERFAULTFD, {"anon_inode:[userfaultfd]", 0, 0600, FALSE}},
		{PV_KIND_PERF_EVENT, {"anon_inode:[perf_event]", 0, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {"anon_inode:[fscontext]", 0, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {"anon_inode:kvm-vcpu:0", 0, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {"anon_inode:[eventfd]x", 0, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {"anon_inode:eventf", 0, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {"anon_inode:[", 0, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {"anon_inode:xeventfd]", 0, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {"anon_inode:[eventfdx", 0, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {"anon_inode:", 0, 0600, FALSE}},
		/* Where it has a file type, or nothing but its name was seen. */
		{PV_KIND_EVENTFD, {"anon_inode:[eventfd]", 0, S_IFREG | 0600, FALSE}},
		{PV_KIND_EVENTFD, {"anon_inode:[eventfd]", 0, 0, FALSE}},
		{PV_KIND_ANON_INODE, {"anon_inode:[kvm-gmem]", 0, S_IFREG | 0600, FALSE}},
		{PV_KIND_ANON_INODE, {NULL, ANON_INODE, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {NULL, ANON_INODE, 0, FALSE}},
		{PV_KIND_ANON_INODE, {NULL, 0, 0600, FALSE}},
		{PV_KIND_ANON_INODE, {"/dmabuf:", 0, 0600, FALSE}},
		/* Nothing but their names. */
		{PV_KIND_PIPE, {"pipe:[1]", 0, 0, FALSE}},
		{PV_KIND_SOCKET, {"socket:[1]", 0, 0, FALSE}},
		{PV_KIND_NSFS, {"mnt:[4026531840]", 0, 0, FALSE}},
	};

	check(cases, G_N_ELEMENTS(cases));
}

static void
test_pidfds(void)
{
	static const Case cases[] = {
		{PV_KIND_PIDFD, {"anon_inode:[pidfd]", 0, 0600, FALSE}},
		{PV_KIND_PIDFD, {"anon_inode:[pidfd]", PIDFS, 0700, FALSE}},
		{PV_KIND_PIDFD, {"pidfd:[14858]", 0, S_IFREG | 0700, FALSE}},
		{PV_KIND_PIDFD, {NULL, PIDFS, S_IFREG | 0700, FALSE}},
		{PV_KIND_PIDFD, {NULL, PIDFS, 0700, FALSE}},
		{PV_KIND_REGULAR, {"/pidfd:[14858]", 0, S_IFREG | 0700, FALSE}},
	};

	check(cases, G_N_ELEMENTS(cases));
}

static void
test_memfds(void)
{
	static const Case cases[] = {
		{PV_KIND_MEMFD, {"/memfd:x (deleted)", 0, S_IFREG | 0777, TRUE}},
		{PV_KIND_MEMFD, {"/memfd:x (deleted)", TMPFS, S_IFREG | 0777, TRUE}},
		{PV_KIND_MEMFD, {"/memfd: (deleted)", HUGETLBFS, S_IFREG | 0777, TRUE}},
		{PV_KIND_REGULAR, {"/memfd:x (deleted)", 0, S_IFREG | 0777, FALSE}},
		{PV_KIND_REGULAR, {"/memfd:x (deleted)", EXT4, S_IFREG | 0777, TRUE}},
		{PV_KIND_REGULAR, {"/a/memfd:x (deleted)", 0, S_IFREG | 0777, TRUE}},
		{PV_KIND_DIRECTORY, {"/memfd:x (deleted)", 0, S_IFDIR | 0777, TRUE}},
		{PV_KIND_REGULAR, {NULL, TMPFS, S_IFREG | 0777, TRUE}},
		{PV_KIND_SECRETMEM, {"/secretmem (deleted)", 0, S_IFREG | 0600, FALSE}},
		{PV_KIND_SECRETMEM, {NULL, SECRETMEM, S_IFREG | 0600, FALSE}},
		{PV_KIND_REGULAR, {"/secretmem (deleted)", EXT4, S_IFREG | 0600, FALSE}},
		{PV_KIND_REGULAR, {"/secretmem", 0, S_IFREG | 0600, FALSE}},
	};

	check(cases, G_N_ELEMENTS(cases));
}

static void
test_own_file_systems(void)
{
	static const Case cases[] = {
		{PV_KIND_MQUEUE, {"/queue", MQUEUE, S_IFREG | 0600, FALSE}},
		{PV_KIND_DIRECTORY, {"/dev/mqueue", MQUEUE, S_IFDIR | 0777, FALSE}},
		{PV_KIND_REGULAR, {"/queue", 0, S_IFREG | 0600, FALSE}},
		{PV_KIND_NSFS, {"/run/netns/x", NSFS, S_IFREG | 0444, FALSE}},
		{PV_KIND_NSFS, {"net:[4026531840]", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_NSFS, {"cgroup:[4026531835]", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_NSFS, {"time:[4026531834]", 0, S_IFREG | 0444, FALSE}},
	};

	check(cases, G_N_ELEMENTS(cases));
}

/* Files that somebody named so: a path begins with a slash, and a number ends where it ends. */
static void
test_names_that_lie(void)
{
	static const Case cases[] = {
		{PV_KIND_REGULAR, {"/x/pipe:[1]", 0, S_IFREG | 0644, FALSE}},
		{PV_KIND_REGULAR, {"/anon_inode:[eventfd]", 0, S_IFREG | 0644, FALSE}},
		{PV_KIND_REGULAR, {"/net:[4026531840]", 0, S_IFREG | 0644, FALSE}},
		{PV_KIND_UNKNOWN, {"/anon_inode:[eventfd]", 0, 0, FALSE}},
		{PV_KIND_UNKNOWN, {"/socket:[1]", 0, 0, FALSE}},
		{PV_KIND_REGULAR, {"pipe:[1]", 0, S_IFREG | 0644, FALSE}},
		{PV_KIND_REGULAR, {"socket:[1]", 0, S_IFREG | 0644, FALSE}},
		{PV_KIND_CHARDEV, {"anon_inode:[eventfd]", 0, S_IFCHR | 0644, FALSE}},
		{PV_KIND_REGULAR, {"net:[]", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_REGULAR, {"net:[1", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_REGULAR, {"net:[1]x", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_REGULAR, {"net:[1x]", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_REGULAR, {"net:1", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_REGULAR, {"net:", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_REGULAR, {"network:[1]", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_REGULAR, {":[1]", 0, S_IFREG | 0444, FALSE}},
		{PV_KIND_REGULAR, {"", 0, S_IFREG | 0444, FALSE}},
	};

	check(cases, G_N_ELEMENTS(cases));
}

/* The words of the JSON schema, in its order. */
static void
test_words(void)
{
	static const char schema[] =
		"regular directory symlink chardev blockdev pipe fifo socket eventfd eventpoll "
		"timerfd signalfd inotify fanotify pidfd io_uring bpf-map bpf-prog bpf-link "
		"userfaultfd perf-event memfd mqueue nsfs anon-inode secretmem";
	g_auto(GStrv) words = g_strsplit(schema, " ", -1);

	g_assert_cmpuint(g_strv_length(words), ==, PV_N_KINDS - 1);
	for (guint kind = 1; kind < PV_N_KINDS; kind++)
		g_assert_cmpstr(pv_kind_name(kind), ==, words[kind - 1]);
	g_assert_cmpstr(pv_kind_name(PV_KIND_UNKNOWN), ==, "unknown");
	g_assert_cmpstr(pv_kind_name(PV_N_KINDS), ==, "unknown");
	g_assert_cmpstr(pv_kind_name(G_MAXUINT), ==, "unknown");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/kind/modes", test_modes);
	g_test_add_func("/core/kind/pipes", test_pipes);
	g_test_add_func("/core/kind/anon-inodes", test_anon_inodes);
	g_test_add_func("/core/kind/pidfds", test_pidfds);
	g_test_add_func("/core/kind/memfds", test_memfds);
	g_test_add_func("/core/kind/own-file-systems", test_own_file_systems);
	g_test_add_func("/core/kind/names-that-lie", test_names_that_lie);
	g_test_add_func("/core/kind/words", test_words);
	return g_test_run();
}
