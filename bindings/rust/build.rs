// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright the libprocview authors
//
// How to link with the library, as pkg-config says. Who calls rustc without cargo gives it the same
// flags: see README.md.

use std::env;
use std::process::{exit, Command};

fn main() {
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    let pkg_config = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".to_string());
    let asked = Command::new(&pkg_config)
        .args(["--libs", "libprocview >= 0.1"])
        .output();
    let libs = match asked {
        Ok(told) if told.status.success() => told.stdout,
        Ok(told) => fail(&String::from_utf8_lossy(&told.stderr)),
        Err(error) => fail(&format!("{}: {}", pkg_config, error)),
    };
    for flag in String::from_utf8_lossy(&libs).split_whitespace() {
        if let Some(folder) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={}", folder);
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib={}", library);
        }
    }
}

fn fail(why: &str) -> ! {
    eprintln!(
        "libprocview is needed, with what is for development: {}",
        why
    );
    exit(1);
}
