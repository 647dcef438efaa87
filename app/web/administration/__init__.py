"""Pages of whoever runs the machine (系统管理员): its jobs, its queue, its health; nothing moves points."""
