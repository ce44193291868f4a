/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copyright the libprocview authors */
/*
 * The programs, with what is sought written into them as constants: the verifier follows each, in
 * some 14 us, so many inodes are in a map instead.
 *
 * What an iterator hands over is never dereferenced but by loads that cannot fault: where a member
 * is read through a trusted pointer, the verifier searches all of BTF for what it may do
 * (common.bpf.h). So an address is taken as a number, by a helper, and of files and ranges, of which
 * there are many, as a pointer that was cast to a plain one (6.2). Either way what fails yields 0,
 * and 0 leads to 0.
 *
 * The file, or the range, is pinned while the program looks at it; of what a task leads to (memory,
 * directories, table) nothing is, and it is a fact of the moment. Sockets are found through their
 * inode, which an O_PATH descriptor has too.
 *
 * What it cannot see: what waits in the queue of a connection that nobody has accepted.
 */
#include "backend/bpf/find-programs.h"

#include <string.h>
#include <sys/socket.h>

/* The contexts of iterators are arrays of these: struct bpf_iter__task, __task_file, __task_vma. */
enum {
	CONTEXT_META = 0,
	CONTEXT_TASK = 8,
	CONTEXT_VMA = 16,
	CONTEXT_FILE = 24,
	META_SEQ = 0,
};

enum {
	SOCKFS_MAGIC = 0x534F434B,
	ANON_INODE_FS_MAGIC = 0x09041934,
	PF_KTHREAD = 0x00200000,
	TASK_UNINTERRUPTIBLE = 2,
	FMODE_BACKING = 1 << 24 | 1 << 25, /* the one since 6.14, the other before */
};

/* The record lies at the beginning of the stack. */
#define RECORD		(-(gint16)sizeof(PvFoundRecord))
#define IN_RECORD(what) ((gint16)(RECORD + G_STRUCT_OFFSET(PvFoundRecord, what)))

typedef struct {
	PvAssembler *to;
	const PvLayout *layout;
	const PvFindText *text;
	PvLabel out;	/* nothing to be told */
	gboolean casts; /* pointers have types */
} Program;

static gint32
at(const Program *program, PvMember member)
{
	return program->layout->offsets[member];
}

/* R6 stays the context. */
static Program
begin(PvAssembler *to, const PvLayout *layout, const PvFindText *text)
{
	Program program = {.to = to, .layout = layout, .text = text, .out = pv_asm_label(to)};

	pv_asm_move(to, R6, R1);
	pv_asm_set(to, R1, 0);
	for (gint16 i = RECORD; i < 0; i += 8)
		pv_asm_store(to, 8, FP, i, R1);
	pv_asm_set(to, R1, sizeof(PvFoundRecord));
	pv_asm_store(to, 4, FP, IN_RECORD(size), R1);
	return program;
}

static void
mark(const Program *program, guint marks)
{
	pv_asm_load(program->to, 4, R1, FP, IN_RECORD(marks));
	pv_asm_or(program->to, R1, (gint32)marks);
	pv_asm_store(program->to, 4, FP, IN_RECORD(marks), R1);
}

/* Writes the record, if there is anything in it. */
static void
end(const Program *program)
{
	PvAssembler *to = program->to;

	pv_asm_load(to, 4, R1, FP, IN_RECORD(marks));
	pv_asm_jump_if(to, R1, WHEN_EQUAL, 0, program->out);
	pv_asm_load(to, 8, R7, R6, CONTEXT_TASK);
	pv_asm_jump_if(to, R7, WHEN_EQUAL, 0, program->out);
	pv_asm_probe_to(to, IN_RECORD(pid), 4, R7, at(program, PV_MEMBER_TASK_TGID));
	pv_asm_probe_to(to, IN_RECORD(tid), 4, R7, at(program, PV_MEMBER_TASK_PID));
	pv_asm_load(to, 8, R1, R6, CONTEXT_META);
	pv_asm_load(to, 8, R1, R1, META_SEQ);
	pv_asm_move(to, R2, FP);
	pv_asm_add(to, R2, RECORD);
	pv_asm_set(to, R3, sizeof(PvFoundRecord));
	pv_asm_call(to, BPF_FUNC_seq_write);
	pv_asm_place(to, program->out);
	pv_asm_return(to);
}

/* Since 6.2 what was cast is read like any memory, and what faults yields 0: a load, and no call. */
static gboolean
can_cast(const Program *program, PvStructure structure)
{
	return program->layout->functions[PV_FUNCTION_CAST] != 0 &&
	       program->layout->structures[structure] != 0;
}

static void
cast(Program *program, PvRegister pointer, PvStructure structure)
{
	PvAssembler *to = program->to;

	program->casts = can_cast(program, structure);
	if (!program->casts)
		return;
	pv_asm_move(to, R1, pointer);
	pv_asm_set(to, R2, (gint32)program->layout->structures[structure]);
	pv_asm_call_kernel(to, program->layout->functions[PV_FUNCTION_CAST]);
	pv_asm_move(to, pointer, R0);
}

/* Eight bytes of what was cast, or of what such bytes lead to. */
static void
follow(const Program *program, PvRegister into, PvRegister from, PvMember member)
{
	gint32 offset = at(program, member);

	if (program->casts && offset <= G_MAXINT16)
		pv_asm_load(program->to, 8, into, from, (gint16)offset);
	else
		pv_asm_probe(program->to, into, 8, from, offset);
}

/* Of an inode, in R1. */
static void
seek_number(const Program *program, PvLabel found, PvLabel missed)
{
	const PvFindText *text = program->text;

	if (text->inode_map >= 0)
		pv_asm_look_up(program->to, text->inode_map, found, missed);
	else
		pv_asm_search(program->to, text->inodes, text->n_inodes, found, missed);
}

static void
seek_inode(const Program *program, PvRegister inode, PvLabel found, PvLabel missed)
{
	follow(program, R1, inode, PV_MEMBER_INODE_NUMBER);
	seek_number(program, found, missed);
}

/* R8 is a struct sock; ports of its own and of its peer, but for raw sockets, which have none. */
static void
seek_ports(const Program *program, PvLabel missed)
{
	gint32 common = at(program, PV_MEMBER_SOCK_COMMON);
	const PvFindText *text = program->text;
	PvAssembler *to = program->to;
	PvLabel found = pv_asm_label(to), remote = pv_asm_label(to);

	pv_asm_probe(to, R1, 2, R8, at(program, PV_MEMBER_SOCK_TYPE));
	pv_asm_jump_if(to, R1, WHEN_EQUAL, SOCK_RAW, missed);
	pv_asm_probe(to, R1, 2, R8, common + at(program, PV_MEMBER_COMMON_NUMBER));
	pv_asm_search(to, text->ports, text->n_ports, found, remote);
	pv_asm_place(to, remote);
	pv_asm_probe(to, R1, 2, R8, common + at(program, PV_MEMBER_COMMON_REMOTE));
	pv_asm_order16(to, R1);
	pv_asm_search(to, text->ports, text->n_ports, found, missed);
	pv_asm_place(to, found);
	mark(program, PV_FOUND_HOLDS);
	pv_asm_jump(to, missed);
}

/* R8 is an inode of sockfs. The verifier takes no instruction that nothing leads to. */
static void
look_at_socket(const Program *program, PvLabel done)
{
	gint32 to_socket = at(program, PV_MEMBER_ALLOC_SOCKET) - at(program, PV_MEMBER_ALLOC_INODE);
	gint32 family = at(program, PV_MEMBER_SOCK_COMMON) + at(program, PV_MEMBER_COMMON_FAMILY);
	gint32 queue = at(program, PV_MEMBER_UNIX_STAT) + at(program, PV_MEMBER_STAT_FILES);
	PvAssembler *to = program->to;
	PvLabel other = pv_asm_label(to), inet = pv_asm_label(to);

	pv_asm_probe(to, R8, 8, R8, to_socket + at(program, PV_MEMBER_SOCKET_SOCK));
	pv_asm_probe(to, R1, 2, R8, family);
	pv_asm_jump_if(to, R1, WHEN_OTHER, AF_UNIX, other);
	pv_asm_probe(to, R1, 4, R8, queue);
	pv_asm_jump_if(to, R1, WHEN_EQUAL, 0, done);
	mark(program, PV_FOUND_CONCEALS);
	pv_asm_jump(to, done);
	pv_asm_place(to, other);
	if (program->text->n_ports == 0) {
		pv_asm_jump(to, done);
		return;
	}
	pv_asm_jump_if(to, R1, WHEN_EQUAL, AF_INET, inet);
	pv_asm_jump_if(to, R1, WHEN_OTHER, AF_INET6, done);
	pv_asm_place(to, inet);
	seek_ports(program, done);
}

/* How many slots a ring has for files; PV_BTF_ABSENT: this kernel does not tell. */
static gint32
ring_slots(const Program *program)
{
	if (at(program, PV_MEMBER_RING_N_FILES) != PV_BTF_ABSENT)
		return at(program, PV_MEMBER_RING_N_FILES);
	if (at(program, PV_MEMBER_RING_FILES) == PV_BTF_ABSENT ||
	    at(program, PV_MEMBER_FILES_DATA) == PV_BTF_ABSENT ||
	    at(program, PV_MEMBER_DATA_N) == PV_BTF_ABSENT)
		return PV_BTF_ABSENT;
	return at(program, PV_MEMBER_RING_FILES) + at(program, PV_MEMBER_FILES_DATA) +
	       at(program, PV_MEMBER_DATA_N);
}

/*
 * R7 is a file with an anonymous inode: the name tells what it is. Rings may have slots for files.
 */
static void
look_at_anonymous(const Program *program, PvLabel done)
{
	static const char ring[8] = {'[', 'i', 'o', '_', 'u', 'r', 'i', 'n'};
	gint32 dentry = at(program, PV_MEMBER_FILE_PATH) + at(program, PV_MEMBER_PATH_DENTRY);
	gint32 name = at(program, PV_MEMBER_DENTRY_NAME) + at(program, PV_MEMBER_NAME_TEXT);
	PvAssembler *to = program->to;
	gint32 slots = ring_slots(program);
	guint64 wanted;

	memcpy(&wanted, ring, sizeof(wanted));
	pv_asm_probe(to, R8, 8, R7, dentry);
	pv_asm_probe(to, R8, 8, R8, name);
	pv_asm_probe(to, R1, 8, R8, 0);
	pv_asm_set_long(to, R2, wanted);
	pv_asm_jump_if_both(to, R1, WHEN_OTHER, R2, done);
	if (slots != PV_BTF_ABSENT) {
		pv_asm_probe(to, R8, 8, R7, at(program, PV_MEMBER_FILE_PRIVATE));
		pv_asm_probe(to, R1, 4, R8, slots);
		pv_asm_jump_if(to, R1, WHEN_EQUAL, 0, done);
	}
	mark(program, PV_FOUND_CONCEALS);
	pv_asm_jump(to, done);
}

void
pv_find_write_files(PvAssembler *to, const PvLayout *layout, const PvFindText *text)
{
	Program program = begin(to, layout, text);
	PvLabel found = pv_asm_label(to), missed = pv_asm_label(to), done = pv_asm_label(to);
	PvLabel socket = pv_asm_label(to), anonymous = pv_asm_label(to);

	pv_asm_load(to, 8, R7, R6, CONTEXT_FILE);
	pv_asm_jump_if(to, R7, WHEN_EQUAL, 0, program.out);
	cast(&program, R7, PV_STRUCTURE_FILE);
	follow(&program, R8, R7, PV_MEMBER_FILE_INODE);
	if (text->n_inodes > 0) {
		seek_inode(&program, R8, found, missed);
		pv_asm_place(to, found);
		mark(&program, PV_FOUND_HOLDS);
		pv_asm_place(to, missed);
	}
	follow(&program, R1, R8, PV_MEMBER_INODE_BLOCK);
	follow(&program, R1, R1, PV_MEMBER_BLOCK_MAGIC);
	pv_asm_jump_if(to, R1, WHEN_EQUAL, SOCKFS_MAGIC, socket);
	pv_asm_jump_if(to, R1, WHEN_EQUAL, ANON_INODE_FS_MAGIC, anonymous);
	pv_asm_jump(to, done);
	pv_asm_place(to, socket);
	look_at_socket(&program, done);
	pv_asm_place(to, anonymous);
	look_at_anonymous(&program, done);
	pv_asm_place(to, done);
	end(&program);
}

/*
 * R7 is a task, and R8 its leader, or 0 where it is the leader itself: that one is compared with
 * nobody. R9 is what the task has there; what its leader has too is passed over.
 */
static void
take_own(const Program *program, PvMember member, PvLabel shared)
{
	PvAssembler *to = program->to;
	PvLabel own = pv_asm_label(to);

	pv_asm_probe(to, R9, 8, R7, at(program, member));
	pv_asm_jump_if(to, R8, WHEN_EQUAL, 0, own);
	pv_asm_probe(to, R1, 8, R8, at(program, member));
	pv_asm_jump_if_both(to, R1, WHEN_EQUAL, R9, shared);
	pv_asm_place(to, own);
}

/* Who sleeps so may have locked his memory. */
static void
look_at_state(const Program *program)
{
	PvAssembler *to = program->to;
	PvLabel asleep = pv_asm_label(to), done = pv_asm_label(to);

	pv_asm_probe(to, R1, 4, R7, at(program, PV_MEMBER_TASK_STATE));
	pv_asm_jump_if(to, R1, WHEN_ANY_BIT, TASK_UNINTERRUPTIBLE, asleep);
	pv_asm_jump(to, done);
	pv_asm_place(to, asleep);
	mark(program, PV_FOUND_ASLEEP);
	pv_asm_place(to, done);
}

/* Kernel threads borrow one, and have none of their own. */
static void
look_at_memory(const Program *program, PvLabel found, PvLabel done)
{
	PvAssembler *to = program->to;

	pv_asm_probe(to, R1, 4, R7, at(program, PV_MEMBER_TASK_FLAGS));
	pv_asm_jump_if(to, R1, WHEN_ANY_BIT, PF_KTHREAD, done);
	pv_asm_probe(to, R9, 8, R7, at(program, PV_MEMBER_TASK_MM));
	pv_asm_jump_if(to, R9, WHEN_EQUAL, 0, done);
	pv_asm_store(to, 8, FP, IN_RECORD(memory), R9);
	look_at_state(program);
	take_own(program, PV_MEMBER_TASK_MM, done);
	mark(program, PV_FOUND_MEMORY);
	pv_asm_probe(to, R9, 8, R9, at(program, PV_MEMBER_MM_EXE));
	pv_asm_probe(to, R9, 8, R9, at(program, PV_MEMBER_FILE_INODE));
	seek_inode(program, R9, found, done);
}

/* R9 leads to the path; R8 is used. */
static void
seek_path(const Program *program, gint32 path, PvLabel found, PvLabel missed)
{
	PvAssembler *to = program->to;

	pv_asm_probe(to, R8, 8, R9, path + at(program, PV_MEMBER_PATH_DENTRY));
	pv_asm_probe(to, R8, 8, R8, at(program, PV_MEMBER_DENTRY_INODE));
	seek_inode(program, R8, found, missed);
}

static void
look_at_places(const Program *program, PvLabel done)
{
	PvAssembler *to = program->to;
	PvLabel found = pv_asm_label(to), directories = pv_asm_label(to), cwd = pv_asm_label(to);

	look_at_memory(program, found, directories);
	pv_asm_place(to, directories);
	take_own(program, PV_MEMBER_TASK_FS, done);
	seek_path(program, at(program, PV_MEMBER_FS_ROOT), found, cwd);
	pv_asm_place(to, cwd);
	seek_path(program, at(program, PV_MEMBER_FS_CWD), found, done);
	pv_asm_place(to, found);
	mark(program, PV_FOUND_HOLDS);
}

/* Where nothing is asked of tasks but who there is. */
static void
take_leaders(const Program *program)
{
	PvAssembler *to = program->to;

	pv_asm_probe(to, R9, 4, R7, at(program, PV_MEMBER_TASK_PID));
	pv_asm_probe(to, R1, 4, R7, at(program, PV_MEMBER_TASK_TGID));
	pv_asm_jump_if_both(to, R1, WHEN_OTHER, R9, program->out);
	mark(program, PV_FOUND_TABLE);
}

/* And which tables and places they have. */
static void
take_all(const Program *program)
{
	PvAssembler *to = program->to;
	PvLabel leads = pv_asm_label(to), shared = pv_asm_label(to), done = pv_asm_label(to);

	pv_asm_set(to, R8, 0);
	pv_asm_probe(to, R9, 4, R7, at(program, PV_MEMBER_TASK_PID));
	pv_asm_probe(to, R1, 4, R7, at(program, PV_MEMBER_TASK_TGID));
	pv_asm_jump_if_both(to, R1, WHEN_EQUAL, R9, leads);
	pv_asm_probe(to, R8, 8, R7, at(program, PV_MEMBER_TASK_LEADER));
	pv_asm_place(to, leads);
	take_own(program, PV_MEMBER_TASK_FILES, shared);
	pv_asm_store(to, 8, FP, IN_RECORD(files), R9);
	mark(program, PV_FOUND_TABLE);
	pv_asm_place(to, shared);
	if (program->text->in_places)
		look_at_places(program, done);
	pv_asm_place(to, done);
}

void
pv_find_write_tasks(PvAssembler *to, const PvLayout *layout, const PvFindText *text)
{
	Program program = begin(to, layout, text);

	pv_asm_load(to, 8, R7, R6, CONTEXT_TASK);
	pv_asm_jump_if(to, R7, WHEN_EQUAL, 0, program.out);
	if (text->tables || text->in_places)
		take_all(&program);
	else
		take_leaders(&program);
	end(&program);
}

void
pv_find_write_owners(PvAssembler *to, const PvLayout *layout, const PvFindText *text)
{
	Program program = begin(to, layout, text);

	pv_asm_load(to, 8, R7, R6, CONTEXT_TASK);
	pv_asm_jump_if(to, R7, WHEN_EQUAL, 0, program.out);
	pv_asm_probe(to, R8, 8, R7, at(&program, PV_MEMBER_TASK_FILES));
	pv_asm_jump_if(to, R8, WHEN_EQUAL, 0, program.out);
	pv_asm_store(to, 8, FP, IN_RECORD(files), R8);
	pv_asm_probe_to(to, IN_RECORD(n_users), 4, R8, at(&program, PV_MEMBER_FILES_USERS));
	mark(&program, PV_FOUND_TABLE);
	end(&program);
}

/*
 * R7 is a file of a layer, for which the user has opened another. The mark of such has changed its
 * bit, and other files have the one that was left; so what would be the path must be one
 * (vmas.bpf.c).
 */
static void
seek_behind_layer(const Program *program, PvLabel found)
{
	gint32 path = at(program, PV_MEMBER_BACKING_PATH);
	PvAssembler *to = program->to;
	PvLabel marked = pv_asm_label(to);

	pv_asm_probe(to, R1, 4, R7, at(program, PV_MEMBER_FILE_MODE));
	pv_asm_jump_if(to, R1, WHEN_ANY_BIT, FMODE_BACKING, marked);
	pv_asm_jump(to, program->out);
	pv_asm_place(to, marked);
	pv_asm_probe(to, R8, 8, R7, path + at(program, PV_MEMBER_PATH_MOUNT));
	pv_asm_probe(to, R8, 8, R8, at(program, PV_MEMBER_MOUNT_BLOCK));
	pv_asm_jump_if(to, R8, WHEN_EQUAL, 0, program->out);
	pv_asm_probe(to, R9, 8, R7, path + at(program, PV_MEMBER_PATH_DENTRY));
	pv_asm_probe(to, R1, 8, R9, at(program, PV_MEMBER_DENTRY_BLOCK));
	pv_asm_jump_if_both(to, R1, WHEN_OTHER, R8, program->out);
	pv_asm_probe(to, R9, 8, R9, at(program, PV_MEMBER_DENTRY_INODE));
	pv_asm_probe(to, R1, 8, R9, at(program, PV_MEMBER_INODE_NUMBER));
	seek_number(program, found, program->out);
}

void
pv_find_write_ranges(PvAssembler *to, const PvLayout *layout, const PvFindText *text)
{
	Program program = begin(to, layout, text);
	PvLabel found = pv_asm_label(to), missed = pv_asm_label(to);

	pv_asm_load(to, 8, R7, R6, CONTEXT_VMA);
	pv_asm_jump_if(to, R7, WHEN_EQUAL, 0, program.out);
	cast(&program, R7, PV_STRUCTURE_RANGE);
	follow(&program, R7, R7, PV_MEMBER_RANGE_FILE);
	pv_asm_jump_if(to, R7, WHEN_EQUAL, 0, program.out);
	follow(&program, R8, R7, PV_MEMBER_FILE_INODE);
	seek_inode(&program, R8, found, missed);
	pv_asm_place(to, missed);
	if (at(&program, PV_MEMBER_BACKING_PATH) != PV_BTF_ABSENT)
		seek_behind_layer(&program, found);
	else
		pv_asm_jump(to, program.out);
	pv_asm_place(to, found);
	mark(&program, PV_FOUND_HOLDS);
	end(&program);
}
