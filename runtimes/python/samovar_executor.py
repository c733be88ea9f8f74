"""concurrent.futures.thread where there are no threads: what an executor is given is done at once."""

from concurrent.futures import _base


class BrokenThreadPool(_base.BrokenExecutor):
    """Raised when an initializer has failed."""


class ThreadPoolExecutor(_base.Executor):
    def __init__(self, max_workers=None, thread_name_prefix="", initializer=None, initargs=()):
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        self._initialize = (lambda: initializer(*initargs)) if initializer else None
        self._is_shut_down = False

    def submit(self, fn, /, *args, **kwargs):
        if self._is_shut_down:
            raise RuntimeError("cannot schedule new futures after shutdown")
        if self._initialize:
            initialize, self._initialize = self._initialize, None
            initialize()
        future = _base.Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as failed:
            future.set_exception(failed)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        self._is_shut_down = True
