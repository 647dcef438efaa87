"""Timed and queued work (后台任务), each job in a module of its own."""
