/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * BTF that was made here, with what compilers make and what nobody should; and that of the kernel
 * that runs, whose public structures the compiler knows too.
 */
#include <linux/io_uring.h>
#include <string.h>

#include "backend/bpf/btf-parse.h"

enum {
	INT = 1,
	POINTER = 2,
	ARRAY = 3,
	STRUCT = 4,
	UNION = 5,
	FORWARD = 7,
	FUNCTION = 12,
	PROTOTYPE = 13,
	VARIABLE = 14,
	ENUM64 = 19,
	UNKNOWN = 20,
};

#define HEADER_BYTES   24
#define HAS_BIT_FIELDS (1U << 31)

typedef struct {
	GByteArray *types;
	GByteArray *strings;
	guint n; /* the last id */
} Btf;

static void
btf_init(Btf *btf)
{
	*btf = (Btf){.types = g_byte_array_new(), .strings = g_byte_array_new()};
	g_byte_array_append(btf->strings, (const guint8 *)"", 1);
}

static void
btf_clear(Btf *btf)
{
	g_byte_array_unref(btf->types);
	g_byte_array_unref(btf->strings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Btf, btf_clear)

static void
put(GByteArray *to, guint32 number)
{
	g_byte_array_append(to, (const guint8 *)&number, sizeof(number));
}

static guint32
put_string(Btf *btf, const char *string)
{
	guint32 at = btf->strings->len;

	if (string[0] == '\0')
		return 0;
	g_byte_array_append(btf->strings, (const guint8 *)string, strlen(string) + 1);
	return at;
}

static guint
add_type(Btf *btf, guint kind, const char *name, guint32 n, guint32 last)
{
	put(btf->types, put_string(btf, name));
	put(btf->types, (n & HAS_BIT_FIELDS) | kind << 24 | (n & 0xffff));
	put(btf->types, last);
	return ++btf->n;
}

static void
add_member(Btf *btf, const char *name, guint32 type, guint32 bits)
{
	put(btf->types, put_string(btf, name));
	put(btf->types, type);
	put(btf->types, bits);
}

static GByteArray *
whole(const Btf *btf)
{
	static const guint8 version_and_flags[] = {1, 0};
	static const guint16 magic = 0xEB9F;
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)&magic, sizeof(magic));
	g_byte_array_append(bytes, version_and_flags, sizeof(version_and_flags));
	put(bytes, HEADER_BYTES);
	put(bytes, 0);
	put(bytes, btf->types->len);
	put(bytes, btf->types->len);
	put(bytes, btf->strings->len);
	g_byte_array_append(bytes, btf->types->data, btf->types->len);
	g_byte_array_append(bytes, btf->strings->data, btf->strings->len);
	return bytes;
}

static const PvBtfMember members[] = {
	{"task", "first"}, {"task", "inner"}, {"task", "deep"},	   {"task", "bits"},
	{"task", "last"},  {"task", "none"},  {"nobody", "first"},
};
static const char *const functions[] = {"iterate", "absent"};
static const char *const structures[] = {"task", "other", "iterate"};

typedef struct {
	gint32 offsets[G_N_ELEMENTS(members)];
	guint32 ids[G_N_ELEMENTS(functions)];
	guint32 structure_ids[G_N_ELEMENTS(structures)];
} Found;

/* In a block of their own size, where a byte too many is seen. */
static gboolean
parse(const GByteArray *bytes, gsize size, Found *found)
{
	g_autofree char *copy = size == 0 ? NULL : g_memdup2(bytes->data, size);
	const PvBtfWanted wanted = {
		.members = members,
		.functions = functions,
		.structures = structures,
		.offsets = found->offsets,
		.ids = found->ids,
		.structure_ids = found->structure_ids,
		.n_members = G_N_ELEMENTS(members),
		.n_functions = G_N_ELEMENTS(functions),
		.n_structures = G_N_ELEMENTS(structures),
	};

	memset(found, 0x55, sizeof(*found));
	return pv_btf_parse(copy, size, &wanted);
}

static gboolean
parse_all(const Btf *btf, Found *found)
{
	g_autoptr(GByteArray) bytes = whole(btf);

	return parse(bytes, bytes->len, found);
}

static void
assert_nothing(const Found *found)
{
	for (guint i = 0; i < G_N_ELEMENTS(members); i++)
		g_assert_cmpint(found->offsets[i], ==, PV_BTF_ABSENT);
	for (guint i = 0; i < G_N_ELEMENTS(functions); i++)
		g_assert_cmpuint(found->ids[i], ==, 0);
	for (guint i = 0; i < G_N_ELEMENTS(structures); i++)
		g_assert_cmpuint(found->structure_ids[i], ==, 0);
}

/* struct task { first; union { inner; struct { other; deep; } }; bits : 3; last; } */
static void
add_task(Btf *btf)
{
	guint here = btf->n + 1;

	add_type(btf, STRUCT, "task", HAS_BIT_FIELDS | 4, 64);
	add_member(btf, "first", 1, 0);
	add_member(btf, "", here + 1, 64);
	add_member(btf, "bits", 1, 3U << 24 | 256);
	add_member(btf, "last", 1, 320);
	add_type(btf, UNION, "", 2, 16);
	add_member(btf, "inner", 1, 0);
	add_member(btf, "", here + 2, 0);
	add_type(btf, STRUCT, "", 2, 16);
	add_member(btf, "other", 1, 0);
	add_member(btf, "deep", 1, 64);
}

static void
assert_task(const Found *found)
{
	g_assert_cmpint(found->offsets[0], ==, 0);
	g_assert_cmpint(found->offsets[1], ==, 8);
	g_assert_cmpint(found->offsets[2], ==, 16);
	g_assert_cmpint(found->offsets[3], ==, PV_BTF_ABSENT);
	g_assert_cmpint(found->offsets[4], ==, 40);
	g_assert_cmpint(found->offsets[5], ==, PV_BTF_ABSENT);
	g_assert_cmpint(found->offsets[6], ==, PV_BTF_ABSENT);
}

static void
add_others(Btf *btf)
{
	add_type(btf, INT, "int", 0, 4);
	put(btf->types, 32);
	add_type(btf, ARRAY, "", 0, 0);
	g_byte_array_set_size(btf->types, btf->types->len + 12);
	add_type(btf, PROTOTYPE, "", 2, 0);
	g_byte_array_set_size(btf->types, btf->types->len + 16);
	/* How it is linked stands where others have a number of members. */
	add_type(btf, FUNCTION, "iterate", 1, btf->n);
	add_type(btf, FUNCTION, "iterates", 1, btf->n);
	add_type(btf, ENUM64, "", 2, 8);
	g_byte_array_set_size(btf->types, btf->types->len + 24);
	add_type(btf, VARIABLE, "task", 0, 1);
	put(btf->types, 0);
	add_type(btf, FORWARD, "task", HAS_BIT_FIELDS, 0);
}

static void
test_members(void)
{
	g_auto(Btf) btf;
	Found found;

	btf_init(&btf);
	add_others(&btf);
	add_task(&btf);
	g_assert_true(parse_all(&btf, &found));
	assert_task(&found);
	g_assert_cmpuint(found.ids[0], ==, 4);
	g_assert_cmpuint(found.ids[1], ==, 0);
	/* What is called so, and is no structure, does not count. */
	g_assert_cmpuint(found.structure_ids[0], ==, 9);
	g_assert_cmpuint(found.structure_ids[1], ==, 0);
	g_assert_cmpuint(found.structure_ids[2], ==, 0);
}

/* Types of unions without a name lie far behind, and far before. */
static void
test_far(void)
{
	for (guint n = 250; n < 260; n++) {
		g_auto(Btf) btf;
		Found found;

		btf_init(&btf);
		add_type(&btf, UNION, "", 1, 8);
		add_member(&btf, "inner", 1, 0);
		add_type(&btf, STRUCT, "task", 2, 64);
		add_member(&btf, "", 1, 128);
		add_member(&btf, "", n + 3, 192);
		for (guint i = 0; i < n; i++)
			add_type(&btf, POINTER, "", 0, 1);
		add_type(&btf, UNION, "", 1, 8);
		add_member(&btf, "deep", 1, 8);
		add_type(&btf, FUNCTION, "absent", 0, 1);
		g_assert_true(parse_all(&btf, &found));
		g_assert_cmpint(found.offsets[1], ==, 16);
		g_assert_cmpint(found.offsets[2], ==, 25);
		g_assert_cmpuint(found.ids[1], ==, n + 4);
	}
}

/* Also the last of all names, with nothing behind it to look at. */
static void
test_short_names(void)
{
	static const PvBtfMember short_members[] = {{"t", "a"}, {"io", "b"}, {"task", "a"}};
	static const char *const short_functions[] = {"f", "none"};
	gint32 offsets[G_N_ELEMENTS(short_members)];
	guint32 ids[G_N_ELEMENTS(short_functions)];
	const PvBtfWanted wanted = {
		.members = short_members,
		.functions = short_functions,
		.offsets = offsets,
		.ids = ids,
		.n_members = G_N_ELEMENTS(short_members),
		.n_functions = G_N_ELEMENTS(short_functions),
	};
	g_autoptr(GByteArray) bytes = NULL;
	g_auto(Btf) btf;

	btf_init(&btf);
	add_type(&btf, STRUCT, "task", 1, 8);
	add_member(&btf, "a", 1, 8);
	add_type(&btf, STRUCT, "io", 1, 8);
	add_member(&btf, "b", 1, 16);
	add_type(&btf, FUNCTION, "f", 0, 1);
	add_type(&btf, STRUCT, "t", 1, 8);
	add_member(&btf, "a", 1, 24);
	add_type(&btf, FUNCTION, "ta", 0, 1);
	bytes = whole(&btf);
	g_assert_true(pv_btf_parse((const char *)bytes->data, bytes->len, &wanted));
	g_assert_cmpint(offsets[0], ==, 3);
	g_assert_cmpint(offsets[1], ==, 2);
	g_assert_cmpint(offsets[2], ==, 1);
	g_assert_cmpuint(ids[0], ==, 3);
	g_assert_cmpuint(ids[1], ==, 0);
}

/*
 * Two structures of one name: where both have a member, they must have it in the same place, and
 * nobody could say which of them the name means.
 */
static void
test_namesakes(void)
{
	g_auto(Btf) btf;
	Found found;

	btf_init(&btf);
	add_type(&btf, STRUCT, "task", 2, 8);
	add_member(&btf, "first", 1, 0);
	add_member(&btf, "last", 1, 64);
	add_type(&btf, STRUCT, "task", 3, 8);
	add_member(&btf, "first", 1, 0);
	add_member(&btf, "last", 1, 128);
	add_member(&btf, "inner", 1, 192);
	add_type(&btf, STRUCT, "other", 0, 8);
	g_assert_true(parse_all(&btf, &found));
	g_assert_cmpint(found.offsets[0], ==, 0);
	g_assert_cmpint(found.offsets[1], ==, 24);
	g_assert_cmpint(found.offsets[4], ==, PV_BTF_ABSENT);
	g_assert_cmpuint(found.structure_ids[0], ==, 0);
	g_assert_cmpuint(found.structure_ids[1], ==, 3);
}

static void
test_cut(void)
{
	g_auto(Btf) btf;
	g_autoptr(GByteArray) bytes = NULL;
	Found found;

	btf_init(&btf);
	add_others(&btf);
	add_task(&btf);
	bytes = whole(&btf);
	for (guint size = 0; size < bytes->len; size++) {
		g_assert_false(parse(bytes, size, &found));
		assert_nothing(&found);
	}
	g_assert_true(parse(bytes, bytes->len, &found));
}

static void
assert_refused(GByteArray *bytes, guint at, guint8 value)
{
	guint8 before = bytes->data[at];
	Found found;

	bytes->data[at] = value;
	g_assert_false(parse(bytes, bytes->len, &found));
	assert_nothing(&found);
	bytes->data[at] = before;
	g_assert_true(parse(bytes, bytes->len, &found));
}

static void
test_header(void)
{
	g_auto(Btf) btf;
	g_autoptr(GByteArray) bytes = NULL;

	btf_init(&btf);
	add_task(&btf);
	bytes = whole(&btf);
	/*
	 * Magic number, version, and each of the numbers too large; a last string without an end.
	 */
	assert_refused(bytes, 0, 0);
	assert_refused(bytes, 2, 2);
	for (guint at = 4; at < HEADER_BYTES; at += 4)
		assert_refused(bytes, at + 1, 0x7f);
	assert_refused(bytes, 4, HEADER_BYTES - 1);
	assert_refused(bytes, bytes->len - 1, 'x');
	/* The first type has a name that is none, or so many members, or is void. */
	assert_refused(bytes, HEADER_BYTES + 1, 0xff);
	assert_refused(bytes, HEADER_BYTES + 5, 0xff);
	assert_refused(bytes, HEADER_BYTES + 7, 0);
}

static void
test_unknown_kind(void)
{
	g_auto(Btf) btf;
	Found found;

	btf_init(&btf);
	add_task(&btf);
	g_assert_true(parse_all(&btf, &found));
	add_type(&btf, UNKNOWN, "", 0, 0);
	g_assert_false(parse_all(&btf, &found));
	assert_nothing(&found);
}

/* In itself, and in what is in it; a type that is not there; what takes for ever. */
static void
test_circles(void)
{
	g_auto(Btf) btf;
	Found found;

	btf_init(&btf);
	add_type(&btf, STRUCT, "task", 4, 8);
	add_member(&btf, "", 1, 0);
	add_member(&btf, "", 2, 0);
	add_member(&btf, "", 77, 0);
	add_member(&btf, "last", 0, 64);
	add_type(&btf, UNION, "", 1, 8);
	add_member(&btf, "", 1, 0);
	g_assert_true(parse_all(&btf, &found));
	g_assert_cmpint(found.offsets[5], ==, PV_BTF_ABSENT);
	add_type(&btf, STRUCT, "task", 100, 8);
	for (guint i = 0; i < 100; i++)
		add_member(&btf, "", 3, 0);
	g_assert_false(parse_all(&btf, &found));
	assert_nothing(&found);
}

static void
test_too_many_namesakes(void)
{
	g_auto(Btf) btf;
	Found found;

	btf_init(&btf);
	for (guint i = 0; i < 1000; i++) {
		add_type(&btf, STRUCT, "task", 1, 8);
		add_member(&btf, "first", 1, 0);
	}
	g_assert_false(parse_all(&btf, &found));
	assert_nothing(&found);
}

/* Whose layout no kernel may change, with unions that have no name. */
static void
test_running_kernel(void)
{
	static const PvBtfMember known[] = {
		{"io_uring_sqe", "fd"},	       {"io_uring_sqe", "off"},
		{"io_uring_sqe", "len"},       {"io_uring_sqe", "user_data"},
		{"io_uring_sqe", "buf_index"}, {"io_uring_sqe", "splice_fd_in"},
		{"iovec", "iov_len"},	       {"no_such_thing", "iov_len"},
	};
	static const gint32 offsets[] = {
		G_STRUCT_OFFSET(struct io_uring_sqe, fd),
		G_STRUCT_OFFSET(struct io_uring_sqe, off),
		G_STRUCT_OFFSET(struct io_uring_sqe, len),
		G_STRUCT_OFFSET(struct io_uring_sqe, user_data),
		G_STRUCT_OFFSET(struct io_uring_sqe, buf_index),
		G_STRUCT_OFFSET(struct io_uring_sqe, splice_fd_in),
		sizeof(void *),
		PV_BTF_ABSENT,
	};
	static const char *const iterators[] = {"bpf_iter_task", "bpf_iter_task_file", "bpf_iter"};
	gint32 found[G_N_ELEMENTS(known)];
	guint32 ids[G_N_ELEMENTS(iterators)];
	const PvBtfWanted wanted = {
		.members = known,
		.functions = iterators,
		.offsets = found,
		.ids = ids,
		.n_members = G_N_ELEMENTS(known),
		.n_functions = G_N_ELEMENTS(iterators),
	};
	g_autofree char *bytes = NULL;
	gsize size;

	if (!g_file_get_contents("/sys/kernel/btf/vmlinux", &bytes, &size, NULL)) {
		g_test_skip("this kernel has no BTF");
		return;
	}
	g_assert_true(pv_btf_parse(bytes, size, &wanted));
	for (guint i = found[0] == PV_BTF_ABSENT ? 6 : 0; i < G_N_ELEMENTS(known); i++)
		g_assert_cmpint(found[i], ==, offsets[i]);
	g_assert_cmpuint(ids[0], !=, 0);
	g_assert_cmpuint(ids[1], !=, 0);
	g_assert_cmpuint(ids[0], !=, ids[1]);
	g_assert_cmpuint(ids[2], ==, 0);
	g_assert_false(pv_btf_parse(bytes, size - 1, &wanted));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/btf-parse/members", test_members);
	g_test_add_func("/btf-parse/far", test_far);
	g_test_add_func("/btf-parse/short-names", test_short_names);
	g_test_add_func("/btf-parse/namesakes", test_namesakes);
	g_test_add_func("/btf-parse/cut", test_cut);
	g_test_add_func("/btf-parse/header", test_header);
	g_test_add_func("/btf-parse/unknown-kind", test_unknown_kind);
	g_test_add_func("/btf-parse/circles", test_circles);
	g_test_add_func("/btf-parse/too-many-namesakes", test_too_many_namesakes);
	g_test_add_func("/btf-parse/running-kernel", test_running_kernel);
	return g_test_run();
}
