/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The table of all scenes.
 */
#include "scenes.h"

#include <stddef.h>

/* clang-format off */
const struct work_scene work_scenes[] = {
	{ "threads", "T=4 F=6", "threads that share one table", NULL, scene_threads },
	{ "unshared-thread", "T=4 F=6", "one thread has left, with a file only it has", NULL, scene_unshared_thread },
	{ "unshared-leader", "T=4 F=6", "the leader has left, the others share", NULL, scene_unshared_leader },
	{ "zombie-leader", "T=4 F=6", "the leader has exited, its threads live", NULL, scene_zombie_leader },
	{ "leavers", "T=4 F=6", "three tasks leave a table, one a step", NULL, scene_leavers },
	{ "clone-files", "", "two processes with one table", NULL, scene_clone_files },
	{ "fork", "", "a copied table that leads to the same descriptions", NULL, scene_fork },
	{ "zombies", "", "two children that nobody has waited for", NULL, scene_zombies },
	{ "uid", "UID=65534", "a process of another user", work_unavailable_unless_root, scene_uid },
	{ "pid-namespace", "LEVELS=2", "processes in nested pid namespaces", work_unavailable_unless_root, scene_pid_namespace },
	{ "dup", "", "descriptors of one table with one description", NULL, scene_dup },
	{ "scm-rights", "", "a descriptor passed through a socket", NULL, scene_scm_rights },
	{ "moving-offset", "", "a shared description whose offset and flags never rest", NULL, scene_moving_offset },
	{ "exec-thread", "SHARED=1", "a thread that is not the leader execs, on command", NULL, scene_exec_thread },
	{ "exit", "", "a process that exits, on command", NULL, scene_exit },
	{ "pid-reuse", "", "another process gets the number, on command", work_unavailable_unless_root, scene_pid_reuse },
	{ "content", "", "a table that changes what it holds, on command", NULL, scene_content },
	{ "turns", "", "a process that changes in all ways, on command", NULL, scene_turns },
	{ "storm", "LIVE=50 LIFE_US=4000 S=60 STAY=4", "processes that come and go all the time", NULL, scene_storm },
	{ "canaries", "", "processes of all shapes that hold still", NULL, scene_canaries },
	{ "gale", "LIVE=8 LIFE_US=20000 PAUSE_US=1000 S=60", "processes that do all that is hard to see", NULL, scene_gale },
	{ "names", "", "hostile, deleted and endless names", NULL, scene_names },
	{ "command", "", "a program with hostile name and arguments", NULL, scene_command },
	{ "long-command", "", "a program with arguments of 150 KiB", NULL, scene_long_command },
	{ "deep", "", "names as long, and as deep, as can be told", NULL, scene_deep },
	{ "associations", "", "directories and memories, shared and not shared", NULL, scene_associations },
	{ "directories", "", "working directories that are hostile, deleted or endless", NULL, scene_directories },
	{ "namespaces", "", "processes with roots, namespaces and a cgroup of their own", work_unavailable_unless_root, scene_namespaces },
	{ "places", "", "programs that were deleted, never had a name, or are mounted elsewhere", work_unavailable_unless_root, scene_places },
	{ "holes", "LIMIT=1024", "descriptor numbers with holes, up to the limit", NULL, scene_holes },
	{ "thousands", "N=4000 GAP=0 TELL=1", "one table with many descriptors", NULL, scene_thousands },
	{ "massive", "T=4096 F=16384 LEADER=sharing|unshared|zombie TELL=0", "many threads with many files", NULL, scene_massive },
	{ "many", "P=5000 F=20", "many processes with some files each", NULL, scene_many },
	{ "seed", "", "three threads and nine descriptors of several kinds", NULL, scene_seed },
	{ "zoo", "", "one descriptor of every kind that the kernel permits", NULL, scene_zoo },
	{ "sockets", "UID=", "a socket of every family, type and state that the kernel permits", NULL, scene_sockets },
	{ "socket-peers", "", "two processes that are connected in several ways", NULL, scene_socket_peers },
	{ "netns", "", "the sockets of a process in a network namespace of its own", work_unavailable_unless_root, scene_netns },
	{ "netns-twins", "", "equal addresses and ports in two network namespaces", work_unavailable_unless_root, scene_netns_twins },
	{ "foreign-sockets", "", "sockets of a network namespace that nobody is in", work_unavailable_unless_root, scene_foreign_sockets },
	{ "many-sockets", "TCP=20000 UNIX=20000 P=8 TELL=0", "many connected sockets", NULL, scene_many_sockets },
	{ "details", "", "descriptors of which everything is known", NULL, scene_details },
	{ "epoll", "", "epoll sets whose targets have moved", NULL, scene_epoll },
	{ "epoll-targets", "N=5000", "one epoll set with many targets", NULL, scene_epoll_targets },
	{ "locks", "", "locks and leases of all sorts, inherited or not", NULL, scene_locks },
	{ "ends", "", "pipes and queues with their other ends", NULL, scene_ends },
	{ "fifos", "", "two fifos with one inode number", work_unavailable_unless_root, scene_fifos },
	{ "terminals", "", "two pseudoterminals with one number", work_unavailable_unless_root, scene_terminals },
	{ "dead-mount", "FLUSH=0", "files of a file system that never answers", work_unavailable_unless_root, scene_dead_mount },
	{ "held", "", "files that no descriptor leads to", NULL, scene_held },
	{ "mounts", "OWN=1", "files on mounts of all sorts", work_unavailable_unless_root, scene_mounts },
	{ NULL, NULL, NULL, NULL, NULL },
};
/* clang-format on */
