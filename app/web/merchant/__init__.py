"""Pages of a merchant (权益提供单位): accept now, what was accepted, offers, joining and leaving."""
