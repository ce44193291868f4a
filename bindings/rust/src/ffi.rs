// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// The functions of the library, and those few of GLib, as C has them: <procview/procview.h>. Types are
// opaque; enumerations are ints of 32 bits, and not enums of Rust, because a newer library may return
// values that are not known here.

#![allow(non_camel_case_types)]

use std::os::raw::{c_char, c_double, c_int, c_uint, c_void};

pub type gboolean = c_int;

macro_rules! opaque {
    ($($name:ident)*) => {
        $(#[repr(C)]
        pub struct $name {
            _bytes: [u8; 0],
        })*
    };
}

opaque! {
    Scanner Query Snapshot Process Task FdTable Descriptor File Socket Rights Counts Change Changes
    GCancellable GOutputStream
}

#[repr(C)]
pub struct GError {
    pub domain: u32,
    pub code: c_int,
    pub message: *mut c_char,
}

#[repr(C)]
pub struct GPtrArray {
    pub pdata: *mut *mut c_void,
    pub len: c_uint,
}

pub type ProgressFunc = unsafe extern "C" fn(c_uint, c_uint, c_uint, *mut c_void);
pub type JsonSelectFunc = unsafe extern "C" fn(*mut Process, *mut c_void) -> c_uint;

pub const G_IO_ERROR_CANCELLED: c_int = 19;
pub const FACT_TYPE_TEXT: c_uint = 1;

extern "C" {
    pub fn g_free(memory: *mut c_void);
    pub fn g_error_free(error: *mut GError);
    pub fn g_io_error_quark() -> u32;
    pub fn g_object_ref(object: *mut c_void) -> *mut c_void;
    pub fn g_object_unref(object: *mut c_void);
    pub fn g_ptr_array_unref(array: *mut GPtrArray);
    pub fn g_cancellable_new() -> *mut GCancellable;
    pub fn g_cancellable_cancel(cancellable: *mut GCancellable);
    pub fn g_cancellable_is_cancelled(cancellable: *mut GCancellable) -> gboolean;
    pub fn g_memory_output_stream_new_resizable() -> *mut GOutputStream;
    pub fn g_memory_output_stream_get_data(stream: *mut GOutputStream) -> *mut c_void;
    pub fn g_memory_output_stream_get_data_size(stream: *mut GOutputStream) -> usize;

    pub fn procview_error_quark() -> u32;
    pub fn procview_get_version_string() -> *const c_char;
    pub fn procview_kind_to_string(kind: c_uint) -> *const c_char;
    pub fn procview_status_to_string(status: c_uint) -> *const c_char;
    pub fn procview_reason_to_string(reason: c_uint) -> *const c_char;
    pub fn procview_proof_to_string(proof: c_uint) -> *const c_char;
    pub fn procview_change_kind_to_string(kind: c_uint) -> *const c_char;
    pub fn procview_fact_to_string(fact: c_uint) -> *const c_char;
    pub fn procview_fact_get_group(fact: c_uint) -> *const c_char;
    pub fn procview_fact_get_fact_type(fact: c_uint) -> c_uint;

    pub fn procview_scanner_new_full(
        backend: c_uint,
        flags: c_uint,
        error: *mut *mut GError,
    ) -> *mut Scanner;
    pub fn procview_scanner_dup_rights(
        scanner: *mut Scanner,
        error: *mut *mut GError,
    ) -> *mut Rights;
    pub fn procview_scanner_scan_full(
        scanner: *mut Scanner,
        query: *mut Query,
        cancellable: *mut GCancellable,
        progress: Option<ProgressFunc>,
        user_data: *mut c_void,
        error: *mut *mut GError,
    ) -> *mut Snapshot;

    pub fn procview_query_new() -> *mut Query;
    pub fn procview_query_unref(query: *mut Query);
    pub fn procview_query_add_pid(query: *mut Query, pid: c_int);
    pub fn procview_query_add_user(query: *mut Query, uid: c_uint);
    pub fn procview_query_add_inode(query: *mut Query, inode: u64);
    pub fn procview_query_add_port(query: *mut Query, port: u16);
    pub fn procview_query_set_relatives(query: *mut Query, relatives: c_uint);
    pub fn procview_query_set_collect(query: *mut Query, collect: c_uint);

    pub fn procview_rights_unref(rights: *mut Rights);
    pub fn procview_rights_get_backend_name(rights: *mut Rights, step: c_uint) -> *const c_char;
    pub fn procview_rights_sees_all(rights: *mut Rights, step: c_uint) -> gboolean;
    pub fn procview_rights_get_needs(rights: *mut Rights, step: c_uint) -> *const *const c_char;
    pub fn procview_rights_get_opening_needs(rights: *mut Rights) -> *const *const c_char;
    pub fn procview_rights_get_uses(rights: *mut Rights) -> *const *const c_char;

    pub fn procview_snapshot_ref(snapshot: *mut Snapshot) -> *mut Snapshot;
    pub fn procview_snapshot_unref(snapshot: *mut Snapshot);
    pub fn procview_snapshot_get_n_processes(snapshot: *mut Snapshot) -> c_uint;
    pub fn procview_snapshot_get_process(snapshot: *mut Snapshot, index: c_uint) -> *mut Process;
    pub fn procview_snapshot_find_process(snapshot: *mut Snapshot, pid: c_int) -> *mut Process;
    pub fn procview_snapshot_get_n_tasks(snapshot: *mut Snapshot) -> c_uint;
    pub fn procview_snapshot_find_task(snapshot: *mut Snapshot, tid: c_int) -> *mut Task;
    pub fn procview_snapshot_get_n_fd_tables(snapshot: *mut Snapshot) -> c_uint;
    pub fn procview_snapshot_get_fd_table(snapshot: *mut Snapshot, index: c_uint) -> *mut FdTable;
    pub fn procview_snapshot_get_n_descriptors(snapshot: *mut Snapshot) -> c_uint;
    pub fn procview_snapshot_get_n_sockets(snapshot: *mut Snapshot) -> c_uint;
    pub fn procview_snapshot_get_socket(snapshot: *mut Snapshot, index: c_uint) -> *mut Socket;
    pub fn procview_snapshot_is_complete(snapshot: *mut Snapshot) -> gboolean;
    pub fn procview_snapshot_has_hidden_processes(snapshot: *mut Snapshot) -> gboolean;
    pub fn procview_snapshot_get_collected(snapshot: *mut Snapshot) -> c_uint;
    pub fn procview_snapshot_get_backend_name(
        snapshot: *mut Snapshot,
        step: c_uint,
    ) -> *const c_char;
    pub fn procview_snapshot_get_n_refusals(snapshot: *mut Snapshot) -> c_uint;
    pub fn procview_snapshot_get_refusal(
        snapshot: *mut Snapshot,
        index: c_uint,
        step: *mut c_uint,
        backend: *mut *const c_char,
    ) -> *const c_char;
    pub fn procview_snapshot_get_duration_ns(snapshot: *mut Snapshot) -> u64;
    pub fn procview_snapshot_get_duplicates_avoided(snapshot: *mut Snapshot) -> u64;
    pub fn procview_snapshot_get_kcmp_calls(snapshot: *mut Snapshot) -> u64;
    pub fn procview_snapshot_get_memory_bytes(snapshot: *mut Snapshot) -> u64;
    pub fn procview_snapshot_write_json(
        snapshot: *mut Snapshot,
        stream: *mut GOutputStream,
        flags: c_uint,
        select: Option<JsonSelectFunc>,
        user_data: *mut c_void,
        cancellable: *mut GCancellable,
        error: *mut *mut GError,
    ) -> gboolean;
    pub fn procview_snapshot_compare(
        before: *mut Snapshot,
        after: *mut Snapshot,
        error: *mut *mut GError,
    ) -> *mut Changes;

    pub fn procview_process_get_pid(process: *mut Process) -> c_int;
    pub fn procview_process_get_ppid(process: *mut Process) -> c_int;
    pub fn procview_process_get_pgid(process: *mut Process) -> c_int;
    pub fn procview_process_get_sid(process: *mut Process) -> c_int;
    pub fn procview_process_get_start_time_ns(process: *mut Process) -> u64;
    pub fn procview_process_get_identity(process: *mut Process) -> u64;
    pub fn procview_process_is_kernel_thread(process: *mut Process) -> gboolean;
    pub fn procview_process_get_exe(process: *mut Process) -> *const c_char;
    pub fn procview_process_get_n_arguments(process: *mut Process) -> c_uint;
    pub fn procview_process_get_argument(process: *mut Process, index: c_uint) -> *const c_char;
    pub fn procview_process_get_fd_limit(
        process: *mut Process,
        soft: *mut u64,
        hard: *mut u64,
    ) -> gboolean;
    pub fn procview_process_get_cwd(process: *mut Process) -> *const c_char;
    pub fn procview_process_get_root(process: *mut Process) -> *const c_char;
    pub fn procview_process_get_namespace(process: *mut Process, namespace: c_uint) -> u64;
    pub fn procview_process_get_cgroup_id(process: *mut Process) -> u64;
    pub fn procview_process_get_leader(process: *mut Process) -> *mut Task;
    pub fn procview_process_get_n_tasks(process: *mut Process) -> c_uint;
    pub fn procview_process_get_task(process: *mut Process, index: c_uint) -> *mut Task;

    pub fn procview_task_get_tid(task: *mut Task) -> c_int;
    pub fn procview_task_get_process(task: *mut Task) -> *mut Process;
    pub fn procview_task_is_leader(task: *mut Task) -> gboolean;
    pub fn procview_task_has_details(task: *mut Task) -> gboolean;
    pub fn procview_task_get_comm(task: *mut Task) -> *const c_char;
    pub fn procview_task_get_state(task: *mut Task) -> c_char;
    pub fn procview_task_get_uid(task: *mut Task) -> c_uint;
    pub fn procview_task_get_euid(task: *mut Task) -> c_uint;
    pub fn procview_task_get_gid(task: *mut Task) -> c_uint;
    pub fn procview_task_get_egid(task: *mut Task) -> c_uint;
    pub fn procview_task_get_start_time_ns(task: *mut Task) -> u64;
    pub fn procview_task_get_identity(task: *mut Task) -> u64;
    pub fn procview_task_get_n_ns_tids(task: *mut Task) -> c_uint;
    pub fn procview_task_get_ns_tid(task: *mut Task, index: c_uint) -> c_int;
    pub fn procview_task_get_fd_table(task: *mut Task) -> *mut FdTable;

    pub fn procview_fd_table_get_id(table: *mut FdTable) -> c_uint;
    pub fn procview_fd_table_get_status(table: *mut FdTable) -> c_uint;
    pub fn procview_fd_table_get_reason(table: *mut FdTable) -> c_uint;
    pub fn procview_fd_table_get_needs(table: *mut FdTable) -> *const c_char;
    pub fn procview_fd_table_get_proof(table: *mut FdTable) -> c_uint;
    pub fn procview_fd_table_get_backend_name(table: *mut FdTable) -> *const c_char;
    pub fn procview_fd_table_get_owner(table: *mut FdTable) -> *mut Process;
    pub fn procview_fd_table_get_n_tasks(table: *mut FdTable) -> c_uint;
    pub fn procview_fd_table_get_task(table: *mut FdTable, index: c_uint) -> *mut Task;
    pub fn procview_fd_table_get_open_count(table: *mut FdTable, count: *mut c_uint) -> gboolean;
    pub fn procview_fd_table_has_descriptors(table: *mut FdTable) -> gboolean;
    pub fn procview_fd_table_get_n_descriptors(table: *mut FdTable) -> c_uint;
    pub fn procview_fd_table_get_descriptor(table: *mut FdTable, index: c_uint) -> *mut Descriptor;
    pub fn procview_fd_table_find_descriptor(table: *mut FdTable, fd: c_int) -> *mut Descriptor;

    pub fn procview_descriptor_get_fd(descriptor: *mut Descriptor) -> c_int;
    pub fn procview_descriptor_get_cloexec(
        descriptor: *mut Descriptor,
        cloexec: *mut gboolean,
    ) -> gboolean;
    pub fn procview_descriptor_get_file(descriptor: *mut Descriptor) -> *mut File;
    pub fn procview_descriptor_get_fd_table(descriptor: *mut Descriptor) -> *mut FdTable;
    pub fn procview_descriptor_list_peers(descriptor: *mut Descriptor) -> *mut GPtrArray;

    pub fn procview_file_get_kind(file: *mut File) -> c_uint;
    pub fn procview_file_get_description(file: *mut File) -> c_uint;
    pub fn procview_file_get_path(file: *mut File) -> *const c_char;
    pub fn procview_file_is_deleted(file: *mut File) -> gboolean;
    pub fn procview_file_get_flags(file: *mut File, flags: *mut c_uint) -> gboolean;
    pub fn procview_file_get_access(file: *mut File) -> c_uint;
    pub fn procview_file_get_pos(file: *mut File, pos: *mut i64) -> gboolean;
    pub fn procview_file_get_size_bytes(file: *mut File, size_bytes: *mut u64) -> gboolean;
    pub fn procview_file_get_inode(file: *mut File, inode: *mut u64) -> gboolean;
    pub fn procview_file_get_device(
        file: *mut File,
        major: *mut c_uint,
        minor: *mut c_uint,
    ) -> gboolean;
    pub fn procview_file_get_rdev(
        file: *mut File,
        major: *mut c_uint,
        minor: *mut c_uint,
    ) -> gboolean;
    pub fn procview_file_get_mount_id(file: *mut File, mount_id: *mut c_uint) -> gboolean;
    pub fn procview_file_get_number(file: *mut File, fact: c_uint, value: *mut u64) -> gboolean;
    pub fn procview_file_get_text(file: *mut File, fact: c_uint) -> *const c_char;
    pub fn procview_file_get_n_facts(file: *mut File) -> c_uint;
    pub fn procview_file_get_fact(file: *mut File, index: c_uint) -> c_uint;
    pub fn procview_file_get_socket(file: *mut File) -> *mut Socket;
    pub fn procview_file_list_descriptors(file: *mut File) -> *mut GPtrArray;
    pub fn procview_file_list_peers(file: *mut File) -> *mut GPtrArray;
    pub fn procview_file_list_watchers(file: *mut File) -> *mut GPtrArray;
    pub fn procview_file_get_peer_process(file: *mut File) -> *mut Process;

    pub fn procview_socket_get_inode(socket: *mut Socket) -> u64;
    pub fn procview_socket_get_family(socket: *mut Socket, family: *mut c_int) -> gboolean;
    pub fn procview_socket_get_socket_type(socket: *mut Socket, kind: *mut c_int) -> gboolean;
    pub fn procview_socket_get_protocol(socket: *mut Socket, protocol: *mut c_int) -> gboolean;
    pub fn procview_socket_get_family_name(socket: *mut Socket) -> *const c_char;
    pub fn procview_socket_get_type_name(socket: *mut Socket) -> *const c_char;
    pub fn procview_socket_get_protocol_name(socket: *mut Socket) -> *const c_char;
    pub fn procview_socket_get_state_name(socket: *mut Socket) -> *const c_char;
    pub fn procview_socket_get_state(socket: *mut Socket, state: *mut c_int) -> gboolean;
    pub fn procview_socket_is_listening(socket: *mut Socket) -> gboolean;
    pub fn procview_socket_dup_local(socket: *mut Socket) -> *mut c_char;
    pub fn procview_socket_dup_remote(socket: *mut Socket) -> *mut c_char;
    pub fn procview_socket_get_local_address(socket: *mut Socket, length: *mut usize) -> *const u8;
    pub fn procview_socket_get_remote_address(socket: *mut Socket, length: *mut usize)
        -> *const u8;
    pub fn procview_socket_get_local_port(socket: *mut Socket, port: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_remote_port(socket: *mut Socket, port: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_local_cid(socket: *mut Socket, cid: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_remote_cid(socket: *mut Socket, cid: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_name(socket: *mut Socket, length: *mut usize) -> *const u8;
    pub fn procview_socket_is_abstract(socket: *mut Socket) -> gboolean;
    pub fn procview_socket_get_receive_queue(socket: *mut Socket, amount: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_send_queue(socket: *mut Socket, amount: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_backlog(socket: *mut Socket, backlog: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_interface(socket: *mut Socket, index: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_groups(socket: *mut Socket, groups: *mut u64) -> gboolean;
    pub fn procview_socket_get_shutdown(socket: *mut Socket, shutdown: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_uid(socket: *mut Socket, uid: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_peer_pid(socket: *mut Socket, pid: *mut c_int) -> gboolean;
    pub fn procview_socket_get_n_in_flight(socket: *mut Socket, n_files: *mut c_uint) -> gboolean;
    pub fn procview_socket_get_cookie(socket: *mut Socket) -> u64;
    pub fn procview_socket_get_network_namespace(socket: *mut Socket) -> u64;
    pub fn procview_socket_get_peer_inode(socket: *mut Socket) -> u64;
    pub fn procview_socket_get_listener_inode(socket: *mut Socket) -> u64;

    pub fn procview_counts_new(snapshot: *mut Snapshot, error: *mut *mut GError) -> *mut Counts;
    pub fn procview_counts_unref(counts: *mut Counts);
    pub fn procview_counts_add_process(counts: *mut Counts, process: *mut Process);
    pub fn procview_counts_add_fd_table(counts: *mut Counts, table: *mut FdTable);
    pub fn procview_counts_get_n_processes(counts: *mut Counts) -> c_uint;
    pub fn procview_counts_get_n_tasks(counts: *mut Counts) -> c_uint;
    pub fn procview_counts_get_n_fd_tables(counts: *mut Counts) -> c_uint;
    pub fn procview_counts_get_n_shared_fd_tables(counts: *mut Counts) -> c_uint;
    pub fn procview_counts_get_n_unread_fd_tables(counts: *mut Counts) -> c_uint;
    pub fn procview_counts_get_n_descriptors(counts: *mut Counts, n: *mut u64) -> gboolean;
    pub fn procview_counts_get_n_of_kind(
        counts: *mut Counts,
        kind: c_uint,
        n: *mut u64,
    ) -> gboolean;
    pub fn procview_counts_get_limit_share(
        counts: *mut Counts,
        share: *mut c_double,
        process: *mut *mut Process,
    ) -> gboolean;

    pub fn procview_changes_unref(changes: *mut Changes);
    pub fn procview_changes_get_n_changes(changes: *mut Changes) -> c_uint;
    pub fn procview_changes_get_change(changes: *mut Changes, index: c_uint) -> *mut Change;
    pub fn procview_change_get_kind(change: *mut Change) -> c_uint;
    pub fn procview_change_get_process_before(change: *mut Change) -> *mut Process;
    pub fn procview_change_get_process_after(change: *mut Change) -> *mut Process;
    pub fn procview_change_get_task_before(change: *mut Change) -> *mut Task;
    pub fn procview_change_get_task_after(change: *mut Change) -> *mut Task;
    pub fn procview_change_get_fd_table_before(change: *mut Change) -> *mut FdTable;
    pub fn procview_change_get_fd_table_after(change: *mut Change) -> *mut FdTable;
    pub fn procview_change_get_descriptor_before(change: *mut Change) -> *mut Descriptor;
    pub fn procview_change_get_descriptor_after(change: *mut Change) -> *mut Descriptor;
}
