"""Python's contenders: how each maps a function over inputs."""
import atexit
import functools

WORKERS = 2


@functools.cache
def pool(workers):
    import multiprocessing

    made = multiprocessing.Pool(workers)
    atexit.register(made.terminate)
    return made


@functools.cache
def executor(workers):
    import concurrent.futures

    return concurrent.futures.ProcessPoolExecutor(workers)


def with_joblib(function, inputs, workers, **options):
    from joblib import Parallel, delayed

    return Parallel(n_jobs=workers, **options)(delayed(function)(i) for i in inputs)


def with_executor(function, inputs, workers):
    # Its documentation asks for large chunks where inputs are many.
    return list(executor(workers).map(function, inputs, chunksize=max(1, len(inputs) // (4 * workers))))


contenders = {
    "joblib": with_joblib,
    "joblib-threads": functools.partial(with_joblib, prefer="threads"),
    "multiprocessing": lambda function, inputs, workers: pool(workers).map(function, inputs),
    "futures": with_executor,
}
