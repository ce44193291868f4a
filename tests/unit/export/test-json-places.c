/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What tasks and processes share beside their tables, as JSON: schema 1 to the byte.
 */
#include <string.h>

#include "core/association.h"
#include "core/query.h"
#include "export/json-places.h"
#include "export/json.h"
#include "fixture.h"

static gboolean
gather(gpointer data, const char *bytes, gsize length, GError **error)
{
	g_string_append_len(data, bytes, length);
	return TRUE;
}

static void
put(PvArray *array, guint32 value)
{
	*(guint32 *)pv_array_append(array) = value;
}

static void
add_mapping(PvStore *store, const char *path, guint32 flags)
{
	PvMapping *mapping = pv_array_append(&store->details.mappings);

	*mapping = (PvMapping){
		.index = store->details.mappings.n - 1,
		.dev = pv_dev(254, 1),
		.ino = 77,
		.size_bytes = 8192,
		.n_ranges = 2,
		.flags = flags,
		.path = path == NULL ? 0 : fixture_string(store, path),
	};
}

/* Process 910 with two tasks and a zombie; one stands where it may be seen, one where not. */
static PvStore *
new_store(void)
{
	PvStore *store = pv_store_new();
	PvDetails *details = &store->details;
	PvFsContext *fs;
	PvMemory *memory;

	fixture_process(store, 910);
	fixture_task(store, 910, "one");
	fixture_task(store, 911, "two");
	fixture_task(store, 912, "dead");
	store->collected = PV_COLLECT_PLACES | PV_COLLECT_MAPPINGS | PV_COLLECT_THREADS;
	store->backends[PV_STEP_TASKS] = "bpf";
	fs = pv_array_append(&details->fs_contexts);
	*fs = (PvFsContext){
		.umask = 022,
		.first_member = 0,
		.n_members = 1,
		.cwd = fixture_string(store, "/srv"),
		.root = fixture_string(store, "/"),
		.cwd_ino = 12,
		.root_ino = 2,
		.cwd_dev = pv_dev(254, 1),
		.proof = PV_PROOF_KERNEL,
		.backend = "bpf",
	};
	fs = pv_array_append(&details->fs_contexts);
	*fs = (PvFsContext){
		.index = 1,
		.umask = PV_NONE,
		.first_member = 1,
		.n_members = 1,
		.status = PV_STATUS_DENIED,
		.reason = PV_REASON_DENIED,
		.needs = PV_NEED_PTRACE,
		.proof = PV_PROOF_ASSUMED,
		.backend = "procfs",
	};
	put(&details->fs_members, 0);
	put(&details->fs_members, 1);
	put(&details->fs_context_of, 0);
	put(&details->fs_context_of, 1);
	put(&details->fs_context_of, PV_NONE);
	memory = pv_array_append(&details->memories);
	*memory = (PvMemory){
		.n_members = 1,
		.n_mappings = 2,
		.exe = fixture_string(store, "/bin/a \"b\""),
		.proof = PV_PROOF_KCMP,
		.backend = "bpf",
	};
	put(&details->memory_members, 0);
	put(&details->memory_of, 0);
	add_mapping(store, "/lib/x\n.so", PV_MAPPING_READ | PV_MAPPING_EXECUTE);
	add_mapping(store, NULL, PV_MAPPING_WRITE | PV_MAPPING_SHARED | PV_MAPPING_DELETED);
	return store;
}

static char *
write_store(const PvStore *store, guint flags)
{
	GString *text = g_string_new(NULL);
	const PvJsonOptions options = {
		.flags = flags,
		.version = "1.2.3",
		.write = gather,
		.write_data = text,
	};
	g_autoptr(GError) error = NULL;

	g_assert_true(pv_json_write(store, &options, &error));
	g_assert_no_error(error);
	return g_string_free(text, FALSE);
}

static const char seen[] = "{\"id\":1,\"status\":\"ok\",\"proof\":\"kernel\",\"tasks\":[910],"
			   "\"cwd\":\"/srv\",\"cwd_ino\":12,\"cwd_dev\":\"254:1\","
			   "\"root\":\"/\",\"root_ino\":2,\"root_dev\":\"0:0\","
			   "\"umask\":\"0022\"}";
static const char denied[] = "{\"id\":2,\"status\":\"denied\",\"reason\":\"denied\","
			     "\"needs\":\"CAP_SYS_PTRACE\",\"proof\":\"assumed\","
			     "\"backend\":\"procfs\",\"tasks\":[911]}";
static const char mapped[] =
	"{\"path\":\"/lib/x\\u000a.so\",\"ino\":77,\"dev\":\"254:1\",\"size_bytes\":8192,"
	"\"ranges\":2,\"access\":\"rx\"}";
static const char unnamed[] = "{\"ino\":77,\"dev\":\"254:1\",\"size_bytes\":8192,\"ranges\":2,"
			      "\"access\":\"w\",\"shared\":true,\"deleted\":true}";

static void
assert_contains(const char *text, const char *part)
{
	g_test_message("%s", part);
	if (strstr(text, part) == NULL)
		g_test_message("not in: %s", text);
	g_assert_nonnull(strstr(text, part));
}

static void
test_document(void)
{
	PvStore *store = new_store();
	g_autofree char *text = NULL;

	fixture_seal(store);
	text = write_store(store, PV_JSON_THREADS | PV_JSON_FILES);
	assert_contains(text, seen);
	assert_contains(text, denied);
	assert_contains(text, mapped);
	assert_contains(text, unnamed);
	assert_contains(text, "\"memory\":1");
	assert_contains(text, "{\"tid\":910,\"comm\":\"one\",\"state\":\"S\",\"fs_context\":1}");
	assert_contains(text, "{\"tid\":912,\"comm\":\"dead\",\"state\":\"S\"}");
	assert_contains(text, "\"exe\":\"/bin/a \\\"b\\\"\"");
	pv_store_unref(store);
}

/* What was not asked for is not there, not even as an empty list. */
static void
test_not_asked(void)
{
	PvStore *store = new_store();
	g_autofree char *text = NULL;

	pv_details_clear(&store->details);
	pv_details_init(&store->details);
	store->collected = PV_COLLECT_THREADS;
	fixture_seal(store);
	text = write_store(store, PV_JSON_THREADS | PV_JSON_FILES);
	g_assert_null(strstr(text, "fs_context"));
	g_assert_null(strstr(text, "memor"));
	pv_store_unref(store);
}

/* One object a line, each saying what it is; mappings only where files are wanted. */
static void
test_lines(void)
{
	PvStore *store = new_store();
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	fixture_seal(store);
	text = write_store(store, PV_JSON_LINES);
	lines = g_strsplit(text, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 6);
	g_assert_true(g_str_has_prefix(lines[2], "{\"type\":\"fs_context\",\"id\":1,"));
	g_assert_true(g_str_has_prefix(lines[3], "{\"type\":\"fs_context\",\"id\":2,"));
	g_assert_true(g_str_has_prefix(lines[4], "{\"type\":\"memory\",\"id\":1,"));
	g_assert_null(strstr(lines[4], "mappings"));
	pv_store_unref(store);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json-places/document", test_document);
	g_test_add_func("/json-places/not-asked", test_not_asked);
	g_test_add_func("/json-places/lines", test_lines);
	return g_test_run();
}
