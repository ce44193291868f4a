/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a file is.
 *
 * A name that the kernel made up (anon_inode:..., pipe:[...], pidfd:[...], net:[...]) has no
 * leading slash, and every path has one: a file that somebody called "pipe:[1]" is told from a
 * pipe by that.
 *
 * What cannot be seen: without a file system's magic number a message queue looks like a regular
 * file, and so does a namespace that is open through a bind mount of it; a deleted file whose whole
 * path was "/memfd:x" looks like a memfd where its file system is unknown or is a tmpfs, and one
 * that was "/secretmem" like secret memory where it is unknown.
 */
#include "core/kind.h"

#include <string.h>
#include <sys/stat.h>

/* Values of f_type; not all of them are in <linux/magic.h> of every system. */
enum {
	MAGIC_TMPFS = 0x01021994,
	MAGIC_ANON_INODE = 0x09041934,
	MAGIC_MQUEUE = 0x19800202,
	MAGIC_PIPEFS = 0x50495045,
	MAGIC_PIDFS = 0x50494446,
	MAGIC_NSFS = 0x6e736673,
	MAGIC_SECRETMEM = 0x5345434d,
};
#define MAGIC_HUGETLBFS G_GUINT64_CONSTANT(0x958458f6)

typedef struct {
	const char *name;
	guint8 kind;
} NamedKind;

/* Behind "anon_inode:", without the brackets that some have. */
static const NamedKind anon_inodes[] = {
	{"eventfd", PV_KIND_EVENTFD},
	{"eventpoll", PV_KIND_EVENTPOLL},
	{"timerfd", PV_KIND_TIMERFD},
	{"signalfd", PV_KIND_SIGNALFD},
	{"inotify", PV_KIND_INOTIFY},
	{"fanotify", PV_KIND_FANOTIFY},
	{"pidfd", PV_KIND_PIDFD},
	{"io_uring", PV_KIND_IO_URING},
	{"bpf-map", PV_KIND_BPF_MAP},
	{"bpf-prog", PV_KIND_BPF_PROG},
	{"bpf-link", PV_KIND_BPF_LINK},
	{"bpf_link", PV_KIND_BPF_LINK},
	{"userfaultfd", PV_KIND_USERFAULTFD},
	{"perf_event", PV_KIND_PERF_EVENT},
};

/* Before ":[" and a number. */
static const NamedKind numbered[] = {
	{"pipe", PV_KIND_PIPE},	  {"socket", PV_KIND_SOCKET}, {"pidfd", PV_KIND_PIDFD},
	{"cgroup", PV_KIND_NSFS}, {"ipc", PV_KIND_NSFS},      {"mnt", PV_KIND_NSFS},
	{"net", PV_KIND_NSFS},	  {"pid", PV_KIND_NSFS},      {"time", PV_KIND_NSFS},
	{"user", PV_KIND_NSFS},	  {"uts", PV_KIND_NSFS},
};

static guint
find_named(const NamedKind *kinds, gsize n, const char *name, gsize length)
{
	for (gsize i = 0; i < n; i++) {
		if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, name, length) == 0)
			return kinds[i].kind;
	}
	return PV_KIND_UNKNOWN;
}

static guint
classify_anon_inode(const char *name)
{
	gsize length = strlen(name);
	guint kind;

	if (length >= 2 && name[0] == '[' && name[length - 1] == ']') {
		name++;
		length -= 2;
	}
	kind = find_named(anon_inodes, G_N_ELEMENTS(anon_inodes), name, length);
	return kind == PV_KIND_UNKNOWN ? PV_KIND_ANON_INODE : kind;
}

static guint
classify_numbered(const char *name)
{
	const char *colon = strchr(name, ':');
	gsize digits;

	if (colon == NULL || colon[1] != '[')
		return PV_KIND_UNKNOWN;
	digits = strspn(colon + 2, "0123456789");
	if (digits == 0 || strcmp(colon + 2 + digits, "]") != 0)
		return PV_KIND_UNKNOWN;
	return find_named(numbered, G_N_ELEMENTS(numbered), name, (gsize)(colon - name));
}

/* From a name that is no path. */
static guint
classify_name(const char *name)
{
	static const char prefix[] = "anon_inode:";

	if (name == NULL || name[0] == '/')
		return PV_KIND_UNKNOWN;
	if (strncmp(name, prefix, strlen(prefix)) == 0)
		return classify_anon_inode(name + strlen(prefix));
	return classify_numbered(name);
}

static gboolean
is_memfd(const PvLook *look)
{
	if (look->fs_magic != 0 && look->fs_magic != MAGIC_TMPFS &&
	    look->fs_magic != MAGIC_HUGETLBFS)
		return FALSE;
	return look->deleted && look->name != NULL && g_str_has_prefix(look->name, "/memfd:");
}

/* The kernel gives all of them that name, and one link. */
static gboolean
is_secret(const PvLook *look)
{
	return look->fs_magic == 0 && g_strcmp0(look->name, "/secretmem (deleted)") == 0;
}

/* The file systems whose every file is of one kind; only their files, not their directories. */
static guint
classify_magic(guint64 fs_magic)
{
	switch (fs_magic) {
	case MAGIC_MQUEUE:
		return PV_KIND_MQUEUE;
	case MAGIC_NSFS:
		return PV_KIND_NSFS;
	case MAGIC_PIDFS:
		return PV_KIND_PIDFD;
	case MAGIC_SECRETMEM:
		return PV_KIND_SECRETMEM;
	default:
		return PV_KIND_UNKNOWN;
	}
}

static guint
classify_regular(const PvLook *look)
{
	guint kind = classify_magic(look->fs_magic);

	if (kind != PV_KIND_UNKNOWN)
		return kind;
	kind = classify_name(look->name);
	/* Those have a file type of their own. */
	if (kind != PV_KIND_UNKNOWN && kind != PV_KIND_PIPE && kind != PV_KIND_SOCKET)
		return kind;
	if (is_secret(look))
		return PV_KIND_SECRETMEM;
	return is_memfd(look) ? PV_KIND_MEMFD : PV_KIND_REGULAR;
}

/* Anonymous inodes have permissions and no file type; without either, only the rest was seen. */
static guint
classify_typeless(const PvLook *look)
{
	guint kind = classify_name(look->name);

	if (kind != PV_KIND_UNKNOWN)
		return kind;
	kind = look->fs_magic == MAGIC_PIPEFS ? PV_KIND_PIPE : classify_magic(look->fs_magic);
	if (kind == PV_KIND_PIPE || kind == PV_KIND_PIDFD)
		return kind;
	if (look->mode != 0 || look->fs_magic == MAGIC_ANON_INODE)
		return PV_KIND_ANON_INODE;
	return PV_KIND_UNKNOWN;
}

static guint
classify_fifo(const PvLook *look)
{
	if (look->fs_magic == MAGIC_PIPEFS || classify_name(look->name) == PV_KIND_PIPE)
		return PV_KIND_PIPE;
	/* Nothing that was seen tells whether it has a name. */
	if (look->fs_magic == 0 && look->name == NULL)
		return PV_KIND_UNKNOWN;
	return PV_KIND_FIFO;
}

guint
pv_kind_classify(const PvLook *look)
{
	switch (look->mode & S_IFMT) {
	case S_IFREG:
		return classify_regular(look);
	case S_IFDIR:
		return PV_KIND_DIRECTORY;
	case S_IFLNK:
		return PV_KIND_SYMLINK;
	case S_IFCHR:
		return PV_KIND_CHARDEV;
	case S_IFBLK:
		return PV_KIND_BLOCKDEV;
	case S_IFIFO:
		return classify_fifo(look);
	case S_IFSOCK:
		return PV_KIND_SOCKET;
	case 0:
		return classify_typeless(look);
	default:
		return PV_KIND_UNKNOWN;
	}
}

gboolean
pv_kind_is_mounted(guint kind)
{
	switch (kind) {
	case PV_KIND_UNKNOWN:
	case PV_KIND_REGULAR:
	case PV_KIND_DIRECTORY:
	case PV_KIND_SYMLINK:
	case PV_KIND_CHARDEV:
	case PV_KIND_BLOCKDEV:
	case PV_KIND_FIFO:
		return TRUE;
	default:
		return FALSE;
	}
}

const char *
pv_kind_name(guint kind)
{
	static const char *const words[PV_N_KINDS] = {
		[PV_KIND_UNKNOWN] = "unknown",
		[PV_KIND_REGULAR] = "regular",
		[PV_KIND_DIRECTORY] = "directory",
		[PV_KIND_SYMLINK] = "symlink",
		[PV_KIND_CHARDEV] = "chardev",
		[PV_KIND_BLOCKDEV] = "blockdev",
		[PV_KIND_PIPE] = "pipe",
		[PV_KIND_FIFO] = "fifo",
		[PV_KIND_SOCKET] = "socket",
		[PV_KIND_EVENTFD] = "eventfd",
		[PV_KIND_EVENTPOLL] = "eventpoll",
		[PV_KIND_TIMERFD] = "timerfd",
		[PV_KIND_SIGNALFD] = "signalfd",
		[PV_KIND_INOTIFY] = "inotify",
		[PV_KIND_FANOTIFY] = "fanotify",
		[PV_KIND_PIDFD] = "pidfd",
		[PV_KIND_IO_URING] = "io_uring",
		[PV_KIND_BPF_MAP] = "bpf-map",
		[PV_KIND_BPF_PROG] = "bpf-prog",
		[PV_KIND_BPF_LINK] = "bpf-link",
		[PV_KIND_USERFAULTFD] = "userfaultfd",
		[PV_KIND_PERF_EVENT] = "perf-event",
		[PV_KIND_MEMFD] = "memfd",
		[PV_KIND_MQUEUE] = "mqueue",
		[PV_KIND_NSFS] = "nsfs",
		[PV_KIND_ANON_INODE] = "anon-inode",
		[PV_KIND_SECRETMEM] = "secretmem",
	};

	return kind < PV_N_KINDS ? words[kind] : "unknown";
}
