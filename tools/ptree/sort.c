/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * In which order stand the rows of a list?  In that of one column's values.
 *
 * What a column says in the form for programs is its value, but its letters do not have the order
 * of it: 9 comes before 10, and 8:1 before 11:0. So each value is written as a string of bytes that
 * has. Kinds of values follow each other: numbers, pairs of numbers (devices), IPv4 and IPv6
 * addresses, and all other text, by its bytes. A column hardly ever has two of them, and where it
 * does (an unlimited limit, an unix socket among others) the text is what lies beyond the numbers.
 *
 * What is not known is neither small nor large, and stands last in either direction.
 */
#include "sort.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>

/* The first byte of each key. */
enum key_kind {
	KEY_NEGATIVE,
	KEY_NUMBER,
	KEY_PAIR,
	KEY_INET,
	KEY_INET6,
	KEY_TEXT,
};

#define FRACTION_DIGITS 9

/* A line, and by what it is compared. */
struct entry {
	struct line *line;
	gsize key; /* where it begins; of no bytes: unknown */
	gsize key_length;
	int pid;
	int tid;
	int fd;
};

struct order {
	GByteArray *keys;
	int direction; /* -1: the greatest first */
};

static void
add_byte(GByteArray *key, guint8 byte)
{
	g_byte_array_append(key, &byte, 1);
}

static void
add_number(GByteArray *key, guint64 number)
{
	guint64 bytes = GUINT64_TO_BE(number);

	g_byte_array_append(key, (const guint8 *)&bytes, sizeof(bytes));
}

static gboolean
read_number(const char *text, guint base, guint64 *number, const char **end)
{
	char *rest = NULL;

	if (!g_ascii_isxdigit(*text))
		return FALSE;
	errno = 0;
	*number = g_ascii_strtoull(text, &rest, base);
	*end = rest;
	return rest != text && errno == 0;
}

/* What stands behind the point, as if it had all the digits there can be. */
static guint64
read_fraction(const char **text)
{
	guint64 fraction = 0;
	const char *p = *text + 1;

	if (**text != '.' || !g_ascii_isdigit(*p))
		return 0;
	for (guint i = 0; i < FRACTION_DIGITS; i++)
		fraction = fraction * 10 + (g_ascii_isdigit(*p) ? (guint64)(*p++ - '0') : 0);
	*text = p;
	return fraction;
}

/* 12, -1, 12.34, 98%, 8:1 */
static gboolean
add_decimal(GByteArray *key, const char *text)
{
	gboolean negative = *text == '-' && g_ascii_isdigit(text[1]);
	guint64 number, second;

	if (!read_number(text + negative, 10, &number, &text))
		return FALSE;
	if (*text == ':' && !negative && read_number(text + 1, 10, &second, &text)) {
		add_byte(key, KEY_PAIR);
	} else {
		add_byte(key, negative ? KEY_NEGATIVE : KEY_NUMBER);
		second = read_fraction(&text);
		text += *text == '%';
	}
	add_number(key, negative ? ~number : number);
	add_number(key, negative ? ~second : second);
	return *text == '\0';
}

/*
 * 127.0.0.1:80, [::1]:53; of a raw socket: 127.0.0.1, ::1. GLib takes it apart as well, by what it
 * has for names of hosts and for proxies, and all of GIO comes with that.
 */
static gboolean
split_address(const char *text, char **host, guint64 *port)
{
	gboolean in_brackets = text[0] == '[';
	const char *end = in_brackets ? strchr(text, ']') : strchr(text, ':');

	/* More than one colon: an address without a port. */
	if (end == NULL || (!in_brackets && strchr(end + 1, ':') != NULL))
		end = text + strlen(text);
	*host = g_strndup(text + in_brackets, end - text - in_brackets);
	*port = 0;
	end += *end == ']';
	if (*end == '\0')
		return TRUE;
	return *end == ':' && read_number(end + 1, 10, port, &end) && *end == '\0';
}

static gboolean
add_address(GByteArray *key, const char *text)
{
	g_autoptr(GInetAddress) address = NULL;
	g_autofree char *host = NULL;
	gboolean is_inet6;
	guint64 port;

	if (split_address(text, &host, &port))
		address = g_inet_address_new_from_string(host);
	if (address == NULL)
		return FALSE;
	is_inet6 = g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6;
	add_byte(key, is_inet6 ? KEY_INET6 : KEY_INET);
	g_byte_array_append(key, g_inet_address_to_bytes(address),
			    (guint)g_inet_address_get_native_size(address));
	add_number(key, port);
	return TRUE;
}

static gboolean
add_hexadecimal(GByteArray *key, const char *text)
{
	guint64 number;

	if (!read_number(text, 16, &number, &text) || *text != '\0')
		return FALSE;
	add_byte(key, KEY_NUMBER);
	add_number(key, number);
	return TRUE;
}

static gboolean
add_by_kind(GByteArray *key, const struct column *column, const char *text)
{
	static const char *const of_addresses[] = {"LOCAL", "REMOTE", NULL};

	if (g_strv_contains(of_addresses, column->name))
		return add_address(key, text);
	if (strcmp(column->name, "COOKIE") == 0)
		return add_hexadecimal(key, text);
	return add_decimal(key, text);
}

/* How many bytes the key of a value has; none where nothing is known. */
static gsize
add_key(GByteArray *keys, const struct column *column, const char *text)
{
	guint start = keys->len;

	if (*text == '\0' || (column->right && strcmp(text, "?") == 0))
		return 0;
	if (add_by_kind(keys, column, text))
		return keys->len - start;
	g_byte_array_set_size(keys, start);
	add_byte(keys, KEY_TEXT);
	g_byte_array_append(keys, (const guint8 *)text, (guint)strlen(text));
	return keys->len - start;
}

static int
compare_keys(const struct order *order, const struct entry *a, const struct entry *b)
{
	gsize common = MIN(a->key_length, b->key_length);
	int result;

	if (common == 0)
		return (a->key_length == 0) - (b->key_length == 0);
	result = memcmp(order->keys->data + a->key, order->keys->data + b->key, common);
	if (result == 0)
		result = (a->key_length > b->key_length) - (a->key_length < b->key_length);
	return result * order->direction;
}

static int
compare(gconstpointer first, gconstpointer second, gpointer data)
{
	const struct entry *a = first;
	const struct entry *b = second;
	int result = compare_keys(data, a, b);

	if (result == 0)
		result = (a->pid > b->pid) - (a->pid < b->pid);
	if (result == 0)
		result = (a->tid > b->tid) - (a->tid < b->tid);
	return result != 0 ? result : (a->fd > b->fd) - (a->fd < b->fd);
}

static struct entry
make_entry(struct line *line)
{
	const struct row *row = &line->row;

	return (struct entry){
		.line = line,
		.pid = procview_process_get_pid(row->process),
		.tid = procview_task_get_tid(row->task),
		.fd = row->kind == ROW_DESCRIPTOR ? procview_descriptor_get_fd(row->descriptor)
						  : -1,
	};
}

static GArray *
put_in_order(const GPtrArray *lines, const struct column *column, const struct view *as_values,
	     int direction)
{
	GArray *entries = g_array_sized_new(FALSE, FALSE, sizeof(struct entry), lines->len);
	g_autoptr(GByteArray) keys = g_byte_array_new();
	g_autoptr(GString) text = g_string_new(NULL);
	struct order order = {.keys = keys, .direction = direction};

	for (guint i = 0; i < lines->len; i++) {
		struct entry entry = make_entry(g_ptr_array_index(lines, i));
		struct clip_parts parts = {0};
		struct row row = entry.line->row;

		row.parts = &parts;
		g_string_truncate(text, 0);
		column->append(text, &row, as_values);
		entry.key = keys->len;
		entry.key_length = add_key(keys, column, text->str);
		g_array_append_val(entries, entry);
	}
	g_array_sort_with_data(entries, compare, &order);
	return entries;
}

void
sort_picture(struct picture *picture)
{
	const struct options *options = picture->view->options;
	struct view as_values = *picture->view;
	g_autoptr(GArray) entries = NULL;

	as_values.raw = TRUE;
	as_values.tells_shared = FALSE;
	entries = put_in_order(picture->lines, columns_find_sort(options), &as_values,
			       options->sort[0] == '-' ? -1 : 1);
	for (guint i = 0; i < entries->len; i++) {
		struct line *line = g_array_index(entries, struct entry, i).line;

		/* All that is listed matched: nothing of it is to stand out. */
		line->row.strong = FALSE;
		picture->lines->pdata[i] = line;
	}
}

gboolean
sort_check(const struct options *options, const GArray *whats, GError **error)
{
	const struct column *column = columns_find_sort(options);
	gboolean has_descriptors = options->files || whats_seek_files(whats) ||
				   whats_have(whats, WHAT_LOST) || whats_have(whats, WHAT_NOTHING);

	if (column == NULL || has_descriptors || !columns_are_of_descriptors(column))
		return TRUE;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--sort %s needs --files, or a WHAT that is open: it tells of descriptors",
		    column->name);
	return FALSE;
}
