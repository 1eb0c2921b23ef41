"""Steps the parallel environments of GymnasiumEnvironment.swift.

PythonWorker.swift runs checks.py, spaces.py, chance.py, pickling.py, states.py, trial.py and this file as one text
with `python -c`.

Standard input is a socket. A message is its length (u64) and as many bytes; numbers are little-endian. One reply
follows each request. The first byte of a request names the action (`Worker.answer`). The first byte of a reply is 0
before a result, or 1 before a code of EnvironmentError, a line feed and a message. An empty message means that the
next environment is computed, and the timeout starts again. A message whose length is START_SIGN means the same, with
the timeout of a start: instances are created, pickled or closed.

Output of an environment never reaches the socket: standard output and error go to a pipe of their own.
"""

import contextlib
import faulthandler
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import threading
import time
import traceback

PROTOCOL = 1
# The seconds that an environment may take to close, or to finish a step, after zoo has ended.
GRACE_SECONDS = 5
# For environments whose metadata has no `render_fps`.
DEFAULT_FRAMES_PER_SECOND = 30
# Seconds after which a long request reports that it has reached the next environment.
SIGN_SECONDS = 0.01
START_SIGN = 2**64 - 1


class Refusal(Exception):
    """An error for zoo to throw: a code of EnvironmentError and a message."""

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
    """Imports Gymnasium. It takes a while and may not be installed."""
    global cloudpickle, gymnasium, np
    pip = f"{sys.executable} -m pip install"
    try:
        import cloudpickle
        import numpy as np
        take_over()
        import gymnasium
    except ImportError as error:
        raise Refusal(
            "worker", f"{sys.executable} can't import Gymnasium ({error}); install it: {pip} gymnasium") from None
    if int(gymnasium.__version__.split(".")[0]) < 1:
        raise Refusal(
            "worker", f"expected Gymnasium 1.0 or later, found {gymnasium.__version__} in {sys.executable};"
            f" upgrade it: {pip} --upgrade gymnasium")


def plain(mapping):
    """A mapping of JSON, or the float without a fraction that it represents."""
    return float(mapping["__float__"]) if mapping.keys() == {"__float__"} else mapping


class Worker(SavedStates):
    """The parallel environments. A request for none only describes and tries the environment."""

    def __init__(self, sign):
        self.sign, self.envs, self.summary = sign, [], None

    def start(self, request):
        imported()
        self.id, self.arguments, self.folder = request["id"], request["arguments"], request.get("folder")
        if self.folder is not None:
            sys.path.insert(0, self.folder)
        if request.get("timeLimit") is not None:
            self.arguments["max_episode_steps"] = request["timeLimit"]
        # Errors and seeds count the environments of all workers. The index of this one's first environment is `first`.
        self.count, self.first = request["count"], request["first"]
        self.mode, self.seed, self.steps = request["autoresetMode"], request["seed"], 0
        self.load()
        self.envs.append(self.fresh())
        first = self.envs[0]
        self.observation_space, self.action_space = self.space("observation"), self.space("action")
        found = {
            "protocol": PROTOCOL,
            "observation": observation_summary(self.observation_space),
            "action": action_summary(self.action_space),
            "timeLimit": first.spec.max_episode_steps if first.spec else None,
        }
        self.action_summary, self.is_discrete = found["action"], "count" in found["action"]
        self.obstacle = request.get("obstacle")
        if request["trial"] != "none":
            trial = Trial(self.envs.pop(), self, saves=request["trial"] == "saving")
            self.obstacle = self.obstacle or trial.saving
            found["seedingObstacle"] = trial.seeding
        found["obstacle"] = self.obstacle
        width = len(found["observation"]["low"])
        self.observations = np.zeros((self.count, width), np.float32)
        self.rows = [Row(self.observation_space, row) for row in self.observations]
        self.rewards = np.zeros(self.count)
        self.terminated = np.zeros(self.count, np.bool_)
        self.truncated = np.zeros(self.count, np.bool_)
        # The steps of the running episode.
        self.elapsed = [0] * self.count
        # Whether the episode has ended and no new one has started.
        self.over = [False] * self.count
        # Whether zoo has received the first observation of the episode.
        self.begun = [True] * self.count
        if self.count > 0:
            while len(self.envs) < self.count:
                self.envs.append(self.fresh())
            self.reset_all(self.seed)
        self.summary = found

    def space(self, kind):
        space = getattr(self.envs[0], f"{kind}_space", None)
        if not isinstance(space, gymnasium.Space):
            raise Refusal("invalidSetting", f"its {kind}_space is {described(space)}, expected one of gymnasium.spaces")
        return space

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
            return self.step(self.actions(body, self.count))
        if kind == b"c":
            self.check_episodes()
            return b""
        if kind == b"g":
            return self.save()
        if kind == b"p":
            return self.read(body)
        if kind == b"k":
            return self.restore()
        if kind == b"f":
            return self.render(struct.unpack("<Q", body)[0])
        raise Refusal("worker", f"there is no request {kind}")

    def load(self):
        """Imports the environment's modules before seeding, as they may draw random numbers on import."""
        # An error is raised again, and explained, when the instance is created.
        with contextlib.suppress(Exception):
            module, _, name = self.id.rpartition(":")
            if module:
                importlib.import_module(module)
            entry = gymnasium.spec(name).entry_point
            if isinstance(entry, str):
                importlib.import_module(entry.partition(":")[0])

    def fresh(self):
        """A new instance, whose constructor may draw random numbers."""
        Chance(self.seed_of(len(self.envs))).enter()
        env = self.make()
        # Wrappers keep their specification when it is first read. An environment's pickle is the same in each worker.
        _ = env.spec
        return env

    def seed_of(self, copy):
        return (self.seed + self.first + copy) % 2**64

    def named_copy(self, copy):
        return f"environment {self.first + copy}"

    def make(self):
        self.sign(is_start=True)
        errors = gymnasium.error
        try:
            return gymnasium.make(self.id, **self.arguments)
        except (errors.UnregisteredEnv, errors.DeprecatedEnv) as error:
            raise Refusal("unknownEnvironment", f"Gymnasium doesn't know it: {error}") from None
        except errors.DependencyNotInstalled as error:
            raise Refusal("worker", f"a package is missing in {sys.executable}: {error}") from None
        except ModuleNotFoundError as error:
            name = (error.__cause__ or error).name
            is_own = self.id.partition(":")[0].split(".")[0] == name
            place = f" in {self.folder}, where it was" if is_own and self.folder is not None else ""
            remedy = (
                "put it there again, or name its new folder in PYTHONPATH" if place else
                f"install it ({sys.executable} -m pip install …), put it beside the recipe, or name its folder in"
                " PYTHONPATH")
            raise Refusal(
                "unknownEnvironment" if is_own else "worker",
                f"{sys.executable} has no module '{name}'{place}; {remedy}") from None
        except (Exception, SystemExit) as error:
            others = f" while there is {len(self.envs)} other" if self.envs else ""
            problem = f"it can't be created with {self.arguments}{others}: {located(error)}"
            raise Refusal("invalidSetting", problem) from None

    def reset_all(self, seed):
        if seed is not None:
            self.seed, self.steps = seed, 0
            self.chances = [Chance(self.seed_of(copy)) for copy in range(self.count)]
            for env, chance, spaces in zip(self.envs, self.chances, shared_spaces(self.envs)):
                chance.share(spaces)
                chance.enter()
                seed_spaces(env, chance.seed)
        for copy in range(self.count):
            self.reset(copy, None if seed is None else self.seed_of(copy))
        self.checked()

    def reset(self, copy, seed=None):
        self.elapsed[copy] = 0
        self.over[copy], self.begun[copy] = False, True
        self.rewards[copy] = 0
        self.terminated[copy] = self.truncated[copy] = False
        self.sign()
        self.chances[copy].enter()
        try:
            self.rows[copy].put(reset_result(self.envs[copy].reset(seed=seed)), "reset")
        except (Exception, SystemExit) as error:
            raise self.refusal(copy, "reset", error) from None

    def refusal(self, copy, method, error):
        if isinstance(error, Broken):
            return Refusal("worker", f"{self.named_copy(copy)} is broken: {error} ({self.when(copy)})")
        return Refusal("worker", f"{method}() of {self.named_copy(copy)} raised {self.when(copy)}: {located(error)}")

    def actions(self, body, count):
        """The actions in the environment's space. Each action within its float32 bounds lies in the space."""
        space = self.action_space
        if self.is_discrete:
            return (np.frombuffer(body, np.int64) + space.start).astype(space.dtype)
        if "counts" in self.action_summary:
            choices = np.frombuffer(body, np.int64).reshape(count, -1) + self.action_summary["starts"]
            return choices.reshape((count,) + space.shape).astype(space.dtype)
        found = np.frombuffer(body, np.float32).reshape((count,) + space.shape)
        if space.dtype == np.float32:
            return found.copy()
        limit = np.finfo(space.dtype).max
        actions = np.clip(found, -limit, limit).astype(space.dtype)
        # Rounding may have moved a bound. It moves no value between the bounds beyond them.
        for bound in space.high, space.low:
            actions = np.where(found == bounds32(bound), bound, actions)
        return actions

    def check_episodes(self):
        if not all(self.begun):
            raise Refusal("episodeOver", "the restored state holds no episodes; reset all environments before a step")
        if self.mode == "disabled" and any(self.over):
            over = ", ".join(str(self.first + copy) for copy in range(self.count) if self.over[copy])
            raise Refusal(
                "episodeOver", f"the episodes of environments {over} are over; reset them before the next step")

    def step(self, actions):
        self.check_episodes()
        self.steps += 1
        finals = []
        for copy, env in enumerate(self.envs):
            if self.over[copy]:
                self.reset(copy)
                continue
            self.elapsed[copy] += 1
            self.sign()
            self.chances[copy].enter()
            # The environment receives its own array, with no dimension where the space has none.
            action = actions[copy] if self.is_discrete else actions[copy, ...]
            try:
                observation, reward, terminated, truncated = step_result(env.step(action))
                self.rows[copy].put(observation, "step")
            except (Exception, SystemExit) as error:
                raise self.refusal(copy, "step", error) from None
            self.rewards[copy], self.terminated[copy], self.truncated[copy] = reward, terminated, truncated
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

    def checked(self, copies=slice(None)):
        """The observations, after a check that they and the rewards are finite."""
        if np.isfinite(self.observations[copies]).all() and np.isfinite(self.rewards[copies]).all():
            return self.observations
        for copy in range(self.count):
            for what, values in ("observation", self.observations[copy]), ("reward", self.rewards[copy]):
                if not np.isfinite(values).all():
                    raise Refusal(
                        "worker",
                        f"{self.named_copy(copy)} returned the {what} {values} {self.when(copy)}, expected finite"
                        " numbers")

    def when(self, copy):
        if self.elapsed[copy] == 0:
            return f"in its reset, after {self.steps} steps of all"
        return f"in step {self.elapsed[copy]} of its episode, step {self.steps} of all"

    def render(self, copy):
        """The frames per second, height and width of a picture, and its pixels."""
        env = self.envs[copy]
        self.chances[copy].enter()
        try:
            picture = env.render()
        except (Exception, SystemExit) as error:
            raise Refusal("invalidSetting", f"render() raised {located(error)}") from None
        pixels = np.asarray(picture)
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0:
            raise Refusal(
                "invalidSetting", f"render() returned {described(picture)} in the render mode {env.render_mode!r},"
                " expected an array of uint8 with the shape (height, width, 3)")
        rate = single((env.metadata or {}).get("render_fps"), "iuf")
        rate = rate if rate is not None and rate > 0 else DEFAULT_FRAMES_PER_SECOND
        return struct.pack("<dQQ", rate, *pixels.shape[:2]) + pixels.tobytes()


@contextlib.contextmanager
def closing(env):
    """Closes an environment at the end. An error in closing is ignored."""
    try:
        yield env
    finally:
        with contextlib.suppress(Exception):
            env.close()


def leave_with_zoo(connection):
    """Ends the process after zoo has ended, even in the middle of a step that never returns."""
    poll = select.poll()
    poll.register(connection, 0)
    poll.poll()
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def serve(connection):
    stream = connection.makefile("rwb")
    last = time.monotonic()
    has_time_to_start = True

    def send(length, reply=b""):
        nonlocal last
        stream.write(struct.pack("<Q", length) + reply)
        stream.flush()
        last = time.monotonic()

    def sign(is_start=False):
        nonlocal has_time_to_start
        if is_start != has_time_to_start or time.monotonic() - last > SIGN_SECONDS:
            has_time_to_start = is_start
            send(START_SIGN if is_start else 0)

    worker = Worker(sign)
    while len(header := stream.read(8)) == 8:
        message = stream.read(struct.unpack("<Q", header)[0])
        last = time.monotonic()
        has_time_to_start = worker.summary is None
        try:
            if worker.summary is None:
                worker.start(json.loads(message, object_hook=plain))
                result = json.dumps(worker.summary).encode()
            else:
                result = worker.answer(message[:1], message[1:])
            reply = b"\0" + result
        except Refusal as refusal:
            reply = f"\1{refusal.code}\n{refusal}".encode(errors="replace")
        except Exception as error:
            reply = f"\1worker\nit raised {located(error)}".encode(errors="replace")
        send(len(reply), reply)
    for env in worker.envs:
        with closing(env):
            pass


def main():
    faulthandler.enable()
    # Only zoo handles Ctrl-C and requests to stop: it writes a last checkpoint. The worker ends with it.
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2:
        signal.signal(number, signal.SIG_IGN)
    # Descriptors that others left open in zoo must not stay open after zoo has ended.
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    connection = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=leave_with_zoo, args=[connection], daemon=True).start()
    serve(connection)
    # Threads that an environment leaves behind don't keep the process alive.
    os._exit(0)


main()
