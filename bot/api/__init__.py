"""The API: what other systems read, the tokens by which they do, the events that they are told."""
