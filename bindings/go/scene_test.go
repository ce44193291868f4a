// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors

package procview_test

import (
	"bufio"
	"encoding/hex"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// A live process, or several, that know of themselves what a snapshot has to say: a scene of
// tests/workload, whose program the variable WORKLOAD names.
type scene struct {
	t     *testing.T
	facts map[string][]string
}

// Opens a scene, up to "ready". It ends with the test, for then its stdin does.
func openScene(t *testing.T, name string) scene {
	t.Helper()
	workload := os.Getenv("WORKLOAD")
	if workload == "" {
		t.Fatal("WORKLOAD has to name the program that makes scenes")
	}
	command := exec.Command(workload, name)
	stdin, err := command.StdinPipe()
	must(t, err)
	stdout, err := command.StdoutPipe()
	must(t, err)
	must(t, command.Start())
	t.Cleanup(func() {
		stdin.Close()
		command.Wait()
	})
	facts := map[string][]string{}
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if lines.Text() == "ready" {
			return scene{t, facts}
		}
		key, value, _ := strings.Cut(lines.Text(), "=")
		facts[key] = append(facts[key], value)
	}
	t.Fatalf("scene %s is not to be had", name)
	return scene{}
}

func (s scene) pids() []int {
	var pids []int
	for _, text := range s.facts["process"] {
		pids = append(pids, atoi(s.t, text))
	}
	return pids
}

// What the scene knows of a descriptor.
type known struct {
	tid, fd    int
	kind, path string
	inode      uint64
	flags      uint32
	cloexec    bool
	pos        string
}

// TID:FD:KIND:MAJ.MIN:INO:PATH:FLAGS:CLOEXEC:POS:…, flags in octal, the path in hexadecimal.
func (s scene) descriptors() []known {
	var all []known
	for _, line := range s.facts["fd"] {
		fields := strings.Split(line, ":")
		inode, err := strconv.ParseUint(fields[4], 10, 64)
		must(s.t, err)
		flags, err := strconv.ParseUint(fields[6], 8, 32)
		must(s.t, err)
		path := ""
		if fields[5] != "-" {
			bytes, err := hex.DecodeString(fields[5])
			must(s.t, err)
			path = string(bytes)
		}
		all = append(all, known{
			tid: atoi(s.t, fields[0]), fd: atoi(s.t, fields[1]), kind: fields[2], path: path,
			inode: inode, flags: uint32(flags), cloexec: fields[7] == "1", pos: fields[8],
		})
	}
	return all
}

// What the scene knows of a socket: key and value, with "tid", "fd" and "name".
func (s scene) sockets() []map[string]string {
	var all []map[string]string
	for _, line := range s.facts["socket"] {
		fields := strings.Split(line, ":")
		told := map[string]string{"tid": fields[0], "fd": fields[1], "name": fields[2]}
		for _, pair := range fields[3:] {
			key, value, _ := strings.Cut(pair, "=")
			told[key] = value
		}
		all = append(all, told)
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	number, err := strconv.Atoi(text)
	must(t, err)
	return number
}
