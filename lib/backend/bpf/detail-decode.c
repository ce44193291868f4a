/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the detailed pass writes behind the record of a file, and what the kernel's numbers in it
 * mean. As with all records the sizes are checked, whoever wrote them.
 */
#include "backend/bpf/detail-decode.h"

#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>

#include "backend/bpf/decode.h"

/* Of <linux/filelock.h> and <linux/fsnotify_backend.h>, which are the kernel's own. */
enum {
	FL_DELEG = 4,
	FL_DOWNGRADE_PENDING = 256,
	FL_UNLOCK_PENDING = 512,
	FL_OFDLCK = 1024,
	MARK_EXCL_UNLINK = 0x10,
	MARK_IN_ONESHOT = 0x20,
	STATE_ESTABLISHED = 1,
	STATE_CLOSE = 7,
	STATE_LISTEN = 10,
};

G_STATIC_ASSERT(sizeof(struct pv_wire_fact) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_text) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_socket) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_registration) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_mark) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_lock) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_held) % 8 == 0);
G_STATIC_ASSERT(sizeof(struct pv_wire_list_cut) % 8 == 0);

/* The order is that of PV_WIRE_*: each fact is here once. */
static const guint8 facts[PV_WIRE_N_FACTS] = {
	[PV_WIRE_PIPE_USED_BYTES] = PV_FACT_PIPE_USED_BYTES,
	[PV_WIRE_PIPE_SLOTS] = PV_FACT_PIPE_CAPACITY_BYTES,
	[PV_WIRE_PIPE_READERS] = PV_FACT_PIPE_READERS,
	[PV_WIRE_PIPE_WRITERS] = PV_FACT_PIPE_WRITERS,
	[PV_WIRE_EVENTFD_COUNT] = PV_FACT_EVENTFD_COUNT,
	[PV_WIRE_EVENTFD_ID] = PV_FACT_EVENTFD_ID,
	[PV_WIRE_EVENTFD_SEMAPHORE] = PV_FACT_EVENTFD_SEMAPHORE,
	[PV_WIRE_TIMERFD_CLOCK] = PV_FACT_TIMERFD_CLOCK,
	[PV_WIRE_TIMERFD_TICKS] = PV_FACT_TIMERFD_TICKS,
	[PV_WIRE_TIMERFD_FLAGS] = PV_FACT_TIMERFD_FLAGS,
	[PV_WIRE_TIMERFD_REMAINING_NS] = PV_FACT_TIMERFD_REMAINING_NS,
	[PV_WIRE_TIMERFD_EXPIRES_NS] = PV_FACT_TIMERFD_REMAINING_NS,
	[PV_WIRE_TIMERFD_INTERVAL_NS] = PV_FACT_TIMERFD_INTERVAL_NS,
	[PV_WIRE_SIGNALFD_MASK] = PV_FACT_SIGNALFD_MASK,
	[PV_WIRE_FANOTIFY_FLAGS] = PV_FACT_FANOTIFY_FLAGS,
	[PV_WIRE_FANOTIFY_EVENT_FLAGS] = PV_FACT_FANOTIFY_EVENT_FLAGS,
	[PV_WIRE_PIDFD_PID] = PV_FACT_PIDFD_PID,
	[PV_WIRE_PIDFD_NSPID] = PV_FACT_PIDFD_NSPID,
	[PV_WIRE_IO_URING_SQ_ENTRIES] = PV_FACT_IO_URING_SQ_ENTRIES,
	[PV_WIRE_IO_URING_CQ_ENTRIES] = PV_FACT_IO_URING_CQ_ENTRIES,
	[PV_WIRE_IO_URING_N_FILES] = PV_FACT_IO_URING_N_FILES,
	[PV_WIRE_IO_URING_N_BUFFERS] = PV_FACT_IO_URING_N_BUFFERS,
	[PV_WIRE_BPF_ID] = PV_FACT_BPF_ID,
	[PV_WIRE_BPF_TYPE] = PV_FACT_BPF_TYPE,
	[PV_WIRE_BPF_NAME] = PV_FACT_BPF_NAME,
	[PV_WIRE_BPF_KEY_SIZE] = PV_FACT_BPF_KEY_SIZE_BYTES,
	[PV_WIRE_BPF_VALUE_SIZE] = PV_FACT_BPF_VALUE_SIZE_BYTES,
	[PV_WIRE_BPF_MAX_ENTRIES] = PV_FACT_BPF_MAX_ENTRIES,
	[PV_WIRE_BPF_TAG] = PV_FACT_BPF_TAG,
	[PV_WIRE_BPF_PROG_ID] = PV_FACT_BPF_PROG_ID,
	[PV_WIRE_USERFAULTFD_FEATURES] = PV_FACT_USERFAULTFD_FEATURES,
	[PV_WIRE_USERFAULTFD_FLAGS] = PV_FACT_USERFAULTFD_FLAGS,
	[PV_WIRE_PERF_TYPE] = PV_FACT_PERF_TYPE,
	[PV_WIRE_PERF_CONFIG] = PV_FACT_PERF_CONFIG,
	[PV_WIRE_SHMEM_NAME] = PV_FACT_MEMFD_NAME,
	[PV_WIRE_SHMEM_SEALS] = PV_FACT_MEMFD_SEALS,
	[PV_WIRE_MQUEUE_N_MESSAGES] = PV_FACT_MQUEUE_N_MESSAGES,
	[PV_WIRE_MQUEUE_MAX_MESSAGES] = PV_FACT_MQUEUE_MAX_MESSAGES,
	[PV_WIRE_MQUEUE_MESSAGE_SIZE] = PV_FACT_MQUEUE_MESSAGE_SIZE_BYTES,
	[PV_WIRE_MQUEUE_SIZE] = PV_FACT_MQUEUE_SIZE_BYTES,
	[PV_WIRE_NAMESPACE_TYPE] = PV_FACT_NAMESPACE_TYPE,
	[PV_WIRE_TUN_INTERFACE] = PV_FACT_TUN_INTERFACE,
	[PV_WIRE_PTY_INDEX] = PV_FACT_PTY_INDEX,
	[PV_WIRE_PTY_DEV] = PV_FACT_PTY_DEV,
	[PV_WIRE_DMABUF_EXPORTER] = PV_FACT_DMABUF_EXPORTER,
	[PV_WIRE_DMABUF_SIZE] = PV_FACT_DMABUF_SIZE_BYTES,
};

guint
pv_wire_sort(const char *record)
{
	guint32 head;

	memcpy(&head, record, sizeof(head));
	return head >> PV_WIRE_SORT_SHIFT;
}

guint
pv_wire_fact_of(guint wire_fact)
{
	return wire_fact < G_N_ELEMENTS(facts) ? facts[wire_fact] : (guint)PV_N_FACTS;
}

gboolean
pv_wire_take_fact(const char *record, gsize size, const struct pv_wire_fact **fact)
{
	*fact = (const struct pv_wire_fact *)record;
	return size == sizeof(**fact) && (*fact)->fact < PV_WIRE_N_FACTS;
}

gboolean
pv_wire_take_text(const char *record, gsize size, const struct pv_wire_text **text,
		  const char **bytes)
{
	const struct pv_wire_text *wire = (const struct pv_wire_text *)record;

	*text = wire;
	*bytes = record + sizeof(*wire);
	return size >= sizeof(*wire) && wire->length <= size - sizeof(*wire) &&
	       wire->fact < PV_WIRE_N_FACTS;
}

gboolean
pv_wire_take_numbers(const char *record, gsize size, const struct pv_wire_text **numbers,
		     const gint32 **first)
{
	const struct pv_wire_text *wire = (const struct pv_wire_text *)record;

	*numbers = wire;
	*first = (const gint32 *)(record + sizeof(*wire));
	return size >= sizeof(*wire) && wire->length <= (size - sizeof(*wire)) / sizeof(gint32) &&
	       wire->length <= PV_WIRE_MAX_NUMBERS && wire->fact < PV_WIRE_N_FACTS;
}

gboolean
pv_wire_take_socket(const char *record, gsize size, const struct pv_wire_socket **socket,
		    const char **name)
{
	const struct pv_wire_socket *wire = (const struct pv_wire_socket *)record;

	*socket = wire;
	*name = record + sizeof(*wire);
	return size >= sizeof(*wire) && wire->name_length <= size - sizeof(*wire);
}

gboolean
pv_wire_take_registration(const char *record, gsize size,
			  const struct pv_wire_registration **registration)
{
	*registration = (const struct pv_wire_registration *)record;
	return size == sizeof(**registration);
}

gboolean
pv_wire_take_mark(const char *record, gsize size, const struct pv_wire_mark **mark)
{
	*mark = (const struct pv_wire_mark *)record;
	return size == sizeof(**mark);
}

gboolean
pv_wire_take_lock(const char *record, gsize size, const struct pv_wire_lock **lock)
{
	*lock = (const struct pv_wire_lock *)record;
	return size == sizeof(**lock);
}

gboolean
pv_wire_take_held(const char *record, gsize size, const struct pv_wire_held **held, char *buffer,
		  gsize buffer_size, gsize *length)
{
	const struct pv_wire_held *wire = (const struct pv_wire_held *)record;
	gssize taken;

	*held = wire;
	*length = 0;
	if (size < sizeof(*wire) || wire->length > size - sizeof(*wire))
		return FALSE;
	taken = pv_wire_join_names(record + sizeof(*wire), wire->length, wire->path_marks, buffer,
				   buffer_size);
	*length = MAX(taken, 0);
	return taken >= 0;
}

gboolean
pv_wire_take_list_cut(const char *record, gsize size, const struct pv_wire_list_cut **cut)
{
	*cut = (const struct pv_wire_list_cut *)record;
	return size == sizeof(**cut) && ((*cut)->sort & ~PV_WIRE_LIST_LOCKED) < PV_WIRE_N_SORTS;
}

static gboolean
is_zero(const guint8 address[16])
{
	static const guint8 zero[16];

	return memcmp(address, zero, sizeof(zero)) == 0;
}

/* Which of the families' facts are there, and which are only zeros. */
static guint
known_of(const struct pv_wire_socket *wire)
{
	guint known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL | PV_SOCKET_UID |
		      PV_SOCKET_STATE;

	switch (wire->family) {
	case AF_INET:
	case AF_INET6:
		known |= PV_SOCKET_LOCAL | PV_SOCKET_SHUTDOWN;
		if (wire->remote_port != 0 || !is_zero(wire->remote))
			known |= PV_SOCKET_REMOTE;
		break;
	case AF_UNIX:
		known |= PV_SOCKET_SHUTDOWN;
		break;
	case AF_NETLINK:
		known |= PV_SOCKET_LOCAL;
		if (wire->state == STATE_ESTABLISHED)
			known |= PV_SOCKET_REMOTE;
		break;
	case AF_VSOCK:
		known |= PV_SOCKET_LOCAL | PV_SOCKET_SHUTDOWN;
		if (wire->state != STATE_LISTEN && wire->state != STATE_CLOSE)
			known |= PV_SOCKET_REMOTE;
		break;
	case AF_PACKET:
		known &= ~PV_SOCKET_STATE;
		known |= PV_SOCKET_INTERFACE;
		break;
	default:
		known &= ~PV_SOCKET_STATE;
		break;
	}
	return known;
}

void
pv_wire_read_socket(const struct pv_wire_socket *wire, PvSocket *socket)
{
	socket->known = known_of(wire);
	if (wire->marks & PV_WIRE_SOCKET_QUEUES)
		socket->known |= PV_SOCKET_QUEUES;
	if (wire->state == STATE_LISTEN)
		socket->known |= PV_SOCKET_BACKLOG;
	if (wire->netns != 0)
		socket->known |= PV_SOCKET_NETNS;
	if (wire->interface != 0)
		socket->known |= PV_SOCKET_INTERFACE;
	if (wire->family == AF_NETLINK)
		socket->known |= PV_SOCKET_GROUPS;
	if (wire->peer_pid > 0)
		socket->known |= PV_SOCKET_PEER_PID;
	if (wire->marks & PV_WIRE_SOCKET_IN_FLIGHT)
		socket->known |= PV_SOCKET_IN_FLIGHT;
	socket->family = wire->family;
	socket->type = wire->type;
	socket->protocol = wire->protocol;
	socket->state = wire->state;
	socket->shutdown = wire->shutdown & 3;
	socket->cookie = wire->cookie;
	socket->netns = wire->netns;
	socket->uid = wire->uid;
	socket->peer_ino = wire->peer_ino;
	socket->listener_ino = wire->listener_ino;
	socket->file_ino = wire->file_ino;
	socket->file_dev = wire->file_dev;
	socket->groups = wire->groups;
	socket->receive_queue = wire->receive_queue;
	socket->send_queue = wire->send_queue;
	socket->backlog = wire->backlog;
	socket->interface = wire->interface;
	socket->local_port = wire->local_port;
	socket->remote_port = wire->remote_port;
	socket->local_cid = wire->local_cid;
	socket->remote_cid = wire->remote_cid;
	socket->peer_pid = wire->peer_pid;
	socket->in_flight = wire->in_flight;
	memcpy(socket->local, wire->local, sizeof(socket->local));
	memcpy(socket->remote, wire->remote, sizeof(socket->remote));
}

void
pv_wire_read_lock(const struct pv_wire_lock *wire, PvLock *lock)
{
	switch (wire->list) {
	case PV_WIRE_LOCK_FLOCK:
		lock->type = PV_LOCK_FLOCK;
		break;
	case PV_WIRE_LOCK_LEASE:
		lock->type = wire->flags & FL_DELEG ? PV_LOCK_DELEGATION : PV_LOCK_LEASE;
		break;
	default:
		lock->type = wire->flags & FL_OFDLCK ? PV_LOCK_OFD : PV_LOCK_POSIX;
		break;
	}
	lock->breaking = (wire->flags & (FL_UNLOCK_PENDING | FL_DOWNGRADE_PENDING)) != 0;
	/* As procfs and F_GETLEASE tell it: what a lease that is being broken has to become. */
	lock->write = wire->type == F_WRLCK && !lock->breaking;
	/* Of one that is the file's own nobody is told: many may have the file. */
	lock->pid = lock->type == PV_LOCK_OFD ? 0 : wire->pid;
	lock->start = wire->start;
	lock->end = wire->end == G_MAXINT64 ? G_MAXUINT64 : (guint64)wire->end;
}

void
pv_wire_read_mark(const struct pv_wire_mark *wire, PvMark *mark)
{
	mark->type = wire->type;
	mark->wd = wire->wd;
	mark->ino = wire->ino;
	mark->dev = wire->dev;
	mark->mount_id = wire->mount_id;
	mark->mask = wire->mask;
	mark->ignored_mask = wire->ignored_mask;
	if (wire->wd < 0)
		return;
	/* inotify's, without what the kernel adds for itself. */
	mark->mask &= IN_ALL_EVENTS;
	if (wire->flags & MARK_EXCL_UNLINK)
		mark->mask |= IN_EXCL_UNLINK;
	if (wire->flags & MARK_IN_ONESHOT)
		mark->mask |= IN_ONESHOT;
	mark->ignored_mask = 0;
}
