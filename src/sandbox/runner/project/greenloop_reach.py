"""What stands in the place of the function to see which tests call it."""

import greenloop_report


def called():
    greenloop_report.tell({"event": "reached", "id": greenloop_report.current})
    raise NotImplementedError("this is to be written")
