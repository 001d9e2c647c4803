"""Python's joblib in a process of its own: a request per line on stdin, a measurement per line on stdout, as host.mjs does."""
import json
import math
import sys
import time

from joblib import Parallel, delayed

WORKERS = 2


def is_perfect(n):
    total = 0
    for divisor in range(1, n):
        if n % divisor == 0:
            total += divisor
    return n > 1 and total == n


def is_prime(n):
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return n > 1


def mandelbrot(row, side=1000, deepest=200):
    counts = []
    imaginary = row / side * 2 - 1
    for column in range(side):
        real = column / side * 3 - 2
        x, y, count = 0.0, 0.0, 0
        while x * x + y * y <= 4 and count < deepest:
            x, y = x * x - y * y + real, 2 * x * y + imaginary
            count += 1
        counts.append(count)
    return counts


def keep(record):
    return record


def timed(function, inputs):
    start = time.perf_counter()
    results = Parallel(n_jobs=WORKERS)(delayed(function)(i) for i in inputs)
    return results, (time.perf_counter() - start) * 1000


def tiny(n):
    results, ms = timed(math.sqrt, range(n))
    assert results[n - 1] == math.sqrt(n - 1)
    return ms * 1000 / n


def perfect(n):
    results, ms = timed(is_perfect, range(n))
    assert [i for i in range(n) if results[i]] == [i for i in (6, 28, 496, 8128) if i < n]
    return ms


def primes(n):
    results, ms = timed(is_prime, range(90_000_001, 90_000_001 + 2 * n, 2))
    assert results.index(True) == 24
    return ms * 1000 / n


def draw(n):
    rows, ms = timed(mandelbrot, range(n))
    assert rows[n // 2][n // 2] == 200
    return ms


def records(n):
    results, ms = timed(keep, [{"id": i, "name": f"row {i}", "score": i / 7} for i in range(n)])
    assert results[n - 1]["score"] == (n - 1) / 7
    return ms * 1000 / n


def warm(calls):
    return sorted(timed(math.sqrt, [1, 4])[1] for _ in range(calls))[calls // 2]


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        measure = {"tiny": tiny, "perfect": perfect, "primes": primes, "mandelbrot": draw, "records": records, "warm": warm}
        value = measure[request["name"]](request["n"])
        print(json.dumps({"value": value}), flush=True)
