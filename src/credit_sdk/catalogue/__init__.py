"""The law on a given day (法律目录), and what it says about a subject in a matter: computed, never fetched."""
