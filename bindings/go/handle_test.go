// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"procview"
)

func panics(call func()) (did bool) {
	defer func() { did = recover() != nil }()
	call()
	return
}

func TestUseAfterClose(t *testing.T) {
	scanner := open(t)
	snapshot, err := scanner.Scan(context.Background(), &procview.Query{Pids: []int{os.Getpid()}})
	must(t, err)
	process := snapshot.Processes()[0]
	must(t, snapshot.Close())
	must(t, snapshot.Close())
	if !panics(func() { process.Pid() }) || !panics(func() { snapshot.FdTables() }) {
		t.Error("a snapshot that was closed is read")
	}
	must(t, scanner.Close())
	must(t, scanner.Close())
	_, err = scanner.Scan(context.Background(), nil)
	if !errors.Is(err, procview.ErrInvalidArgument) || err.Error() != "The scanner was closed" {
		t.Error(err)
	}
	if _, err = scanner.Rights(); !errors.Is(err, procview.ErrInvalidArgument) {
		t.Error(err)
	}
}

// A part alone keeps its snapshot from the garbage collector.
func TestPartKeepsSnapshot(t *testing.T) {
	pid := os.Getpid()
	process := func() procview.Process {
		snapshot, err := open(t).Scan(context.Background(), &procview.Query{Pids: []int{pid}})
		must(t, err)
		return snapshot.Processes()[0]
	}()
	for i := 0; i < 5; i++ {
		runtime.GC()
	}
	equal(t, "pid", process.Pid(), pid)
}

func openDescriptors(t *testing.T) int {
	names, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	return len(names)
}

// Whether the collector gets it or Close, the kernel gets its descriptors back.
func TestNothingStaysOpen(t *testing.T) {
	before := openDescriptors(t)
	scanner, err := procview.Open()
	must(t, err)
	rights, err := scanner.Rights()
	must(t, err)
	if rights.Backends[procview.StepFiles] == "bpf" && openDescriptors(t) <= before {
		t.Error("a scanner without descriptors")
	}
	must(t, scanner.Close())
	equal(t, "closed", openDescriptors(t), before)

	func() {
		_, err := procview.Open()
		must(t, err)
	}()
	for i := 0; i < 100 && openDescriptors(t) != before; i++ {
		runtime.GC()
		runtime.Gosched()
	}
	equal(t, "collected", openDescriptors(t), before)
}

// In kB, of this process.
func memory(t *testing.T) uint64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	must(t, err)
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "RssAnon:") {
			return uint64(atoi(t, strings.Fields(line)[1]))
		}
	}
	t.Fatal("no RssAnon")
	return 0
}

func TestNoMemoryStays(t *testing.T) {
	const n = 30
	scanner := open(t)
	var each uint64
	take := func() {
		snapshot, err := scanner.Scan(context.Background(), nil)
		must(t, err)
		counts, err := procview.NewCounts(snapshot)
		must(t, err)
		changes, err := snapshot.Compare(snapshot)
		must(t, err)
		each = snapshot.MemoryBytes() / 1024
		must(t, snapshot.Close())
		must(t, counts.Close())
		must(t, changes.Close())
	}
	for i := 0; i < 5; i++ {
		take()
	}
	before := memory(t)
	for i := 0; i < n; i++ {
		take()
	}
	if after := memory(t); after > before+n*each/2 {
		t.Errorf("%d snapshots of %d kB: from %d to %d", n, each, before, after)
	}
}

// Many read while one closes: each reads the truth, or panics in Go, and nothing else.
func TestCloseWhileRead(t *testing.T) {
	scanner := open(t)
	for round := 0; round < 20; round++ {
		snapshot, err := scanner.Scan(context.Background(), &procview.Query{Pids: []int{os.Getpid()}})
		must(t, err)
		table := snapshot.FdTables()[0]
		var readers sync.WaitGroup
		for i := 0; i < 4; i++ {
			readers.Add(1)
			go func() {
				defer readers.Done()
				defer func() { recover() }()
				for {
					if table.Owner().Pid() != os.Getpid() {
						t.Error("another process")
					}
				}
			}()
		}
		runtime.Gosched()
		must(t, snapshot.Close())
		readers.Wait()
	}
}

// A scanner for each scans in parallel; one for all says so.
func TestGoroutines(t *testing.T) {
	shared := open(t)
	var scans sync.WaitGroup
	for i := 0; i < 4; i++ {
		scans.Add(1)
		go func() {
			defer scans.Done()
			own, err := procview.OpenFull(procview.BackendAuto, procview.ScannerTablesOnly)
			if err != nil {
				t.Error(err)
				return
			}
			defer own.Close()
			for j := 0; j < 10; j++ {
				snapshot, err := own.Scan(context.Background(), nil)
				if err != nil {
					t.Error(err)
					return
				}
				snapshot.Close()
				if snapshot, err = shared.Scan(context.Background(), nil); err == nil {
					snapshot.Close()
				} else if !errors.Is(err, procview.ErrBusy) {
					t.Error(err)
				}
			}
		}()
	}
	scans.Wait()
}
