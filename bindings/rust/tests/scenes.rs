// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Is what Rust sees of live processes what these know of themselves?

mod scene;

use procview::{
    Cancellable, ChangeKind, Collect, Counts, Descriptor, ErrorKind, FactValue, Json, Kind, Query,
    Scanner, Snapshot, Status, Step,
};
use scene::{unhex, Scene};
use std::collections::HashSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::thread;

fn look(pids: &[i32], collect: Collect) -> Snapshot {
    let query = Query::new().pids(pids.iter().copied()).collect(collect);
    Scanner::new().unwrap().scan(&query).unwrap()
}

fn own_pid() -> i32 {
    std::process::id() as i32
}

#[test]
fn descriptors_are_what_the_scene_has() {
    let scene = Scene::open("zoo");
    let snapshot = look(&scene.pids(), Collect::ALL);
    let known = scene.descriptors();

    assert!(known.len() > 20);
    for one in &known {
        let table = snapshot.task(one.tid).unwrap().fd_table().unwrap();
        let descriptor = table.descriptor(one.fd).unwrap();
        let file = descriptor.file();

        assert_eq!(file.kind().name(), one.kind, "{:?}", descriptor);
        assert_eq!(file.inode(), Some(one.inode), "{:?}", descriptor);
        if let Some(path) = &one.path {
            assert_eq!(file.path(), Some(path.as_os_str()));
        }
        assert_eq!(file.flags(), Some(one.flags), "{:?}", descriptor);
        if let Some(cloexec) = descriptor.cloexec() {
            assert_eq!(cloexec, one.cloexec, "{:?}", descriptor);
        }
        if file.kind() == Kind::REGULAR {
            assert_eq!(file.pos(), one.pos, "{:?}", descriptor);
        }
        assert_eq!(descriptor.fd_table(), table);
        assert!(file.descriptors().contains(&descriptor));
    }
    let table = snapshot.fd_tables().next().unwrap();
    assert_eq!(
        (table.status(), table.reason().name()),
        (Status::OK, "none")
    );
    assert!(table.has_descriptors());
    assert_eq!(table.open_count(), Some(table.descriptors().len() as u32));
    assert_eq!(table.descriptor(100_000), None);
}

#[test]
fn who_shares_a_table() {
    let scene = Scene::open("clone-files");
    let pids = scene.pids();
    let snapshot = look(&pids, Collect::TABLES);
    let tables: Vec<_> = pids
        .iter()
        .map(|pid| snapshot.process(*pid).unwrap().leader().fd_table().unwrap())
        .collect();

    assert_eq!(tables.len(), 2);
    assert_eq!(tables[0], tables[1]);
    assert_eq!(tables[0].tasks().len(), 2);
    assert_eq!(tables[0].owner().pid(), *pids.iter().min().unwrap());
    assert_eq!(snapshot.fd_tables().len(), 1);

    let mut counts = Counts::new(&snapshot).unwrap();
    snapshot
        .processes()
        .for_each(|process| counts.add_process(process));
    let sum = counts.n_descriptors();
    assert_eq!((counts.n_processes(), counts.n_fd_tables()), (2, 1));
    assert_eq!(
        (counts.n_shared_fd_tables(), counts.n_unread_fd_tables()),
        (1, 0)
    );
    assert_eq!(
        (sum.n, sum.is_known),
        (tables[0].open_count().unwrap().into(), true)
    );
    // Nobody looked at the files.
    assert!(!tables[0].has_descriptors());
    assert!(!counts.n_of_kind(Kind::REGULAR).is_known);
    assert!(counts.limit_share().is_none());

    let scene = Scene::open("fork");
    let snapshot = look(&scene.pids(), Collect::TABLES);
    let tables: HashSet<_> = snapshot
        .processes()
        .map(|one| one.leader().fd_table())
        .collect();
    assert_eq!(tables.len(), scene.pids().len());
}

#[test]
fn sockets_are_what_the_scene_has() {
    let scene = Scene::open("sockets");
    let snapshot = look(&scene.pids(), Collect::SOCKETS);
    let mut seen = 0;

    for line in scene.all("socket") {
        let fields: Vec<&str> = line.split(':').collect();
        let told = |key: &str| {
            let pairs = fields[3..].iter().filter_map(|pair| pair.split_once('='));
            pairs.filter(|pair| pair.0 == key).map(|pair| pair.1).next()
        };
        let number = |key: &str| told(key).map(|text| text.parse::<u64>().unwrap());
        let table = snapshot
            .task(fields[0].parse().unwrap())
            .unwrap()
            .fd_table()
            .unwrap();
        let file = table.descriptor(fields[1].parse().unwrap()).unwrap().file();
        let socket = file.socket().unwrap();

        assert_eq!(Some(socket.inode()), number("ino"), "{}", line);
        assert_eq!(
            socket.family().map(|it| it as u64),
            number("family"),
            "{}",
            line
        );
        assert_eq!(
            socket.protocol().map(|it| it as u64),
            number("protocol"),
            "{}",
            line
        );
        if !fields[2].starts_with("tcp") || number("state") == Some(7) {
            continue; // a socket that is not bound is not in a dump
        }
        seen += 1;
        assert_eq!(
            socket.state().map(|it| it as u64),
            number("state"),
            "{}",
            line
        );
        assert_eq!(
            socket.local_port().map(u64::from),
            number("local_port"),
            "{}",
            line
        );
        if let Some(remote) = told("remote") {
            assert_eq!(
                socket.remote_address(),
                Some(unhex(remote).as_slice()),
                "{}",
                line
            );
            let port = number("remote_port").unwrap();
            assert!(
                socket.remote().unwrap().ends_with(&format!(":{}", port)),
                "{}",
                line
            );
        }
        assert_eq!(
            socket.is_listening(),
            number("state") == Some(10),
            "{}",
            line
        );
    }
    assert!(seen > 5);
}

#[test]
fn other_ends() {
    let scene = Scene::open("socket-peers");
    let pids = scene.pids();
    let snapshot = look(&pids, Collect::PEERS);
    let table = snapshot
        .process(pids[0])
        .unwrap()
        .leader()
        .fd_table()
        .unwrap();
    let mut found = 0;

    for descriptor in table
        .descriptors()
        .filter(|one| one.file().kind() == Kind::SOCKET)
    {
        let peers = descriptor.peers();
        found += peers.len();
        for peer in peers {
            assert_eq!(peer.fd_table().owner().pid(), pids[1]);
            assert!(descriptor.file().peers().contains(&peer.file()));
            assert!(peer.peers().contains(&descriptor));
        }
    }
    assert!(found >= 5);
}

#[test]
fn facts_by_name() {
    let scene = Scene::open("zoo");
    let snapshot = look(&scene.pids(), Collect::DETAILS);
    let table = snapshot.fd_tables().next().unwrap();
    let eventfd = table
        .descriptors()
        .find(|one| one.file().kind() == Kind::EVENTFD)
        .unwrap();
    let facts = eventfd.file().facts();
    let count = facts.iter().find(|fact| fact.0.name() == "count").unwrap();

    assert_eq!(count.0.group(), "eventfd");
    assert!(matches!(count.1, FactValue::Number(_)));
    assert_eq!(eventfd.file().fact(count.0), Some(count.1));
}

#[test]
fn processes_are_what_proc_says() {
    let scene = Scene::open("command");
    let pid = scene.pids()[0];
    let snapshot = look(
        &[pid],
        Collect::COMMANDS | Collect::LIMITS | Collect::CONTEXT,
    );
    let process = snapshot.process(pid).unwrap();
    let read = |name: &str| fs::read(format!("/proc/{}/{}", pid, name)).unwrap();
    let link = |name: &str| fs::read_link(format!("/proc/{}/{}", pid, name)).unwrap();
    let mut arguments = Vec::new();
    for argument in process.arguments() {
        arguments.extend_from_slice(argument.as_bytes());
        arguments.push(0);
    }
    let mut comm = process.leader().comm().unwrap().as_bytes().to_vec();
    comm.push(b'\n');

    assert_eq!(arguments, read("cmdline"));
    assert_eq!(comm, read("comm"));
    assert_eq!(process.exe(), Some(link("exe").as_os_str()));
    assert_eq!(process.cwd(), Some(link("cwd").as_os_str()));
    let ids = [process.pid(), process.ppid(), process.pgid(), process.sid()];
    let ids: Vec<String> = ids.iter().map(i32::to_string).collect();
    assert!(scene.all("ids").next().unwrap().starts_with(&ids.join(":")));
    assert_eq!(process.leader().process(), process);
    assert!(process.leader().is_leader() && !process.is_kernel_thread());
    assert!(process.fd_limit().unwrap().soft > 0);
    assert!(process.start_time_ns() > Some(0));
    let owner = fs::metadata(format!("/proc/{}/stat", pid)).unwrap().uid();
    assert_eq!(process.leader().euid(), Some(owner));
    assert_eq!(snapshot.process(i32::MAX), None);
}

#[test]
fn json_is_what_the_library_writes() {
    let scene = Scene::open("clone-files");
    let snapshot = look(&scene.pids(), Collect::ALL);
    let document = String::from_utf8(snapshot.to_json(Json::FILES).unwrap()).unwrap();
    let lines = String::from_utf8(snapshot.to_json(Json::LINES).unwrap()).unwrap();

    assert!(document.starts_with('{') && document.contains("\"fd_tables\""));
    for one in scene.descriptors() {
        assert!(
            document.contains(&format!("\"ino\":{}", one.inode)),
            "{}",
            document
        );
    }
    assert_eq!(
        lines.lines().count(),
        1 + snapshot.processes().len() + snapshot.fd_tables().len()
    );
}

#[test]
fn errors_have_kinds() {
    let mut scanner = Scanner::new().unwrap();
    let error = scanner.scan(&Query::new().pid(-1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert_eq!(error.to_string(), "-1 is not the id of a process");

    let stop = Cancellable::new();
    stop.clone().cancel();
    assert!(stop.is_cancelled());
    let error = scanner.scan_until(&Query::new(), &stop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[test]
fn a_scan_is_followed_and_stopped() {
    let mut scanner = Scanner::new().unwrap();
    let mut steps = Vec::new();
    let mut note = |step, _done, _total| steps.push(step);
    scanner
        .scan_followed(&Query::new(), None, &mut note)
        .unwrap();
    assert_eq!(steps.first(), Some(&Step::TASKS));
    assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]));

    let stop = Cancellable::new();
    let mut cancel = |_step, _done, _total| stop.cancel();
    let error = scanner
        .scan_followed(&Query::new(), Some(&stop), &mut cancel)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[test]
fn a_panic_waits_for_the_end_of_the_scan() {
    let mut scanner = Scanner::new().unwrap();
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let mut fail = |_step, _done, _total| panic!("told too much");
        scanner.scan_followed(&Query::new(), None, &mut fail)
    }));
    assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"told too much"));
    // The scanner is as good as before.
    assert!(scanner.scan(&Query::new().pid(own_pid())).is_ok());
}

#[test]
fn changes_keep_their_snapshots() {
    // One scanner, because its own descriptors are in the table, too, and so are those of each scan.
    let mut scanner = Scanner::new().unwrap();
    let query = Query::new().pid(own_pid()).collect(Collect::PATHS);
    let before = scanner.scan(&query).unwrap();
    let opened = fs::File::open("/proc/self/status").unwrap();
    let after = scanner.scan(&query).unwrap();
    let changes = before.compare(&after).unwrap();
    drop((before, after, opened));
    let is_it = |one: Descriptor| one.file().path().unwrap().as_bytes().ends_with(b"/status");
    let change = changes
        .iter()
        .find(|change| change.descriptor_after().map_or(false, is_it))
        .unwrap();

    assert_eq!(change.kind(), ChangeKind::DESCRIPTOR_OPENED);
    assert_eq!(change.kind().name(), "descriptor-opened");
    assert!(change.descriptor_before().is_none());
    assert_eq!(change.process_after().unwrap().pid(), own_pid());
}

#[test]
fn a_clone_is_the_same_snapshot() {
    let snapshot = look(&[own_pid()], Collect::ALL);
    let clone = snapshot.clone();
    assert_eq!(snapshot.process(own_pid()), clone.process(own_pid()));
    drop(snapshot);
    assert_eq!(clone.process(own_pid()).unwrap().pid(), own_pid());
}

#[test]
fn many_threads_read_one_snapshot() {
    let snapshot = look(&[], Collect::ALL);
    let count = || -> usize {
        let tables = snapshot.fd_tables();
        tables
            .map(|table| table.descriptors().filter(|one| one.fd() >= 0).count())
            .sum()
    };
    let sums: Vec<usize> = thread::scope(|scope| {
        let readers: Vec<_> = (0..4).map(|_| scope.spawn(&count)).collect();
        readers
            .into_iter()
            .map(|reader| reader.join().unwrap())
            .collect()
    });
    assert_eq!(sums, [snapshot.n_descriptors() as usize; 4]);
    // And the last one who has it may be another thread.
    thread::spawn(move || drop(snapshot)).join().unwrap();
}

#[test]
fn a_scanner_moves_to_another_thread() {
    let mut scanner = Scanner::new().unwrap();
    let scan = move || {
        scanner
            .scan(&Query::new().pid(own_pid()))
            .map(|one| one.processes().len())
    };
    assert_eq!(thread::spawn(scan).join().unwrap(), Ok(1));
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn nothing_stays_open() {
    let before = open_descriptors();
    let mut scanner = Scanner::new().unwrap();
    let rights = scanner.rights().unwrap();
    let snapshot = scanner.scan(&Query::new().pid(own_pid())).unwrap();

    assert_eq!(
        rights.backend_name(Step::FILES),
        snapshot.backend_name(Step::FILES)
    );
    if snapshot.backend_name(Step::FILES) == Some("bpf") {
        assert!(open_descriptors() > before);
    }
    drop(scanner);
    assert_eq!(open_descriptors(), before);
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Mallinfo {
    numbers: [usize; 10],
}

extern "C" {
    fn mallinfo2() -> Mallinfo;
}

/// Bytes that are in use: hblkhd and uordblks.
fn memory_in_use() -> u64 {
    // SAFETY: takes nothing, and returns ten numbers (glibc 2.33).
    let numbers = unsafe { mallinfo2() }.numbers;
    (numbers[4] + numbers[7]) as u64
}

#[test]
fn no_memory_stays() {
    const N: u64 = 20;
    let mut scanner = Scanner::new().unwrap();
    // The first ones fill what GLib keeps for good.
    let kept = scanner.scan(&Query::new()).unwrap();
    let json = kept.to_json(Json::FILES).unwrap().len() as u64;
    let before = memory_in_use();

    for _ in 0..N {
        let snapshot = scanner.scan(&Query::new()).unwrap();
        let clone = snapshot.clone();
        drop(snapshot);
        clone.to_json(Json::FILES).unwrap();
        kept.compare(&clone).unwrap();
        clone
            .fd_tables()
            .flat_map(|table| table.descriptors())
            .for_each(|one| drop(one.peers()));
    }
    let grown = memory_in_use().saturating_sub(before);
    assert!(
        grown < N * kept.memory_bytes() / 4,
        "{} of {}",
        grown,
        kept.memory_bytes()
    );
    assert!(grown < N * json / 4, "{} of {}", grown, json);
}
