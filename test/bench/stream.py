"""A whole program that takes its tasks from a generator and reads results as they come, as stream.mjs does: with `Pool.imap`."""
import json
import math
import multiprocessing
import resource
import sys
import time

if __name__ == "__main__":
    n = int(sys.argv[2])
    start = time.perf_counter()
    with multiprocessing.Pool(2) as pool:
        total = sum(pool.imap(math.sqrt, (i for i in range(n)), chunksize=1000))
    us = (time.perf_counter() - start) * 1e6 / n
    print(json.dumps({"stream": us, "stream-memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, "sum": total}))
