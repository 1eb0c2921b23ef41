"""Spaces of observations and actions. worker.py describes how the files of the worker become one program.

An observation is a row of float32: the elements of `gymnasium.spaces.flatten`, in its order.
"""

import reprlib
from collections.abc import Mapping

# The greatest number of elements of an observation: 64 MiB of float32.
WIDTH_LIMIT = 2**24


def bounds32(bounds):
    """Bounds as float32. Finite bounds stay finite, of any size."""
    limit = np.finfo(np.float32).max
    bounds = np.asarray(bounds)
    with np.errstate(over="ignore"):
        clipped = np.clip(bounds.astype(np.float32), -limit, limit)
        return np.where(np.isfinite(bounds), clipped, bounds).astype(np.float32)


def bits(bounds):
    return bounds32(bounds).ravel().view(np.uint32).tolist()


def refused(kind, space, expected, reason=""):
    text = str(space)
    text = text if len(text) < 200 else f"{text[:200]}…"
    return Refusal("invalidSetting", f"its {kind} space is {text}{reason}, expected {expected}, and register it so")


def action_summary(space):
    """The space in the form of the Swift type `GymnasiumSummary.Space`; bounds are the bits of float32 numbers."""
    if isinstance(space, gymnasium.spaces.Box) and np.issubdtype(space.dtype, np.floating):
        return {"low": bits(space.low), "high": bits(space.high)}
    if isinstance(space, gymnasium.spaces.Discrete):
        return {"count": int(space.n), "start": int(space.start)}
    if isinstance(space, gymnasium.spaces.MultiDiscrete):
        return {"counts": space.nvec.ravel().tolist(), "starts": space.start.ravel().tolist()}
    if isinstance(space, gymnasium.spaces.MultiBinary):
        size = int(np.prod(space.shape))
        return {"counts": [2] * size, "starts": [0] * size, "isBinary": True}
    raise refused(
        "action", space, "a Discrete, MultiDiscrete, MultiBinary or a Box of floats; wrap the environment, for instance"
        " in gymnasium.wrappers.TransformAction")


def leaves(space, path=()):
    """The paths and spaces of the parts of a Dict or a Tuple, in the order of `gymnasium.spaces.flatten`."""
    if isinstance(space, gymnasium.spaces.Dict):
        parts = space.spaces.items()
    elif isinstance(space, gymnasium.spaces.Tuple):
        parts = enumerate(space.spaces)
    else:
        return [(path, space)]
    return [leaf for key, part in parts for leaf in leaves(part, (*path, key))]


def name_of(path):
    return "/".join(map(str, path))


def observation_summary(space):
    """The space as `action_summary` has it, with the parts of the flat observation as Swift's `ObservationPart`."""
    spaces = gymnasium.spaces
    expected = (
        "a Box, Discrete, MultiDiscrete or MultiBinary, or a Dict or Tuple of such; wrap the environment, for instance"
        " in gymnasium.wrappers.TransformObservation")
    parts, first = [], 0
    for path, leaf in leaves(space):
        kinds = spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary
        kind = next((kind for kind in kinds if isinstance(leaf, kind)), None)
        if kind is None or kind is spaces.Box and leaf.dtype.kind not in "fiub":
            place = f", in which '{name_of(path)}' is {leaf}" if path else ""
            raise refused("observation", space, expected, place)
        part = {
            "path": [str(key) for key in path], "space": kind.__name__, "first": first,
            "count": int(spaces.flatdim(leaf)), "shape": list(leaf.shape),
            "dtype": np.dtype(leaf.dtype).name}
        if kind is spaces.Discrete:
            part |= {"counts": [int(leaf.n)], "starts": [int(leaf.start)]}
        elif kind is spaces.MultiDiscrete:
            part |= {"counts": leaf.nvec.ravel().tolist(), "starts": leaf.start.ravel().tolist()}
        parts.append(part)
        first += part["count"]
    if not parts or first > WIDTH_LIMIT:
        raise refused(
            "observation", space, f"1 to {WIDTH_LIMIT}; wrap the environment", f" with {first} elements when flat")
    boxes = [spaces.flatten_space(leaf) for _, leaf in leaves(space)]
    low, high = ([bit for box in boxes for bit in bits(getattr(box, bound))] for bound in ("low", "high"))
    return {"low": low, "high": high, "parts": parts}


class Row:
    """A row of float32 that holds an observation."""

    def __init__(self, space, values):
        self.space, self.parts, first = space, [], 0
        for path, leaf in leaves(space):
            # A view of the same memory.
            view = values[first:first + gymnasium.spaces.flatdim(leaf)]
            first += len(view)
            if isinstance(leaf, gymnasium.spaces.Box):
                view = view.reshape(leaf.shape)
            self.parts.append((path, leaf, view))

    def put(self, observation, method):
        """Writes an observation of `method`, after a check that it fits the space."""
        found = values(self.space, observation, method)
        for (path, leaf, view), value in zip(self.parts, found, strict=True):
            if isinstance(leaf, gymnasium.spaces.Box):
                put(value, view, method, path)
            elif leaf.contains(value):
                view[...] = gymnasium.spaces.flatten(leaf, np.asarray(value))
            else:
                raise Broken(
                    f"{method}() returned the observation {reprlib.repr(value)}{for_part(path)}, expected an element"
                    f" of {leaf}")


def for_part(path):
    return f" for '{name_of(path)}'" if path else ""


def values(space, observation, method, path=()):
    """The values of the parts of an observation, in the order of `leaves`."""
    if isinstance(space, gymnasium.spaces.Dict):
        if not isinstance(observation, Mapping) or observation.keys() != space.spaces.keys():
            is_mapping = isinstance(observation, Mapping)
            found = f"a dict with the keys {list(observation)}" if is_mapping else described(observation)
            raise Broken(
                f"{method}() returned the observation {found}{for_part(path)}, expected a dict with the keys"
                f" {list(space.spaces)}")
        parts = ((key, part, observation[key]) for key, part in space.spaces.items())
    elif isinstance(space, gymnasium.spaces.Tuple):
        if not isinstance(observation, (tuple, list)) or len(observation) != len(space.spaces):
            raise Broken(
                f"{method}() returned the observation {described(observation)}{for_part(path)}, expected a tuple of"
                f" {len(space.spaces)}")
        parts = zip(range(len(observation)), space.spaces, observation)
    else:
        return [observation]
    return [value for key, part, found in parts for value in values(part, found, method, (*path, key))]


def put(observation, row, method, path):
    """Writes the value of a Box to an array of float32 in its shape."""
    try:
        numbers = observation if type(observation) is np.ndarray else np.asarray(observation)
    except Exception:
        numbers = None
    if numbers is None or numbers.shape != row.shape or numbers.dtype.kind not in "fiub":
        of = f"the part '{name_of(path)}'" if path else "the observation space"
        raise Broken(
            f"{method}() returned the observation {described(observation)}, expected numbers in the shape {row.shape}"
            f" of {of}")
    row[...] = numbers
