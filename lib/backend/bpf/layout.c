/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * Where members lie, from /sys/kernel/btf/vmlinux (5.4, with CONFIG_DEBUG_INFO_BTF), some five
 * megabytes. Since 6.16 they can be mapped, all at once so that no page has to be asked for by a
 * fault; before that they are copied. It takes a millisecond, and what was found is kept for the
 * process: whoever looks for one thing looks for another.
 *
 * What it cannot see: kernels of 32 bits, whose pointers the programs would not follow.
 */
#include "backend/bpf/layout.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "util/fd.h"

#define BTF_PATH      "/sys/kernel/btf/vmlinux"
#define MAX_BTF_BYTES (256 * 1024 * 1024)
#define POINTER_BYTES 8

/* clang-format off */
static const PvBtfMember members[PV_N_MEMBERS] = {
	[PV_MEMBER_TASK_PID]      = {"task_struct", "pid"},
	[PV_MEMBER_TASK_TGID]     = {"task_struct", "tgid"},
	[PV_MEMBER_TASK_FLAGS]    = {"task_struct", "flags"},
	[PV_MEMBER_TASK_STATE]    = {"task_struct", "__state"},
	[PV_MEMBER_TASK_LEADER]   = {"task_struct", "group_leader"},
	[PV_MEMBER_TASK_FILES]    = {"task_struct", "files"},
	[PV_MEMBER_TASK_FS]       = {"task_struct", "fs"},
	[PV_MEMBER_TASK_MM]       = {"task_struct", "mm"},
	[PV_MEMBER_FILES_USERS]   = {"files_struct", "count"},
	[PV_MEMBER_MM_EXE]        = {"mm_struct", "exe_file"},
	[PV_MEMBER_FS_ROOT]       = {"fs_struct", "root"},
	[PV_MEMBER_FS_CWD]        = {"fs_struct", "pwd"},
	[PV_MEMBER_PATH_MOUNT]    = {"path", "mnt"},
	[PV_MEMBER_PATH_DENTRY]   = {"path", "dentry"},
	[PV_MEMBER_DENTRY_INODE]  = {"dentry", "d_inode"},
	[PV_MEMBER_DENTRY_BLOCK]  = {"dentry", "d_sb"},
	[PV_MEMBER_DENTRY_NAME]   = {"dentry", "d_name"},
	[PV_MEMBER_NAME_TEXT]     = {"qstr", "name"},
	[PV_MEMBER_MOUNT_BLOCK]   = {"vfsmount", "mnt_sb"},
	[PV_MEMBER_BLOCK_MAGIC]   = {"super_block", "s_magic"},
	[PV_MEMBER_INODE_NUMBER]  = {"inode", "i_ino"},
	[PV_MEMBER_INODE_BLOCK]   = {"inode", "i_sb"},
	[PV_MEMBER_FILE_INODE]    = {"file", "f_inode"},
	[PV_MEMBER_FILE_PATH]     = {"file", "f_path"},
	[PV_MEMBER_FILE_MODE]     = {"file", "f_mode"},
	[PV_MEMBER_FILE_PRIVATE]  = {"file", "private_data"},
	[PV_MEMBER_RANGE_FILE]    = {"vm_area_struct", "vm_file"},
	[PV_MEMBER_ALLOC_SOCKET]  = {"socket_alloc", "socket"},
	[PV_MEMBER_ALLOC_INODE]   = {"socket_alloc", "vfs_inode"},
	[PV_MEMBER_SOCKET_SOCK]   = {"socket", "sk"},
	[PV_MEMBER_SOCK_COMMON]   = {"sock", "__sk_common"},
	[PV_MEMBER_SOCK_TYPE]     = {"sock", "sk_type"},
	[PV_MEMBER_COMMON_FAMILY] = {"sock_common", "skc_family"},
	[PV_MEMBER_COMMON_NUMBER] = {"sock_common", "skc_num"},
	[PV_MEMBER_COMMON_REMOTE] = {"sock_common", "skc_dport"},
	[PV_MEMBER_UNIX_STAT]     = {"unix_sock", "scm_stat"},
	[PV_MEMBER_STAT_FILES]    = {"scm_stat", "nr_fds"},
	[PV_MEMBER_BACKING_PATH]  = {"backing_file", "user_path"},
	[PV_MEMBER_RING_FILES]    = {"io_ring_ctx", "file_table"},
	[PV_MEMBER_RING_N_FILES]  = {"io_ring_ctx", "nr_user_files"},
	[PV_MEMBER_FILES_DATA]    = {"io_file_table", "data"},
	[PV_MEMBER_DATA_N]        = {"io_rsrc_data", "nr"},
};

/* The kernel has one of each sort of iterator, for its type alone: it is never called. */
static const char *const functions[PV_N_FUNCTIONS] = {
	[PV_FUNCTION_TASK]      = "bpf_iter_task",
	[PV_FUNCTION_TASK_FILE] = "bpf_iter_task_file",
	[PV_FUNCTION_TASK_VMA]  = "bpf_iter_task_vma",
	[PV_FUNCTION_CAST]      = "bpf_rdonly_cast", /* this one is */
};

static const char *const structures[PV_N_STRUCTURES] = {
	[PV_STRUCTURE_FILE]  = "file",
	[PV_STRUCTURE_RANGE] = "vm_area_struct",
};
/* clang-format on */

/* The kernel that wakes a process need not be the one that it was put to sleep under. */
typedef struct {
	PvLayout layout;
	gsize btf_bytes;
} Kept;

static Kept *kept;

static char *
judge(const PvLayout *layout)
{
	for (guint i = 0; i < PV_FIRST_OPTIONAL; i++) {
		if (layout->offsets[i] == PV_BTF_ABSENT)
			return g_strdup_printf("the kernel's BTF has no %s.%s",
					       members[i].structure, members[i].member);
	}
	for (guint i = 0; i < PV_FIRST_OPTIONAL_FUNCTION; i++) {
		if (layout->functions[i] == 0)
			return g_strdup_printf("the kernel's BTF has no %s", functions[i]);
	}
	/* The two pointers of struct path, in whatever order. */
	if (layout->offsets[PV_MEMBER_PATH_MOUNT] + layout->offsets[PV_MEMBER_PATH_DENTRY] !=
	    POINTER_BYTES)
		return g_strdup("the kernel's pointers have not 64 bits");
	return NULL;
}

static char *
parse(const char *bytes, gsize size, PvLayout *layout)
{
	const PvBtfWanted wanted = {
		.members = members,
		.functions = functions,
		.structures = structures,
		.offsets = layout->offsets,
		.ids = layout->functions,
		.structure_ids = layout->structures,
		.n_members = PV_N_MEMBERS,
		.n_functions = PV_N_FUNCTIONS,
		.n_structures = PV_N_STRUCTURES,
	};

	if (!pv_btf_parse(bytes, size, &wanted))
		return g_strdup("the kernel's BTF could not be read");
	return judge(layout);
}

static char *
read_copy(int fd, gsize size, PvLayout *layout)
{
	g_autofree char *bytes = g_try_malloc(size);
	gsize n = 0;

	while (bytes != NULL && n < size) {
		gssize got = read(fd, bytes + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return g_strdup_printf("%s: %s", BTF_PATH,
					       g_strerror(got < 0 ? errno : EIO));
		n += got;
	}
	if (bytes == NULL)
		return g_strdup_printf("%s: %s", BTF_PATH, g_strerror(ENOMEM));
	return parse(bytes, size, layout);
}

static char *
read_mapped(int fd, gsize size, PvLayout *layout)
{
	void *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	char *why;

	if (map == MAP_FAILED)
		return read_copy(fd, size, layout);
	why = parse(map, size, layout);
	munmap(map, size);
	return why;
}

/* Without a lock, which a fork could leave held: who comes second has read the same. */
static void
keep(const PvLayout *layout, gsize size)
{
	Kept *mine = g_new(Kept, 1);

	mine->layout = *layout;
	mine->btf_bytes = size;
	if (!g_atomic_pointer_compare_and_exchange(&kept, NULL, mine))
		g_free(mine);
}

char *
pv_layout_read(PvLayout *layout)
{
	pv_autofd fd = open(BTF_PATH, O_RDONLY | O_CLOEXEC);
	const Kept *known = g_atomic_pointer_get(&kept);
	struct stat st;
	char *why;

	if (fd < 0 && errno == ENOENT)
		return g_strdup("the kernel has no BTF (" BTF_PATH ")");
	if (fd < 0 || fstat(fd, &st) < 0)
		return g_strdup_printf("%s: %s", BTF_PATH, g_strerror(errno));
	if (st.st_size <= 0 || st.st_size > MAX_BTF_BYTES)
		return g_strdup("the kernel's BTF could not be read");
	if (known != NULL && known->btf_bytes == (gsize)st.st_size) {
		*layout = known->layout;
		return NULL;
	}
	why = read_mapped(fd, st.st_size, layout);
	if (why == NULL)
		keep(layout, st.st_size);
	return why;
}
