/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * What the programs that the library puts together itself have to know of the running kernel.
 */
#pragma once

#include "backend/bpf/btf-parse.h"

typedef enum {
	PV_MEMBER_TASK_PID,
	PV_MEMBER_TASK_TGID,
	PV_MEMBER_TASK_FLAGS,
	PV_MEMBER_TASK_STATE,
	PV_MEMBER_TASK_LEADER,
	PV_MEMBER_TASK_FILES,
	PV_MEMBER_TASK_FS,
	PV_MEMBER_TASK_MM,
	PV_MEMBER_FILES_USERS,
	PV_MEMBER_MM_EXE,
	PV_MEMBER_FS_ROOT,
	PV_MEMBER_FS_CWD,
	PV_MEMBER_PATH_MOUNT,
	PV_MEMBER_PATH_DENTRY,
	PV_MEMBER_DENTRY_INODE,
	PV_MEMBER_DENTRY_BLOCK,
	PV_MEMBER_DENTRY_NAME,
	PV_MEMBER_NAME_TEXT,
	PV_MEMBER_MOUNT_BLOCK,
	PV_MEMBER_BLOCK_MAGIC,
	PV_MEMBER_INODE_NUMBER,
	PV_MEMBER_INODE_BLOCK,
	PV_MEMBER_FILE_INODE,
	PV_MEMBER_FILE_PATH,
	PV_MEMBER_FILE_MODE,
	PV_MEMBER_FILE_PRIVATE,
	PV_MEMBER_RANGE_FILE,
	PV_MEMBER_ALLOC_SOCKET,
	PV_MEMBER_ALLOC_INODE,
	PV_MEMBER_SOCKET_SOCK,
	PV_MEMBER_SOCK_COMMON,
	PV_MEMBER_SOCK_TYPE,
	PV_MEMBER_COMMON_FAMILY,
	PV_MEMBER_COMMON_NUMBER,
	PV_MEMBER_COMMON_REMOTE,
	PV_MEMBER_UNIX_STAT,
	PV_MEMBER_STAT_FILES,
	/* From here on they may be absent. */
	PV_MEMBER_BACKING_PATH, /* since 6.6 */
	PV_MEMBER_RING_FILES,
	PV_MEMBER_RING_N_FILES, /* until 6.12 */
	PV_MEMBER_FILES_DATA,	/* since 6.13 */
	PV_MEMBER_DATA_N,
	PV_N_MEMBERS,
	PV_FIRST_OPTIONAL = PV_MEMBER_BACKING_PATH,
} PvMember;

typedef enum {
	PV_FUNCTION_TASK,
	PV_FUNCTION_TASK_FILE,
	PV_FUNCTION_TASK_VMA,
	/* From here on they may be absent. */
	PV_FUNCTION_CAST, /* since 6.2 */
	PV_N_FUNCTIONS,
	PV_FIRST_OPTIONAL_FUNCTION = PV_FUNCTION_CAST,
} PvFunction;

typedef enum {
	PV_STRUCTURE_FILE,
	PV_STRUCTURE_RANGE,
	PV_N_STRUCTURES,
} PvStructure;

typedef struct {
	gint32 offsets[PV_N_MEMBERS];	     /* PV_BTF_ABSENT: has no such member */
	guint32 functions[PV_N_FUNCTIONS];   /* numbers in BTF; 0: absent */
	guint32 structures[PV_N_STRUCTURES]; /* likewise */
} PvLayout;

/* NULL: all that is needed is known. Otherwise why not, to be freed. */
char *pv_layout_read(PvLayout *layout);
