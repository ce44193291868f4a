/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The scenes: each runs in the driver, makes its subjects, and returns when all is set up.
 */
#pragma once

#include "work.h"

/* scene-sharing.c */
void scene_threads(struct work *w);
void scene_unshared_thread(struct work *w);
void scene_unshared_leader(struct work *w);
void scene_zombie_leader(struct work *w);
void scene_leavers(struct work *w);

/* scene-processes.c */
void scene_clone_files(struct work *w);
void scene_fork(struct work *w);
void scene_zombies(struct work *w);
void scene_uid(struct work *w);
void scene_pid_namespace(struct work *w);

/* scene-descriptions.c */
void scene_dup(struct work *w);
void scene_scm_rights(struct work *w);
void scene_moving_offset(struct work *w);

/* scene-changes.c */
void scene_exec_thread(struct work *w);
void scene_exit(struct work *w);
void scene_pid_reuse(struct work *w);
void scene_content(struct work *w);
void scene_storm(struct work *w);

/* scene-turns.c */
void scene_turns(struct work *w);

/* scene-names.c */
void scene_names(struct work *w);
void scene_command(struct work *w);
void scene_long_command(struct work *w);
void scene_deep(struct work *w);

/* scene-places.c */
void scene_places(struct work *w);

/* scene-associations.c */
void scene_associations(struct work *w);

/* scene-context.c */
void scene_directories(struct work *w);
void scene_namespaces(struct work *w);

/* scene-canaries.c */
void scene_canaries(struct work *w);

/* scene-gale.c */
void scene_gale(struct work *w);

/* scene-numbers.c */
void scene_holes(struct work *w);
void scene_thousands(struct work *w);
void scene_massive(struct work *w);
void scene_many(struct work *w);
void scene_seed(struct work *w);

/* scene-zoo.c */
void scene_zoo(struct work *w);

/* scene-sockets.c */
void scene_sockets(struct work *w);
void scene_socket_peers(struct work *w);

/* scene-socket-places.c */
void scene_netns(struct work *w);
void scene_netns_twins(struct work *w);
void scene_foreign_sockets(struct work *w);

/* scene-many-sockets.c */
void scene_many_sockets(struct work *w);

/* scene-details.c */
void scene_details(struct work *w);

/* scene-epoll.c */
void scene_epoll(struct work *w);
void scene_epoll_targets(struct work *w);

/* scene-locks.c */
void scene_locks(struct work *w);

/* scene-ends.c */
void scene_ends(struct work *w);
void scene_fifos(struct work *w);
void scene_terminals(struct work *w);

/* scene-dead-mount.c */
void scene_dead_mount(struct work *w);

/* scene-held.c */
void scene_held(struct work *w);

/* scene-mounts.c */
void scene_mounts(struct work *w);
