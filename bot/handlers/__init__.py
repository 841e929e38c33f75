"""The entrances: read the request, check who asks, call the use case, answer. No rules, no blocks."""
