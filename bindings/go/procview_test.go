// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

// Is what Go sees of live processes what these know of themselves?
package procview_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"procview"
)

func open(t *testing.T) *procview.Scanner {
	t.Helper()
	scanner, err := procview.Open()
	must(t, err)
	t.Cleanup(func() { scanner.Close() })
	return scanner
}

func look(t *testing.T, pids []int, collect procview.Collect) *procview.Snapshot {
	t.Helper()
	snapshot, err := open(t).Scan(context.Background(), &procview.Query{Pids: pids, Collect: collect})
	must(t, err)
	t.Cleanup(func() { snapshot.Close() })
	return snapshot
}

func equal[T comparable](t *testing.T, what any, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%v: %v, not %v", what, got, want)
	}
}

func descriptorOf(t *testing.T, snapshot *procview.Snapshot, tid, fd int) procview.Descriptor {
	t.Helper()
	task, ok := snapshot.Task(tid)
	table, hasTable := procview.FdTable{}, false
	if ok {
		table, hasTable = task.FdTable()
	}
	if !hasTable {
		t.Fatalf("task %d has no table", tid)
	}
	descriptor, ok := table.Descriptor(fd)
	if !ok {
		t.Fatalf("task %d has no descriptor %d", tid, fd)
	}
	return descriptor
}

func TestDescriptors(t *testing.T) {
	scene := openScene(t, "zoo")
	snapshot := look(t, scene.pids(), 0)
	all := scene.descriptors()
	if len(all) < 20 {
		t.Fatal("a small zoo")
	}
	for _, one := range all {
		descriptor := descriptorOf(t, snapshot, one.tid, one.fd)
		file := descriptor.File()
		equal(t, one.fd, file.Kind().String(), one.kind)
		if one.path != "" {
			equal(t, one.fd, file.Path(), one.path)
		}
		inode, known := file.Inode()
		equal(t, one.fd, fmt.Sprint(inode, known), fmt.Sprint(one.inode, true))
		flags, known := file.Flags()
		equal(t, one.fd, fmt.Sprint(flags, known), fmt.Sprint(one.flags, true))
		if cloexec, known := descriptor.Cloexec(); known {
			equal(t, one.fd, cloexec, one.cloexec)
		}
		if pos, known := file.Pos(); known && file.Kind() == procview.KindRegular {
			equal(t, one.fd, fmt.Sprint(pos), one.pos)
		}
	}
	tables := snapshot.FdTables()
	equal(t, "tables", len(tables), 1)
	equal(t, "status", tables[0].Status(), procview.StatusOk)
	equal(t, "read", tables[0].HasDescriptors(), true)
	count, known := tables[0].OpenCount()
	equal(t, "open", fmt.Sprint(count, known), fmt.Sprint(len(tables[0].Descriptors()), true))
	if _, ok := tables[0].Descriptor(100000); ok {
		t.Error("a descriptor that is not there")
	}
}

func TestSharing(t *testing.T) {
	scene := openScene(t, "clone-files")
	snapshot := look(t, scene.pids(), procview.CollectTables)
	tables := map[procview.FdTable][]int{}
	counts, err := procview.NewCounts(snapshot)
	must(t, err)
	defer counts.Close()
	for _, process := range snapshot.Processes() {
		table, _ := process.Leader().FdTable()
		tables[table] = append(tables[table], process.Pid())
		counts.AddProcess(process)
	}
	equal(t, "tables", len(tables), 1)
	for table, pids := range tables {
		equal(t, "sharers", len(pids), 2)
		equal(t, "tasks", len(table.Tasks()), 2)
		equal(t, "owner", table.Owner().Pid(), pids[0])
		open, _ := table.OpenCount()
		n, known := counts.Descriptors()
		equal(t, "sum", fmt.Sprint(n, known), fmt.Sprint(open, true))
	}
	equal(t, "shared", counts.SharedFdTables(), 1)
	equal(t, "read", snapshot.FdTables()[0].HasDescriptors(), false)
	if _, known := counts.OfKind(procview.KindRegular); known {
		t.Error("nobody has looked at the files")
	}
	if _, _, known := counts.LimitShare(); known {
		t.Error("nobody has asked for limits")
	}

	scene = openScene(t, "fork")
	equal(t, "forked", len(look(t, scene.pids(), procview.CollectTables).FdTables()), len(scene.pids()))
}

func TestSockets(t *testing.T) {
	scene := openScene(t, "sockets")
	snapshot := look(t, scene.pids(), procview.CollectSockets)
	seen := 0
	for _, told := range scene.sockets() {
		descriptor := descriptorOf(t, snapshot, atoi(t, told["tid"]), atoi(t, told["fd"]))
		socket, ok := descriptor.File().Socket()
		if !ok {
			t.Fatal(told)
		}
		equal(t, told, fmt.Sprint(socket.Inode()), told["ino"])
		family, _ := socket.Family()
		equal(t, told, fmt.Sprint(family), told["family"])
		if !strings.HasPrefix(told["name"], "tcp") || told["state"] == "7" {
			continue // a socket that is not bound is not in a dump
		}
		seen++
		state, _ := socket.State()
		equal(t, told, fmt.Sprint(state), told["state"])
		port, _ := socket.LocalPort()
		equal(t, told, fmt.Sprint(port), told["local_port"])
		if told["remote"] != "" {
			equal(t, told, hex.EncodeToString(socket.RemoteAddress()), told["remote"])
			if !strings.HasSuffix(socket.Remote(), ":"+told["remote_port"]) {
				t.Error(socket.Remote(), told)
			}
		}
		equal(t, told, socket.IsListening(), told["state"] == "10")
	}
	if seen < 5 {
		t.Error("few sockets")
	}
}

func TestPeers(t *testing.T) {
	pids := openScene(t, "socket-peers").pids()
	snapshot := look(t, pids, procview.CollectPeers)
	process, _ := snapshot.Process(pids[0])
	table, _ := process.Leader().FdTable()
	found := 0
	for _, descriptor := range table.Descriptors() {
		for _, peer := range descriptor.Peers() {
			found++
			equal(t, descriptor.Fd(), peer.FdTable().Owner().Pid(), pids[1])
			equal(t, descriptor.Fd(), peer.Peers()[0], descriptor)
			equal(t, descriptor.Fd(), peer.File().Peers()[0], descriptor.File())
		}
	}
	if found < 5 {
		t.Error("few peers")
	}
}

func TestFacts(t *testing.T) {
	snapshot := look(t, openScene(t, "zoo").pids(), procview.CollectDetails)
	names := map[string]bool{}
	texts := 0
	for _, descriptor := range snapshot.FdTables()[0].Descriptors() {
		for fact, value := range descriptor.File().Facts() {
			names[fact.Group()+"."+fact.String()] = true
			if value.IsText {
				texts++
			}
		}
	}
	// What all backends tell, whatever the library was built with.
	if !names["eventfd.count"] || !names["timerfd.clock"] || texts == 0 {
		t.Error(names)
	}
}

func TestProcess(t *testing.T) {
	pid := openScene(t, "command").pids()[0]
	collect := procview.CollectCommands | procview.CollectLimits | procview.CollectContext
	snapshot := look(t, []int{pid}, collect)
	process, ok := snapshot.Process(pid)
	if !ok {
		t.Fatal("no process")
	}
	proc := func(name string) string {
		bytes, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
		must(t, err)
		return string(bytes)
	}
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	must(t, err)
	cmdline := ""
	for _, argument := range process.Arguments() {
		cmdline += argument + "\x00"
	}
	equal(t, "cmdline", cmdline, proc("cmdline"))
	equal(t, "comm", process.Leader().Comm()+"\n", proc("comm"))
	equal(t, "exe", process.Exe(), exe)
	equal(t, "process", process.Leader().Process(), process)
	if limit, known := process.FdLimit(); !known || limit.Soft == 0 {
		t.Error(limit, known)
	}
	if credentials, known := process.Leader().Credentials(); !known || int(credentials.Euid) != os.Geteuid() {
		t.Error(credentials, known)
	}
	if _, ok := snapshot.Process(1 << 30); ok {
		t.Error("a process that is not there")
	}
}

func TestJSON(t *testing.T) {
	scene := openScene(t, "clone-files")
	snapshot := look(t, scene.pids(), 0)
	// By MarshalJSON, which encoding/json checks.
	document, err := json.Marshal(snapshot)
	must(t, err)
	var told struct {
		FdTables []struct {
			Descriptors []struct {
				Fd  int
				Ino uint64
			}
		} `json:"fd_tables"`
	}
	must(t, json.Unmarshal(document, &told))
	known := scene.descriptors()
	equal(t, "descriptors", len(told.FdTables[0].Descriptors), len(known))
	for i, one := range told.FdTables[0].Descriptors {
		equal(t, "fd", one.Fd, known[i].fd)
		equal(t, "ino", one.Ino, known[i].inode)
	}
	lines, err := snapshot.JSON(procview.JSONLines)
	must(t, err)
	equal(t, "lines", strings.Count(string(lines), "\n"), 1+2+1)
}

func TestNothingCollected(t *testing.T) {
	snapshot := look(t, []int{os.Getpid()}, procview.CollectNothing)
	equal(t, "collected", snapshot.Collected(), procview.CollectNothing)
	equal(t, "tables", len(snapshot.FdTables()), 0)
	equal(t, "all", look(t, []int{os.Getpid()}, 0).Collected(), procview.CollectAll)
}

func TestChanges(t *testing.T) {
	scanner := open(t)
	query := procview.Query{Pids: []int{os.Getpid()}, Collect: procview.CollectPaths}
	before, err := scanner.Scan(context.Background(), &query)
	must(t, err)
	file, err := os.Open("/proc/self/status")
	must(t, err)
	defer file.Close()
	after, err := scanner.Scan(context.Background(), &query)
	must(t, err)
	process, _ := after.Process(os.Getpid())
	changes, err := before.Compare(after)
	must(t, err)
	defer changes.Close()
	// Which keep them.
	before.Close()
	after.Close()
	for _, change := range changes.All() {
		descriptor, ok := change.DescriptorAfter()
		if ok && strings.HasSuffix(descriptor.File().Path(), "/status") {
			equal(t, "kind", change.Kind(), procview.ChangeDescriptorOpened)
			equal(t, "word", change.Kind().String(), "descriptor-opened")
			who, _ := change.ProcessAfter()
			equal(t, "process", who, process)
			return
		}
	}
	t.Error("the file was not seen")
}

func TestErrors(t *testing.T) {
	scanner := open(t)
	_, err := scanner.Scan(context.Background(), &procview.Query{Pids: []int{-1}})
	equal(t, "text", err.Error(), "-1 is not the id of a process")
	var told *procview.Error
	if !errors.Is(err, procview.ErrInvalidArgument) || !errors.As(err, &told) {
		t.Error(err)
	}
	if errors.Is(err, procview.ErrBusy) {
		t.Error("two codes")
	}
	_, err = scanner.Scan(context.Background(), &procview.Query{Pids: []int{1 << 40}})
	if !errors.Is(err, procview.ErrInvalidArgument) {
		t.Error(err)
	}
	if _, err = procview.OpenFull(77, 0); !errors.Is(err, procview.ErrInvalidArgument) {
		t.Error(err)
	}
	equal(t, "code", procview.ErrPermission.Error(), "procview: permission denied")
}

func TestCancellation(t *testing.T) {
	scanner := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	if snapshot, err := scanner.Scan(ctx, nil); err != nil {
		t.Error(err)
	} else {
		snapshot.Close()
	}
	cancel()
	if _, err := scanner.Scan(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	// Somewhere in the middle: it is stopped, or it was faster, and nothing else.
	for i := 0; i < 50; i++ {
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		snapshot, err := scanner.Scan(ctx, nil)
		if err == nil {
			snapshot.Close()
		} else if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}
