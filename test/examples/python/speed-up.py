"""How much faster with more workers: primes of eight digits, and Mandelbrot pictures of several sizes, on pools of several sizes."""
import time
from functools import partial
from multiprocessing import Pool

PRIMES, SIDES, SIZES = 2_000, (30, 60), (1, 2)


def is_prime(n):
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return n > 1


def points_inside(side, y):
    inside, im = 0, y / side * 2.4 - 1.2
    for x in range(side):
        re = x / side * 3.2 - 2.3
        a = b = step = 0
        while step < 200 and a * a + b * b <= 4:
            a, b = a * a - b * b + re, 2 * a * b + im
            step += 1
        inside += step == 200
    return inside


def curve(name, fn, items):
    cells = [name]
    for size in SIZES:
        with Pool(size) as pool:
            pool.map(fn, items)
            begun = time.perf_counter()
            pool.map(fn, items)
            cells.append(f"{time.perf_counter() - begun:.3f} s")
    return cells


if __name__ == "__main__":
    rows = [curve(f"{PRIMES} primality tests", is_prime, range(10_000_001, 10_000_001 + 2 * PRIMES, 2))]
    rows += [curve(f"Mandelbrot {side} x {side}", partial(points_inside, side), range(side)) for side in SIDES]
    heads = ["", "1 worker", "2 workers"]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(3)]
    for row in [heads, ["-" * width for width in widths], *rows]:
        print("  ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]))
