"""A whole program of one of Python's contenders: from nothing to the first result, which it prints."""
import math
import sys

from pythons import WORKERS, contenders

if __name__ == "__main__":
    print(contenders[sys.argv[1]](math.sqrt, [1, 4], WORKERS), flush=True)
