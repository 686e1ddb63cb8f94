"""What every peer program shares: thread settings, the timer and the JSON line.

Import this module before torch: OpenBLAS reads its environment once, when it is loaded.
"""

import argparse
import ctypes
import json
import os
import statistics
import time

THREADS = 2

# A peer has to run at its best, so two things are set right unless HEED_PEER_KEEP_BLAS=1 asks for what is inherited.
# Some images pin OpenBLAS to an older processor (OPENBLAS_CORETYPE=Haswell hides AVX-512): let it choose its kernels.
# OpenMP threads that spin while OpenBLAS works with its own threads cost up to half the speed: let them sleep.
if os.environ.get("HEED_PEER_KEEP_BLAS") != "1":
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(name, None)
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = str(THREADS)

import torch  # noqa: E402  (after the environment is set)

torch.set_num_threads(THREADS)


def blas() -> str:
    """The BLAS library torch is linked to, with the kernels it chose (read from the loaded library itself)."""
    try:
        library = ctypes.CDLL("libopenblas.so.0")
        library.openblas_get_config.restype = ctypes.c_char_p
        library.openblas_get_corename.restype = ctypes.c_char_p
    except (OSError, AttributeError):
        return "MKL" if torch.backends.mkl.is_available() else "unknown"
    version = " ".join(library.openblas_get_config().decode().split()[:2])
    return f"{version} {library.openblas_get_corename().decode()}"


def arguments(description: str) -> argparse.ArgumentParser:
    """A parser with the options all step programs take."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--steps", type=int, default=20, help="timed steps; the median is printed")
    parser.add_argument("--warmup", type=int, default=3, help="untimed steps before them")
    return parser


def median_seconds(step, steps: int, warmup: int) -> float:
    """Calls step(i) warmup + steps times and returns the median seconds of the timed ones."""
    seconds = []
    for i in range(warmup + steps):
        start = time.perf_counter()
        step(i)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[warmup:])


def report(name: str, seconds: float, **more) -> None:
    """Prints the one JSON line of a program."""
    line = {
        "name": name,
        "seconds": round(seconds, 6),
        "torch": torch.__version__,
        "blas": blas(),
        "threads": torch.get_num_threads(),
        **more,
    }
    print(json.dumps(line), flush=True)
