/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
#pragma once

#include <procview/enums.h>
#include <procview/types.h>

G_BEGIN_DECLS

/**
 * ProcviewShutdown:
 * @PROCVIEW_SHUTDOWN_NONE: Neither.
 * @PROCVIEW_SHUTDOWN_RECEIVE: Nothing is received any more.
 * @PROCVIEW_SHUTDOWN_SEND: Nothing is sent any more.
 *
 * Directions of a socket that shutdown(2) has ended.
 *
 * Since: 0.1
 */
typedef enum /*< flags >*/ {
	PROCVIEW_SHUTDOWN_NONE = 0,
	PROCVIEW_SHUTDOWN_RECEIVE = 1 << 0,
	PROCVIEW_SHUTDOWN_SEND = 1 << 1,
} ProcviewShutdown;

#define PROCVIEW_TYPE_SOCKET (procview_socket_get_type())

PROCVIEW_AVAILABLE_IN_0_1
GType procview_socket_get_type(void) G_GNUC_CONST;
PROCVIEW_AVAILABLE_IN_0_1
ProcviewSocket *procview_socket_ref(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
void procview_socket_unref(ProcviewSocket *socket);

PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_socket_get_inode(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_family(ProcviewSocket *socket, int *family);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_socket_type(ProcviewSocket *socket, int *type);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_protocol(ProcviewSocket *socket, int *protocol);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_socket_get_family_name(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_socket_get_type_name(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_socket_get_protocol_name(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
const char *procview_socket_get_state_name(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_state(ProcviewSocket *socket, int *state);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_is_listening(ProcviewSocket *socket);

PROCVIEW_AVAILABLE_IN_0_1
char *procview_socket_dup_local(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
char *procview_socket_dup_remote(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
const guint8 *procview_socket_get_local_address(ProcviewSocket *socket, gsize *length);
PROCVIEW_AVAILABLE_IN_0_1
const guint8 *procview_socket_get_remote_address(ProcviewSocket *socket, gsize *length);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_local_port(ProcviewSocket *socket, guint *port);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_remote_port(ProcviewSocket *socket, guint *port);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_local_cid(ProcviewSocket *socket, guint *cid);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_remote_cid(ProcviewSocket *socket, guint *cid);
PROCVIEW_AVAILABLE_IN_0_1
const guint8 *procview_socket_get_name(ProcviewSocket *socket, gsize *length);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_is_abstract(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_file(ProcviewSocket *socket, guint64 *inode, guint *major,
				  guint *minor);

PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_receive_queue(ProcviewSocket *socket, guint *amount);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_send_queue(ProcviewSocket *socket, guint *amount);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_backlog(ProcviewSocket *socket, guint *backlog);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_interface(ProcviewSocket *socket, guint *index);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_groups(ProcviewSocket *socket, guint64 *groups);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_shutdown(ProcviewSocket *socket, ProcviewShutdown *shutdown);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_uid(ProcviewSocket *socket, guint *uid);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_peer_pid(ProcviewSocket *socket, int *pid);
PROCVIEW_AVAILABLE_IN_0_1
gboolean procview_socket_get_n_in_flight(ProcviewSocket *socket, guint *n_files);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_socket_get_cookie(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_socket_get_network_namespace(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_socket_get_peer_inode(ProcviewSocket *socket);
PROCVIEW_AVAILABLE_IN_0_1
guint64 procview_socket_get_listener_inode(ProcviewSocket *socket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProcviewSocket, procview_socket_unref)

G_END_DECLS
