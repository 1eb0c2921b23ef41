"""Checks of the results of reset() and step(). worker.py describes how the files of the worker become one program."""

import numbers
import reprlib


class Broken(Exception):
    """An environment that doesn't keep to Gymnasium's interface: the method, its result, and the expected one."""


def described(value):
    """A value in a few words."""
    if value is None or isinstance(value, (bool, numbers.Number)):
        return f"{value!r}"
    name = type(value).__name__
    if isinstance(value, (np.ndarray, np.generic)):
        return f"an array of {value.dtype} with the shape {value.shape}"
    if isinstance(value, (tuple, list)):
        return f"a {name} of {len(value)}"
    return f"a {name} ({reprlib.repr(value)})"


def reset_result(result):
    """The observation of a reset's result."""
    if not isinstance(result, tuple) or len(result) != 2 or not isinstance(result[1], dict):
        found = f"({', '.join(map(described, result))})" if isinstance(result, tuple) else described(result)
        raise Broken(f"reset() returned {found}, expected an observation and a dict: (observation, info)")
    return result[0]


def step_result(result):
    """Observation, reward as a float and both flags of a step's result."""
    expected = "expected 5 values: (observation, reward, terminated, truncated, info)"
    if not isinstance(result, tuple):
        raise Broken(f"step() returned {described(result)}, {expected}")
    if len(result) != 5:
        old = "; the single flag 'done' of Gym before 0.26 became two flags" if len(result) == 4 else ""
        raise Broken(f"step() returned {len(result)} values, {expected}{old}")
    observation, reward, terminated, truncated, info = result
    if type(reward) is not float:
        reward = number(reward)
    if type(terminated) is not bool:
        terminated = flag(terminated, "terminated")
    if type(truncated) is not bool:
        truncated = flag(truncated, "truncated")
    if not isinstance(info, dict):
        raise Broken(f"step() returned the info {described(info)}, expected a dict")
    return observation, reward, terminated, truncated


def single(value, kinds):
    """The value of a number, a NumPy scalar or an array of one element; None for anything else."""
    try:
        array = np.asarray(value)
    except Exception:
        return None
    return array.item() if array.size == 1 and array.dtype.kind in kinds else None


def number(value):
    """A reward as a float."""
    found = float(value) if isinstance(value, numbers.Real) else single(value, "biuf")
    if found is None:
        raise Broken(f"step() returned the reward {described(value)}, expected a number")
    return float(found)


def flag(value, name):
    """A flag as a bool. 0 and 1 are flags, too."""
    found = single(value, "biuf")
    if found is None or found not in (0, 1):
        raise Broken(f"step() returned {described(value)} for {name}, expected True or False")
    return bool(found)


def finite(value, method, what, found):
    """Checks that numbers are finite."""
    if not np.isfinite(value).all():
        raise Broken(f"{method}() returned the {what} {reprlib.repr(found)}, expected finite numbers")
