"""One process, then two."""
from multiprocessing import Process


def hello(name):
    print(f"hello {name}", flush=True)


if __name__ == "__main__":
    print("one process", flush=True)
    process = Process(target=hello, args=("bob",))
    process.start()
    process.join()

    print("two processes", flush=True)
    processes = [Process(target=hello, args=(name,)) for name in ("ann", "joe")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(f"exit codes {[process.exitcode for process in processes]}", flush=True)
