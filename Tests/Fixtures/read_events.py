"""Reads a folder of TensorBoard's event files with the `tensorboard` package (2.21) and prints its content as JSON.

    python read_events.py DIR [COMMAND]

With a command, the reader of TensorBoard itself reads the folder, runs the command, and reads on.
`scalars`: the points of each tag, [step, value as hexadecimal]; `times`: whether times do not decrease with steps;
`pictures`: [step, width, height] after decoding; `histograms`: [step, rows]; `settings`, `status`, `card`, `graph`:
[name, op, inputs, shape] of each node.
"""

import io
import json
import subprocess
import sys

import PIL.Image
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import tensor_util


def hparam(value):
    return getattr(value, value.WhichOneof("kind"))


def main():
    command = "".join(sys.argv[2:])
    reader = plugin_event_accumulator if command else event_accumulator
    events = reader.EventAccumulator(sys.argv[1], size_guidance={"tensors": 0}).Reload()
    found = {"scalars": {}, "pictures": {}, "histograms": {}, "times": True}

    def add(tag, points):
        """Adds the points (time, step, value) of a curve."""
        found["scalars"][tag] = [[step, float(value).hex()] for _, step, value in points]
        times = [time for time, _, _ in points]
        found["times"] &= times == sorted(times)

    def array(point):
        return tensor_util.make_ndarray(point.tensor_proto)
    if command:
        found["first"] = len(events.Tensors("critic"))
        subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)
        events.Reload()
    # The reader of TensorBoard itself makes tensors of them.
    for tag in events.Tags().get("scalars", []):
        add(tag, [(point.wall_time, point.step, point.value) for point in events.Scalars(tag)])
    for tag in events.Tags()["tensors"]:
        metadata = events.SummaryMetadata(tag)
        points = events.Tensors(tag)
        arrays = [(point.step, array(point)) for point in points]
        plugin = metadata.plugin_data.plugin_name
        if plugin == "scalars":
            add(tag, [(point.wall_time, point.step, array(point)) for point in points])
        elif plugin == "images":
            for step, (width, height, png) in arrays:
                picture = PIL.Image.open(io.BytesIO(png))
                picture.load()
                assert picture.format == "PNG" and picture.size == (int(width), int(height)), (tag, step)
                found["pictures"].setdefault(tag, []).append([step, *picture.size])
        elif plugin == "histograms":
            found["histograms"][tag] = [[step, rows.tolist()] for step, rows in arrays]
        elif plugin == "text":
            found[tag] = arrays[-1][1].item().decode()
        elif plugin == "hparams":
            data = plugin_data_pb2.HParamsPluginData.FromString(metadata.plugin_data.content)
            if data.HasField("session_start_info"):
                found["settings"] = {key: hparam(value) for key, value in data.session_start_info.hparams.items()}
                found["started"] = data.session_start_info.start_time_secs
            else:
                found["status"] = data.session_end_info.status
    found["graph"] = [
        [
            node.name, node.op, list(node.input),
            [[dim.size for dim in shape.dim] for shape in node.attr["_output_shapes"].list.shape],
        ]
        for node in events.Graph().node
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
