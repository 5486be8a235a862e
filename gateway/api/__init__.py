"""The machines' door (接口): HTTP and JSON in front of what the other rooms do; nothing is decided here."""
