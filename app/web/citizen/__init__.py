"""Pages of the citizen (公众): home, scenarios, mall, vouchers, statement, messages, oneself."""
