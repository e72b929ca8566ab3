"""Runs of provisioning: started, forecast, decided, undone."""
