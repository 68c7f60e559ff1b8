# SPDX-License-Identifier: GPL-2.0-or-later
"""Support for the tests: hosts made of namespaces, processes, a test server that can misbehave."""
