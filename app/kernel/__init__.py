"""What every package rests on: session, clock, days, errors, actors, sources, audit, outbox."""
