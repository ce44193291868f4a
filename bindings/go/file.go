// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview

// #include <procview/procview.h>
import "C"

import "unsafe"

// File is an open file description: the kernel's struct file.
type File struct {
	s *Snapshot
	c *C.ProcviewFile
}

// Device is a device.
type Device struct {
	Major, Minor uint32
}

// FactValue is what a fact says: text, which anybody may have chosen, or else a number.
type FactValue struct {
	Text   string
	Number uint64
	IsText bool
}

// Snapshot is the snapshot that the file is part of.
func (f File) Snapshot() *Snapshot { return f.s }

// Kind is what it is.
func (f File) Kind() Kind {
	f.s.use()
	defer f.s.leave()
	return Kind(C.procview_file_get_kind(f.c))
}

// Description is the number of the open file description (CollectDescriptions); not known if it was not
// compared.
func (f File) Description() (int, bool) {
	f.s.use()
	defer f.s.leave()
	number := C.procview_file_get_description(f.c)
	return int(number), number != 0
}

// Path is the name that the kernel gives it (CollectPaths).
func (f File) Path() string {
	f.s.use()
	defer f.s.leave()
	return C.GoString(C.procview_file_get_path(f.c))
}

// IsDeleted tells whether it is known to have no link left.
func (f File) IsDeleted() bool {
	f.s.use()
	defer f.s.leave()
	return C.procview_file_is_deleted(f.c) != 0
}

// Flags are the flags of open(2) that it has now, in the kernel's values.
func (f File) Flags() (uint32, bool) {
	f.s.use()
	defer f.s.leave()
	var flags C.guint
	known := C.procview_file_get_flags(f.c, &flags)
	return told[uint32](known, flags)
}

// Access is for what it is open.
func (f File) Access() Access {
	f.s.use()
	defer f.s.leave()
	return Access(C.procview_file_get_access(f.c))
}

// Pos is its offset.
func (f File) Pos() (int64, bool) {
	f.s.use()
	defer f.s.leave()
	var pos C.gint64
	known := C.procview_file_get_pos(f.c, &pos)
	return told[int64](known, pos)
}

// SizeBytes is the size of a regular file or directory.
func (f File) SizeBytes() (uint64, bool) {
	f.s.use()
	defer f.s.leave()
	var size C.guint64
	known := C.procview_file_get_size_bytes(f.c, &size)
	return told[uint64](known, size)
}

// Inode is the inode number: unique only together with the device.
func (f File) Inode() (uint64, bool) {
	f.s.use()
	defer f.s.leave()
	var inode C.guint64
	known := C.procview_file_get_inode(f.c, &inode)
	return told[uint64](known, inode)
}

// Device is the device of the file system that it is on.
func (f File) Device() (Device, bool) {
	f.s.use()
	defer f.s.leave()
	var major, minor C.guint
	known := C.procview_file_get_device(f.c, &major, &minor)
	return Device{uint32(major), uint32(minor)}, known != 0
}

// Rdev is the device that it stands for.
func (f File) Rdev() (Device, bool) {
	f.s.use()
	defer f.s.leave()
	var major, minor C.guint
	known := C.procview_file_get_rdev(f.c, &major, &minor)
	return Device{uint32(major), uint32(minor)}, known != 0
}

// MountID is the mount through which it was opened.
func (f File) MountID() (int, bool) {
	f.s.use()
	defer f.s.leave()
	var id C.guint
	known := C.procview_file_get_mount_id(f.c, &id)
	return told[int](known, id)
}

// Facts are what is known of it beyond what all files have (CollectDetails).
func (f File) Facts() map[Fact]FactValue {
	f.s.use()
	defer f.s.leave()
	facts := map[Fact]FactValue{}
	for i := C.guint(0); i < C.procview_file_get_n_facts(f.c); i++ {
		fact := C.procview_file_get_fact(f.c, i)
		var number C.guint64
		if C.procview_fact_get_fact_type(fact) == C.PROCVIEW_FACT_TYPE_TEXT {
			facts[Fact(fact)] = FactValue{Text: C.GoString(C.procview_file_get_text(f.c, fact)), IsText: true}
		} else if C.procview_file_get_number(f.c, fact, &number) != 0 {
			facts[Fact(fact)] = FactValue{Number: uint64(number)}
		}
	}
	return facts
}

// Socket is what it is as a socket (CollectSockets).
func (f File) Socket() (Socket, bool) {
	f.s.use()
	defer f.s.leave()
	c := C.procview_file_get_socket(f.c)
	return Socket{f.s, c}, c != nil
}

// Descriptors are those that lead to it.
func (f File) Descriptors() []Descriptor {
	f.s.use()
	defer f.s.leave()
	return descriptorsOf(f.s, C.procview_file_list_descriptors(f.c))
}

// Peers are the files at its other end (CollectPeers).
func (f File) Peers() []File {
	f.s.use()
	defer f.s.leave()
	return filesOf(f.s, C.procview_file_list_peers(f.c))
}

// Watchers are the epoll sets that wait for it (CollectDetails).
func (f File) Watchers() []File {
	f.s.use()
	defer f.s.leave()
	return filesOf(f.s, C.procview_file_list_watchers(f.c))
}

// PeerProcess is the process that a pidfd leads to.
func (f File) PeerProcess() (Process, bool) {
	f.s.use()
	defer f.s.leave()
	c := C.procview_file_get_peer_process(f.c)
	return Process{f.s, c}, c != nil
}

func filesOf(s *Snapshot, array *C.GPtrArray) []File {
	return drain(array, func(part unsafe.Pointer) File {
		return File{s, (*C.ProcviewFile)(part)}
	})
}
