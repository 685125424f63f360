"""How a secret could look in bytes that it must not be in."""

import base64
import urllib.parse


def spellings(marker):
    """The byte strings that any text with this marker would leave, however it were written: as it is,
    backwards, in hexadecimal, in UTF-16, percent-encoded, in base64 at each of the three offsets."""
    raw = marker.encode()
    found = {raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode(), marker.encode("utf-16-le"),
             urllib.parse.quote(marker, safe="").encode(), urllib.parse.quote(marker, safe="").lower().encode()}
    for offset in range(3):
        # The characters that depend on the marker alone, whatever stands before and after it.
        whole = base64.b64encode(b"\0" * offset + raw + b"\0\0")
        first = (offset * 8 + 5) // 6
        last = (offset + len(raw)) * 8 // 6
        found.add(whole[first:last])
        found.add(base64.urlsafe_b64encode(b"\0" * offset + raw + b"\0\0")[first:last])
    return found
