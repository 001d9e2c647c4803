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


def warm(calls):
    return sorted(timed(math.sqrt, [1, 4])[1] for _ in range(calls))[calls // 2]


if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        value = {"tiny": tiny, "perfect": perfect, "warm": warm}[request["name"]](request["n"])
        print(json.dumps({"value": value}), flush=True)
