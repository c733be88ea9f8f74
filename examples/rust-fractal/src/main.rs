//! Reads scene.txt, computes that part of the Mandelbrot set, and leaves the picture in fractal.bmp.

use std::collections::HashMap;
use std::process::ExitCode;
use std::{env, fs};

struct Scene {
    x: f64,
    y: f64,
    width: f64,
    columns: usize,
    rows: usize,
    steps: u32,
}

fn main() -> ExitCode {
    match draw(&env::args().nth(1).unwrap_or("scene.txt".into())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn draw(path: &str) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    let scene = Scene::parse(&text).map_err(|problem| format!("{path}: {problem}"))?;
    let mut pixels = Vec::with_capacity(scene.columns * scene.rows);
    for row in 0..scene.rows {
        for column in 0..scene.columns {
            pixels.push(scene.escape(column, row));
        }
    }
    let inside = pixels.iter().filter(|&&step| step == scene.steps).count();
    let total: u64 = pixels.iter().map(|&step| u64::from(step)).sum();
    println!("{} x {} points, {total} steps, {inside} points never leave", scene.columns, scene.rows);
    fs::write("fractal.bmp", scene.bitmap(&pixels)).map_err(|error| format!("cannot write fractal.bmp: {error}"))?;
    println!("written to fractal.bmp");
    Ok(())
}

impl Scene {
    fn parse(text: &str) -> Result<Scene, String> {
        let mut fields = HashMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (name, value) = line.split_once('=').ok_or(format!("'{line}' is not NAME = NUMBER"))?;
            let value: f64 = value.trim().parse().map_err(|_| format!("'{line}' is not NAME = NUMBER"))?;
            fields.insert(name.trim(), value);
        }
        let field = |name: &str| fields.get(name).copied().ok_or(format!("it does not say {name}"));
        let size = |name: &str| match field(name)? {
            value if (1.0..=4096.0).contains(&value) => Ok(value as usize),
            value => Err(format!("{name} is {value}, not from 1 to 4096")),
        };
        Ok(Scene {
            x: field("x")?, y: field("y")?, width: field("width")?,
            columns: size("columns")?, rows: size("rows")?, steps: size("steps")? as u32,
        })
    }

    /// After how many steps a point is known to leave; all of them if it is not.
    fn escape(&self, column: usize, row: usize) -> u32 {
        let scale = self.width / self.columns as f64;
        let x = self.x + (column as f64 - self.columns as f64 / 2.0) * scale;
        let y = self.y + (row as f64 - self.rows as f64 / 2.0) * scale;
        let (mut re, mut im) = (0.0, 0.0);
        for step in 0..self.steps {
            if re * re + im * im > 4.0 {
                return step;
            }
            (re, im) = (re * re - im * im + x, 2.0 * re * im + y);
        }
        self.steps
    }

    /// The file: a header of 54 bytes, then rows of blue, green, red from the bottom up, each a multiple of four bytes.
    fn bitmap(&self, pixels: &[u32]) -> Vec<u8> {
        let stride = (self.columns * 3 + 3) & !3;
        let size = 54 + stride * self.rows;
        let mut file = Vec::with_capacity(size);
        file.extend(b"BM");
        for word in [size as u32, 0, 54, 40, self.columns as u32, self.rows as u32, 24 << 16 | 1, 0, 0, 2835, 2835, 0, 0] {
            file.extend(word.to_le_bytes());
        }
        for row in pixels.chunks(self.columns).rev() {
            for &step in row {
                file.extend(self.colour(step));
            }
            file.resize(file.len() + stride - self.columns * 3, 0);
        }
        file
    }

    fn colour(&self, step: u32) -> [u8; 3] {
        if step == self.steps {
            return [0, 0, 0];
        }
        let share = (f64::from(step) / f64::from(self.steps)).sqrt();
        [255.0 * (1.0 - share), 255.0 * share, 255.0 * share * share].map(|part| part as u8)
    }
}
