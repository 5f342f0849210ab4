# SPDX-License-Identifier: GPL-2.0-only
# Undertow lab - package
"""Boot a patched KVM host, an unmodified QEMU and a guest on an emulated CPU."""
