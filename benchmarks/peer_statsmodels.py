"""statsmodels on the same numbers, one small model: python3 benchmarks/peer_statsmodels.py FOLDER REPEATS

Prints seconds with dummy variables, seconds after demeaning in numpy, first coefficient, its standard error, version.
"""
import sys
import time

import numpy as np
import statsmodels
import statsmodels.api as sm

folder, repeats = sys.argv[1], int(sys.argv[2])
unit = np.fromfile(f"{folder}/unit.i32", "<i4")
period = np.fromfile(f"{folder}/time.i32", "<i4")
y = np.fromfile(f"{folder}/y1.f64", "<f8")
x = np.column_stack([np.fromfile(f"{folder}/x{j}.f64", "<f8") for j in range(1, 7)])
groups = np.unique(unit, return_inverse=True)[1]
periods = np.unique(period, return_inverse=True)[1]


def dummies():
    units = np.eye(groups.max() + 1)[groups]
    times = np.eye(periods.max() + 1)[periods][:, 1:]
    return sm.OLS(y, np.column_stack([x, units, times])).fit(cov_type="cluster", cov_kwds={"groups": groups})


def demeaned():
    columns = np.column_stack([y, x])
    by_unit = columns.reshape(groups.max() + 1, -1, columns.shape[1])  # balanced, sorted by unit
    by_unit = by_unit - by_unit.mean(axis=1, keepdims=True) - by_unit.mean(axis=0, keepdims=True) + by_unit.mean(axis=(0, 1))
    columns = by_unit.reshape(columns.shape)
    return sm.OLS(columns[:, 0], columns[:, 1:]).fit(cov_type="cluster", cov_kwds={"groups": groups})


def best(run, count):
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        model = run()
        seconds.append(time.perf_counter() - start)
    return min(seconds), model


slow, model = best(dummies, 1)
quick, _ = best(demeaned, repeats)
print(f"{slow:.6f} {quick:.6f} {model.params[0]:.12f} {model.bse[0]:.12f} statsmodels-{statsmodels.__version__}")
