"""Pages of a scenario host (场景方): application, mapping profiles, uploads, links, keys of its machines."""
