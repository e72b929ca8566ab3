"""The FAQ executed as steps over the current records; reads, never writes."""
