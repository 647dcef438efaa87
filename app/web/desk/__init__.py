"""What the pages of staff share (工作台): the frame around them, reading of forms, words, pages of lists."""
