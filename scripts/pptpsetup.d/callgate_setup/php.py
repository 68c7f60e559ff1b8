# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the format of PHP's serialize(), in which pptpconfig kept its tunnels: s:4:"text"; i:7; b:1; d:0.5; N; and
a:1:{KEY VALUE}. Everything else, such as an object, is refused. The file may come from anywhere.
"""
import re

from .checks import Refused

SIZE_LIMIT = 1 << 20  # octets
DEPTH_LIMIT = 8
SIMPLE = re.compile(rb"i:(?P<i>-?\d{1,18});|b:(?P<b>[01]);|d:(?P<d>-?[0-9.Ee+-]{1,40});|(?P<N>N);")
TEXT = re.compile(rb"s:(\d{1,7}):\"")
ARRAY = re.compile(rb"a:(\d{1,7}):\{")


def parse(data):
    """Returns text as bytes, numbers, True, False, None, and arrays as dicts."""
    if len(data) > SIZE_LIMIT:
        raise Refused(f"the file has more than {SIZE_LIMIT} octets")
    value, at = _value(data, 0, 0)
    if data[at:].strip():
        raise Refused(f"there is something after the end of the array, at octet {at}")
    return value


def _value(data, at, depth):
    if found := SIMPLE.match(data, at):
        if found["i"]:
            return int(found["i"]), found.end()
        if found["b"]:
            return found["b"] == b"1", found.end()
        return found["d"].decode() if found["d"] else None, found.end()
    if found := TEXT.match(data, at):
        end = found.end() + int(found[1])
        if data[end:end + 2] != b'";':
            raise Refused(f"the text at octet {at} has another length than it says")
        return data[found.end():end], end + 2
    if found := ARRAY.match(data, at):
        if depth == DEPTH_LIMIT:
            raise Refused(f"there are more than {DEPTH_LIMIT} arrays within each other")
        return _array(data, found.end(), int(found[1]), depth)
    raise Refused(f"octet {at} is not the begin of a text, a number or an array of PHP")


def _array(data, at, count, depth):
    array = {}
    for _ in range(count):
        key, at = _value(data, at, DEPTH_LIMIT)
        if isinstance(key, (bool, type(None))):
            raise Refused(f"the key of an array before octet {at} is neither a text nor a number")
        array[key], at = _value(data, at, depth + 1)
    if data[at:at + 1] != b"}" or len(array) != count:
        raise Refused(f"the array that ends at octet {at} has another length than it says, or a key twice")
    return array, at + 1
