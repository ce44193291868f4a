/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Types of objects of bpf(2), as Linux 6.18 has them. Numbers of newer kernels have no word.
 */
#include "core/bpf-type.h"

#include <string.h>

static const char *const map_types[] = {
	"unspec",
	"hash",
	"array",
	"prog_array",
	"perf_event_array",
	"percpu_hash",
	"percpu_array",
	"stack_trace",
	"cgroup_array",
	"lru_hash",
	"lru_percpu_hash",
	"lpm_trie",
	"array_of_maps",
	"hash_of_maps",
	"devmap",
	"sockmap",
	"cpumap",
	"xskmap",
	"sockhash",
	"cgroup_storage",
	"reuseport_sockarray",
	"percpu_cgroup_storage",
	"queue",
	"stack",
	"sk_storage",
	"devmap_hash",
	"struct_ops",
	"ringbuf",
	"inode_storage",
	"task_storage",
	"bloom_filter",
	"user_ringbuf",
	"cgrp_storage",
	"arena",
};

static const char *const prog_types[] = {
	"unspec",
	"socket_filter",
	"kprobe",
	"sched_cls",
	"sched_act",
	"tracepoint",
	"xdp",
	"perf_event",
	"cgroup_skb",
	"cgroup_sock",
	"lwt_in",
	"lwt_out",
	"lwt_xmit",
	"sock_ops",
	"sk_skb",
	"cgroup_device",
	"sk_msg",
	"raw_tracepoint",
	"cgroup_sock_addr",
	"lwt_seg6local",
	"lirc_mode2",
	"sk_reuseport",
	"flow_dissector",
	"cgroup_sysctl",
	"raw_tracepoint_writable",
	"cgroup_sockopt",
	"tracing",
	"struct_ops",
	"ext",
	"lsm",
	"sk_lookup",
	"syscall",
	"netfilter",
};

static const char *const link_types[] = {
	"unspec",	"raw_tracepoint", "tracing",	  "cgroup",	"iter",	     "netns",
	"xdp",		"perf_event",	  "kprobe_multi", "struct_ops", "netfilter", "tcx",
	"uprobe_multi", "netkit",	  "sockmap",
};

const char *
pv_bpf_map_type_name(guint type)
{
	return type < G_N_ELEMENTS(map_types) ? map_types[type] : NULL;
}

const char *
pv_bpf_prog_type_name(guint type)
{
	return type < G_N_ELEMENTS(prog_types) ? prog_types[type] : NULL;
}

const char *
pv_bpf_link_type_name(guint type)
{
	return type < G_N_ELEMENTS(link_types) ? link_types[type] : NULL;
}

gboolean
pv_bpf_link_type_from_name(const char *name, gsize length, guint *type)
{
	for (guint i = 0; i < G_N_ELEMENTS(link_types); i++) {
		if (strlen(link_types[i]) == length && memcmp(link_types[i], name, length) == 0) {
			*type = i;
			return TRUE;
		}
	}
	return FALSE;
}
