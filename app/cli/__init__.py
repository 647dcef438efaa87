"""Commands for whoever runs the machine, the launcher of the quick start among them."""
