"""A fictional province (虚构省份) to try everything on; nothing in it is a real subject."""
