"""What the platform makes public at regular intervals, and how it is kept from changing (信息公开)."""
