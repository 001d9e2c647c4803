"""Records the lines of joblib 1.6 that verbose.test.ts compares ours with: python record_verbose.py > verbose.joblib.txt"""

import re
import subprocess
import sys
import time

from joblib import Parallel, delayed


def sleep(seconds):
    time.sleep(seconds)


def numbers():
    return (delayed(sleep)(0.05) for _ in range(12))


RUNS = {
    "known": lambda level: Parallel(n_jobs=2, verbose=level, batch_size=1)(list(numbers())),
    "unknown": lambda level: Parallel(n_jobs=2, verbose=level, batch_size=1)(numbers()),
    "all": lambda level: Parallel(n_jobs=2, verbose=level, batch_size=1, pre_dispatch="all")(numbers()),
    "one": lambda level: Parallel(n_jobs=1, verbose=level)(numbers()),
}


def record(case, level):
    run = subprocess.run([sys.executable, __file__, case, str(level)], capture_output=True, text=True, check=True)
    lines = (run.stderr + run.stdout).replace("n_jobs", "nJobs").replace("LokyBackend", "processes")
    print(f"== {case} {level}")
    print(re.sub(r"(elapsed|remaining): +[\d.]+(s|min)", r"\1: *", lines), end="")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        RUNS[sys.argv[1]](int(sys.argv[2]))
    else:
        for case in RUNS:
            for level in (1, 10, 11, 50, 100):
                record(case, level)
