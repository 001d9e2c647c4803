"""Square roots on pools of 1, 2 and 10 workers; each line names its worker."""
import math
import time
from multiprocessing import Pool, current_process


def root(x):
    time.sleep(0.02)
    name = current_process().name.split("-")[-1]
    return f"worker {name}: the root of {x} is {math.sqrt(x):.3f}"


if __name__ == "__main__":
    for workers in (1, 2, 10):
        print(f"a pool of {workers}", flush=True)
        with Pool(workers) as pool:
            for line in pool.map(root, range(1, 11), chunksize=1):
                print(line, flush=True)
