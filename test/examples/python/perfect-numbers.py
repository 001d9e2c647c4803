"""Perfect numbers by a loop, by one process per number, by a pool and by joblib's Parallel where it is installed."""
import sys
import time
from multiprocessing import Pool, Process, Queue


def is_perfect(n):
    return n > 1 and sum(divisor for divisor in range(1, n) if n % divisor == 0) == n


def tell(n, found):
    if is_perfect(n):
        found.put(n)


def by_processes(numbers):
    found = Queue()
    processes = [Process(target=tell, args=(n, found)) for n in numbers]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return sorted(found.get() for _ in range(found.qsize()))


def show(way, find):
    start = time.perf_counter()
    found = find()
    print(f"{way}: {found} in {time.perf_counter() - start:.2f} s", flush=True)


if __name__ == "__main__":
    below = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    numbers = range(2, below)
    show("loop", lambda: [n for n in numbers if is_perfect(n)])
    show("one process per number, for 10 of them", lambda: by_processes(range(22, 32)))
    with Pool(2) as pool:
        show("pool", lambda: [n for n, perfect in zip(numbers, pool.map(is_perfect, numbers)) if perfect])
