"""The five bodies around the sun, so many steps of a hundredth of a day; prints the energy before and after."""

import sys
from math import hypot, pi, sqrt

DAYS, SUN = 365.24, 4 * pi ** 2


class Body:
    __slots__ = ("mass", "x", "y", "z", "vx", "vy", "vz")

    def __init__(self, mass, x, y, z, vx, vy, vz):
        self.mass, self.x, self.y, self.z = mass * SUN, x, y, z
        self.vx, self.vy, self.vz = vx * DAYS, vy * DAYS, vz * DAYS


def advance(bodies, dt):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            square = dx * dx + dy * dy + dz * dz
            pull = dt / (square * sqrt(square))
            a.vx -= dx * b.mass * pull
            a.vy -= dy * b.mass * pull
            a.vz -= dz * b.mass * pull
            b.vx += dx * a.mass * pull
            b.vy += dy * a.mass * pull
            b.vz += dz * a.mass * pull
    for a in bodies:
        a.x += dt * a.vx
        a.y += dt * a.vy
        a.z += dt * a.vz


def energy(bodies):
    total = 0
    for i, a in enumerate(bodies):
        total += a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz) / 2
        for b in bodies[i + 1:]:
            total -= a.mass * b.mass / hypot(a.x - b.x, a.y - b.y, a.z - b.z)
    return f"{total:.9f}"


bodies = [
    Body(1, 0, 0, 0, 0, 0, 0),
    Body(9.54791938424326609e-4, 4.84143144246472090, -1.16032004402742839, -1.03622044471123109e-1,
         1.66007664274403694e-3, 7.69901118419740425e-3, -6.90460016972063023e-5),
    Body(2.85885980666130812e-4, 8.34336671824457987, 4.12479856412430479, -4.03523417114321381e-1,
         -2.76742510726411462e-3, 4.99852801234917238e-3, 2.30417297573763929e-5),
    Body(4.36624404335156298e-5, 1.28943695621391310e1, -1.51111514016986312e1, -2.23307578892655734e-1,
         2.96460137564761618e-3, 2.37847173959480950e-3, -2.96589568540237556e-5),
    Body(5.15138902046611451e-5, 1.53796971148509165e1, -2.59193146099879641e1, 1.79258772950371181e-1,
         2.68067772490389322e-3, 1.62824170038242295e-3, -9.51592254519715870e-5),
]
for axis in ("vx", "vy", "vz"):
    setattr(bodies[0], axis, -sum(getattr(a, axis) * a.mass for a in bodies) / SUN)
print(energy(bodies))
for _ in range(int(sys.argv[1])):
    advance(bodies, 0.01)
print(energy(bodies))
