// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Live processes that know of themselves what a snapshot has to say: scenes of tests/workload, whose
// program the variable WORKLOAD names.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStringExt;
use std::process::{Child, Command, Stdio};

/// A scene, from "ready" on. It ends when it is dropped, for then its stdin does.
pub struct Scene {
    child: Child,
    facts: Vec<(String, String)>,
}

/// A descriptor, as the scene knows it.
pub struct Known {
    pub tid: i32,
    pub fd: i32,
    pub kind: String,
    pub inode: u64,
    pub path: Option<OsString>,
    pub flags: u32,
    pub cloexec: bool,
    pub pos: Option<i64>,
}

impl Scene {
    pub fn open(name: &str) -> Scene {
        let workload =
            env::var_os("WORKLOAD").expect("WORKLOAD names the program that makes scenes");
        let mut child = Command::new(workload)
            .arg(name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the workload starts");
        let mut facts = Vec::new();

        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            match line.split_once('=') {
                Some((key, value)) => facts.push((key.to_string(), value.to_string())),
                None => {
                    assert_eq!(line, "ready");
                    return Scene { child, facts };
                }
            }
        }
        panic!("scene {} is not to be had: {:?}", name, child.wait());
    }

    pub fn all<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'s str> {
        let of_key = self.facts.iter().filter(move |fact| fact.0 == key);
        of_key.map(|fact| fact.1.as_str())
    }

    pub fn pids(&self) -> Vec<i32> {
        self.all("process")
            .map(|pid| pid.parse().unwrap())
            .collect()
    }

    pub fn descriptors(&self) -> Vec<Known> {
        self.all("fd").map(known).collect()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

/// TID:FD:KIND:MAJ.MIN:INO:PATH:FLAGS:CLOEXEC:POS:…, flags in octal, the path in hexadecimal.
fn known(line: &str) -> Known {
    let fields: Vec<&str> = line.split(':').collect();

    Known {
        tid: fields[0].parse().unwrap(),
        fd: fields[1].parse().unwrap(),
        kind: fields[2].to_string(),
        inode: fields[4].parse().unwrap(),
        path: (fields[5] != "-").then(|| OsString::from_vec(unhex(fields[5]))),
        flags: u32::from_str_radix(fields[6], 8).unwrap(),
        cloexec: fields[7] == "1",
        pos: fields[8].parse().ok(),
    }
}

pub fn unhex(text: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}
