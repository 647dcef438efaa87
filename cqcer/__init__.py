"""Certified reductions of Chongqing (CQCER): projects, batches, units and their registry."""
