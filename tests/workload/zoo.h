/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Each opens one descriptor, or returns -1 and says why in errno.
 */
#pragma once

#include "work.h"

/* zoo-kernel.c */
int zoo_event_counter(struct work *w);
int zoo_epoll(struct work *w);
int zoo_timer(struct work *w);
int zoo_signals(struct work *w);
int zoo_inotify(struct work *w);
int zoo_fanotify(struct work *w);
int zoo_process(struct work *w);
int zoo_thread(struct work *w);
int zoo_io_uring(struct work *w);
int zoo_bpf_map(struct work *w);
int zoo_bpf_prog(struct work *w);
int zoo_bpf_link(struct work *w);
int zoo_userfaults(struct work *w);
int zoo_perf_event(struct work *w);
int zoo_memfd(struct work *w);
int zoo_mqueue(struct work *w);
int zoo_namespace(struct work *w);
int zoo_landlock(struct work *w);
int zoo_mount_context(struct work *w);
