"""The service desk: what people write becomes cases, and a case is somebody's until it is resolved.

`case` and `moves` are pure, `store` keeps them, `triage` reads what was written, and `counter` is where every
door comes.
"""
