/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Each record becomes one of the store's, for the file that came before it. A pass tells all; what
 * the query does not ask for is passed over here.
 *
 * Since 6.10 the kernel knows at which listener a unix socket waits to be accepted. Before, the two
 * have nothing in common but the name, which lies at one address: those are brought together when
 * the pass is over.
 *
 * What it cannot see: a listener of which no descriptor was read, before 6.10.
 */
#include "backend/bpf/detail-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "backend/bpf/detail-decode.h"
#include "backend/examine.h"
#include "core/bpf-type.h"
#include "core/kind.h"
#include "util/order.h"

#define TAG_BYTES 8
/* What few files have anything to tell about. */
#define OF_FEW		 (PV_COLLECT_SOCKETS | PV_COLLECT_HOLDINGS)
#define ANON_INODE_MAGIC 0x09041934
#define DMA_BUF_MAGIC	 0x444d4142
#define NSFS_MAGIC	 0x6e736673
#define PIDFS_MAGIC	 0x50494446
#define PIPEFS_MAGIC	 0x50495045
#define SOCKFS_MAGIC	 0x534f434b

typedef struct {
	guint64 key;
	guint64 ino;
} Listener;

typedef struct {
	guint64 key;
	guint32 socket; /* in the order of appending */
} Waiting;

void
pv_bpf_details_init(PvBpfDetails *details, PvStore *store, guint collect)
{
	*details = (PvBpfDetails){
		.store = store,
		.collect = collect,
		.page_size = sysconf(_SC_PAGESIZE),
	};
	pv_array_init(&details->listeners, sizeof(Listener));
	pv_array_init(&details->waiting, sizeof(Waiting));
}

void
pv_bpf_details_clear(PvBpfDetails *details)
{
	pv_array_clear(&details->listeners);
	pv_array_clear(&details->waiting);
}

static gboolean
add_text(PvBpfDetails *details, guint32 file, guint fact, const char *text, gsize length)
{
	PvString string = pv_strings_intern(&details->store->strings, text, length);

	return string != 0 && pv_details_add_number(&details->store->details, file, fact, string);
}

/* Types as words, where the kernel's numbers have some. */
static gboolean
name_bpf_type(PvBpfDetails *details, guint32 file, guint64 type)
{
	const char *name = NULL;

	switch (pv_store_file(details->store, file)->kind) {
	case PV_KIND_BPF_MAP:
		name = pv_bpf_map_type_name(type);
		break;
	case PV_KIND_BPF_PROG:
		name = pv_bpf_prog_type_name(type);
		break;
	case PV_KIND_BPF_LINK:
		name = pv_bpf_link_type_name(type);
		break;
	default:
		break;
	}
	return name == NULL || add_text(details, file, PV_FACT_BPF_TYPE_NAME, name, strlen(name));
}

/* A file on a tmpfs has seals as well, but nobody calls them so. */
static gboolean
is_for_memfd_alone(guint fact)
{
	return fact == PV_FACT_MEMFD_SEALS || fact == PV_FACT_MEMFD_NAME;
}

/* A namespace's type is the flag of clone(2) that makes one. */
static gboolean
add_namespace(PvBpfDetails *details, guint32 file, guint64 flag)
{
	static const struct {
		guint64 flag;
		const char *name;
	} types[] = {
		{0x80, "time"},	     {0x20000, "mnt"},	  {0x2000000, "cgroup"},
		{0x4000000, "uts"},  {0x8000000, "ipc"},  {0x10000000, "user"},
		{0x20000000, "pid"}, {0x40000000, "net"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		if (types[i].flag == flag)
			return add_text(details, file, PV_FACT_NAMESPACE_TYPE, types[i].name,
					strlen(types[i].name));
	}
	return TRUE;
}

/* What is left by the clock of the day; 0: it is not armed, or has expired. */
static guint64
remaining_ns(guint64 expires)
{
	struct timespec now;
	gint64 left;

	clock_gettime(CLOCK_REALTIME, &now);
	left = (gint64)expires - now.tv_sec * G_GINT64_CONSTANT(1000000000) - now.tv_nsec;
	return MAX(left, 0);
}

static gboolean
add_fact(PvBpfDetails *details, guint32 file, guint fact, guint64 value)
{
	guint kind = pv_store_file(details->store, file)->kind;

	if (is_for_memfd_alone(fact) && kind != PV_KIND_MEMFD)
		return TRUE;
	if (fact == PV_FACT_PIPE_CAPACITY_BYTES)
		value *= details->page_size;
	/* Its number here is none. */
	if (fact == PV_FACT_PIDFD_PID && value == 0)
		return TRUE;
	if (fact == PV_FACT_NAMESPACE_TYPE)
		return add_namespace(details, file, value);
	if (fact == PV_FACT_BPF_TYPE && !name_bpf_type(details, file, value))
		return FALSE;
	return pv_details_add_number(&details->store->details, file, fact, value);
}

static gboolean
take_fact(PvBpfDetails *details, guint32 file, const char *record, gsize size, GError **error)
{
	const struct pv_wire_fact *wire;
	guint64 value;

	if (!pv_wire_take_fact(record, size, &wire))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	value = wire->value;
	if (wire->fact == PV_WIRE_TIMERFD_EXPIRES_NS)
		value = remaining_ns(value);
	return !(details->collect & PV_COLLECT_DETAILS) ||
	       add_fact(details, file, pv_wire_fact_of(wire->fact), value) ||
	       pv_error_no_memory(error);
}

static gboolean
add_tag(PvBpfDetails *details, guint32 file, const char *bytes, gsize length)
{
	char text[2 * TAG_BYTES + 1];

	if (length != TAG_BYTES)
		return TRUE;
	for (guint i = 0; i < TAG_BYTES; i++)
		g_snprintf(text + 2 * i, 3, "%02x", (guint8)bytes[i]);
	return add_text(details, file, PV_FACT_BPF_TAG, text, 2 * TAG_BYTES);
}

static gboolean
add_bytes(PvBpfDetails *details, guint32 file, guint fact, const char *bytes, gsize length)
{
	static const char prefix[] = "memfd:";
	guint kind = pv_store_file(details->store, file)->kind;

	if (fact == PV_FACT_BPF_TAG)
		return add_tag(details, file, bytes, length);
	if (is_for_memfd_alone(fact)) {
		gsize skipped = strlen(prefix);

		if (kind != PV_KIND_MEMFD || length < skipped ||
		    memcmp(bytes, prefix, skipped) != 0)
			return TRUE;
		bytes += skipped;
		length -= skipped;
	}
	return add_text(details, file, fact, bytes, length);
}

static gboolean
take_text(PvBpfDetails *details, guint32 file, const char *record, gsize size, GError **error)
{
	const struct pv_wire_text *wire;
	const char *bytes;

	if (!pv_wire_take_text(record, size, &wire, &bytes))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	return !(details->collect & PV_COLLECT_DETAILS) ||
	       add_bytes(details, file, pv_wire_fact_of(wire->fact), bytes, wire->length) ||
	       pv_error_no_memory(error);
}

/* With blanks between them, as fdinfo has tabs. */
static gboolean
take_numbers(PvBpfDetails *details, guint32 file, const char *record, gsize size, GError **error)
{
	char text[PV_WIRE_MAX_NUMBERS * 12];
	const struct pv_wire_text *wire;
	const gint32 *numbers;
	gsize length = 0;

	if (!pv_wire_take_numbers(record, size, &wire, &numbers))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	if (!(details->collect & PV_COLLECT_DETAILS))
		return TRUE;
	for (guint i = 0; i < wire->length; i++)
		length += g_snprintf(text + length, sizeof(text) - length, "%s%d",
				     i == 0 ? "" : " ", numbers[i]);
	return add_text(details, file, pv_wire_fact_of(wire->fact), text, length) ||
	       pv_error_no_memory(error);
}

/* The address that bind(2) took: a path with its NUL, or a NUL and an abstract name. */
static gboolean
keep_name(PvStore *store, PvSocket *socket, const char *name, gsize length)
{
	if (length == 0)
		return TRUE;
	socket->name_is_abstract = name[0] == '\0';
	if (socket->name_is_abstract) {
		name++;
		length--;
	} else {
		length = strnlen(name, length);
	}
	socket->known |= PV_SOCKET_NAME;
	socket->name_len = length;
	socket->name = pv_strings_intern(&store->strings, name, length);
	return socket->name != 0;
}

static gboolean
note_keys(PvBpfDetails *details, const struct pv_wire_socket *wire, const PvSocket *socket)
{
	if (wire->name_key != 0) {
		Listener *listener = pv_array_append(&details->listeners);

		if (listener == NULL)
			return FALSE;
		*listener = (Listener){wire->name_key, socket->ino};
	}
	if ((wire->marks & PV_WIRE_SOCKET_WAITING) && wire->listener_ino == 0 &&
	    wire->peer_name_key != 0) {
		Waiting *waiting = pv_array_append(&details->waiting);

		if (waiting == NULL)
			return FALSE;
		*waiting = (Waiting){wire->peer_name_key, details->store->details.sockets.n - 1};
	}
	return TRUE;
}

static gboolean
take_socket(PvBpfDetails *details, guint32 file, const char *record, gsize size, GError **error)
{
	const struct pv_wire_socket *wire;
	PvSocket *socket;
	const char *name;

	if (!pv_wire_take_socket(record, size, &wire, &name))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	if (!(details->collect & PV_COLLECT_SOCKETS))
		return TRUE;
	socket = pv_array_append(&details->store->details.sockets);
	if (socket == NULL)
		return pv_error_no_memory(error);
	socket->ino = pv_store_file(details->store, file)->ino;
	pv_wire_read_socket(wire, socket);
	return (keep_name(details->store, socket, name, wire->name_length) &&
		note_keys(details, wire, socket)) ||
	       pv_error_no_memory(error);
}

static gboolean
take_registration(PvBpfDetails *details, guint32 file, const char *record, gsize size,
		  GError **error)
{
	const struct pv_wire_registration *wire;
	PvRegistration *registration;

	if (!pv_wire_take_registration(record, size, &wire))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	if (!(details->collect & PV_COLLECT_DETAILS))
		return TRUE;
	registration = pv_details_add_registration(&details->store->details, file);
	if (registration == NULL)
		return pv_error_no_memory(error);
	registration->fd = wire->fd;
	registration->events = wire->events;
	registration->data = wire->data;
	registration->ino = wire->ino;
	registration->dev = wire->dev;
	registration->address = wire->file;
	return TRUE;
}

static gboolean
take_mark(PvBpfDetails *details, guint32 file, const char *record, gsize size, GError **error)
{
	const struct pv_wire_mark *wire;
	PvMark *mark;

	if (!pv_wire_take_mark(record, size, &wire))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	if (!(details->collect & PV_COLLECT_DETAILS) || wire->type > PV_WIRE_MARK_FILE_SYSTEM)
		return TRUE;
	mark = pv_details_add_mark(&details->store->details, file);
	if (mark == NULL)
		return pv_error_no_memory(error);
	pv_wire_read_mark(wire, mark);
	return TRUE;
}

static gboolean
take_lock(PvBpfDetails *details, guint32 file, const char *record, gsize size, GError **error)
{
	const struct pv_wire_lock *wire;
	PvLock *lock;

	if (!pv_wire_take_lock(record, size, &wire))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	if (!(details->collect & PV_COLLECT_LOCKS))
		return TRUE;
	lock = pv_details_add_lock(&details->store->details, file);
	if (lock == NULL)
		return pv_error_no_memory(error);
	pv_wire_read_lock(wire, lock);
	return TRUE;
}

/* d_path(9) makes one up, of more than the dentry's name; or it follows from kind and inode. */
static gboolean
has_no_name(guint32 magic)
{
	return magic == NSFS_MAGIC || magic == DMA_BUF_MAGIC || magic == PIPEFS_MAGIC ||
	       magic == SOCKFS_MAGIC;
}

/*
 * The names are those of dentries. Of anonymous inodes d_path(9) puts a word before the dentry's,
 * and does not call them deleted.
 */
static const char *
correct_path(const struct pv_wire_held *wire, char *path, gsize *length)
{
	static const char prefix[] = "anon_inode:";
	gsize skipped = strlen(prefix);
	gsize around = 1;

	if ((wire->path_marks & PV_WIRE_PATH_CUT) || has_no_name(wire->magic))
		return NULL;
	if (wire->magic != ANON_INODE_MAGIC && wire->magic != PIDFS_MAGIC)
		return path;
	if (wire->path_marks & PV_WIRE_PATH_DELETED)
		around += strlen(" (deleted)");
	*length -= around;
	if (wire->magic == PIDFS_MAGIC)
		*length = g_strlcpy(path + 1, "[pidfd]", PV_WIRE_MAX_PATH);
	memmove(path + skipped, path + 1, *length);
	memcpy(path, prefix, skipped);
	*length += skipped;
	path[*length] = '\0';
	return path;
}

static void
fill_held(const struct pv_wire_held *wire, PvFile *file)
{
	guint type = wire->mode & S_IFMT;

	file->ino = wire->ino;
	file->dev = wire->dev;
	file->mode = wire->mode;
	file->mount_id = wire->mount_id;
	file->flags = wire->flags & ~O_CLOEXEC;
	file->known |= PV_FILE_INODE | PV_FILE_MOUNT | PV_FILE_FLAGS;
	if (type == S_IFCHR || type == S_IFBLK) {
		file->extent = wire->rdev;
		file->known |= PV_FILE_RDEV;
	} else if (type == S_IFREG || type == S_IFDIR || type == S_IFLNK) {
		file->extent = wire->bytes;
		file->known |= PV_FILE_SIZE;
	}
	if (pv_file_has_pos(file)) {
		file->pos = wire->pos;
		file->known |= PV_FILE_POS;
	}
}

static gboolean
keep_held(PvBpfDetails *details, guint32 holder, const struct pv_wire_held *wire, char *path,
	  gsize length)
{
	PvDetails *kept = &details->store->details;
	PvHolding *holding = pv_array_append(&kept->holdings);
	PvFile *file = pv_array_append(&kept->held_files);
	const PvLook look = {
		.name = correct_path(wire, path, &length),
		.fs_magic = wire->magic,
		.mode = wire->mode,
		.deleted = (wire->marks & PV_WIRE_UNLINKED) != 0,
	};

	if (holding == NULL || file == NULL)
		return FALSE;
	holding->holder = holder;
	holding->file = kept->held_files.n - 1;
	holding->slot = wire->slot;
	holding->how = wire->fixed ? PV_HELD_FIXED : PV_HELD_IN_FLIGHT;
	holding->address = wire->file | (wire->refs > 1);
	fill_held(wire, file);
	return pv_examine_keep(details->store, file, &look, look.name == NULL ? 0 : length,
			       (details->collect & PV_COLLECT_PATHS) != 0);
}

static gboolean
take_held(PvBpfDetails *details, guint32 file, const char *record, gsize size, GError **error)
{
	/* Room for the word before it as well. */
	char path[PV_WIRE_MAX_PATH + 64];
	const struct pv_wire_held *wire;
	gsize length;

	if (!pv_wire_take_held(record, size, &wire, path, PV_WIRE_MAX_PATH + 32, &length))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	return !(details->collect & PV_COLLECT_HOLDINGS) ||
	       keep_held(details, file, wire, path, length) || pv_error_no_memory(error);
}

static gboolean
leave(PvBpfDetails *details, guint32 file, guint group, gboolean locked)
{
	PvCutList *list;

	if (!(details->collect & group))
		return TRUE;
	list = pv_array_append(&details->store->details.cut_lists);
	if (list == NULL)
		return FALSE;
	*list = (PvCutList){file, details->collect & group, locked};
	return TRUE;
}

/* What the socket is, the lists of its network namespace tell: snapshot/sockets.c. */
gboolean
pv_bpf_details_leave(PvBpfDetails *details, guint32 file)
{
	const PvFile *left = pv_store_file(details->store, file);

	if ((details->collect & PV_COLLECT_SOCKETS) && S_ISSOCK(left->mode) &&
	    !(left->flags & O_PATH)) {
		PvSocket *socket = pv_array_append(&details->store->details.sockets);

		if (socket == NULL)
			return FALSE;
		socket->ino = left->ino;
	}
	/* Of sockets the kernel's lists tell, and files are held by rings, which have no type. */
	if ((details->collect & PV_COLLECT_DETAILED & ~OF_FEW) == 0 && (left->mode & S_IFMT) != 0)
		return TRUE;
	return leave(details, file, PV_COLLECT_DETAILED, FALSE);
}

static gboolean
take_list_cut(PvBpfDetails *details, guint32 file, const char *record, gsize size, GError **error)
{
	static const guint groups[PV_WIRE_N_SORTS] = {
		[PV_WIRE_REGISTRATION] = PV_COLLECT_DETAILS,
		[PV_WIRE_MARK] = PV_COLLECT_DETAILS,
		[PV_WIRE_LOCK] = PV_COLLECT_LOCKS,
		[PV_WIRE_HELD] = PV_COLLECT_HOLDINGS,
	};
	const struct pv_wire_list_cut *wire;

	if (!pv_wire_take_list_cut(record, size, &wire))
		return pv_error_from_errno(error, "iter/task_file", EPROTO);
	return leave(details, file, groups[wire->sort & ~PV_WIRE_LIST_LOCKED],
		     (wire->sort & PV_WIRE_LIST_LOCKED) != 0) ||
	       pv_error_no_memory(error);
}

gboolean
pv_bpf_details_take(PvBpfDetails *details, guint32 file, const char *record, gsize size,
		    GError **error)
{
	static gboolean (*const takers[PV_WIRE_N_SORTS])(PvBpfDetails *, guint32, const char *,
							 gsize, GError **) = {
		[PV_WIRE_FACT] = take_fact,
		[PV_WIRE_TEXT] = take_text,
		[PV_WIRE_NUMBERS] = take_numbers,
		[PV_WIRE_SOCKET] = take_socket,
		[PV_WIRE_REGISTRATION] = take_registration,
		[PV_WIRE_MARK] = take_mark,
		[PV_WIRE_LOCK] = take_lock,
		[PV_WIRE_HELD] = take_held,
		[PV_WIRE_LIST_CUT] = take_list_cut,
	};

	return takers[pv_wire_sort(record)](details, file, record, size, error);
}

static int
compare_listeners(const void *a, const void *b)
{
	guint64 x = ((const Listener *)a)->key;
	guint64 y = ((const Listener *)b)->key;

	return pv_order_u64(x, y);
}

void
pv_bpf_details_finish(PvBpfDetails *details)
{
	PvArray *listeners = &details->listeners;

	if (listeners->n > 1)
		qsort(listeners->data, listeners->n, sizeof(Listener), compare_listeners);
	for (guint i = 0; i < details->waiting.n && listeners->n > 0; i++) {
		const Waiting *waiting = pv_array_at(&details->waiting, Waiting, i);
		const Listener wanted = {.key = waiting->key};
		const Listener *found = bsearch(&wanted, listeners->data, listeners->n,
						sizeof(Listener), compare_listeners);

		if (found != NULL)
			pv_array_at(&details->store->details.sockets, PvSocket, waiting->socket)
				->listener_ino = found->ino;
	}
	pv_array_truncate(&details->waiting, 0);
}
