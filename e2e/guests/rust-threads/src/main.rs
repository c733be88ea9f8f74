//! std::thread: scoped threads, a channel, a mutex with a condition, thread-local variables, files, a panic.
use std::cell::Cell;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex, mpsc};
use std::thread;

thread_local!(static OWN: Cell<u32> = const { Cell::new(7) });

fn channel() -> u64 {
    let (sender, receiver) = mpsc::channel();
    for i in 0..4u64 {
        let sender = sender.clone();
        thread::spawn(move || (0..100).for_each(|n| sender.send(i * 100 + n).unwrap()));
    }
    drop(sender);
    receiver.iter().sum()
}

fn condition() -> u32 {
    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let threads: Vec<_> = (0..6)
        .map(|i| {
            let pair = Arc::clone(&pair);
            thread::spawn(move || {
                let (turn, changed) = &*pair;
                let mut now = changed.wait_while(turn.lock().unwrap(), |turn| *turn != i).unwrap();
                *now += 1;
                changed.notify_all();
                OWN.with(|own| own.set(own.get() + i));
                OWN.get()
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).sum()
}

fn scoped() -> u32 {
    let sum = AtomicU32::new(0);
    let barrier = Barrier::new(4);
    thread::scope(|scope| {
        for i in 0..4 {
            let (sum, barrier) = (&sum, &barrier);
            scope.spawn(move || {
                barrier.wait();
                let mut file = OpenOptions::new().append(true).create(true).open("log").unwrap();
                for n in 0..50 {
                    file.write_all(format!("{i} {n}\n").as_bytes()).unwrap();
                }
                sum.fetch_add(i, Ordering::Relaxed);
            });
        }
    });
    assert_eq!(fs::read_to_string("log").unwrap().lines().count(), 200);
    sum.load(Ordering::Relaxed)
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("panic") {
        // Built to abort: it takes the process with it.
        thread::spawn(|| panic!("in a thread")).join().unwrap();
    }
    println!("channel {}", channel());
    println!("condition {}", condition());
    println!("scoped {}", scoped());
    let turns: u32 = (0..100).map(|i| thread::spawn(move || i).join().unwrap()).sum();
    println!("turns {turns}, own {}", OWN.get());
}
