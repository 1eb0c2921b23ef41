"""Steps copies of a Gymnasium environment for GymnasiumEnvironment.swift, which runs this text with `python -c`.

Standard input is a socket. A message is its length (u64) and as many bytes; numbers are little-endian. One reply follows
each request. The first byte of a request says what to do (`Worker.answer`), that of a reply whether it was done: 0 and a
result, or 1, a code of EnvironmentError, a line feed and a message.

Nothing that an environment prints gets into the conversation: standard output and error go to a pipe of their own.
"""

import contextlib
import copyreg
import faulthandler
import io
import json
import os
import pickle
import select
import signal
import socket
import struct
import sys
import threading
import time
import traceback

PROTOCOL = 1
# How long an environment may take to close, or to finish a step, when zoo is gone.
GRACE_SECONDS = 5
# The steps by which a pickled copy is compared with the original.
STEPS_BEFORE_PICKLING, STEPS_COMPARED = 3, 16


class Refusal(Exception):
    """What zoo throws: a code of EnvironmentError and a message."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def named(error):
    return f"{type(error).__name__}: {error}"


def located(error):
    """An exception and the line of the environment's code that raised it."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != "<string>"]
    return f"{named(error)} ({frames[-1].filename}:{frames[-1].lineno})" if frames else named(error)


def imported():
    """Imports Gymnasium, which takes a while and may not be there."""
    global cloudpickle, gymnasium, np
    pip = f"{sys.executable} -m pip install"
    try:
        import cloudpickle
        import gymnasium
        import numpy as np
    except ImportError as error:
        raise Refusal(
            "worker", f"{sys.executable} can't import Gymnasium ({error}); install it: {pip} gymnasium") from None
    if int(gymnasium.__version__.split(".")[0]) < 1:
        raise Refusal(
            "worker", f"expected Gymnasium 1.0 or later, found {gymnasium.__version__} in {sys.executable};"
            f" upgrade it: {pip} --upgrade gymnasium")


def summary(space, kind):
    """The space in the form of the Swift type `Summary.Space`; bounds are the bits of float32 numbers."""
    text = str(space) if len(str(space)) < 200 else f"{str(space)[:200]}…"
    if isinstance(space, gymnasium.spaces.Box):
        if np.issubdtype(space.dtype, np.floating):
            with np.errstate(over="ignore"):
                low, high = (bound.astype(np.float32).ravel() for bound in (space.low, space.high))
            return {"low": low.view(np.uint32).tolist(), "high": high.view(np.uint32).tolist()}
    elif isinstance(space, gymnasium.spaces.Discrete) and kind == "action":
        return {"count": int(space.n), "start": int(space.start)}
    advice = {
        "observation": "a Box of floats; wrap the environment, for instance in gymnasium.wrappers.FlattenObservation or"
        " DtypeObservation, and register it so",
        "action": "a Discrete or a Box of floats; wrap the environment, for instance in"
        " gymnasium.wrappers.TransformAction, and register it so",
    }[kind]
    raise Refusal("invalidSetting", f"its {kind} space is {text}, expected {advice}")


def restore_attributes(value, attributes):
    value.__dict__.update(attributes)


def pickled(value):
    """The pickle of a value. Whether the value was unpickled before makes no difference to its bytes.

    Text and NumPy's types, of which the interpreter keeps one object for all uses, stay one object. What an EzPickle object
    in it has become is kept; its own way is to make it anew from the arguments it was made with, which loses the episode.
    """
    ezpickle = gymnasium.utils.EzPickle
    texts = {}

    class Pickler(cloudpickle.Pickler):
        def persistent_id(self, value):
            return texts.setdefault(value, value) if type(value) is str else None

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
        def persistent_load(self, text):
            return sys.intern(text)

    return Unpickler(io.BytesIO(data)).load()


def plain(mapping):
    """A mapping of JSON, or the float without a fraction that it stands for."""
    return float(mapping["__float__"]) if mapping.keys() == {"__float__"} else mapping


class Worker:
    def __init__(self, request):
        imported()
        self.id, self.arguments = request["id"], request["arguments"]
        if request.get("timeLimit") is not None:
            self.arguments["max_episode_steps"] = request["timeLimit"]
        self.count, self.mode, self.seed = request["count"], request["autoresetMode"], request["seed"]
        self.steps = 0
        self.envs = [self.make() for _ in range(self.count)]
        first = self.envs[0]
        self.observation_space, self.action_space = first.observation_space, first.action_space
        self.summary = {
            "protocol": PROTOCOL,
            "observation": summary(self.observation_space, "observation"),
            "action": summary(self.action_space, "action"),
            "timeLimit": first.spec.max_episode_steps if first.spec else None,
        }
        self.is_discrete = "count" in self.summary["action"]
        width = len(self.summary["observation"]["low"])
        self.observations = np.zeros((self.count, width), np.float32)
        # The same memory in the shape of the space.
        self.rows = [row.reshape(self.observation_space.shape) for row in self.observations]
        self.rewards = np.zeros(self.count)
        self.terminated = np.zeros(self.count, np.bool_)
        self.truncated = np.zeros(self.count, np.bool_)
        # Of the running episode.
        self.elapsed = [0] * self.count
        # Whether the episode has ended and none has begun since.
        self.over = [False] * self.count
        # Whether zoo has seen the first observation of the episode.
        self.begun = [True] * self.count
        self.reset_all(self.seed)
        self.obstacle = self.find_obstacle()
        self.summary["obstacle"] = self.obstacle

    def answer(self, kind, body):
        if kind == b"r":
            self.reset_all(struct.unpack("<Q", body)[0] if body else None)
            return self.observations.tobytes()
        if kind == b"m":
            for copy, flag in enumerate(body):
                if flag:
                    self.reset(copy)
            return self.checked().tobytes()
        if kind == b"s":
            return self.step(self.actions(body))
        if kind == b"g":
            return self.save()
        if kind == b"p":
            return self.restore(body)
        raise Refusal("worker", f"there is no request {kind}")

    def make(self):
        errors = gymnasium.error
        try:
            return gymnasium.make(self.id, **self.arguments)
        except (errors.UnregisteredEnv, errors.DeprecatedEnv) as error:
            raise Refusal("unknownEnvironment", f"Gymnasium doesn't know it: {error}") from None
        except errors.DependencyNotInstalled as error:
            raise Refusal("worker", f"a package is missing in {sys.executable}: {error}") from None
        except ModuleNotFoundError as error:
            pip = f"install it ({sys.executable} -m pip install …), or name its folder in PYTHONPATH"
            name = (error.__cause__ or error).name
            code = "unknownEnvironment" if self.id.startswith(f"{name}:") else "worker"
            raise Refusal(code, f"{sys.executable} has no module '{name}'; {pip}") from None
        except Exception as error:
            raise Refusal("invalidSetting", f"it can't be made with {self.arguments}: {located(error)}") from None

    def reset_all(self, seed):
        if seed is not None:
            self.seed, self.steps = seed, 0
        for copy in range(self.count):
            self.reset(copy, None if seed is None else (seed + copy) % 2**64)
        self.checked()

    def reset(self, copy, seed=None):
        self.elapsed[copy] = 0
        self.over[copy], self.begun[copy] = False, True
        self.rewards[copy] = 0
        self.terminated[copy] = self.truncated[copy] = False
        try:
            observation, _ = self.envs[copy].reset(seed=seed)
        except Exception as error:
            raise Refusal("worker", f"copy {copy} raised in its reset: {located(error)}") from None
        self.observe(copy, observation)

    def actions(self, body):
        if self.is_discrete:
            return np.frombuffer(body, np.int64) + self.action_space.start
        shape = (self.count,) + self.action_space.shape
        return np.frombuffer(body, np.float32).reshape(shape).astype(self.action_space.dtype)

    def step(self, actions):
        if not all(self.begun):
            raise Refusal("episodeOver", "the restored state could not hold the episodes; reset all copies before a step")
        if self.mode == "disabled" and any(self.over):
            over = ", ".join(str(copy) for copy in range(self.count) if self.over[copy])
            raise Refusal("episodeOver", f"the episodes of copies {over} are over; reset them before the next step")
        self.steps += 1
        finals = []
        for copy, env in enumerate(self.envs):
            if self.over[copy]:
                self.reset(copy)
                continue
            self.elapsed[copy] += 1
            try:
                observation, reward, terminated, truncated, _ = env.step(actions[copy])
                self.rewards[copy] = reward
                self.terminated[copy], self.truncated[copy] = terminated, truncated
            except Exception as error:
                raise Refusal(
                    "worker", f"copy {copy} raised {self.when(copy)}: {located(error)}") from None
            self.observe(copy, observation)
            if terminated or truncated:
                if self.mode == "same-step":
                    self.checked(copy)
                    finals.append(self.observations[copy].tobytes())
                    reward = self.rewards[copy]
                    self.reset(copy)
                    self.rewards[copy], self.terminated[copy], self.truncated[copy] = reward, terminated, truncated
                else:
                    self.over[copy] = True
        observations = self.checked()
        results = observations, self.rewards, self.terminated, self.truncated
        return b"".join([*(array.tobytes() for array in results), *finals])

    def observe(self, copy, observation):
        row = self.rows[copy]
        if np.shape(observation) != row.shape:
            raise Refusal(
                "worker", f"copy {copy} gave an observation of shape {np.shape(observation)} {self.when(copy)};"
                f" its observation space has {row.shape}")
        row[...] = observation

    def checked(self, copies=slice(None)):
        """The observations, after a look at what isn't finite in them and in the rewards."""
        if np.isfinite(self.observations[copies]).all() and np.isfinite(self.rewards[copies]).all():
            return self.observations
        for copy in range(self.count):
            for what, values in ("observation", self.observations[copy]), ("reward", self.rewards[copy]):
                if not np.isfinite(values).all():
                    raise Refusal(
                        "worker", f"copy {copy} gave the {what} {values} {self.when(copy)}; expected finite numbers")

    def when(self, copy):
        if self.elapsed[copy] == 0:
            return f"in its reset, after {self.steps} steps of all"
        return f"in step {self.elapsed[copy]} of its episode, step {self.steps} of all"

    def save(self):
        """The pickled copies after a 1; or after a 0 a seed for new episodes, and why they can't be pickled."""
        if self.obstacle is None:
            try:
                return b"\1" + pickled((self.envs, self.over, self.begun, self.elapsed, self.seed, self.steps))
            except Exception as error:
                self.obstacle = named(error)
        entropy = np.random.SeedSequence([self.seed, self.steps])
        return b"\0" + entropy.generate_state(1, np.uint64).tobytes() + self.obstacle.encode()

    def restore(self, body):
        if body[:1] == b"\0":
            self.reset_all(struct.unpack("<Q", body[1:])[0])
            self.begun = [False] * self.count
            return b""
        try:
            envs, over, begun, elapsed, seed, steps = unpickled(body[1:])
        except Exception as error:
            raise Refusal("invalidState", f"a saved state can't be unpickled: {named(error)}") from None
        if len(envs) != self.count:
            raise Refusal("invalidState", f"a saved state has {len(envs)} copies, expected {self.count}")
        spaces = envs[0].observation_space, envs[0].action_space
        if spaces != (self.observation_space, self.action_space):
            raise Refusal(
                "invalidState", f"a saved state has the spaces {spaces[0]} and {spaces[1]}, expected"
                f" {self.observation_space} and {self.action_space}")
        close(self.envs)
        self.envs, self.over, self.begun, self.elapsed, self.seed, self.steps = envs, over, begun, elapsed, seed, steps
        return b""

    def find_obstacle(self):
        """What keeps a pickled copy from going on as the original does; None if a trial shows nothing."""
        envs = [self.make()]

        def first(env):
            return np.asarray(env.reset()[0]).tobytes()

        def trial(env, action):
            observation, reward, terminated, truncated, _ = env.step(action)
            outcome = np.asarray(observation).tobytes(), struct.pack("<d", reward), terminated, truncated
            return outcome, first(env) if terminated or truncated else None

        try:
            actions = envs[0].action_space
            actions.seed(0)
            envs[0].reset(seed=self.seed)
            for _ in range(STEPS_BEFORE_PICKLING):
                trial(envs[0], actions.sample())
            envs.append(unpickled(pickled(envs[0])))
            for number in range(STEPS_COMPARED):
                action = actions.sample()
                if trial(envs[0], action) != trial(envs[1], action):
                    return f"an unpickled copy went on otherwise than the original in step {number + 1}"
            if first(envs[0]) != first(envs[1]):
                return "an unpickled copy began its next episode otherwise than the original"
        except Exception as error:
            return named(error)
        finally:
            close(envs)


def close(envs):
    for env in envs:
        with contextlib.suppress(Exception):
            env.close()


def leave_with_zoo(connection):
    """Ends the process when zoo is gone, even in the midst of a step that takes forever."""
    poll = select.poll()
    poll.register(connection, 0)
    poll.poll()
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def serve(connection):
    stream = connection.makefile("rwb")
    worker = None
    while len(header := stream.read(8)) == 8:
        message = stream.read(struct.unpack("<Q", header)[0])
        try:
            if worker is None:
                worker = Worker(json.loads(message, object_hook=plain))
                result = json.dumps(worker.summary).encode()
            else:
                result = worker.answer(message[:1], message[1:])
            reply = b"\0" + result
        except Refusal as refusal:
            reply = f"\1{refusal.code}\n{refusal}".encode(errors="replace")
        stream.write(struct.pack("<Q", len(reply)) + reply)
        stream.flush()
    if worker is not None:
        close(worker.envs)


def main():
    faulthandler.enable()
    # Ctrl-C and a request to stop are zoo's, which takes a last checkpoint; the worker ends with it.
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, signal.SIG_IGN)
    # What zoo has been left open by others must not stay so for longer than zoo is there.
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    connection = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=leave_with_zoo, args=[connection], daemon=True).start()
    serve(connection)
    # Threads that an environment has left behind don't keep the process.
    os._exit(0)


main()
