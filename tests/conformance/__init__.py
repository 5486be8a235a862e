"""Whether somebody who has read the documents, and none of our code, comes to the same results."""
