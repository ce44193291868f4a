/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Opening: the programs are loaded, which is all that takes a privilege (CAP_BPF and CAP_PERFMON,
 * both since 5.8), and what stays is one descriptor for each program. Maps live as long as their
 * programs, and links are made for each pass.
 *
 * The skeletons carry their own small loader, itself a program: where each member of the kernel's
 * structures lies is found in the kernel, so that neither libbpf nor libelf is needed here.
 *
 * What it cannot see: more than errno and the last line of the verifier's log, if it is refused.
 */
#include "backend/bpf/bpf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>

#include "backend/bpf/decode.h"
#include "backend/bpf/iterator.h"
#include "backend/bpf/loading.h"
#include "core/error.h"
#include "util/fd.h"
#include "util/hash.h"

/* What bpftool generates, and what it includes, is not written for our warnings. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wpointer-arith"
#pragma GCC diagnostic ignored "-Wwrite-strings"
#include "commands.lskel.h"
#include "contexts.lskel.h"
#include "details.lskel.h"
#include "files.lskel.h"
#include "places.lskel.h"
#include "tasks.lskel.h"
#include "vmas.lskel.h"
#pragma GCC diagnostic pop

#define USER_NAMESPACE 6	   /* PV_NAMESPACE_USER */
#define FIRST_USER_NS  0xEFFFFFFDU /* PROC_USER_INIT_INO */

/*
 * Loads one skeleton, keeps copies of the descriptors of its programs and drops the rest. A macro,
 * since each skeleton is a type of its own. The log is asked for only when there is something to
 * say: it makes loading slower.
 */
#define load(skeleton, log, keep)                                                                  \
	({                                                                                         \
		struct skeleton *loaded = skeleton##__open();                                      \
		int status = loaded == NULL ? -ENOMEM : 0;                                         \
                                                                                                   \
		if (status == 0 && (log) != NULL) {                                                \
			loaded->ctx.log_level = 1;                                                 \
			loaded->ctx.log_buf = (gsize)(log);                                        \
			loaded->ctx.log_size = PV_BPF_LOG_BYTES;                                   \
		}                                                                                  \
		if (status == 0)                                                                   \
			status = skeleton##__load(loaded);                                         \
		if (status == 0)                                                                   \
			status = keep;                                                             \
		if (loaded != NULL)                                                                \
			skeleton##__destroy(loaded);                                               \
		status;                                                                            \
	})

/* Takes the descriptor out of the skeleton, which would close it. */
static int
keep_program(PvBpf *bpf, PvProgram program, int *fd)
{
	bpf->programs[program] = *fd;
	*fd = -1;
	return 0;
}

static int
load_tasks(PvBpf *bpf, char *log)
{
	return load(pv_bpf_tasks, log,
		    (keep_program(bpf, PV_PROGRAM_TASKS, &loaded->progs.tasks.prog_fd),
		     keep_program(bpf, PV_PROGRAM_TASKS_IN_CONTEXT,
				  &loaded->progs.tasks_in_context.prog_fd),
		     keep_program(bpf, PV_PROGRAM_OWNERS, &loaded->progs.owners.prog_fd)));
}

static int
load_files(PvBpf *bpf, char *log)
{
	return load(
		pv_bpf_files, log,
		(keep_program(bpf, PV_PROGRAM_FILES, &loaded->progs.files.prog_fd),
		 keep_program(bpf, PV_PROGRAM_NAMED_FILES, &loaded->progs.named_files.prog_fd)));
}

static int
load_details(PvBpf *bpf, char *log)
{
	return load(pv_bpf_details, log,
		    keep_program(bpf, PV_PROGRAM_DETAILED_FILES,
				 &loaded->progs.detailed_files.prog_fd));
}

static int
load_places(PvBpf *bpf, char *log)
{
	return load(pv_bpf_places, log,
		    keep_program(bpf, PV_PROGRAM_PLACES, &loaded->progs.places.prog_fd));
}

static int
load_commands(PvBpf *bpf, char *log)
{
	return load(pv_bpf_commands, log,
		    keep_program(bpf, PV_PROGRAM_COMMANDS, &loaded->progs.commands.prog_fd));
}

static int
load_contexts(PvBpf *bpf, char *log)
{
	return load(pv_bpf_contexts, log,
		    keep_program(bpf, PV_PROGRAM_CONTEXTS, &loaded->progs.contexts.prog_fd));
}

static int
load_vmas(PvBpf *bpf, char *log)
{
	return load(pv_bpf_vmas, log,
		    keep_program(bpf, PV_PROGRAM_VMAS, &loaded->progs.vmas.prog_fd));
}

static int (*const loaders[])(PvBpf *bpf, char *log) = {
	load_tasks,
	load_files,
	load_places,
	load_commands,
};

static char *
explain(PvBpf *bpf, guint loader, int error)
{
	g_autofree char *log = NULL;
	g_autofree char *complaint = NULL;

	if (access("/sys/kernel/btf/vmlinux", F_OK) < 0 && errno == ENOENT)
		return g_strdup("the kernel has no BTF (/sys/kernel/btf/vmlinux)");
	if (error == EPERM)
		return g_strdup_printf("bpf: %s (needs CAP_BPF and CAP_PERFMON)",
				       g_strerror(error));
	if (error != EACCES && error != EINVAL && error != E2BIG)
		return g_strdup_printf("bpf: %s", g_strerror(error));
	log = g_malloc0(PV_BPF_LOG_BYTES);
	if (loaders[loader](bpf, log) == 0)
		return g_strdup_printf("bpf: %s", g_strerror(error));
	complaint = pv_bpf_last_complaint(log);
	return g_strdup_printf("the kernel did not take a program: %s", complaint);
}

static PvBpf *
refuse(PvBpf *bpf, char *text, char **why)
{
	*why = text;
	pv_bpf_close(bpf);
	return NULL;
}

typedef struct {
	guint part; /* PV_BPF_* */
	int (*loader)(PvBpf *bpf, char *log);
} Part;

/* The dearest first. */
static const Part known_parts[] = {
	{PV_BPF_DETAILS, load_details},
	{PV_BPF_PLACES, load_contexts},
	{PV_BPF_MAPPINGS, load_vmas},
};

/*
 * What these show comes from procfs where the kernel does not take them. 0, or the errno of what is
 * no matter of the kernel: the caller has run out of something, or wants no more.
 */
static int
load_parts(PvBpf *bpf, guint parts, const PvWatch *watch)
{
	for (guint i = 0; i < G_N_ELEMENTS(known_parts); i++) {
		int status = 0;

		if (pv_watch_cancelled(watch))
			return ECANCELED;
		if (parts & known_parts[i].part)
			status = known_parts[i].loader(bpf, NULL);
		if (pv_error_is_shortage(status))
			return -status;
	}
	return 0;
}

typedef struct {
	PvBpf *bpf;
	guint parts;
	GThread *thread;
	int error;
} Apart;

static gpointer
load_apart(gpointer data)
{
	Apart *apart = data;

	apart->error = load_parts(apart->bpf, apart->parts, NULL);
	return NULL;
}

/* Without a thread it is done here and now. */
static void
start_loading(Apart *apart)
{
	apart->thread = g_thread_try_new("procview", load_apart, apart, NULL);
	if (apart->thread == NULL)
		load_apart(apart);
}

/*
 * The largest program is verified while the others are, if there is a processor for it; but not
 * before the first has shown that the kernel takes any at all.
 */
static int
load_all(PvBpf *bpf, guint parts, const PvWatch *watch, guint *loader)
{
	Apart apart = {.bpf = bpf, .parts = parts & PV_BPF_DETAILS ? PV_BPF_DETAILS : parts};
	int error = 0;

	for (guint i = 0; error == 0 && i < G_N_ELEMENTS(loaders); i++) {
		*loader = i;
		error = pv_watch_cancelled(watch) ? ECANCELED : -loaders[i](bpf, NULL);
		if (error == 0 && i == 0 && parts != 0)
			start_loading(&apart);
	}
	if (error == 0)
		error = load_parts(bpf, parts & ~apart.parts, watch);
	if (apart.thread != NULL)
		g_thread_join(apart.thread);
	if (error == 0)
		error = apart.error;
	bpf->parts = parts;
	return error;
}

static PvBpf *
open_all(guint parts, const PvWatch *watch, char **why, int *error)
{
	PvBpf *bpf = g_new0(PvBpf, 1);
	guint loader;

	for (guint i = 0; i < PV_N_PROGRAMS; i++)
		bpf->programs[i] = -1;
	pv_hash_init(bpf->key);
	*error = load_all(bpf, parts, watch, &loader);
	if (*error != 0)
		return refuse(bpf, explain(bpf, loader, *error), why);
	*why = pv_bpf_probe(bpf, error);
	if (*why != NULL)
		return refuse(bpf, *why, why);
	return bpf;
}

PvBpf *
pv_bpf_open(guint parts, const PvWatch *watch, char **why, int *error)
{
	sigset_t before;
	PvBpf *bpf;

	pv_bpf_hold_signals(&before);
	bpf = open_all(parts, watch, why, error);
	pv_bpf_release_signals(&before);
	return bpf;
}

int
pv_bpf_add(PvBpf *bpf, guint parts, const PvWatch *watch)
{
	sigset_t before;
	int error = 0;

	pv_bpf_hold_signals(&before);
	for (guint i = 0; error == 0 && i < G_N_ELEMENTS(known_parts); i++) {
		guint part = known_parts[i].part & parts & ~bpf->parts;

		error = load_parts(bpf, part, watch);
		if (error == 0)
			bpf->parts |= part;
	}
	pv_bpf_release_signals(&before);
	return error;
}

void
pv_bpf_close(PvBpf *bpf)
{
	for (guint i = 0; i < PV_N_PROGRAMS; i++)
		pv_fd_close(&bpf->programs[i]);
	g_free(bpf);
}

/* Is it we whom a pass over ourselves alone shows? That is new in 6.1. */
static char *
judge_self(const char *record, gssize size)
{
	PvWireTask self;

	if (size == -EINVAL || size == -E2BIG)
		return g_strdup("iterators cannot be limited to one task (Linux 6.1)");
	if (size < 0)
		return g_strdup_printf("bpf: %s", g_strerror(-size));
	if (size == 0 || !pv_wire_take_task(record, size, &self) || self.task->pid != getpid())
		return g_strdup("the iterators do not show the caller itself");
	if (self.task->namespaces[USER_NAMESPACE] != FIRST_USER_NS)
		return g_strdup("the caller is in a user namespace of its own, and iterators have "
				"the users of the first");
	return NULL;
}

char *
pv_bpf_probe(PvBpf *bpf, int *error)
{
	g_auto(PvIterator) iterator;
	const char *record;
	gssize size;

	pv_iterator_init(&iterator, bpf);
	size = pv_iterator_start(&iterator, PV_PROGRAM_TASKS_IN_CONTEXT, PV_SCOPE_TASK, getpid());
	if (size == 0)
		size = pv_iterator_next(&iterator, &record);
	*error = size < 0 ? -size : ENOTSUP;
	return judge_self(record, size);
}

guint64
pv_bpf_key(const PvBpf *bpf, guint64 address)
{
	guint64 key;

	if (address == 0)
		return 0;
	key = pv_hash_bytes(bpf->key, (const char *)&address, sizeof(address));
	return key == 0 ? 1 : key;
}

const char *
pv_bpf_absence(void)
{
	return NULL;
}

/* No file lies at address 1. */
guint64
pv_bpf_id(const PvBpf *bpf)
{
	return pv_bpf_key(bpf, 1);
}
