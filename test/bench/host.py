"""One of Python's contenders in a process of its own: a request per line on stdin, a measurement per line on stdout, as host.mjs does."""
import json
import math
import sys
import time

from pythons import contenders
from work.functions import PARTS, fill, is_perfect, is_prime, keep, mandelbrot, sum_part

contender = sys.argv[1]
workers = int(sys.argv[2])


def timed(function, inputs):
    start = time.perf_counter()
    results = contenders[contender](function, inputs, workers)
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


def shared(n):
    import numpy

    array = (numpy.arange(10_000_000) % 1000).astype(float)
    sums, ms = timed(sum_part, [(array, part) for part in range(n)])
    assert n == PARTS and sum(sums) == 4_995_000_000
    return ms


def results(n):
    arrays, ms = timed(fill, range(n))
    assert all(len(array) == 1_000_000 and array[-1] == i for i, array in enumerate(arrays))
    return ms


def records(n):
    results, ms = timed(keep, [{"id": i, "name": f"row {i}", "score": i / 7} for i in range(n)])
    assert results[n - 1]["score"] == (n - 1) / 7
    return ms * 1000 / n


def warm(calls):
    return sorted(timed(math.sqrt, [1, 4])[1] for _ in range(calls))[calls // 2]


def hash_value(n):
    import joblib

    value = {f"key {i}": {"i": i, "text": f"value {i}"} for i in range(n)}
    start = time.perf_counter()
    joblib.hash(value)
    return (time.perf_counter() - start) * 1000


measure = {
    "tiny": tiny,
    "perfect": perfect,
    "primes": primes,
    "mandelbrot": draw,
    "shared": shared,
    "results": results,
    "records": records,
    "warm": warm,
    "hash": hash_value,
}

if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        values = []
        latest = time.perf_counter() + request["longestMs"] / 1000
        while not values or (len(values) < request["calls"] and time.perf_counter() < latest):
            values.append(measure[request["name"]](request["n"]))
        print(json.dumps({"value": sorted(values)[len(values) // 2]}), flush=True)
