// The five bodies around the sun, so many steps of a hundredth of a day; prints the energy before and after.
const DAYS = 365.24, SUN = 4 * Math.PI ** 2;

function body(mass, x, y, z, vx, vy, vz) {
  return { mass: mass * SUN, x, y, z, vx: vx * DAYS, vy: vy * DAYS, vz: vz * DAYS };
}

function advance(bodies, dt) {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i];
    for (let j = i + 1; j < bodies.length; j++) {
      const b = bodies[j];
      const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      const square = dx * dx + dy * dy + dz * dz;
      const pull = dt / (square * Math.sqrt(square));
      a.vx -= dx * b.mass * pull; a.vy -= dy * b.mass * pull; a.vz -= dz * b.mass * pull;
      b.vx += dx * a.mass * pull; b.vy += dy * a.mass * pull; b.vz += dz * a.mass * pull;
    }
  }
  for (const a of bodies) {
    a.x += dt * a.vx; a.y += dt * a.vy; a.z += dt * a.vz;
  }
}

function energy(bodies) {
  let sum = 0;
  bodies.forEach((a, i) => {
    sum += a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz) / 2;
    for (const b of bodies.slice(i + 1)) sum -= a.mass * b.mass / Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
  });
  return sum.toFixed(9);
}

const bodies = [
  body(1, 0, 0, 0, 0, 0, 0),
  body(9.54791938424326609e-4, 4.84143144246472090, -1.16032004402742839, -1.03622044471123109e-1,
    1.66007664274403694e-3, 7.69901118419740425e-3, -6.90460016972063023e-5),
  body(2.85885980666130812e-4, 8.34336671824457987, 4.12479856412430479, -4.03523417114321381e-1,
    -2.76742510726411462e-3, 4.99852801234917238e-3, 2.30417297573763929e-5),
  body(4.36624404335156298e-5, 1.28943695621391310e1, -1.51111514016986312e1, -2.23307578892655734e-1,
    2.96460137564761618e-3, 2.37847173959480950e-3, -2.96589568540237556e-5),
  body(5.15138902046611451e-5, 1.53796971148509165e1, -2.59193146099879641e1, 1.79258772950371181e-1,
    2.68067772490389322e-3, 1.62824170038242295e-3, -9.51592254519715870e-5),
];
for (const axis of ['vx', 'vy', 'vz']) {
  bodies[0][axis] = -bodies.reduce((sum, a) => sum + a[axis] * a.mass, 0) / SUN;
}
console.log(energy(bodies));
for (let n = Number(process.argv[2]); n > 0; n--) advance(bodies, 0.01);
console.log(energy(bodies));
