"""The Mandelbrot set, a row at a time, sketched on the terminal."""
import math
import time
from multiprocessing import Pool

WIDTH, HEIGHT, LIMIT = 72, 48, 60
COLUMNS, LINES, SHADES = 72, 24, " .:-=+*%#@"


def steps_of(y):
    row, im = [], y / (HEIGHT - 1) * 2.4 - 1.2
    for x in range(WIDTH):
        re = x / (WIDTH - 1) * 3.2 - 2.3
        a = b = step = 0
        while step < LIMIT and a * a + b * b <= 4:
            a, b = a * a - b * b + re, 2 * a * b + im
            step += 1
        row.append(step)
    return row


if __name__ == "__main__":
    begun = time.perf_counter()
    with Pool(2) as pool:
        rows = pool.map(steps_of, range(HEIGHT))
    seconds = time.perf_counter() - begun
    for line in range(LINES):
        row = rows[int((line + 0.5) / LINES * HEIGHT)]
        steps = [row[int((column + 0.5) / COLUMNS * WIDTH)] for column in range(COLUMNS)]
        print("".join(SHADES[int(math.log(n) / math.log(LIMIT) * (len(SHADES) - 1))] for n in steps))
    print(f"{WIDTH} x {HEIGHT} points in {seconds:.2f} s on 2 processes")
