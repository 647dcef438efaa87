"""Acts that touch two packages (跨包办理), each within one session of the door."""
