"""The outbox: every message that the bot sends unasked waits here until its transport has taken it.

`letters` is the queue in the store, `kinds` says what a letter is, `sending` empties the queue by way of
`transports`. The outbox imports no feature: each declares its kinds in its own `letters.py`, and
`bot.service.features` hands all of them to the sender.
"""
