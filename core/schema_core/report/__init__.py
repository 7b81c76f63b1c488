"""Renderers of the results; how they are delivered is not their business."""
