# SPDX-License-Identifier: GPL-2.0-or-later
"""The addresses that the fixtures net6 and far6 give."""
CLIENT, SERVER = "fd09::1", "fd09::2"
FAR = "fd20::2"
