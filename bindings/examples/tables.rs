// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// Who shares which descriptor table, how full it is, and its sockets: see README.md.

use procview::{Collect, Error, FdTable, Query, Scanner};
use std::{env, ffi::OsStr, os::unix::ffi::OsStrExt, process::exit};

// A name is bytes, of any sort; as g_strescape() has it in the other languages.
fn escaped(name: &OsStr) -> String {
    let escape = |byte: &u8| match b"\x08\x0c\n\r\t\x0b\\\"".iter().position(|it| it == byte) {
        Some(at) => format!("\\{}", char::from(b"bfnrtv\\\""[at])),
        None if (b' '..=b'~').contains(byte) => char::from(*byte).to_string(),
        None => format!("\\{:03o}", byte),
    };
    name.as_bytes().iter().map(escape).collect()
}

fn print_table(table: FdTable) {
    let owner = table.owner();
    let name = escaped(owner.leader().comm().unwrap_or_else(|| OsStr::new("-")));
    let (tasks, descriptors) = (table.tasks().len(), table.descriptors().len());
    let limit = owner
        .fd_limit()
        .map_or_else(String::new, |limit| format!(" limit={}", limit.soft));

    println!(
        "{} {name} {} tasks={tasks} descriptors={descriptors}{limit}",
        owner.pid(),
        table.status()
    );
    for descriptor in table.descriptors() {
        if let Some(socket) = descriptor.file().socket() {
            let (family, state) = (socket.family_name(), socket.state_name());
            let words = [
                family.map(str::to_string),
                state.map(str::to_string),
                socket.local(),
                socket.remote(),
            ];
            let words = words.map(|word| word.unwrap_or_else(|| "-".to_string()));
            println!("  {} {}", descriptor.fd(), words.join(" "));
        }
    }
}

fn run() -> Result<(), Error> {
    let pids = env::args().skip(1).map(|pid| pid.parse().unwrap_or(0));
    let query = Query::new()
        .pids(pids)
        .collect(Collect::LIMITS | Collect::SOCKETS);

    Scanner::new()?
        .scan(&query)?
        .fd_tables()
        .for_each(print_table);
    Ok(())
}

fn main() {
    if let Err(error) = run() {
        eprintln!("{}", error);
        exit(1);
    }
}
