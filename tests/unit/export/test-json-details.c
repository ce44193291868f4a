/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What files are beyond what all have, as JSON: schema 1 to the byte.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "core/ends.h"
#include "core/kind.h"
#include "core/query.h"
#include "export/json-details.h"
#include "export/json-items.h"
#include "export/json.h"
#include "fixture.h"

static gboolean
gather(gpointer data, const char *bytes, gsize length, GError **error)
{
	g_string_append_len(data, bytes, length);
	return TRUE;
}

/* One process whose table is filled next. */
static PvStore *
new_store(void)
{
	static const gint32 tids[] = {910, 0};
	PvStore *store = pv_store_new();

	fixture_process(store, 910);
	fixture_task(store, 910, "zoo");
	fixture_table(store, tids);
	store->collected = PV_COLLECT_EVERYTHING;
	return store;
}

static guint32
add_file(PvStore *store, guint kind)
{
	fixture_descriptor(store, (gint32)store->descriptors.n, NULL);
	fixture_last_file(store)->kind = kind;
	fixture_last_file(store)->ino = 1000 + store->files.n;
	return fixture_last_file(store)->index;
}

static void
add_number(PvStore *store, guint32 file, guint fact, guint64 value)
{
	g_assert_true(pv_details_add_number(&store->details, file, fact, value));
}

static void
add_text(PvStore *store, guint32 file, guint fact, const char *text)
{
	add_number(store, file, fact, fixture_string(store, text));
}

static void
finish(PvStore *store)
{
	pv_details_settle(&store->details);
	g_assert_true(pv_ends_index(store));
	fixture_seal(store);
}

/* The members of the descriptor that the file with this index was made for. */
static void
assert_descriptor(PvStore *store, guint32 index, const char *expected)
{
	const PvDescriptor *descriptor = pv_store_descriptor(store, index);
	GString *text = g_string_new(NULL);
	g_autofree PvJsonWriter *writer = g_new(PvJsonWriter, 1);

	pv_json_writer_init(writer, gather, text);
	pv_json_open(writer, '{');
	pv_json_write_details(writer, pv_store_file(store, descriptor->file), descriptor);
	pv_json_write_locks(writer, descriptor);
	pv_json_write_peers(writer, descriptor);
	pv_json_close(writer, '}');
	g_assert_true(pv_json_writer_finish(writer, NULL));
	g_assert_cmpstr(text->str, ==, expected);
	g_string_free(text, TRUE);
}

static void
test_facts(void)
{
	PvStore *store = new_store();
	guint32 event = add_file(store, PV_KIND_EVENTFD);
	guint32 timer = add_file(store, PV_KIND_TIMERFD);
	guint32 strange = add_file(store, PV_KIND_TIMERFD);
	guint32 signals = add_file(store, PV_KIND_SIGNALFD);
	guint32 process = add_file(store, PV_KIND_PIDFD);
	guint32 ended = add_file(store, PV_KIND_PIDFD);
	guint32 memory = add_file(store, PV_KIND_MEMFD);
	guint32 terminal = add_file(store, PV_KIND_CHARDEV);
	guint32 group = add_file(store, PV_KIND_FANOTIFY);

	add_number(store, event, PV_FACT_EVENTFD_COUNT, G_MAXUINT64 - 1);
	add_number(store, event, PV_FACT_EVENTFD_ID, 7);
	add_number(store, event, PV_FACT_EVENTFD_SEMAPHORE, 0);
	add_number(store, timer, PV_FACT_TIMERFD_CLOCK, 1);
	add_number(store, timer, PV_FACT_TIMERFD_FLAGS, 5);
	add_number(store, strange, PV_FACT_TIMERFD_CLOCK, 5);
	add_number(store, signals, PV_FACT_SIGNALFD_MASK, 1 << 9 | G_GUINT64_CONSTANT(1) << 34);
	add_number(store, process, PV_FACT_PIDFD_PID, 910);
	add_text(store, process, PV_FACT_PIDFD_NSPID, "910\t1");
	add_number(store, ended, PV_FACT_PIDFD_PID, G_MAXUINT64);
	add_text(store, memory, PV_FACT_MEMFD_NAME, "a\"\033\377");
	add_number(store, memory, PV_FACT_MEMFD_SEALS, 9);
	add_number(store, terminal, PV_FACT_PTY_INDEX, 3);
	add_text(store, terminal, PV_FACT_DRIVER, "pts");
	add_number(store, terminal, PV_FACT_PTY_DEV, pv_dev(0, 26));
	add_number(store, group, PV_FACT_FANOTIFY_FLAGS, 4);
	add_number(store, group, PV_FACT_FANOTIFY_EVENT_FLAGS, O_RDONLY);
	finish(store);
	assert_descriptor(store, event, "{\"eventfd\":{\"count\":18446744073709551614,\"id\":7}}");
	assert_descriptor(store, timer,
			  "{\"timerfd\":{\"clock\":\"CLOCK_MONOTONIC\",\"flags\":"
			  "[\"TFD_TIMER_ABSTIME\",\"0x4\"]}}");
	assert_descriptor(store, strange, "{\"timerfd\":{\"clock\":5}}");
	assert_descriptor(store, signals,
			  "{\"signalfd\":{\"mask\":17179869696,\"signals\":"
			  "[\"SIGUSR1\",\"SIGRTMIN+1\"]}}");
	assert_descriptor(store, process, "{\"pidfd\":{\"pid\":910,\"nspid\":[910,1]}}");
	assert_descriptor(store, ended, "{\"pidfd\":{\"pid\":-1}}");
	assert_descriptor(store, memory,
			  "{\"memfd\":{\"name\":\"a\\\"\\u001b\\\\xff\",\"seals\":"
			  "[\"F_SEAL_SEAL\",\"F_SEAL_WRITE\"]}}");
	assert_descriptor(
		store, terminal,
		"{\"pty\":{\"index\":3,\"dev\":\"0:26\"},\"device\":{\"driver\":\"pts\"}}");
	assert_descriptor(store, group,
			  "{\"fanotify\":{\"flags\":[\"FAN_CLASS_CONTENT\"],\"event_flags\":"
			  "[\"O_RDONLY\"]}}");
	pv_store_unref(store);
}

static void
test_targets(void)
{
	PvStore *store = new_store();
	guint32 set = add_file(store, PV_KIND_EVENTPOLL);
	guint32 target = add_file(store, PV_KIND_EVENTFD);
	PvRegistration *registration = pv_details_add_registration(&store->details, set);

	pv_store_file(store, target)->known = PV_FILE_DESCRIBED;
	registration->fd = 12;
	registration->events = 0x80000001;
	registration->data = 99;
	registration->target = target;
	registration = pv_details_add_registration(&store->details, set);
	registration->fd = 13;
	registration->ino = 5;
	registration->dev = pv_dev(8, 1);
	finish(store);
	assert_descriptor(
		store, set,
		"{\"targets\":[{\"fd\":12,\"events\":[\"EPOLLIN\",\"EPOLLET\"],\"data\":99,"
		"\"description\":2,\"kind\":\"eventfd\"},"
		"{\"fd\":13,\"events\":[],\"data\":0,\"ino\":5,\"dev\":\"8:1\"}]}");
	assert_descriptor(store, target,
			  "{\"watched_by\":[{\"pid\":910,\"fd\":0,\"fd_table\":1}]}");
	pv_store_unref(store);
}

static void
test_marks(void)
{
	PvStore *store = new_store();
	guint32 watches = add_file(store, PV_KIND_INOTIFY);
	guint32 marks = add_file(store, PV_KIND_FANOTIFY);
	PvMark *mark = pv_details_add_mark(&store->details, watches);

	mark->wd = 1;
	mark->ino = 5;
	mark->dev = pv_dev(8, 1);
	mark->mask = 0x101;
	mark = pv_details_add_mark(&store->details, marks);
	mark->type = PV_MARK_MOUNT;
	mark->mount_id = 21;
	mark->mask = 0x20;
	mark->ignored_mask = 0x1;
	finish(store);
	assert_descriptor(store, watches,
			  "{\"marks\":[{\"type\":\"inode\",\"wd\":1,\"ino\":5,\"dev\":\"8:1\","
			  "\"mask\":[\"IN_ACCESS\",\"IN_CREATE\"]}]}");
	assert_descriptor(store, marks,
			  "{\"marks\":[{\"type\":\"mount\",\"mnt_id\":21,\"mask\":[\"FAN_OPEN\"],"
			  "\"ignored_mask\":[\"FAN_ACCESS\"]}]}");
	pv_store_unref(store);
}

/* A set of hundreds that several have inherited is written out once. */
static void
test_repeated(void)
{
	PvStore *store = new_store();
	guint32 set = add_file(store, PV_KIND_EVENTPOLL);
	const PvDescriptor *second;
	GString *text = g_string_new(NULL);
	g_autofree PvJsonWriter *writer = g_new(PvJsonWriter, 1);

	second = fixture_descriptor(store, 7, NULL);
	pv_store_descriptor(store, second->index)->file = set;
	for (guint i = 0; i < 100; i++)
		pv_details_add_registration(&store->details, set);
	finish(store);
	assert_descriptor(store, 1, "{\"n_targets\":100}");
	pv_json_writer_init(writer, gather, text);
	pv_json_open(writer, '{');
	pv_json_write_details(writer, pv_store_file(store, set), pv_store_descriptor(store, 0));
	g_assert_true(pv_json_writer_finish(writer, NULL));
	g_assert_cmpuint(text->len, >, 100 * strlen("{\"fd\":0,"));
	g_string_free(text, TRUE);
	pv_store_unref(store);
}

static void
test_locks(void)
{
	PvStore *store = new_store();
	guint32 file = add_file(store, PV_KIND_REGULAR);
	PvLock *lock = pv_details_add_lock(&store->details, file);

	lock->start = 10;
	lock->end = 19;
	lock->write = TRUE;
	lock->pid = 910;
	lock = pv_details_add_lock(&store->details, file);
	lock->type = PV_LOCK_LEASE;
	lock->breaking = TRUE;
	lock->end = G_MAXUINT64;
	finish(store);
	assert_descriptor(
		store, file,
		"{\"locks\":[{\"type\":\"posix\",\"access\":\"write\",\"start\":10,"
		"\"end\":19,\"pid\":910},"
		"{\"type\":\"lease\",\"access\":\"read\",\"breaking\":true,\"start\":0}]}");
	pv_store_unref(store);
}

static PvSocket *
add_socket(PvStore *store, guint16 family, guint8 type, guint32 protocol)
{
	guint32 file = add_file(store, PV_KIND_SOCKET);
	PvSocket *socket = pv_array_append(&store->details.sockets);

	g_assert_nonnull(socket);
	pv_store_file(store, file)->known = PV_FILE_INODE;
	socket->ino = pv_store_file(store, file)->ino;
	socket->family = family;
	socket->type = type;
	socket->protocol = protocol;
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE | PV_SOCKET_PROTOCOL;
	return socket;
}

static void
test_inet(void)
{
	PvStore *store = new_store();
	PvSocket *socket = add_socket(store, AF_INET, SOCK_STREAM, IPPROTO_TCP);

	socket->known |= PV_SOCKET_STATE | PV_SOCKET_LOCAL | PV_SOCKET_REMOTE | PV_SOCKET_QUEUES |
			 PV_SOCKET_BACKLOG | PV_SOCKET_UID | PV_SOCKET_NETNS | PV_SOCKET_INTERFACE |
			 PV_SOCKET_SHUTDOWN;
	socket->state = TCP_LISTEN;
	socket->local_port = 80;
	socket->send_queue = socket->backlog = 128;
	socket->netns = 4026531840;
	socket->cookie = 77;
	socket->shutdown = 2;
	socket = add_socket(store, 200, 9, 33);
	finish(store);
	assert_descriptor(
		store, 0,
		"{\"socket\":{\"family\":\"inet\",\"type\":\"stream\",\"protocol\":\"tcp\","
		"\"state\":\"LISTEN\",\"local\":\"0.0.0.0:80\",\"receive_queue\":0,"
		"\"send_queue\":128,\"backlog\":128,\"shutdown\":[\"send\"],\"uid\":0,"
		"\"cookie\":77,\"netns\":4026531840}}");
	/* What there is no word for is a number. */
	assert_descriptor(store, 1, "{\"socket\":{\"family\":200,\"type\":9,\"protocol\":33}}");
	pv_store_unref(store);
}

/* The name is anybody's: bytes, escaped as a path is. */
static void
test_unix(void)
{
	PvStore *store = new_store();
	PvSocket *socket = add_socket(store, AF_UNIX, SOCK_STREAM, 0);

	socket->known |= PV_SOCKET_NAME;
	socket->name = pv_strings_intern(&store->strings, "a\0\033\377\\", 5);
	socket->name_len = 5;
	socket->name_is_abstract = TRUE;
	socket->peer_ino = 1002;
	socket->file_ino = 9;
	socket->file_dev = pv_dev(8, 1);
	socket = add_socket(store, AF_UNIX, SOCK_STREAM, 0);
	socket->peer_ino = 1001;
	finish(store);
	assert_descriptor(store, 0,
			  "{\"socket\":{\"family\":\"unix\",\"type\":\"stream\","
			  "\"local\":\"@a\\u0000\\u001b\\\\xff\\\\\\\\\",\"abstract\":true,"
			  "\"file\":{\"ino\":9,\"dev\":\"8:1\"},"
			  "\"peer_ino\":1002},\"peers\":[{\"pid\":910,\"fd\":1,\"fd_table\":1}]}");
	assert_descriptor(store, 1,
			  "{\"socket\":{\"family\":\"unix\",\"type\":\"stream\","
			  "\"remote\":\"@a\\u0000\\u001b\\\\xff\\\\\\\\\","
			  "\"peer_ino\":1001},\"peers\":[{\"pid\":910,\"fd\":0,\"fd_table\":1}]}");
	pv_store_unref(store);
}

static void
test_netlink(void)
{
	PvStore *store = new_store();
	PvSocket *socket = add_socket(store, AF_NETLINK, SOCK_RAW, 15);

	socket->known |= PV_SOCKET_GROUPS | PV_SOCKET_LOCAL;
	socket->groups = 1 | G_GUINT64_CONSTANT(1) << 63;
	socket->local_port = 4711;
	finish(store);
	assert_descriptor(store, 0,
			  "{\"socket\":{\"family\":\"netlink\",\"type\":\"raw\","
			  "\"protocol\":\"kobject_uevent\",\"local\":\"kobject_uevent:4711\","
			  "\"groups\":[1,64]}}");
	pv_store_unref(store);
}

/* Thousands may have the other end: the list ends, and says so. */
static void
test_many_peers(void)
{
	PvStore *store = new_store();
	guint32 first = add_file(store, PV_KIND_PIPE);
	GString *text = g_string_new("{\"peers\":[");

	for (guint i = 0; i < 100; i++) {
		add_file(store, PV_KIND_PIPE);
		if (i < 64)
			g_string_append_printf(text, "%s{\"pid\":910,\"fd\":%u,\"fd_table\":1}",
					       i == 0 ? "" : ",", i + 1);
	}
	for (guint i = 0; i < store->files.n; i++) {
		PvFile *file = pv_store_file(store, i);

		file->known = PV_FILE_INODE | PV_FILE_FLAGS;
		file->ino = 1;
		file->flags = i == first ? O_RDONLY : O_WRONLY;
	}
	finish(store);
	g_string_append(text, "],\"more_peers\":true}");
	assert_descriptor(store, first, text->str);
	assert_descriptor(store, 5, "{\"peers\":[{\"pid\":910,\"fd\":0,\"fd_table\":1}]}");
	g_string_free(text, TRUE);
	pv_store_unref(store);
}

/* What writes to the pipe lies in a queue. */
static void
test_held_peer(void)
{
	PvStore *store = new_store();

	for (guint i = 0; i < 3; i++) {
		guint32 file = add_file(store, i == 2 ? PV_KIND_EVENTFD : PV_KIND_PIPE);

		pv_store_file(store, file)->known =
			PV_FILE_INODE | PV_FILE_FLAGS | PV_FILE_DESCRIBED;
		pv_store_file(store, file)->ino = 1;
		pv_store_file(store, file)->flags = i == 0 ? O_RDONLY : O_WRONLY;
	}
	/* Nothing leads to the second file, and two descriptors to the third. */
	pv_store_descriptor(store, 1)->file = 2;
	finish(store);
	assert_descriptor(store, 0, "{\"peers\":[{\"description\":2}]}");
	assert_descriptor(store, 1, "{\"peers\":[{\"pid\":910,\"fd\":2,\"fd_table\":1}]}");
	pv_store_unref(store);
}

static PvStore *
store_with_mount_and_holding(void)
{
	PvStore *store = new_store();
	guint32 file = add_file(store, PV_KIND_REGULAR);
	guint32 holder = add_file(store, PV_KIND_SOCKET);
	PvMount *mount = pv_array_append(&store->details.mounts);
	PvHolding *holding = pv_array_append(&store->details.holdings);

	pv_store_file(store, file)->known = PV_FILE_MOUNT | PV_FILE_DESCRIBED;
	pv_store_file(store, file)->mount_id = 21;
	mount->mount_id = 21;
	mount->dev = pv_dev(8, 1);
	mount->type = fixture_string(store, "ext4");
	mount->source = fixture_string(store, "/dev/sda1");
	mount->root = mount->point = fixture_string(store, "/");
	holding->holder = holder;
	holding->file = file;
	holding->slot = 1;
	holding = pv_array_append(&store->details.holdings);
	holding->holder = PV_NONE;
	holding->file = file;
	holding->how = PV_HELD_FIXED;
	finish(store);
	return store;
}

static char *
to_json(const PvStore *store, guint flags, PvJsonSelect select)
{
	GString *text = g_string_new(NULL);
	PvJsonOptions options = {
		.flags = flags,
		.version = "0.1.0",
		.select = select,
		.write = gather,
		.write_data = text,
	};

	g_assert_true(pv_json_write(store, &options, NULL));
	return g_string_free(text, FALSE);
}

static guint
skip(PvProcess *process, gpointer data)
{
	return PV_JSON_SKIP;
}

#define FS   "\"fs\":{\"type\":\"ext4\",\"source\":\"/dev/sda1\"}"
#define HELD "\"description\":1,\"kind\":\"regular\",\"mnt_id\":21," FS
#define MOUNT                                                                                      \
	"\"mnt_id\":21,\"dev\":\"8:1\",\"fs_type\":\"ext4\",\"source\":\"/dev/sda1\","             \
	"\"root\":\"/\",\"point\":\"/\"}"
#define HOLDER "\"by\":\"queue\",\"holder\":{\"pid\":910,\"fd\":1,\"fd_table\":1},\"slot\":1,"
#define NOBODY "\"by\":\"ring\",\"holder\":{},\"slot\":0,"

static void
test_document(void)
{
	PvStore *store = store_with_mount_and_holding();
	g_autofree char *text = to_json(store, PV_JSON_FILES, NULL);
	g_autofree char *brief = to_json(store, 0, NULL);
	g_autofree char *none = to_json(store, PV_JSON_FILES, skip);

	g_assert_nonnull(strstr(text, "\"mounts\":[\n{" MOUNT "],\"holdings\":[\n{" HOLDER HELD
				      "},\n{" NOBODY HELD "}]}\n"));
	g_assert_nonnull(strstr(text, "\"mnt_id\":21," FS "}"));
	g_assert_nonnull(strstr(brief, "\"holdings\":[]}\n"));
	g_assert_nonnull(strstr(none, "\"holdings\":[]}\n"));
	pv_store_unref(store);
}

static void
test_lines(void)
{
	PvStore *store = store_with_mount_and_holding();
	g_autofree char *text = to_json(store, PV_JSON_FILES | PV_JSON_LINES, NULL);

	g_assert_nonnull(strstr(text, "\n{\"type\":\"mount\"," MOUNT "\n"));
	g_assert_nonnull(strstr(text, "\n{\"type\":\"holding\"," HOLDER HELD "}\n"));
	g_assert_nonnull(strstr(text, "\n{\"type\":\"holding\"," NOBODY HELD "}\n"));
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/export/json-details/facts", test_facts);
	g_test_add_func("/export/json-details/targets", test_targets);
	g_test_add_func("/export/json-details/marks", test_marks);
	g_test_add_func("/export/json-details/repeated", test_repeated);
	g_test_add_func("/export/json-details/locks", test_locks);
	g_test_add_func("/export/json-details/inet", test_inet);
	g_test_add_func("/export/json-details/unix", test_unix);
	g_test_add_func("/export/json-details/netlink", test_netlink);
	g_test_add_func("/export/json-details/many-peers", test_many_peers);
	g_test_add_func("/export/json-details/held-peer", test_held_peer);
	g_test_add_func("/export/json-details/document", test_document);
	g_test_add_func("/export/json-details/lines", test_lines);
	return g_test_run();
}
