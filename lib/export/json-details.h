/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What files are beyond what all have, as members of a JSON object, in the order of schema 1.
 */
#pragma once

#include "core/store.h"
#include "export/json-writer.h"

/* Facts, targets, marks, file system, and the socket; at which descriptor, NULL: at none. */
void pv_json_write_details(PvJsonWriter *writer, const PvFile *file, const PvDescriptor *at);
void pv_json_write_locks(PvJsonWriter *writer, const PvDescriptor *descriptor);
/* "8:1" */
void pv_json_member_dev(PvJsonWriter *writer, const char *key, guint32 dev);

/* export/json-socket.c */
void pv_json_write_socket(PvJsonWriter *writer, const PvSocket *socket);

/* export/json-peers.c: who is at the other end, and which eventpoll sets wait. */
void pv_json_write_peers(PvJsonWriter *writer, const PvDescriptor *descriptor);
void pv_json_write_mount(PvJsonWriter *writer, const PvMount *mount);
void pv_json_write_holding(PvJsonWriter *writer, const PvHolding *holding);
