"""The tables, by subject; `provisioning.store.every_table` lists all of them."""
