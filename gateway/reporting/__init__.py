"""Credit reports as they are handed over (信用报告出具): numbered, signed, printed, checked."""
