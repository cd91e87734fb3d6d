# SPDX-License-Identifier: GPL-2.0
"""What the tests written in Python share: they print TAP."""

failed = 0


def ok(good, text, why=''):
    """One line of TAP; if it is "not ok", with the reason below. Left in `failed`."""
    global failed
    print('%s - %s' % ('ok' if good else 'not ok', text))
    if not good:
        failed = 1
        for line in str(why).splitlines():
            print('# ' + line)
