/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What a file of kind socket is.
 */
#pragma once

#include "core/record.h"

typedef struct _ProcviewSocket PvSocket;

enum {
	PV_SOCKET_LOCAL = 1 << 0, /* local address and port */
	PV_SOCKET_REMOTE = 1 << 1,
	PV_SOCKET_STATE = 1 << 2,
	PV_SOCKET_QUEUES = 1 << 3, /* receive and send */
	PV_SOCKET_BACKLOG = 1 << 4,
	PV_SOCKET_UID = 1 << 5,
	PV_SOCKET_NAME = 1 << 6, /* unix: has one */
	PV_SOCKET_NETNS = 1 << 7,
	PV_SOCKET_TYPE = 1 << 8,
	PV_SOCKET_PROTOCOL = 1 << 9,
	PV_SOCKET_INTERFACE = 1 << 10,
	PV_SOCKET_GROUPS = 1 << 11,
	PV_SOCKET_SHUTDOWN = 1 << 12,
	PV_SOCKET_FAMILY = 1 << 13,
	PV_SOCKET_PEER_PID = 1 << 14,
	PV_SOCKET_IN_FLIGHT = 1 << 15, /* files in its queue are counted */
};

/* What a file of kind socket is. Found by the inode number: sockfs is one for the whole machine. */
struct _ProcviewSocket {
	guint32 index;
	guint32 known; /* PV_SOCKET_* */
	guint64 ino;
	guint64 cookie;	      /* SO_COOKIE, and what ss calls sk; 0: unknown */
	guint64 netns;	      /* inode number of its network namespace */
	guint64 peer_ino;     /* unix: of the socket at the other end; 0: none, or unknown */
	guint64 listener_ino; /* unix: not accepted yet; the listener that it waits at; 0: none */
	guint64 file_ino;     /* unix: of the file that it is bound to; 0: none, or unknown */
	guint8 local[16];     /* as inet_ntop(3) wants it */
	guint8 remote[16];
	guint64 groups; /* netlink: the first 64 multicast groups */
	guint32 uid;
	guint32 receive_queue; /* bytes; of a listener: connections that wait */
	guint32 send_queue;    /* bytes; of a listener: at most so many wait */
	guint32 backlog;       /* listener: at most so many connections wait */
	guint32 interface;     /* index, that it is bound to; of packet and vsock: none is 0 */
	guint32 protocol;      /* IPPROTO_*, NETLINK_*, ETH_P_* (host order), ... */
	guint32 local_port;    /* of inet; netlink: port id; vsock: port */
	guint32 remote_port;
	guint32 local_cid; /* vsock */
	guint32 remote_cid;
	gint32 peer_pid; /* unix: SO_PEERCRED */
	guint32 in_flight;
	guint32 file_dev; /* kernel's s_dev of that file, as pv_dev() */
	PvString name;	  /* unix: path, or abstract name without its NUL */
	guint32 name_len; /* the name may hold NULs */
	guint16 family;	  /* AF_* */
	guint8 type;	  /* SOCK_* */
	guint8 state;	  /* TCP_* of the kernel, for all families */
	guint8 shutdown;  /* 1: receive, 2: send */
	guint8 name_is_abstract;
};

/* Adds what only the other record of the same socket knows. */
void pv_socket_merge(PvSocket *socket, const PvSocket *other);
