//! A web server on the port that samovar.json names, and a client of the other servers beside it.
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{FromRawFd, IntoRawFd};

fn main() -> io::Result<()> {
    let listener = listen(8003)?;
    eprintln!("listening");
    for connection in listener.incoming() {
        // One that breaks is no reason to stop.
        if let Err(error) = serve(connection?) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

/// The socket that the process was started with is descriptor 3; without one, a file opens it.
fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = if std::env::var("LISTEN_FDS").is_ok() {
        3
    } else {
        open(&format!("/dev/tcp-listen/{port}"))?.into_raw_fd()
    };
    Ok(unsafe { TcpListener::from_raw_fd(socket) })
}

/// Connections are files, too.
fn connect(host: &str, port: &str) -> io::Result<TcpStream> {
    let socket = open(&format!("/dev/tcp/{host}/{port}"))?.into_raw_fd();
    Ok(unsafe { TcpStream::from_raw_fd(socket) })
}

fn open(path: &str) -> io::Result<File> {
    File::options().read(true).write(true).open(path)
}

/// Answers one request; the connection ends with it.
fn serve(mut connection: TcpStream) -> io::Result<()> {
    let mut head = BufReader::new(&connection);
    let mut line = String::new();
    head.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut length = 0;
    loop {
        line.clear();
        if head.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
    }
    let mut body = vec![0; length];
    head.read_exact(&mut body)?;
    let (status, answer) = answer(&path, body);
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    )?;
    connection.write_all(&answer)
}

fn answer(path: &str, body: Vec<u8>) -> (&'static str, Vec<u8>) {
    if path == "/echo" {
        return ("200 OK", body);
    }
    // Asks another server of this OS: /ask/8000/path
    if let Some(asked) = path.strip_prefix("/ask/") {
        let (port, path) = asked.split_once('/').unwrap_or((asked, ""));
        return match ask(port, path) {
            Ok(answer) => ("200 OK", [format!("port {port} says: ").into_bytes(), answer].concat()),
            Err(error) => ("502 Bad Gateway", format!("{error}\n").into_bytes()),
        };
    }
    let text = format!("<!doctype html><title>Rust</title><h1>Good day from Rust</h1><p>You asked for {path}.\n");
    ("200 OK", text.into_bytes())
}

fn ask(port: &str, path: &str) -> io::Result<Vec<u8>> {
    let mut connection = connect("localhost", port)?;
    write!(connection, "GET /{path} HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n")?;
    let mut all = Vec::new();
    connection.read_to_end(&mut all)?;
    let head = all.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
    Ok(all.split_off(head))
}
