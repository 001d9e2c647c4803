"""A whole program that calls a function remembered by joblib's Memory, as remember.mjs does."""
import json
import statistics
import sys
import time

import joblib

from work.functions import describe_row

if __name__ == "__main__":
    n = int(sys.argv[2])
    call = joblib.Memory(sys.argv[3], verbose=0).cache(describe_row)
    took = []
    for row in range(n):
        start = time.perf_counter()
        found = call(row)
        took.append((time.perf_counter() - start) * 1e6)
        assert found == describe_row(row)
    median = statistics.median(took[n // 2 :])
    print(json.dumps({"hit": median, "miss": median}))
