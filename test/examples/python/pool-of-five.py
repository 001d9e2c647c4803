"""Ten sleepers of 1 to 10 seconds on a pool of five: results in order, and as they come."""
import time
from multiprocessing import Pool


def sleep(seconds):
    time.sleep(seconds / 10)
    return seconds


if __name__ == "__main__":
    with Pool(5) as pool:
        start = time.perf_counter()
        for seconds in pool.imap(sleep, range(1, 11)):
            print(f"slept {seconds}", flush=True)
        print(f"in order: {time.perf_counter() - start:.1f} s", flush=True)

        start = time.perf_counter()
        for seconds in pool.imap_unordered(sleep, range(10, 0, -1)):
            print(f"woke after {seconds}", flush=True)
        print(f"as they come: {time.perf_counter() - start:.1f} s", flush=True)
