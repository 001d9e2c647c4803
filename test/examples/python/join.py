"""Processes that are started and not waited for, then processes that are joined."""
import time
from multiprocessing import Process


def work(number, seconds):
    time.sleep(seconds)
    print(f"process {number} is done", flush=True)


def start_all(seconds):
    processes = [Process(target=work, args=(number, number * seconds)) for number in (1, 2, 3)]
    for process in processes:
        process.start()
    return processes


if __name__ == "__main__":
    started = start_all(0.3)
    print("all are started: the program goes on", flush=True)
    for process in started:
        process.join()

    started = start_all(0.3)
    for process in started:
        process.join()
    print("all are joined: the program goes on", flush=True)
