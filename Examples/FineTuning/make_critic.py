"""Writes critic.onnx, a critic of points in the plane, with PyTorch's exporter. Needs torch 2.13.0 and onnx 1.19.1."""

import torch

torch.manual_seed(1)
critic = torch.nn.Sequential(torch.nn.Linear(2, 32), torch.nn.Softplus(), torch.nn.Linear(32, 1))
torch.onnx.export(
    critic, (torch.zeros(2, 2),), "critic.onnx", input_names=["points"], output_names=["score"], opset_version=20,
    dynamic_axes={"points": {0: "batch"}}, dynamo=False)
