#!/usr/bin/env -S fctarget dtrace -s
/*
 * SPDX-License-Identifier: MIT
 * Every transfer as it happens.
 *
 * usage: io.d     (ends with Ctrl-C)
 */

#pragma D option quiet
#pragma D option switchrate=10hz

BEGIN
{
	printf(" %-26s %8s %8s %10s\n", "REMOTE WWN", "BYTES", "OFFSET", "READ/WRITE");
}

fc:::xfer-start
{
	printf(" %-26s %8d %8d %10s\n", args[0]->ci_remote, args[4]->fcx_len, args[4]->fcx_offset,
	    args[4]->fcx_flags & 1 ? "read" : "write");
}
