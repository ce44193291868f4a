// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

// Package procview is libprocview for Go: which tasks share which descriptor table, and what is in it.
//
//	scanner, err := procview.Open()
//	if err != nil {
//		return err
//	}
//	defer scanner.Close()
//	snapshot, err := scanner.Scan(ctx, &procview.Query{Pids: []int{os.Getpid()}})
//	if err != nil {
//		return err
//	}
//	defer snapshot.Close()
//	for _, table := range snapshot.FdTables() {
//		for _, descriptor := range table.Descriptors() {
//			fmt.Printf("%d %q\n", descriptor.Fd(), descriptor.File().Path())
//		}
//	}
//
// # Ownership
//
// A Scanner, a Snapshot, Changes and Counts hold memory, or descriptors, of which Go's garbage collector
// knows nothing: Close gives them back. Who forgets it gets them back when the collector finds them,
// which may be minutes later.
//
// Process, Task, FdTable, Descriptor, File and Socket are parts of one snapshot: small values, copied
// freely, that point into it and keep it from being collected. Parts may be compared by ==, and be keys
// of maps: that two tasks share a table is one table. To use a part of a snapshot that was closed is a
// bug of the program, and panics.
//
// # Goroutines
//
// A snapshot and its parts never change, and may be used by many goroutines at once, one of which may close
// it. A scanner takes one scan at a time: a second one fails with ErrBusy. Counts are for one goroutine.
//
// # What is unknown
//
// A number that may be unknown comes with a bool. Text that is unknown is empty, as no name of the kernel
// is; so is a list. That a process cannot be looked into is no error: FdTable.Status says so.
//
// Names are bytes, which need not be UTF-8 and may steer a terminal: print them by %q.
package procview
