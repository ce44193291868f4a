/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the API tells of files beyond what all have, from a snapshot made by hand: a pipe within one
 * process, an eventpoll set with its target, watches, a locked file, a connected TCP socket and its
 * peer, a Unix socket, and a file that a queue holds.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "api/private.h"
#include "core/ends.h"
#include "core/kind.h"
#include "fixture.h"

enum {
	READER,
	WRITER,
	SET,
	EVENT,
	WATCHES,
	LOCKED,
	SERVER,
	CLIENT,
	UNIX,
	PIDFD,
	HELD,
	N_FILES
};

static const guint kinds[N_FILES] = {
	[READER] = PV_KIND_PIPE,   [WRITER] = PV_KIND_PIPE,	[SET] = PV_KIND_EVENTPOLL,
	[EVENT] = PV_KIND_EVENTFD, [WATCHES] = PV_KIND_INOTIFY, [LOCKED] = PV_KIND_REGULAR,
	[SERVER] = PV_KIND_SOCKET, [CLIENT] = PV_KIND_SOCKET,	[UNIX] = PV_KIND_SOCKET,
	[PIDFD] = PV_KIND_PIDFD,   [HELD] = PV_KIND_REGULAR,
};

static void
fill_files(PvStore *store)
{
	for (guint i = 0; i < N_FILES; i++) {
		PvFile *file;

		fixture_descriptor(store, (gint32)i, NULL);
		file = fixture_last_file(store);
		file->kind = kinds[i];
		file->ino = 100 + i;
		file->flags = i == READER ? O_RDONLY : i == WRITER ? O_WRONLY : O_RDWR;
		file->known = PV_FILE_INODE | PV_FILE_FLAGS;
	}
	pv_store_file(store, WRITER)->ino = pv_store_file(store, READER)->ino;
	pv_store_file(store, LOCKED)->mount_id = 21;
	pv_store_file(store, LOCKED)->known |= PV_FILE_MOUNT;
	/* Nobody but the queue has it. */
	pv_array_truncate(&store->descriptors, HELD);
	pv_store_table(store, 0)->n_descriptors = HELD;
}

static void
fill_facts(PvStore *store)
{
	PvDetails *details = &store->details;
	PvString driver = fixture_string(store, "\377driver");

	g_assert_true(pv_details_add_number(details, EVENT, PV_FACT_EVENTFD_COUNT, 3));
	g_assert_true(pv_details_add_number(details, EVENT, PV_FACT_EVENTFD_ID, 7));
	g_assert_true(pv_details_add_number(details, LOCKED, PV_FACT_DRIVER, driver));
	g_assert_true(pv_details_add_number(details, PIDFD, PV_FACT_PIDFD_PID, 910));
}

static void
fill_watches(PvStore *store)
{
	PvRegistration *registration = pv_details_add_registration(&store->details, SET);
	PvMark *mark = pv_details_add_mark(&store->details, WATCHES);
	PvLock *lock = pv_details_add_lock(&store->details, LOCKED);

	*registration = (PvRegistration){.file = SET,
					 .fd = 12,
					 .events = 1,
					 .data = 99,
					 .ino = 5,
					 .dev = pv_dev(8, 1),
					 .target = EVENT};
	pv_details_add_registration(&store->details, SET)->fd = 13;
	mark->wd = 2;
	mark->ino = 44;
	mark->dev = pv_dev(8, 2);
	mark->mask = 0x100;
	mark = pv_details_add_mark(&store->details, WATCHES);
	mark->type = PV_MARK_MOUNT;
	mark->mount_id = 21;
	mark->ignored_mask = 1;
	*lock = (PvLock){.descriptor = LOCKED,
			 .type = PV_LOCK_POSIX,
			 .write = TRUE,
			 .pid = 910,
			 .start = 10,
			 .end = 19};
	lock = pv_details_add_lock(&store->details, LOCKED);
	lock->type = PV_LOCK_LEASE;
	lock->breaking = TRUE;
	lock->end = G_MAXUINT64;
}

static PvSocket *
add_socket(PvStore *store, guint file, guint16 family)
{
	PvSocket *socket = pv_array_append(&store->details.sockets);

	g_assert_nonnull(socket);
	socket->ino = pv_store_file(store, file)->ino;
	socket->family = family;
	socket->type = SOCK_STREAM;
	socket->known = PV_SOCKET_FAMILY | PV_SOCKET_TYPE;
	return socket;
}

static void
fill_sockets(PvStore *store)
{
	static const guint8 localhost[4] = {127, 0, 0, 1};

	for (guint i = SERVER; i <= CLIENT; i++) {
		PvSocket *socket = add_socket(store, i, AF_INET);

		socket->known |= PV_SOCKET_PROTOCOL | PV_SOCKET_STATE | PV_SOCKET_LOCAL |
				 PV_SOCKET_REMOTE | PV_SOCKET_NETNS | PV_SOCKET_QUEUES;
		socket->protocol = IPPROTO_TCP;
		socket->state = TCP_ESTABLISHED;
		socket->netns = 4026531840;
		memcpy(socket->local, localhost, 4);
		memcpy(socket->remote, localhost, 4);
		socket->local_port = i == SERVER ? 80 : 5000;
		socket->remote_port = i == SERVER ? 5000 : 80;
		socket->receive_queue = 17;
		socket->cookie = 1;
	}
	add_socket(store, UNIX, AF_UNIX)->known |= PV_SOCKET_NAME;
	pv_array_at(&store->details.sockets, PvSocket, 2)->name = fixture_string(store, "name");
	pv_array_at(&store->details.sockets, PvSocket, 2)->name_len = 4;
	pv_array_at(&store->details.sockets, PvSocket, 2)->name_is_abstract = TRUE;
}

static PvStore *
make_store(void)
{
	static const gint32 tids[] = {910, 0};
	PvStore *store = pv_store_new();
	PvMount *mount;
	PvHolding *holding;

	fixture_process(store, 910);
	fixture_task(store, 910, "zoo");
	fixture_table(store, tids);
	fill_files(store);
	fill_facts(store);
	fill_watches(store);
	fill_sockets(store);
	mount = pv_array_append(&store->details.mounts);
	mount->mount_id = 21;
	mount->dev = pv_dev(8, 1);
	mount->type = fixture_string(store, "ext4");
	holding = pv_array_append(&store->details.holdings);
	*holding = (PvHolding){.holder = UNIX, .file = HELD, .slot = 4, .how = PV_HELD_IN_FLIGHT};
	holding = pv_array_append(&store->details.holdings);
	*holding = (PvHolding){.holder = PV_NONE, .file = HELD, .how = PV_HELD_FIXED};
	pv_details_settle(&store->details);
	g_assert_true(pv_ends_index(store));
	fixture_seal(store);
	return store;
}

static void
test_facts(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = make_store();
	ProcviewFile *event = pv_store_file(snapshot, EVENT);
	guint64 value = 5;

	g_assert_true(procview_file_get_number(event, PROCVIEW_FACT_EVENTFD_COUNT, &value));
	g_assert_cmpuint(value, ==, 3);
	g_assert_true(procview_file_get_number(event, PROCVIEW_FACT_EVENTFD_COUNT, NULL));
	g_assert_false(procview_file_get_number(event, PROCVIEW_FACT_EVENTFD_SEMAPHORE, &value));
	g_assert_cmpuint(value, ==, 0);
	g_assert_cmpuint(procview_file_get_n_facts(event), ==, 2);
	g_assert_cmpint(procview_file_get_fact(event, 1), ==, PROCVIEW_FACT_EVENTFD_ID);
	g_assert_cmpstr(
		procview_file_get_text(pv_store_file(snapshot, LOCKED), PROCVIEW_FACT_DRIVER), ==,
		"\377driver");
	g_assert_null(procview_file_get_text(event, PROCVIEW_FACT_DRIVER));
	g_assert_cmpuint(procview_file_get_n_facts(pv_store_file(snapshot, UNIX)), ==, 0);
}

static void
test_words(void)
{
	g_assert_cmpstr(procview_fact_to_string(PROCVIEW_FACT_EVENTFD_COUNT), ==, "count");
	g_assert_cmpstr(procview_fact_get_group(PROCVIEW_FACT_EVENTFD_COUNT), ==, "eventfd");
	g_assert_cmpint(procview_fact_get_fact_type(PROCVIEW_FACT_BPF_NAME), ==,
			PROCVIEW_FACT_TYPE_TEXT);
	g_assert_null(procview_fact_to_string((ProcviewFact)9999));
	g_assert_null(procview_fact_get_group((ProcviewFact)9999));
}

static void
test_registrations(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = make_store();
	ProcviewFile *set = pv_store_file(snapshot, SET);
	ProcviewRegistration *registration;
	guint64 inode;
	guint major, minor;

	g_assert_cmpuint(procview_file_get_n_registrations(set), ==, 2);
	registration = procview_file_get_registration(set, 0);
	g_assert_cmpint(procview_registration_get_fd(registration), ==, 12);
	g_assert_cmpuint(procview_registration_get_events(registration), ==, 1);
	g_assert_cmpuint(procview_registration_get_data(registration), ==, 99);
	g_assert_true(procview_registration_get_target(registration) ==
		      pv_store_file(snapshot, EVENT));
	g_assert_true(procview_registration_get_inode(registration, &inode));
	g_assert_cmpuint(inode, ==, 5);
	g_assert_true(procview_registration_get_device(registration, &major, &minor));
	g_assert_cmpuint(major, ==, 8);
	g_assert_cmpuint(minor, ==, 1);
	registration = procview_file_get_registration(set, 1);
	g_assert_null(procview_registration_get_target(registration));
	g_assert_false(procview_registration_get_inode(registration, NULL));
	g_assert_false(procview_registration_get_device(registration, &major, NULL));
	g_assert_cmpuint(major, ==, 0);
}

static void
test_marks(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = make_store();
	ProcviewFile *watches = pv_store_file(snapshot, WATCHES);
	ProcviewMark *mark;
	guint64 inode;
	guint mount_id, major;
	int wd;

	g_assert_cmpuint(procview_file_get_n_marks(watches), ==, 2);
	mark = procview_file_get_mark(watches, 0);
	g_assert_cmpint(procview_mark_get_mark_type(mark), ==, PROCVIEW_MARK_TYPE_INODE);
	g_assert_true(procview_mark_get_watch_descriptor(mark, &wd));
	g_assert_cmpint(wd, ==, 2);
	g_assert_true(procview_mark_get_inode(mark, &inode));
	g_assert_cmpuint(inode, ==, 44);
	g_assert_true(procview_mark_get_device(mark, &major, NULL));
	g_assert_cmpuint(major, ==, 8);
	g_assert_false(procview_mark_get_mount_id(mark, NULL));
	g_assert_cmpuint(procview_mark_get_mask(mark), ==, 0x100);
	mark = procview_file_get_mark(watches, 1);
	g_assert_false(procview_mark_get_watch_descriptor(mark, &wd));
	g_assert_cmpint(wd, ==, 0);
	g_assert_false(procview_mark_get_inode(mark, NULL));
	g_assert_true(procview_mark_get_mount_id(mark, &mount_id));
	g_assert_cmpuint(mount_id, ==, 21);
	g_assert_cmpuint(procview_mark_get_ignored_mask(mark), ==, 1);
}

static void
test_locks(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = make_store();
	ProcviewDescriptor *descriptor = pv_store_descriptor(snapshot, LOCKED);
	ProcviewLock *lock;
	guint64 end;

	g_assert_cmpuint(procview_descriptor_get_n_locks(descriptor), ==, 2);
	lock = procview_descriptor_get_lock(descriptor, 0);
	g_assert_cmpint(procview_lock_get_lock_type(lock), ==, PROCVIEW_LOCK_TYPE_POSIX);
	g_assert_true(procview_lock_is_write(lock));
	g_assert_false(procview_lock_is_breaking(lock));
	g_assert_cmpint(procview_lock_get_pid(lock), ==, 910);
	g_assert_cmpuint(procview_lock_get_start(lock), ==, 10);
	g_assert_true(procview_lock_get_end(lock, &end));
	g_assert_cmpuint(end, ==, 19);
	lock = procview_descriptor_get_lock(descriptor, 1);
	g_assert_cmpint(procview_lock_get_lock_type(lock), ==, PROCVIEW_LOCK_TYPE_LEASE);
	g_assert_true(procview_lock_is_breaking(lock));
	g_assert_false(procview_lock_get_end(lock, &end));
	g_assert_cmpuint(end, ==, 0);
	g_assert_cmpuint(procview_descriptor_get_n_locks(pv_store_descriptor(snapshot, 0)), ==, 0);
}

static void
test_inet(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = make_store();
	ProcviewSocket *socket = procview_file_get_socket(pv_store_file(snapshot, SERVER));
	g_autofree char *local = procview_socket_dup_local(socket);
	g_autofree char *remote = procview_socket_dup_remote(socket);
	gsize length;
	guint amount;
	int number;

	g_assert_cmpuint(procview_socket_get_inode(socket), ==, 100 + SERVER);
	g_assert_true(procview_socket_get_family(socket, &number));
	g_assert_cmpint(number, ==, AF_INET);
	g_assert_true(procview_socket_get_socket_type(socket, &number));
	g_assert_cmpint(number, ==, SOCK_STREAM);
	g_assert_true(procview_socket_get_protocol(socket, &number));
	g_assert_cmpint(number, ==, IPPROTO_TCP);
	g_assert_cmpstr(procview_socket_get_family_name(socket), ==, "inet");
	g_assert_cmpstr(procview_socket_get_type_name(socket), ==, "stream");
	g_assert_cmpstr(procview_socket_get_protocol_name(socket), ==, "tcp");
	g_assert_cmpstr(procview_socket_get_state_name(socket), ==, "ESTABLISHED");
	g_assert_false(procview_socket_is_listening(socket));
	g_assert_cmpstr(local, ==, "127.0.0.1:80");
	g_assert_cmpstr(remote, ==, "127.0.0.1:5000");
	g_assert_cmpmem(procview_socket_get_local_address(socket, &length), 4, "\177\0\0\1", 4);
	g_assert_cmpuint(length, ==, 4);
	g_assert_true(procview_socket_get_remote_port(socket, &amount));
	g_assert_cmpuint(amount, ==, 5000);
	g_assert_true(procview_socket_get_receive_queue(socket, &amount));
	g_assert_cmpuint(amount, ==, 17);
	g_assert_cmpuint(procview_socket_get_network_namespace(socket), ==, 4026531840);
	g_assert_cmpuint(procview_socket_get_cookie(socket), ==, 1);
	g_assert_false(procview_socket_get_local_cid(socket, NULL));
	g_assert_false(procview_socket_get_backlog(socket, &amount));
	g_assert_cmpuint(amount, ==, 0);
	g_assert_null(procview_socket_get_name(socket, &length));
	g_assert_cmpuint(length, ==, 0);
}

/* Of whom little is known. */
static void
test_unix(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = make_store();
	ProcviewSocket *socket = procview_file_get_socket(pv_store_file(snapshot, UNIX));
	g_autofree char *local = procview_socket_dup_local(socket);
	ProcviewShutdown shutdown = PROCVIEW_SHUTDOWN_SEND;
	gsize length;

	g_assert_cmpstr(local, ==, "@name");
	g_assert_cmpmem(procview_socket_get_name(socket, &length), 4, "name", 4);
	g_assert_cmpuint(length, ==, 4);
	g_assert_true(procview_socket_is_abstract(socket));
	g_assert_null(procview_socket_dup_remote(socket));
	g_assert_null(procview_socket_get_local_address(socket, &length));
	g_assert_cmpuint(length, ==, 0);
	g_assert_false(procview_socket_get_state(socket, NULL));
	g_assert_null(procview_socket_get_state_name(socket));
	g_assert_null(procview_socket_get_protocol_name(socket));
	g_assert_false(procview_socket_get_local_port(socket, NULL));
	g_assert_false(procview_socket_get_shutdown(socket, &shutdown));
	g_assert_cmpint(shutdown, ==, PROCVIEW_SHUTDOWN_NONE);
	g_assert_false(procview_socket_get_uid(socket, NULL));
	g_assert_false(procview_socket_get_peer_pid(socket, NULL));
	g_assert_false(procview_socket_get_n_in_flight(socket, NULL));
	g_assert_false(procview_socket_get_groups(socket, NULL));
	g_assert_false(procview_socket_get_interface(socket, NULL));
	g_assert_cmpuint(procview_socket_get_network_namespace(socket), ==, 0);
	g_assert_cmpuint(procview_socket_get_peer_inode(socket), ==, 0);
	g_assert_cmpuint(procview_socket_get_listener_inode(socket), ==, 0);
	g_assert_false(procview_socket_get_file(socket, NULL, NULL, NULL));
	g_assert_null(procview_file_get_socket(pv_store_file(snapshot, READER)));
}

static void
test_mounts_and_holdings(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = make_store();
	ProcviewMount *mount = procview_file_get_mount(pv_store_file(snapshot, LOCKED));
	ProcviewHolding *holding = procview_snapshot_get_holding(snapshot, 0);
	guint major;

	g_assert_cmpuint(procview_snapshot_get_n_mounts(snapshot), ==, 1);
	g_assert_true(procview_snapshot_get_mount(snapshot, 0) == mount);
	g_assert_cmpuint(procview_mount_get_id(mount), ==, 21);
	g_assert_cmpstr(procview_mount_get_fs_type(mount), ==, "ext4");
	g_assert_null(procview_mount_get_source(mount));
	g_assert_null(procview_mount_get_root(mount));
	g_assert_null(procview_mount_get_point(mount));
	g_assert_true(procview_mount_get_device(mount, &major, NULL));
	g_assert_cmpuint(major, ==, 8);
	g_assert_null(procview_file_get_mount(pv_store_file(snapshot, READER)));

	g_assert_cmpuint(procview_snapshot_get_n_holdings(snapshot), ==, 2);
	g_assert_cmpint(procview_holding_get_held_by(holding), ==, PROCVIEW_HELD_BY_QUEUE);
	g_assert_true(procview_holding_get_holder(holding) == pv_store_file(snapshot, UNIX));
	g_assert_true(procview_holding_get_file(holding) == pv_store_file(snapshot, HELD));
	g_assert_cmpuint(procview_holding_get_slot(holding), ==, 4);
	holding = procview_snapshot_get_holding(snapshot, 1);
	g_assert_cmpint(procview_holding_get_held_by(holding), ==, PROCVIEW_HELD_BY_RING);
	g_assert_null(procview_holding_get_holder(holding));
	g_assert_cmpuint(procview_snapshot_get_n_sockets(snapshot), ==, 3);
	g_assert_cmpuint(procview_socket_get_inode(procview_snapshot_get_socket(snapshot, 2)), ==,
			 100 + UNIX);
}

static void
assert_list(GPtrArray *list, gconstpointer only)
{
	g_assert_cmpuint(list->len, ==, only == NULL ? 0 : 1);
	g_assert_true(only == NULL || g_ptr_array_index(list, 0) == only);
	g_ptr_array_unref(list);
}

static void
test_ends(void)
{
	g_autoptr(ProcviewSnapshot) snapshot = make_store();
	ProcviewFile *files = pv_store_file(snapshot, 0);

	assert_list(procview_file_list_peers(&files[READER]), &files[WRITER]);
	assert_list(procview_file_list_peers(&files[WRITER]), &files[READER]);
	assert_list(procview_file_list_peers(&files[SERVER]), &files[CLIENT]);
	assert_list(procview_file_list_peers(&files[UNIX]), NULL);
	assert_list(procview_file_list_watchers(&files[EVENT]), &files[SET]);
	assert_list(procview_file_list_watchers(&files[SET]), NULL);
	assert_list(procview_file_list_descriptors(&files[EVENT]),
		    pv_store_descriptor(snapshot, EVENT));
	assert_list(procview_file_list_descriptors(&files[HELD]), NULL);
	assert_list(procview_descriptor_list_peers(pv_store_descriptor(snapshot, READER)),
		    pv_store_descriptor(snapshot, WRITER));
	assert_list(procview_descriptor_list_peers(pv_store_descriptor(snapshot, EVENT)), NULL);
	g_assert_true(procview_file_get_peer_process(&files[PIDFD]) ==
		      pv_store_process(snapshot, 0));
	g_assert_null(procview_file_get_peer_process(&files[EVENT]));
}

/* Each in turn is all that is left of its snapshot. */
static void
test_references(void)
{
	PvStore *store = make_store();
	g_autoptr(ProcviewRegistration) registration = procview_registration_ref(
		procview_file_get_registration(pv_store_file(store, SET), 1));
	g_autoptr(ProcviewMark) mark =
		procview_mark_ref(procview_file_get_mark(pv_store_file(store, WATCHES), 1));
	g_autoptr(ProcviewLock) lock = procview_lock_ref(
		procview_descriptor_get_lock(pv_store_descriptor(store, LOCKED), 1));
	g_autoptr(ProcviewSocket) socket =
		procview_socket_ref(procview_snapshot_get_socket(store, 2));
	g_autoptr(ProcviewMount) mount = procview_mount_ref(procview_snapshot_get_mount(store, 0));
	g_autoptr(ProcviewHolding) holding =
		procview_holding_ref(procview_snapshot_get_holding(store, 1));

	procview_snapshot_unref(store);
	g_assert_true(g_atomic_ref_count_compare(&store->refs, 6));
	g_assert_cmpint(procview_registration_get_fd(registration), ==, 13);
	g_assert_cmpuint(procview_mark_get_ignored_mask(mark), ==, 1);
	g_assert_true(procview_lock_is_breaking(lock));
	g_assert_true(procview_socket_is_abstract(socket));
	g_assert_cmpuint(procview_mount_get_id(mount), ==, 21);
	g_assert_nonnull(procview_holding_get_file(holding));
}

static void
test_boxed(void)
{
	const GType types[] = {PROCVIEW_TYPE_REGISTRATION, PROCVIEW_TYPE_MARK,
			       PROCVIEW_TYPE_LOCK,	   PROCVIEW_TYPE_SOCKET,
			       PROCVIEW_TYPE_MOUNT,	   PROCVIEW_TYPE_HOLDING};
	PvStore *store = make_store();
	gpointer parts[] = {procview_file_get_registration(pv_store_file(store, SET), 0),
			    procview_file_get_mark(pv_store_file(store, WATCHES), 0),
			    procview_descriptor_get_lock(pv_store_descriptor(store, LOCKED), 0),
			    procview_snapshot_get_socket(store, 0),
			    procview_snapshot_get_mount(store, 0),
			    procview_snapshot_get_holding(store, 0)};

	for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
		gpointer copy = g_boxed_copy(types[i], parts[i]);

		g_assert_true(copy == parts[i]);
		g_assert_true(g_atomic_ref_count_compare(&store->refs, 2));
		g_boxed_free(types[i], copy);
	}
	procview_snapshot_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/api/details/facts", test_facts);
	g_test_add_func("/api/details/words", test_words);
	g_test_add_func("/api/details/registrations", test_registrations);
	g_test_add_func("/api/details/marks", test_marks);
	g_test_add_func("/api/details/locks", test_locks);
	g_test_add_func("/api/details/inet", test_inet);
	g_test_add_func("/api/details/unix", test_unix);
	g_test_add_func("/api/details/mounts-and-holdings", test_mounts_and_holdings);
	g_test_add_func("/api/details/ends", test_ends);
	g_test_add_func("/api/details/references", test_references);
	g_test_add_func("/api/details/boxed", test_boxed);
	return g_test_run();
}
