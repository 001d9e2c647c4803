"""Hits in what Python keeps on disk: python3 memory-peers.py <package> <folder> <count>. Prints the median of a hit, in microseconds."""
import json
import statistics
import sys
import time

package, folder, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


def number(i):
    return i * 1.5


def record(i):
    return {"id": i, "name": f"record {i}", "tags": ["a", "b"], "text": "x" * 900, "at": [i, i + 1]}


def cached(fn):
    if package == "joblib":
        import joblib

        return joblib.Memory(folder, verbose=0).cache(fn)
    import diskcache

    return diskcache.Cache(folder).memoize()(fn)


found = {}
for fn in (number, record):
    call = cached(fn)
    for i in range(count):
        call(i)
    times = []
    for i in range(count):
        begun = time.perf_counter()
        call(i)
        times.append((time.perf_counter() - begun) * 1e6)
    found[fn.__name__] = statistics.median(times)
print(json.dumps(found))
