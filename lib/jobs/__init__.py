"""Jobs: refresh, quarter close, clocks and the demonstration bank, all set-based and resumable."""
