//! Shows what a process gets (arguments, environment, files, exit status) and gives something back.

use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    match hello() {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn hello() -> io::Result<u8> {
    for (i, argument) in env::args().enumerate() {
        println!("argv[{i}]={argument}");
    }
    println!("USER={}", env::var("USER").unwrap_or_default());

    let greeting = fs::read_to_string("greeting.txt").map_err(|error| named("greeting.txt", error))?;
    print!("{greeting}");

    let words = greeting.split_whitespace().count();
    let line = format!("greeting.txt: {} bytes, {words} words\n", greeting.len());
    fs::write("result.txt", &line).map_err(|error| named("result.txt", error))?;
    let read_back = fs::read_to_string("result.txt").map_err(|error| named("result.txt", error))?;
    if read_back != line {
        return Err(io::Error::other("result.txt does not hold what was written to it"));
    }
    print!("result.txt: {read_back}");

    eprintln!("rust-hello: a line on stderr");
    // Like C's atoi: what is not a number is 0.
    Ok(env::args().nth(1).and_then(|argument| argument.parse().ok()).unwrap_or(0))
}

/// The same error, with the name of the file it is about.
fn named(path: &str, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot use {path}: {error}"))
}
