"""The demonstration world: made from a seed, by the same commands as real use (演示数据)."""
