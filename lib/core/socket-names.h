/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What sockets are, as words; and their addresses as text. Pure: numbers in, words out.
 *
 * Words are the kernel's own, in lower case and without their prefix: AF_INET6 is "inet6",
 * NETLINK_SOCK_DIAG is "sock_diag", ETH_P_ARP is "arp". States keep the upper case in which ss,
 * netstat and lsof write them.
 */
#pragma once

#include "core/store.h"

/* NULL: unknown, or there is no word for it. */
const char *pv_socket_family_name(const PvSocket *socket);
const char *pv_socket_type_name(const PvSocket *socket);
const char *pv_socket_protocol_name(const PvSocket *socket);
const char *pv_socket_state_name(const PvSocket *socket);

gboolean pv_socket_is_listening(const PvSocket *socket);
/* Whether its addresses have ports; those of raw sockets do not. */
gboolean pv_socket_has_ports(const PvSocket *socket);
/* In bytes; 0: the family has none, or it is unknown. */
gsize pv_socket_address_length(const PvSocket *socket, guint known);
/* The address as people write it. NULL: unknown, or none. */
char *pv_socket_local_text(const PvStore *store, const PvSocket *socket);
/* Of a Unix socket the name of its peer. */
char *pv_socket_remote_text(const PvStore *store, const PvSocket *socket);
