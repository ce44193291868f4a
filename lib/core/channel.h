/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The channels that a file is on, told from its own records. Pure: nothing is looked up but facts
 * and the socket of the file itself.
 */
#pragma once

#include "core/store.h"

/* What a file is on a channel. */
enum {
	PV_ROLE_READS, /* a pipe, or a message queue: device and inode */
	PV_ROLE_WRITES,
	PV_ROLE_IS,	   /* a Unix socket: its inode */
	PV_ROLE_POINTS,	   /* is connected to a Unix socket: that one's inode */
	PV_ROLE_PAIR,	   /* two addresses: one's own, and the other one's */
	PV_ROLE_BOUND,	   /* one's own address, without another one */
	PV_ROLE_SENDS,	   /* the other one's address, if nobody nearer is there: behind BOUND */
	PV_ROLE_SENDS_ANY, /* the other one's port, on this machine */
	PV_ROLE_VSOCK,	   /* as PAIR */
	PV_ROLE_MASTER,	   /* a pseudoterminal: devpts and number */
	PV_ROLE_SLAVE,
	PV_ROLE_EVENTFD, /* its id */
	PV_ROLE_WATCHES, /* an eventpoll set: the index of the file that it waits for */
};

#define PV_MAX_CHANNELS 4

typedef struct {
	PvEnd own[PV_MAX_CHANNELS];    /* what the file is */
	PvEnd wanted[PV_MAX_CHANNELS]; /* what its peers are */
	guint n_own;
	guint n_wanted;
	gboolean first_only; /* the first of wanted that anybody is on counts, and no other */
} PvChannels;

void pv_channels_of(const PvStore *store, const PvFile *file, PvChannels *channels);
/* NULL: is none, or nothing is known of it. */
const PvSocket *pv_socket_of(const PvStore *store, const PvFile *file);
