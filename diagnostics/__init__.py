"""The FAQ executed: steps over the records as they stand; reads, never writes."""
