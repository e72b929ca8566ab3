"""The store: typed tables, queries as functions over a session, migrations."""
