/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Fuzzes the parsers of the files in /proc/PID/net, each with any text; and the names that sockfs
 * has for protocols.
 */
#include <glib.h>
#include <string.h>

#include "backend/procfs/socket-name-parse.h"
#include "fuzz.h"
#include "socket/lists.h"

static void
check_decoded(const char *text, gsize taken, const PvDecoded *decoded)
{
	const PvSocket *socket = &decoded->socket;

	if (socket->known == 0) {
		g_assert_cmpuint(socket->ino, ==, 0);
		return;
	}
	g_assert_true(socket->known & PV_SOCKET_FAMILY);
	g_assert_cmpuint(decoded->n_pending, ==, 0);
	g_assert_cmpuint(socket->name_len, ==, decoded->name_len);
	if (!(socket->known & PV_SOCKET_NAME))
		return;
	g_assert_true(decoded->name > text);
	g_assert_true(decoded->name + decoded->name_len == text + taken - 1);
	g_assert_cmpuint(decoded->name_len, <=, 108);
}

static void
check_list(PvList list, const char *text, gsize n)
{
	PvDecoded decoded;
	gsize taken;

	while ((taken = pv_list_parse(list, text, n, &decoded)) > 0) {
		g_assert_cmpuint(taken, <=, n);
		g_assert_cmpint(text[taken - 1], ==, '\n');
		check_decoded(text, taken, &decoded);
		text += taken;
		n -= taken;
	}
	g_assert_true(n == 0 || memchr(text, '\n', n) == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	PvSocket socket = {0};

	for (guint list = 0; list < PV_N_LISTS; list++) {
		if (pv_list_file(list) != NULL)
			check_list(list, text, size);
	}
	g_assert_cmpint(pv_socket_name_parse(text, size, &socket), ==, socket.known != 0);
	return 0;
}
