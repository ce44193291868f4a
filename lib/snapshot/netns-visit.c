/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * A namespace is entered by a thread of our own, which goes on to the next one and never back. Who
 * may not enter it reads /proc/PID/net of a task that is in it: everybody may, and it tells less.
 *
 * The number of a task's namespace is asked of its pidfd, 6.11, or read from its link in procfs.
 */
#include "snapshot/netns-visit.h"

#include <errno.h>
#include <fcntl.h>

#include "backend/pidfd/look-socket.h"
#include "backend/procfs/ns-link-parse.h"
#include "core/error.h"
#include "util/fd.h"
#include "util/pidfd.h"

#define PATH_BYTES 128

/* How a namespace is entered, and what came of it. */
typedef struct {
	PvNetnsVisit *visit;
	const char *path; /* NULL: through a socket */
	gint32 tid;
	gboolean is_leader;
	gint32 fd;
	gboolean entered;
} Entry;

static gboolean
was_visited(const PvNetnsVisit *visit, guint64 netns)
{
	for (guint i = 0; i < visit->visited.n; i++) {
		if (*pv_array_at(&visit->visited, guint64, i) == netns)
			return TRUE;
	}
	return FALSE;
}

/* Whether any socket is left that a namespace not visited yet may know. */
static void
look_ahead(PvNetnsVisit *visit)
{
	visit->more = visit->wanted.n_open > 0 && visit->status == 0;
}

/* FALSE: it was here before, or none of the sockets can be there. */
static gboolean
is_worth_a_visit(const PvNetnsVisit *visit, guint64 netns)
{
	return visit->more && netns != 0 && !was_visited(visit, netns) &&
	       pv_wanted_lists(&visit->wanted, netns) != 0;
}

static void
note_visited(PvNetnsVisit *visit, guint64 netns)
{
	guint64 *added;

	if (netns == 0 || was_visited(visit, netns))
		return;
	added = pv_array_append(&visit->visited);
	if (added == NULL) {
		visit->status = -ENOMEM;
		return;
	}
	*added = netns;
	pv_wanted_give_up(&visit->wanted, netns);
}

gboolean
pv_netns_visit_init(PvNetnsVisit *visit, const PvEnrichment *step)
{
	PvStore *store = step->store;

	*visit = (PvNetnsVisit){.step = step};
	pv_array_init(&visit->visited, sizeof(guint64));
	if (!pv_wanted_init(&visit->wanted, &store->details.sockets, &store->strings))
		return FALSE;
	look_ahead(visit);
	return TRUE;
}

void
pv_netns_visit_clear(PvNetnsVisit *visit)
{
	if (visit->worker != NULL)
		pv_worker_stop(visit->worker);
	pv_wanted_clear(&visit->wanted);
	pv_array_clear(&visit->visited);
}

void
pv_netns_visit_own(PvNetnsVisit *visit)
{
	guint64 netns = pv_netns_of_thread();

	visit->status =
		pv_socket_look_up(&visit->wanted, netns, &visit->unsupported, visit->step->watch);
	note_visited(visit, netns);
	look_ahead(visit);
}

/* FALSE: it failed, and if that was for want of memory or descriptors, the visit is over. */
static gboolean
is_bearable(PvNetnsVisit *visit, int status)
{
	if (pv_error_is_shortage(status))
		visit->status = status;
	return status >= 0;
}

static int
enter(const Entry *entry, guint64 *netns)
{
	pv_autofd fd = -1;

	if (entry->path != NULL)
		return pv_netns_enter(entry->path, netns);
	fd = pv_look_for_namespace(entry->tid, entry->is_leader, entry->fd);
	return fd < 0 ? fd : pv_netns_enter_fd(fd, netns);
}

static void
enter_and_look_up(gpointer data)
{
	Entry *entry = data;
	PvNetnsVisit *visit = entry->visit;
	guint64 netns = 0;

	if (!is_bearable(visit, enter(entry, &netns)))
		return;
	entry->entered = TRUE;
	/* The number that led here may be another one's by now. */
	if (was_visited(visit, netns))
		return;
	visit->status =
		pv_socket_look_up(&visit->wanted, netns, &visit->unsupported, visit->step->watch);
	note_visited(visit, netns);
}

static void
run(PvNetnsVisit *visit, Entry *entry)
{
	g_autoptr(GError) error = NULL;

	if (visit->worker == NULL && !visit->no_worker)
		visit->worker = pv_worker_start(&error);
	visit->no_worker = visit->worker == NULL;
	if (visit->worker != NULL)
		pv_worker_run(visit->worker, enter_and_look_up, entry);
}

static void
name_of_task(const PvNetnsVisit *visit, gint32 pid, gint32 tid, const char *what,
	     char path[PATH_BYTES])
{
	g_snprintf(path, PATH_BYTES, "%s/%d/task/%d/%s", visit->step->plan->context->proc_path, pid,
		   tid, what);
}

static guint64
namespace_of_task(PvNetnsVisit *visit, gint32 pid, gint32 tid)
{
	const PvContext *context = visit->step->plan->context;
	g_auto(PvBuffer) link = {0};
	pv_autofd pidfd = -1;
	char path[PATH_BYTES];
	guint32 netns = 0;
	int status;

	if (!context->foreign && context->pidfd.open_errno == 0)
		pidfd = pv_pidfd_open(tid, context->pidfd.thread_errno == 0);
	is_bearable(visit, pidfd);
	status = pidfd < 0 ? -ENOTTY : pv_pidfd_namespace(pidfd, PV_PIDFD_NET_NAMESPACE, &netns);
	if (status != -ENOTTY)
		return status == 0 ? netns : 0;
	name_of_task(visit, pid, tid, "ns/net", path);
	if (!is_bearable(visit, pv_readlink_at(AT_FDCWD, path, &link)) ||
	    !pv_ns_link_parse(link.data, link.n, "net", &netns))
		return 0;
	return netns;
}

static void
read_text(PvNetnsVisit *visit, gint32 pid, gint32 tid, guint64 netns)
{
	char path[PATH_BYTES];
	pv_autofd net_dir = -1;

	name_of_task(visit, pid, tid, "net", path);
	net_dir = pv_open_dir(AT_FDCWD, path);
	/* Is it in there still? */
	if (is_bearable(visit, net_dir) && namespace_of_task(visit, pid, tid) == netns)
		visit->status =
			pv_socket_look_up_text(&visit->wanted, netns, net_dir, visit->step->watch);
}

void
pv_netns_visit_task(PvNetnsVisit *visit, gint32 pid, gint32 tid)
{
	guint64 netns = visit->more ? namespace_of_task(visit, pid, tid) : 0;
	char path[PATH_BYTES];
	Entry entry = {.visit = visit, .path = path};

	look_ahead(visit);
	if (!is_worth_a_visit(visit, netns))
		return;
	name_of_task(visit, pid, tid, "ns/net", path);
	run(visit, &entry);
	if (!entry.entered)
		read_text(visit, pid, tid, netns);
	note_visited(visit, netns);
	look_ahead(visit);
}

void
pv_netns_visit_name(PvNetnsVisit *visit, const char *path, guint64 netns)
{
	Entry entry = {.visit = visit, .path = path};

	if (!is_worth_a_visit(visit, netns))
		return;
	run(visit, &entry);
	note_visited(visit, netns);
	look_ahead(visit);
}

void
pv_netns_visit_socket(PvNetnsVisit *visit, gint32 tid, gboolean is_leader, gint32 fd, guint64 netns)
{
	Entry entry = {.visit = visit, .tid = tid, .is_leader = is_leader, .fd = fd};

	if (!is_worth_a_visit(visit, netns))
		return;
	run(visit, &entry);
	note_visited(visit, netns);
	look_ahead(visit);
}
