"""Ten processes that sleep for a second, and ten that are told for how long."""
import time
from multiprocessing import Process


def sleep_a_second():
    print("Sleeping 1 second(s)", flush=True)
    time.sleep(1)
    print("Done sleeping", flush=True)


def sleep(seconds):
    print(f"Sleeping {seconds} second(s)", flush=True)
    time.sleep(seconds)
    print(f"Done sleeping {seconds} second(s)", flush=True)


def run(processes):
    start = time.perf_counter()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"Finished in {time.perf_counter() - start:.1f} seconds", flush=True)


if __name__ == "__main__":
    run([Process(target=sleep_a_second) for _ in range(10)])
    run([Process(target=sleep, args=(1.5,)) for _ in range(10)])
