"""The replica (副本): the publication as it lies on this host, shared by all its processes, and how it is kept up."""
