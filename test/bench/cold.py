"""A whole program with Python's joblib: from nothing to the first result, which it prints."""
import math

from joblib import Parallel, delayed

if __name__ == "__main__":
    print(Parallel(n_jobs=2)(delayed(math.sqrt)(i) for i in [1, 4]), flush=True)
