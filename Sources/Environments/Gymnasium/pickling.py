"""Pickles of environments. worker.py describes how the files of the worker become one program."""

import copyreg
import io
import pickle
import sys
import types


def restore_attributes(value, attributes):
    value.__dict__.update(attributes)


def pickled(value):
    """The pickle of a value. Its bytes are the same for a value that was unpickled before.

    Text and NumPy's types, of which the interpreter keeps one object for all uses, stay one object. So do the
    generators of `random` and `numpy.random`, and their methods. For an EzPickle object the current state is kept. Its
    own pickling would recreate it from the constructor's arguments and lose the episode.
    """
    ezpickle = gymnasium.utils.EzPickle
    texts = {}
    generators = {id(generator): name for name, generator in STANDING.items()}

    class Pickler(cloudpickle.Pickler):
        def persistent_id(self, value):
            if type(value) is str:
                return texts.setdefault(value, value)
            is_method = type(value) is types.MethodType
            name = generators.get(id(value.__self__ if is_method else value))
            return name and (name, value.__name__ if is_method else "")

        def reducer_override(self, value):
            if isinstance(value, np.dtype) and value.isbuiltin == 1:
                return np.dtype, (value.str,)
            if isinstance(value, ezpickle) and type(value).__getstate__ is ezpickle.__getstate__:
                return copyreg.__newobj__, (type(value),), value.__dict__, None, None, restore_attributes
            return super().reducer_override(value)

    file = io.BytesIO()
    Pickler(file).dump(value)
    return file.getvalue()


def unpickled(data):
    class Unpickler(pickle.Unpickler):
        def persistent_load(self, name):
            if type(name) is str:
                return sys.intern(name)
            generator, method = name
            return getattr(STANDING[generator], method) if method else STANDING[generator]

    return Unpickler(io.BytesIO(data)).load()
